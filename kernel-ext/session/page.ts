// Cells for the page that shows the notebook (`/** @browser */`): with all that they import they become one script,
// which the front end runs in a place of its own below the cell.
import { existsSync, readFileSync } from "node:fs";
import { dirname, extname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { BuildOptions, BuildResult, Loader, Message, OnResolveResult, Plugin } from "esbuild";
import type { MimeBundle } from "../display/bundle.ts";
import { newDisplayId } from "../display/handle.ts";
import { packageFolder } from "../language/compiler.ts";
import { builtFolder, ownModule } from "../language/own.ts";
import { cellModuleAt, inNotebook } from "./cell-modules.ts";
import { type PageProblem, PageProblems } from "./page-problems.ts";
import { mappedFile } from "./resolve.ts";

export interface PageCell {
  readonly code: string;
  /** The name of the module that it defines. */
  readonly module: string | undefined;
  readonly kind: "ts" | "tsx";
}

export interface Page {
  /** Undefined where there is nothing for a page to do: a module that only exports. */
  readonly bundle: MimeBundle | undefined;
  readonly warnings: readonly string[];
}

/** A larger script is made small, at the cost of being readable in the page's own tools (characters). */
const READABLE = 100_000;

const LOADERS: Readonly<Record<string, Loader>> = {
  ...Object.fromEntries([".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp"].map((type) => [type, "dataurl"])),
  ...Object.fromEntries([".woff", ".woff2", ".ttf"].map((type) => [type, "dataurl"])),
};

/** Makes the script; throws PageProblems. */
export async function pageOf(cell: PageCell, folder: string): Promise<Page> {
  const options = optionsFor(cell, folder);
  let result = await built(options, cell, folder);
  if (textOf(result, ".js").length > READABLE) {
    result = await built({ ...options, minify: true, keepNames: true }, cell, folder);
  }
  const warnings = result.warnings.slice(0, 3).map((warning) => {
    const { file, line, message } = problemOf(warning, cellPath(cell, folder), folder);
    return `Warning: ${message} (${file ?? "this cell"}, line ${line})`;
  });
  const script = textOf(result, ".js");
  const style = textOf(result, ".css");
  const idle = script.replace(/"use strict";|\/\/.*/g, "").trim() === "" && style === "";
  return { bundle: idle ? undefined : look(script, style), warnings };
}

let atWork = 0;

async function built(options: BuildOptions, cell: PageCell, folder: string): Promise<BuildResult> {
  // Most sessions never need it.
  const { build, stop } = await import("esbuild");
  atWork++;
  try {
    return await build(options);
  } catch (error) {
    const { errors } = error as { errors?: readonly Message[] };
    if (!errors) throw error;
    throw new PageProblems(errors.map((message) => problemOf(message, cellPath(cell, folder), folder)));
  } finally {
    // It is a process, which starts in a few milliseconds and which nobody is to find left over.
    if (--atWork === 0) await stop();
  }
}

function optionsFor(cell: PageCell, folder: string): BuildOptions {
  const tsconfig = join(folder, "tsconfig.json");
  return {
    stdin: { contents: 'import "gradbook:cell";', resolveDir: folder, sourcefile: "page" },
    absWorkingDir: folder,
    nodePaths: [join(packageFolder, "node_modules")],
    bundle: true,
    write: false,
    outdir: folder,
    // No module for the browser: the front end puts it in as a script. But one that may await.
    format: "esm",
    supported: { "import-meta": false },
    platform: "browser",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    logLevel: "silent",
    treeShaking: true,
    loader: LOADERS,
    define: {
      "process.env.NODE_ENV": '"production"',
      "import.meta.url": "location.href",
      global: "globalThis",
    },
    ...(existsSync(tsconfig)
      ? { tsconfig }
      : { tsconfigRaw: { compilerOptions: { jsx: "react-jsx", target: "ESNext" } } }),
    plugins: [cellsPlugin(cell, folder)],
  };
}

function cellPath({ module, kind }: PageCell, folder: string): string {
  return join(folder, `${module ?? "__cell"}.${kind}`);
}

/** Imports lead where they lead in cells: to cells, to the notebook's folder, to our own modules, to packages. */
function cellsPlugin(cell: PageCell, folder: string): Plugin {
  const entry = cellPath(cell, folder);
  const built = fileURLToPath(builtFolder);
  return {
    name: "gradbook",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /.*/ }, ({ path, importer, resolveDir, kind }): OnResolveResult | undefined => {
        if (path === "gradbook:cell") return { path: entry, sideEffects: true };
        if (kind === "url-token" || kind === "import-rule") return undefined;
        if (path === "tslab") return { path: join(built, "kernel-ext/display/page.js") };
        const own = ownModule(path);
        if (own) return { path: `${own}.js` };
        if (importer.includes("/node_modules/")) return undefined;
        if (/^\.{1,2}\//.test(path)) {
          const wanted = resolve(resolveDir || dirname(importer), path);
          if (wanted.replace(/\.tsx?$/, "") === entry.replace(/\.tsx?$/, "")) return { path: entry };
          const found = cellModuleAt(wanted, "page");
          return found ? { path: inNotebook(found), pluginData: found } : undefined;
        }
        const mapped = mappedFile(path);
        return mapped === undefined ? undefined : { path: mapped };
      });
      onLoad({ filter: /\.[jt]sx?$/ }, ({ path, pluginData }) => {
        if (path.includes("/node_modules/") || path.startsWith(built)) return undefined;
        if (path !== entry && typeof pluginData !== "string" && !/x$/.test(path)) return undefined;
        const text = path === entry ? cell.code : readFileSync(pluginData ?? path, "utf8");
        const source = typeof pluginData === "string" ? pluginData : path;
        return {
          contents: text + classic(text),
          loader: extname(source).slice(1) as Loader,
          resolveDir: dirname(path),
        };
      });
    },
  };
}

