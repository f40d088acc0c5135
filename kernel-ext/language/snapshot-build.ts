// Makes the start-up snapshot: `node snapshot-build.js <folder>`, by the Node that is to start from it.
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { transformSync } from "esbuild";
import { testedChecker } from "./choose.ts";
import { loadTypeScript } from "./internals.ts";
import { SNAPSHOT_FLAGS, snapshotName } from "./snapshot.ts";

const ENTRY = fileURLToPath(new URL("./snapshot-main.js", import.meta.url));

function buildSnapshot(folder: string): string {
  if (!testedChecker(loadTypeScript()))
    throw new Error("This TypeScript does not pass the checker's self-test");
  mkdirSync(folder, { recursive: true });
  const name = snapshotName();
  const work = mkdtempSync(join(folder, "part-"));
  try {
    const entry = join(work, "entry.js");
    const blob = join(work, name);
    writeFileSync(entry, bundle());
    const { NODE_OPTIONS: _, ...env } = process.env;
    const made = spawnSync(
      process.execPath,
      [...SNAPSHOT_FLAGS, "--snapshot-blob", blob, "--build-snapshot", entry],
      { encoding: "utf8", env },
    );
    if (made.status !== 0) throw new Error(`Node could not make the snapshot: ${made.stderr || made.error}`);
    renameSync(blob, join(folder, name));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  for (const other of readdirSync(folder)) {
    if (other.startsWith(`language-${process.version}-`) && other !== name) rmSync(join(folder, other));
  }
  return join(folder, name);
}

/** One script, as a snapshot is made of: TypeScript, and each of our modules as a function. */
function bundle(): string {
  const path = createRequire(import.meta.url).resolve("typescript");
  const modules = new Map<string, string>();
  collect(ENTRY, modules);
  return `const modules = {${[...modules].map(([name, code]) => `${JSON.stringify(name)}: function (exports, require) {${code}\n}`).join(",\n")}};
const loaded = {};
function load(name) {
  if (!modules[name]) return require(name);
  if (!loaded[name]) modules[name]((loaded[name] = {}), load);
  return loaded[name];
}
const typescript = { exports: {} };
(function (module, exports, require, __filename, __dirname) {${short(readFileSync(path, "utf8"))}
})(typescript, typescript.exports, require, ${JSON.stringify(path)}, ${JSON.stringify(dirname(path))});
load(${JSON.stringify(ENTRY)}).keepInSnapshot(typescript.exports);
`;
}

/** The source of what is in the snapshot stays in memory as long as the process. */
function short(code: string): string {
  return transformSync(code, { minify: true, platform: "node", legalComments: "none" }).code;
}

function collect(path: string, modules: Map<string, string>): void {
  if (modules.has(path)) return;
  modules.set(path, "");
  const ts = loadTypeScript();
  const { outputText } = ts.transpileModule(readFileSync(path, "utf8"), {
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2023,
      esModuleInterop: true,
    },
  });
  const local = /require\("(\.[^"]+)"\)/g;
  for (const [, name = ""] of outputText.matchAll(local)) collect(resolve(dirname(path), name), modules);
  const code = outputText
    .replace(/\/\/# sourceMappingURL=.*/g, "")
    .replace(/\bimport\.meta\.url\b/g, JSON.stringify(pathToFileURL(path).href))
    .replace(local, (_, name: string) => `require(${JSON.stringify(resolve(dirname(path), name))})`);
  modules.set(path, code);
}

const [folder, check] = process.argv.slice(2);
if (!folder) throw new Error("Usage: node snapshot-build.js <folder> [--check]");
if (check) process.exitCode = existsSync(join(folder, snapshotName())) ? 0 : 1;
else console.log(buildSnapshot(resolve(folder)));
