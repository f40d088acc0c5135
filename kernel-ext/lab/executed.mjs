// @ts-check
// Lessons that have been run, as build/notebooks keeps them: which of them still tell the truth, and what is in them.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { executedFolder } from "./notebooks.mjs";
import { distDir, ROOT } from "./place.mjs";

/** @typedef {import("./release.mjs").Cell} Cell */
/** @typedef {import("./release.mjs").Notebook} Notebook */
/** @typedef {{ output_type: string, name?: string, text?: string | string[], data?: Record<string, unknown>,
 *   ename?: string, evalue?: string, traceback?: string[] }} Output */

/** What a lesson's outputs follow from, beside its source: the code that its cells import. */
const IMPORTED = ["lib", "data", "notebooks"];

/**
 * What is wrong with a lesson that was run, or nothing: it is there, its last cell ran, and none failed.
 * @param {Notebook | undefined} notebook @returns {string | undefined}
 */
export function faultOf(notebook) {
  if (!notebook) return "no run of it is there";
  for (const cell of notebook.cells) {
    const error = outputsOf(cell).find(({ output_type }) => output_type === "error");
    if (error) return `${cell.id}: ${error.ename}: ${String(error.evalue).split("\n")[0]}`;
  }
  const skipped = notebook.cells.find(
    (cell) => cell.cell_type === "code" && sourceOf(cell).trim() !== "" && cell.execution_count === null,
  );
  return skipped && `its run ended before ${skipped.id}`;
}

/**
 * A notebook, or nothing where there is none or it is damaged.
 * @param {string} path @returns {Notebook | undefined}
 */
export function readNotebook(path) {
  try {
    const notebook = JSON.parse(readFileSync(path, "utf8"));
    return Array.isArray(notebook.cells) && notebook.cells.every(isCell) ? notebook : undefined;
  } catch {
    return undefined;
  }
}

/** @param {any} cell */
const isCell = (cell) =>
  typeof cell?.id === "string" && /^[\w-]{1,64}$/.test(cell.id) && typeof cell.cell_type === "string";

/**
 * The lessons of which there is no whole run, or one that is older than the lesson or than what it imports.
 * @param {readonly string[]} names or paths
 * @returns {string[]}
 */
export function toBeRun(names, { root = ROOT, from = executedFolder(root) } = {}) {
  const imported = Math.max(0, ...IMPORTED.map((folder) => newestIn(join(distDir(root), folder))));
  return names.filter((name) => {
    const ran = join(from, basename(name));
    const since = Math.max(imported, timeOf(resolve(root, "notebooks", name)));
    return timeOf(ran) < since || faultOf(readNotebook(ran)) !== undefined;
  });
}

/** @param {string} folder */
function newestIn(folder) {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  // A source's time is its JavaScript's: the build gives it that.
  return Math.max(
    0,
    ...files.filter((file) => file.endsWith(".js")).map((file) => timeOf(join(folder, file))),
  );
}

/** @param {string} path 0 where nothing is */
const timeOf = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** @param {Cell} cell */
export const sourceOf = (cell) => [cell.source ?? ""].flat().join("");

/** @param {Cell | undefined} cell @returns {Output[]} */
export const outputsOf = (cell) => /** @type {Output[]} */ (cell?.outputs ?? []);

/**
 * What a lesson calls itself: its first heading, or else its name.
 * @param {Notebook} notebook @param {string} name
 */
export function titleOf(notebook, name) {
  const text = notebook.cells
    .filter(({ cell_type }) => cell_type === "markdown")
    .map(sourceOf)
    .join("\n");
  return /^#\s+(.+?)\s*$/m.exec(text)?.[1] ?? stemOf(name);
}

/** @param {string} name a notebook's */
export const stemOf = (name) => name.replace(/\.ipynb$/, "");

/** @param {string} name "01" of "01-softmax.ipynb" */
export const numberOf = (name) => /^\d+/.exec(name)?.[0];
