// @ts-check
// The figures that a lesson has drawn when it has run, and the numbers behind them as a table.
import { numberOf, outputsOf } from "./executed.mjs";

/**
 * A plotly figure, or a picture that is a PNG already.
 * @typedef {object} Found
 * @property {string} name NN-cell, and a number where the cell shows several
 * @property {string} title
 * @property {string} alt
 * @property {any} [plotly]
 * @property {Buffer} [png]
 */

/** @typedef {Record<string, unknown>} Row */

const PLOTLY = "application/vnd.plotly.v1+json";
const PNG = "image/png";

/**
 * @param {import("./release.mjs").Notebook} notebook @param {string} lesson its name
 * @returns {Found[]}
 */
export function figuresIn(notebook, lesson) {
  /** @type {Map<string, Found>} */
  const found = new Map();
  for (const cell of notebook.cells) {
    const stem = [numberOf(lesson), cell.id].filter(Boolean).join("-");
    for (const { data = {} } of outputsOf(cell)) {
      if (!data[PLOTLY] && !data[PNG]) continue;
      let name = stem;
      for (let k = 2; found.has(name); k++) name = `${stem}-${k}`;
      found.set(name, { name, ...figureOf(data, cell.id) });
    }
  }
  return [...found.values()];
}

/** @param {Record<string, unknown>} data @param {string} id */
function figureOf(data, id) {
  const said = text(data["text/plain"]);
  if (!data[PLOTLY]) {
    const png = Buffer.from(text(data[PNG]), "base64");
    return { title: id.replaceAll("-", " "), alt: said || id, png };
  }
  const plotly = /** @type {any} */ (data[PLOTLY]);
  const title = words(plotly.layout?.title?.text ?? plotly.layout?.title) || id;
  return { title, alt: said || title, plotly };
}

/** A text as a notebook keeps it: whole, or in lines. @param {unknown} kept */
const text = (kept) => (kept === undefined ? "" : [kept].flat().join(""));

/** What a reader sees of plotly's text: its tags, such as <br> and <b>, are no letters. @param {unknown} plotly */
const words = (plotly) =>
  typeof plotly === "string"
    ? plotly.replace(/<br ?\/?>/g, " ").replace(/<\/?(b|i|s|u|sub|sup|em|span|a)\b[^>]*>/g, "")
    : "";

/**
 * The figure's numbers, a row for each point, bar or cell of each trace; nothing where no trace has any.
 * @param {any} plotly @returns {string | undefined}
 */
export function csvOf(plotly) {
  /** @type {any[]} */
  const traces = Array.isArray(plotly.data) ? plotly.data : [];
  const several = new Set(traces.map(panelOf)).size > 1;
  const rows = traces.flatMap((trace, at) => {
    const name = trace.name ?? `trace ${at}`;
    return rowsOf(trace).map((row) => ({ ...(several && { panel: panelOf(trace) }), trace: name, ...row }));
  });
  if (rows.length === 0) return undefined;
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = [columns, ...rows.map((row) => columns.map((column) => /** @type {Row} */ (row)[column]))];
  return lines.map((line) => `${line.map(field).join(",")}\r\n`).join("");
}

/** "1" for the first pair of axes, "2" for x2 with y2. @param {any} trace */
const panelOf = (trace) => `${trace.xaxis ?? "x"}`.slice(1) || "1";

/** @param {any} trace @returns {Row[]} */
function rowsOf(trace) {
  if (Array.isArray(trace.dimensions)) return columnsOf(trace.dimensions);
  if (Array.isArray(trace.z)) return cellsOf(trace);
  const { x, y, text: label, error_y: error = {} } = trace;
  // Legend entries are traces without a point.
  const count = Math.max(...[x, y].map((side) => (isEmpty(side) ? 0 : side.length)));
  /** @type {Record<string, unknown>} */
  const sides = { x, y, text: label, "error up": error.array, "error down": error.arrayminus };
  // What has one side only stands at 0, 1, 2 and so on.
  const places = !Array.isArray(x) && trace.type !== "histogram";
  return Array.from({ length: count }, (_, i) => {
    const row = Object.entries(sides).flatMap(([key, side]) => (Array.isArray(side) ? [[key, side[i]]] : []));
    return { ...(places && { x: i }), ...Object.fromEntries(row) };
  });
}

/** @param {unknown} side */
const isEmpty = (side) => !Array.isArray(side) || side.every((value) => value === null);

/** A matrix, with the places of its rows and columns. @param {any} trace @returns {Row[]} */
function cellsOf({ x, y, z }) {
  return z.flatMap((/** @type {unknown[]} */ line, /** @type {number} */ row) =>
    line.map((value, column) => ({ x: x?.[column] ?? column, y: y?.[row] ?? row, z: value })),
  );
}

/** Parallel coordinates: a column an upright. @param {{ label: string, values: unknown[] }[]} dimensions @returns {Row[]} */
function columnsOf(dimensions) {
  const count = Math.max(0, ...dimensions.map(({ values }) => values.length));
  return Array.from({ length: count }, (_, i) =>
    Object.fromEntries(dimensions.map(({ label, values }) => [label, values[i]])),
  );
}

/** @param {unknown} value */
function field(value) {
  const plain = value === undefined || value === null ? "" : String(value);
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

/** A PNG's width and height, in pixels. @param {Uint8Array} png */
export function sizeOf(png) {
  const view = Buffer.from(png.buffer, png.byteOffset, png.length);
  if (view.length < 24 || view.toString("latin1", 1, 4) !== "PNG") throw new Error("it is no PNG");
  return { width: view.readUInt32BE(16), height: view.readUInt32BE(20) };
}

/** A picture inside an SVG, its pixels kept as they are. @param {Buffer} png */
export function svgAround(png) {
  const { width, height } = sizeOf(png);
  const source = `data:image/png;base64,${png.toString("base64")}`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">` +
    `<image width="${width}" height="${height}" style="image-rendering:pixelated" href="${source}"/></svg>`
  );
}
