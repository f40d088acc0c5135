// @ts-check
// The lab's desk (the page of lessons, "Check my work") as JupyterLab wants an extension: one script, its settings'
// schema and a package.json, in a folder of build/dist that only our lab is told of.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeAside } from "./files.mjs";

/** What decides about the bundle beside its own folder. */
const ALSO = [
  join("kernel-ext", "grading", "mark.ts"),
  join("kernel-ext", "lab", "site", "client", "fit.mjs"),
];
const NAME = "@gradbook/desk";

/** Where JupyterLab looks for extensions of ours. @param {string} dist */
export const labextensions = (dist) => join(dist, "kernel-ext", "lab", "labextensions");

/**
 * Bundles the desk into `dist`, where its source has changed. Returns the files that are made.
 * @param {{ from: string, to: string }} where @returns {Promise<string[]>}
 */
export async function bundleDesk({ from, to }) {
  const source = join(from, "kernel-ext", "lab", "desk");
  if (!existsSync(source)) return [];
  const folder = join(labextensions(to), NAME);
  const made = `${sourcesKey(from, source)}.js`;
  const script = join(folder, "static", `remoteEntry.${made}`);
  const schema = join(folder, "schemas", NAME, "plugin.json");
  const about = join(folder, "package.json");
  const files = [script, schema, about];
  if (files.every(existsSync)) return files;
  writeAside(script, await bundled(source));
  writeAside(schema, readFileSync(join(source, "schema", "plugin.json")));
  // The package goes last: JupyterLab takes the extension by it, and it names the script.
  writeAside(about, `${JSON.stringify(packageOf(from, `static/remoteEntry.${made}`), null, 2)}\n`);
  return files;
}

/** @param {string} from @param {string} load */
function packageOf(from, load) {
  const { version, license } = JSON.parse(readFileSync(join(from, "package.json"), "utf8"));
  const jupyterlab = { extension: true, schemaDir: "schema", _build: { load, extension: "./extension" } };
  return {
    name: NAME,
    version,
    description: "The page of lessons, and “Check my work”",
    license,
    jupyterlab,
  };
}

/** @param {string} source */
async function bundled(source) {
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: [join(source, "container.ts")],
    bundle: true,
    write: false,
    format: "iife",
    platform: "browser",
    target: "es2022",
    loader: { ".css": "text" },
    plugins: [{ name: "shared", setup: (hooks) => takeShared(hooks, source) }],
    logLevel: "silent",
  });
  const [script] = outputFiles;
  if (!script) throw new Error("esbuild made no script of the desk");
  return script.text;
}

/** Imports of JupyterLab's packages take what the lab shares. @param {import("esbuild").PluginBuild} hooks @param {string} source */
function takeShared(hooks, source) {
  hooks.onResolve({ filter: /^@(jupyterlab|lumino)\// }, ({ path }) => ({ path, namespace: "shared" }));
  hooks.onLoad({ filter: /.*/, namespace: "shared" }, ({ path }) => ({
    contents: `module.exports = require("./shared.ts").taken(${JSON.stringify(path)});`,
    resolveDir: source,
  }));
}

/** Changes with any file of the source; a new name is what no browser has in its cache. @param {string} from @param {string} source */
function sourcesKey(from, source) {
  const hash = createHash("sha256").update(readFileSync(join(from, "package.json")));
  const own = readdirSync(source, { recursive: true, encoding: "utf8" }).map((name) => join(source, name));
  const files = own.filter((name) => statSync(name).isFile()).sort();
  for (const file of [...files, ...ALSO.map((name) => join(from, name)), fileURLToPath(import.meta.url)]) {
    hash.update(readFileSync(file)).update("\0");
  }
  return hash.digest("hex").slice(0, 16);
}
