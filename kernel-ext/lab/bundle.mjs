// @ts-check
// The two files that a kernel's start waits for, each with all it imports in one CommonJS file: Node reads one file
// in a millisecond, and a graph of modules in 30.
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { writeAside } from "./files.mjs";

const ENTRIES = ["kernel", "wire/worker"];
/** Folders that the entries import from. */
const PARTS = ["", "wire", "language", "session"];

/**
 * Bundles what is built in `dist`, where it is newer than the bundles. Returns the files that are made.
 * @param {string} dist
 */
export async function bundle(dist) {
  const folder = join(dist, "kernel-ext");
  const entries = ENTRIES.filter((entry) => existsSync(join(folder, `${entry}.js`)));
  const made = entries.map((entry) => join(folder, `${entry}.cjs`));
  if (made.length === 0) return made;
  if (made.every(existsSync) && Math.min(...made.map(changed)) >= newest(folder)) return made;
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: entries.map((entry) => join(folder, `${entry}.js`)),
    outdir: folder,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    write: false,
    platform: "node",
    format: "cjs",
    target: "node20",
    external: ["zeromq", "./session/main.js", "../debugger/*"],
    define: { "import.meta.url": "importMetaUrl" },
    banner: { js: 'const importMetaUrl = require("node:url").pathToFileURL(__filename).href;' },
    logLevel: "silent",
  });
  for (const { path, text } of outputFiles) writeAside(path, text);
  return made;
}

/** @param {string} file */
const changed = (file) => statSync(file).ctimeMs;

/** @param {string} folder */
function newest(folder) {
  const files = PARTS.filter((part) => existsSync(join(folder, part))).flatMap((part) =>
    readdirSync(join(folder, part))
      .filter((name) => name.endsWith(".js"))
      .map((name) => join(folder, part, name)),
  );
  return Math.max(...files.map(changed));
}
