// @ts-check
// TypeScript to JavaScript for everything we ship: types stripped file by file (no type check, that is
// `npm run check`), source maps and declarations beside them. 100 files take well under a second, so this
// simply runs at each start and writes only what changed. The wasm kernels are compiled likewise.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { bundle } from "./bundle.mjs";
import { bundleDesk } from "./desk.mjs";
import { writeAside } from "./files.mjs";
import { Trouble } from "./trouble.mjs";
import { buildWasm, isAssemblyScript } from "./wasm.mjs";

const SOURCES = ["lib", "data", "kernel-ext", "notebooks", "tests"];
/** What the kernel's start-up snapshot is made of: the language, and the declarations that cells import. */
const IN_SNAPSHOT = [
  "kernel-ext/language/",
  "kernel-ext/session/cell-modules.js",
  "kernel-ext/display/",
  "kernel-ext/widgets/",
  "notebooks/",
  "lib/",
  "data/",
];
/** What TypeScript needs as it is: modules of the set-up that rest on Node alone, and programs in other languages. */
const COPIED = [
  ...["files", "lock", "place", "release", "screen", "trouble"].map((name) => `kernel-ext/lab/${name}.mjs`),
  "kernel-ext/grading/sandbox/launcher.py",
];
const PACKAGES_IN_SNAPSHOT = ["typescript", "@types/node", "oxc-transform"];

/**
 * Builds `from`/{lib,data,kernel-ext,notebooks,tests} into `to`.
 * @param {{ from: string, to: string }} where
 * @returns {Promise<{ files: number, written: number }>}
 */
export async function build({ from, to }) {
  const { transformSync } = await import("oxc-transform").catch((error) => {
    throw new Trouble("gradbook's npm packages are not installed here", "npm run lab", { cause: error });
  });
  /** @type {Set<string>} */
  const wanted = new Set();
  let files = 0;
  let written = 0;
  for (const source of SOURCES.flatMap((folder) => sources(join(from, folder)))) {
    const name = relative(from, source);
    if (isAssemblyScript(name)) continue;
    const target = join(to, name.replace(/\.ts$/, ".js"));
    files++;
    for (const suffix of [".js", ".js.map", ".d.ts"]) wanted.add(target.replace(/\.js$/, suffix));
    if (isOf(target, source)) continue;
    const text = readFileSync(source, "utf8");
    const result = transformSync(name, text, {
      lang: "ts",
      sourceType: "module",
      sourcemap: true,
      target: "es2023",
      typescript: { rewriteImportExtensions: "rewrite", declaration: { stripInternal: false } },
    });
    const errors = result.errors.filter((error) => error.severity === "Error");
    if (errors.length) {
      throw new Trouble(`${name}: ${errors.map((error) => error.message).join("; ")}`, "npm run check");
    }
    mkdirSync(dirname(target), { recursive: true });
    const map = { ...result.map, sources: [relative(dirname(target), source)], sourcesContent: undefined };
    writeAside(target.replace(/\.js$/, ".d.ts"), result.declaration ?? "");
    writeAside(`${target}.map`, JSON.stringify(map));
    // The JavaScript goes last: its time is what tells that the other two are there.
    writeAside(
      target,
      `${result.code}\n//# sourceMappingURL=${relative(dirname(target), `${target}.map`)}\n`,
    );
    const { atime, mtime } = statSync(source);
    utimesSync(target, atime, mtime);
    written++;
  }
  for (const name of COPIED.filter((one) => existsSync(join(from, one)))) {
    const target = join(to, name);
    wanted.add(target);
    files++;
    if (isOf(target, join(from, name))) continue;
    copyAside(join(from, name), target);
    written++;
  }
  for (const file of await bundle(to)) wanted.add(file);
  for (const file of await bundleDesk({ from, to })) wanted.add(file);
  const wasm = await buildWasm({ from, to });
  for (const file of wasm.files) wanted.add(file);
  for (const left of SOURCES.flatMap((folder) => everyFile(join(to, folder)))) {
    if (!wanted.has(left) && !isInTheMaking(left)) rmSync(left, { force: true });
  }
  // What is not built is found from here: above, or where this says.
  const elsewhere = relative(from, to).startsWith("..") ? { source: from } : {};
  const about = { type: "module", ...readVersion(from), ...elsewhere, snapshot: snapshotKey(to, wanted) };
  writeAside(join(to, "package.json"), `${JSON.stringify(about, null, 2)}\n`);
  return { files: files + wasm.files.length, written: written + wasm.written };
}

/** @param {string} source @param {string} target */
function copyAside(source, target) {
  mkdirSync(dirname(target), { recursive: true });
  writeAside(target, readFileSync(source, "utf8"));
  const { atime, mtime } = statSync(source);
  utimesSync(target, atime, mtime);
}

/** @param {string} from */
function readVersion(from) {
  const { name, version } = JSON.parse(readFileSync(join(from, "package.json"), "utf8"));
  return { name: `${name}-built`, version };
}

/**
 * Changes with whatever is in the snapshot. A kernel only compares it: it has no time to look at 700 files.
 * @param {string} to @param {Set<string>} built
 */
function snapshotKey(to, built) {
  const hash = createHash("sha256");
  const { resolve } = createRequire(import.meta.url);
  for (const name of PACKAGES_IN_SNAPSHOT) {
    const path = resolve(`${name}/package.json`);
    hash.update(`${path} ${JSON.parse(readFileSync(path, "utf8")).version} `);
  }
  for (const file of [...built].sort()) {
    const name = relative(to, file).replaceAll("\\", "/");
    if (name.endsWith(".js") && isInSnapshot(name)) hash.update(`${name} ${statSync(file).mtimeMs} `);
  }
  return hash.digest("hex").slice(0, 16);
}

/** What a `check` is made of lies in grading's own folder, the grader in those below. @param {string} name */
const isInSnapshot = (name) =>
  IN_SNAPSHOT.some((part) => name.startsWith(part)) || /^kernel-ext\/grading\/[^/]+$/.test(name);

/**
 * A target has its source's time, so that an older source put in place of a newer one counts as changed too.
 * @param {string} target @param {string} source
 */
function isOf(target, source) {
  const built = statSync(target, { throwIfNoEntry: false });
  return built !== undefined && Math.abs(built.mtimeMs - statSync(source).mtimeMs) < 1;
}

/**
 * Another command of ours may be at work on this folder.
 * @param {string} file
 */
export function isInTheMaking(file) {
  const since = file.endsWith(".part") ? statSync(file, { throwIfNoEntry: false })?.mtimeMs : undefined;
  return since !== undefined && Date.now() - since < 60_000;
}

/** @param {string} folder @returns {string[]} */
function sources(folder) {
  return everyFile(folder).filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts"));
}

/** @param {string} folder @returns {string[]} */
function everyFile(folder) {
  if (!statSync(folder, { throwIfNoEntry: false })) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}
