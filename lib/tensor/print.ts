import { escapeHtml } from "../display.ts";
import type { DType, TypedArray } from "./dtype.ts";
import { formatShape, type Shape } from "./shape.ts";

/** What printing needs to know of a tensor. */
interface Printable {
  readonly data: TypedArray;
  readonly shape: Shape;
  readonly dtype: DType;
}

const LARGE = 1000; // above this many elements only the edges are shown, as in NumPy
const EDGE = 3; // how many at each edge
const DECIMALS = 4;
const HTML_COLUMNS = 12;

/** `tensor([[1, 2], [3, 4]], float32 [2, 2])`, aligned, one row a line, long axes cut to their edges. */
export function printText(tensor: Printable): string {
  const { data, shape, dtype } = tensor;
  const format = formatter(tensor);
  const width = shape.length === 0 ? 0 : Math.max(0, ...shown(tensor).map((at) => format(data[at]!).length));
  const nest = (axis: number, start: number, size: number, indent: string): string => {
    if (axis === shape.length) return format(data[start]!).padStart(width);
    const length = shape[axis]!;
    const step = length === 0 ? 0 : size / length;
    const parts = positions(length, data.length > LARGE).map((at) =>
      at === undefined ? "…" : nest(axis + 1, start + at * step, step, `${indent} `),
    );
    const gap = axis === shape.length - 1 ? ", " : `,${"\n".repeat(shape.length - 1 - axis)}${indent} `;
    return `[${parts.join(gap)}]`;
  };
  const name = "tensor(";
  return `${name}${nest(0, 0, data.length, " ".repeat(name.length))}, ${dtype} ${formatShape(shape)})`;
}

/** A table for a matrix narrow enough to read; nothing for other shapes, which text shows better. */
export function printHtml(tensor: Printable): string | undefined {
  const { data, shape, dtype } = tensor;
  const [rows, columns] = shape;
  if (shape.length !== 2 || rows === undefined || columns === undefined) return undefined;
  if (data.length === 0 || columns > HTML_COLUMNS) return undefined;
  const format = formatter(tensor);
  const lines = positions(rows, rows > 4 * EDGE).map((row) => {
    const cells = Array.from({ length: columns }, (_, column) =>
      row === undefined ? "…" : format(data[row * columns + column]!),
    );
    return `<tr><th>${row ?? "…"}</th>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
  });
  return `<table><caption>${escapeHtml(`${dtype} ${formatShape(shape)}`)}</caption>${lines.join("")}</table>`;
}

/** The positions along an axis that are printed; `undefined` stands for the ones left out. */
function positions(length: number, cut: boolean): (number | undefined)[] {
  const all = Array.from({ length }, (_, at) => at);
  if (!cut || length <= 2 * EDGE) return all;
  return [...all.slice(0, EDGE), undefined, ...all.slice(-EDGE)];
}

/** Where the printed elements lie in the data. */
function shown({ data, shape }: Printable): number[] {
  let starts = [0];
  let size = data.length;
  for (const length of shape) {
    const step = length === 0 ? 0 : size / length;
    const kept = positions(length, data.length > LARGE).filter((at) => at !== undefined);
    starts = starts.flatMap((start) => kept.map((at) => start + at * step));
    size = step;
  }
  return starts;
}

/** One way of writing all the numbers of a tensor, so that they line up. */
function formatter(tensor: Printable): (value: number) => string {
  if (tensor.dtype === "bool") return (value) => (value === 0 ? "false" : "true");
  const finite = shown(tensor)
    .map((at) => tensor.data[at]!)
    .filter(Number.isFinite);
  const magnitudes = finite.map(Math.abs).filter((value) => value > 0);
  const largest = Math.max(...magnitudes, 0);
  const smallest = magnitudes.length === 0 ? 0 : Math.min(...magnitudes);
  if (finite.every(Number.isInteger) && largest < 1e8) return plain((value) => value.toFixed(0));
  if (largest >= 1e8 || smallest < 1e-4 || largest / smallest > 1e6) {
    return plain((value) => value.toExponential(DECIMALS));
  }
  return plain((value) => value.toFixed(DECIMALS));
}

function plain(write: (value: number) => string): (value: number) => string {
  return (value) => (Number.isFinite(value) ? write(value) : String(value));
}