/** A file that names its factory wants that one called, as in cells that run in Node. */
function classic(text: string): string {
  return /@jsx[ \t]+[\w$]/.test(text) && !/@jsxRuntime\b/.test(text) ? "\n/** @jsxRuntime classic */" : "";
}

function problemOf({ text, location, notes }: Message, entry: string, folder: string): PageProblem {
  const nodes = notes.some((note) => note.text.includes("built into node"));
  const message = nodes ? `${text}: it is Node's, and the page has none of it` : text;
  const { file = "page", line = 1, column = 0, length = 1, lineText = "" } = location ?? {};
  const path = resolve(folder, file);
  // The columns are of bytes.
  const bytes = Buffer.from(lineText);
  const before = bytes.subarray(0, column).toString().length;
  const marked = bytes.subarray(column, column + length).toString().length;
  return {
    message,
    file: path === entry || !location ? undefined : file,
    line,
    column: before + 1,
    length: marked,
    lineText,
  };
}

function textOf({ outputFiles = [] }: BuildResult, type: string): string {
  const text = outputFiles.find(({ path }) => path.endsWith(type))?.text ?? "";
  // Where packages lie on this machine is nobody's business in a saved notebook.
  return text.replace(/^(\/\/|\/\*) \.\.\/.*\n/gm, "");
}

/** The script in its place. What it throws is shown there, as nobody looks into the page's console. */
function look(script: string, style: string): MimeBundle {
  const id = newDisplayId();
  // Else it might end the element that it stands in; in a string or an expression this is the same.
  const safe = script.replaceAll("<!--", "\\x3C!--");
  const html = `${style && `<style>${style}</style>`}<div id="${id}"></div><script>
(() => {
const places = [document.currentScript?.previousElementSibling, document.getElementById("${id}")];
const place = places.find((found) => found?.id === "${id}") ?? document.body;
(async (element) => { "use strict"; {
${safe}
} })(place).catch((error) => {
console.error(error);
const pre = document.createElement("pre");
pre.style.color = "#b00020";
pre.textContent = String(error?.name && error?.message !== undefined ? error.name + ": " + error.message : error);
place.append(pre);
});
})();
</script>`;
  const size = (script.length / 1000).toLocaleString("en", { maximumFractionDigits: 1 });
  return { "text/html": html, "text/plain": `[script for the page, ${size} kB]` };
}
