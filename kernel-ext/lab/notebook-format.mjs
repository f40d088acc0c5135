// @ts-check
// Lessons are kept in one form: no outputs, no execution counts, keys and cells in a fixed shape, so that a
// change in git is a change in the lesson.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeAside } from "./files.mjs";
import { Trouble } from "./trouble.mjs";

const KERNEL = { display_name: "TypeScript (gradbook)", language: "typescript", name: "gradbook" };

/**
 * The text of a notebook as we keep it.
 * @param {string} text @param {string} name for the error
 */
export function normalised(text, name) {
  const notebook = parse(text, name);
  const cells = notebook.cells.map((/** @type {any} */ cell, /** @type {number} */ index) => {
    const { cell_type, id, metadata, attachments } = cell ?? {};
    if (typeof id !== "string" || !id)
      throw new Trouble(`${name}: cell ${index + 1} has no id`, "give it a readable one");
    const source = lines(Array.isArray(cell.source) ? cell.source.join("") : String(cell.source ?? ""));
    const { execution: _execution, collapsed: _collapsed, trusted: _trusted, ...kept } = metadata ?? {};
    if (cell_type !== "code")
      return { ...(attachments ? { attachments } : {}), cell_type, id, metadata: kept, source };
    return { cell_type, execution_count: null, id, metadata: kept, outputs: [], source };
  });
  const ids = cells.map((/** @type {{ id: string }} */ cell) => cell.id);
  const twice = ids.find(
    (/** @type {string} */ id, /** @type {number} */ index) => ids.indexOf(id) !== index,
  );
  if (twice) throw new Trouble(`${name}: two cells have the id “${twice}”`, "rename one of them");
  const { kernelspec: _spec, language_info: _info, widgets: _widgets, ...metadata } = notebook.metadata ?? {};
  const language_info = { file_extension: ".ts", mimetype: "text/x-typescript", name: "typescript" };
  const whole = {
    cells,
    metadata: { ...metadata, kernelspec: KERNEL, language_info },
    nbformat: 4,
    nbformat_minor: 5,
  };
  return `${JSON.stringify(whole, null, 1)}\n`;
}

/** @param {string} text @param {string} name */
export function parse(text, name) {
  try {
    const notebook = JSON.parse(text);
    if (notebook.nbformat === 4 && Array.isArray(notebook.cells)) return notebook;
  } catch (error) {
    throw new Trouble(
      `${name} is not JSON (${error instanceof Error ? error.message : error})`,
      "mend or restore it",
    );
  }
  throw new Trouble(`${name} is not a notebook of format 4`, "open and save it in JupyterLab");
}

/**
 * As nbformat keeps a source: a line an entry, trailing blanks gone.
 * @param {string} source
 */
function lines(source) {
  const text = source.replace(/[ \t]+$/gm, "").replace(/\n+$/, "");
  return text === "" ? [] : text.split(/(?<=\n)/);
}

/**
 * The lessons that are not in that form.
 * @param {string} root
 * @param {{ write: boolean }} options
 */
export function formatNotebooks(root, { write }) {
  const folder = join(root, "notebooks");
  /** @type {string[]} */
  const differing = [];
  for (const name of readdirSync(folder).filter((file) => file.endsWith(".ipynb"))) {
    const text = readFileSync(join(folder, name), "utf8");
    const wanted = normalised(text, name);
    if (wanted === text) continue;
    differing.push(name);
    if (write) writeAside(join(folder, name), wanted);
  }
  return differing;
}
