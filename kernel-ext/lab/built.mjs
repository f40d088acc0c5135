// @ts-check
// The JavaScript that runs. A clone builds it in the set-up; a package from `npm pack` may carry it, and else
// makes it on first use, inside itself or, where that cannot be written, in the user's cache.
import { accessSync, constants, existsSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "./build.mjs";
import { readJson } from "./files.mjs";
import { cacheDir, distDir, isClone, ROOT } from "./place.mjs";

/** @param {string} root @returns {Promise<string>} the folder to run from */
export async function ensureBuilt(root) {
  const dist = distDir(root);
  const { version } = readJson(join(root, "package.json"));
  const whole = existsSync(join(dist, "package.json")) && existsSync(join(dist, "kernel-ext", "kernel.cjs"));
  if (whole && !isClone(root)) return dist;
  try {
    accessSync(root, constants.W_OK);
  } catch {
    const folder = join(cacheDir(), `built-${version}`);
    await build({ from: root, to: folder });
    if (!existsSync(join(folder, "node_modules")))
      symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    return folder;
  }
  await build({ from: root, to: dist });
  return dist;
}

/**
 * A module of ours that was written in TypeScript, for a command that comes after the set-up.
 * @param {string} path as it lies in build/dist @returns {Promise<any>}
 */
export const fromBuild = (path) => import(pathToFileURL(join(distDir(ROOT), path)).href);
