// @ts-check
// AssemblyScript to WebAssembly: lib/kernels/wasm becomes two modules, one that every engine since 2021 runs and
// one with relaxed SIMD (a fused multiply-add). The compiler takes seconds to load, so it is loaded only when the
// sources differ from those of the modules that are there.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { readJson, writeAside } from "./files.mjs";
import { Trouble } from "./trouble.mjs";

/** Where the sources lie and where the modules go, below `from` and `to`. */
const FOLDER = join("lib", "kernels", "wasm");

/** One module a flavour; the loader takes the last that the engine accepts. */
const FLAVOURS = { simd: ["simd"], relaxed: ["simd", "relaxed-simd"] };

const OPTIONS = [
  "-O3",
  "--runtime=stub",
  "--noAssert",
  // The heap is one shared memory that the library makes and every thread imports.
  "--importMemory",
  "--sharedMemory",
  "--initialMemory=1",
  "--maximumMemory=65536",
  "--enable=threads",
  // "v128 values are not supported by all embeddings": none cross the border, they are for the kernels' helpers.
  "--disableWarning=112",
];

const STAMP = "sources.json";

/**
 * @param {string} file relative to the root
 */
export const isAssemblyScript = (file) => file.startsWith(FOLDER) && file.endsWith(".ts");

/**
 * Compiles what changed and names the files that belong there. Without the compiler (an installed package has
 * none) the modules stay as they are; without modules the library computes in TypeScript.
 * @param {{ from: string, to: string }} where
 * @returns {Promise<{ files: string[], written: number }>}
 */
export async function buildWasm({ from, to }) {
  const target = (/** @type {string} */ name) => join(to, FOLDER, name);
  const modules = Object.keys(FLAVOURS).map((flavour) => `${flavour}.wasm`);
  const files = [...modules, STAMP].map(target);
  const sources = readSources(join(from, FOLDER));
  if (sources.size === 0) return { files: [], written: 0 };
  const compiler = locateCompiler();
  if (compiler === undefined) return { files, written: 0 };
  const hash = createHash("sha256").update(JSON.stringify([compiler.version, OPTIONS, FLAVOURS]));
  for (const [name, text] of sources) hash.update(`\0${name}\0${text}`);
  const stamp = hash.digest("hex");
  if (files.every((file) => existsSync(file)) && readJson(target(STAMP))?.sha256 === stamp) {
    return { files, written: 0 };
  }
  const asc = await loadCompiler();
  for (const [flavour, features] of Object.entries(FLAVOURS)) {
    /** @type {Map<string, Uint8Array>} */
    const made = new Map();
    const flags = features.map((feature) => `--enable=${feature}`);
    const { error, stderr } = await asc.main(["index.ts", ...OPTIONS, ...flags, "--outFile=out.wasm"], {
      readFile: (name) => sources.get(name) ?? null,
      writeFile: (name, content) => void made.set(name, Buffer.from(content)),
      listFiles: () => [],
    });
    const wasm = made.get("out.wasm");
    if (error || wasm === undefined) {
      const said = stderr.toString().trim() || String(error);
      throw new Trouble(`${FOLDER} does not compile (${flavour}):\n${said}`, "mend it and run this again");
    }
    writeAside(target(`${flavour}.wasm`), wasm);
  }
  // Last: its presence tells that the modules are of these sources.
  writeAside(target(STAMP), `${JSON.stringify({ sha256: stamp })}\n`);
  return { files, written: modules.length };
}

/**
 * What is used of asc's interface. Its own declarations are not read: they bring a global `require` with them that
 * contradicts Node's.
 * @typedef {{
 *   readFile(name: string): string | null,
 *   writeFile(name: string, content: string | Uint8Array): void,
 *   listFiles(): string[],
 * }} Files
 * @typedef {{ main(argv: string[], files: Files): Promise<{ error: Error | null, stderr: { toString(): string } }> }} Compiler
 */

/** @returns {Promise<Compiler>} */
async function loadCompiler() {
  /** @type {string} */
  const name = "assemblyscript/asc";
  return await import(name);
}

/** @param {string} folder @returns {Map<string, string>} text by name, in a fixed order */
function readSources(folder) {
  if (!existsSync(folder)) return new Map();
  const names = readdirSync(folder).filter((name) => name.endsWith(".ts"));
  return new Map(names.sort().map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}

/** @returns {{ version: string } | undefined} */
function locateCompiler() {
  try {
    return readJson(createRequire(import.meta.url).resolve("assemblyscript/package.json"));
  } catch {
    return undefined;
  }
}
