// @ts-check
// The start-up snapshot: TypeScript, loaded and warm, as the kernel's language process starts from it.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { distDir } from "./place.mjs";
import { Trouble } from "./trouble.mjs";

/**
 * Makes it for one Node, whole or not at all; older ones of that Node go. Without it the kernel starts all the
 * same, and its first cell takes half a second longer.
 * @param {{ root: string, node?: string, to?: string, dist?: string }} options
 * @returns {string} the file that was made
 */
export function buildSnapshot({
  root,
  node = process.execPath,
  to = join(root, "build", "snapshot"),
  dist = distDir(root),
}) {
  const program = join(dist, "kernel-ext", "language", "snapshot-build.js");
  const { NODE_OPTIONS: _, ...env } = process.env;
  const made = spawnSync(node, [program, to], { encoding: "utf8", env });
  if (made.status === 0) return made.stdout.trim();
  throw new Trouble(
    `The kernel's start-up snapshot could not be made: ${(made.stderr || String(made.error)).trim().slice(0, 300)}`,
    "npm run lab",
  );
}

/**
 * Whether the snapshot that this code and this Node want is there (about 150 ms).
 * @param {{ root: string, node?: string, to?: string, dist?: string }} options
 */
export function hasSnapshot({
  root,
  node = process.execPath,
  to = join(root, "build", "snapshot"),
  dist = distDir(root),
}) {
  const program = join(dist, "kernel-ext", "language", "snapshot-build.js");
  return spawnSync(node, [program, to, "--check"]).status === 0;
}
