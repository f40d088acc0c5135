// What figures are drawn from: tensors, typed arrays, nested arrays, and the frames and series of danfojs.
import { type DanfoData, fromDanfo } from "../io/danfo.ts";
import { tensor } from "../tensor/create.ts";
import type { TypedArray } from "../tensor/dtype.ts";
import { type NestedArray, Tensor } from "../tensor/tensor.ts";
import type { Numbers } from "./traces.ts";

/** Curves by name, or a frame of danfojs or a matrix, whose columns they are. */
export type Columns = Readonly<Record<string, Numbers>> | DanfoData | Values;

/** Numbers in rows and columns, or of more axes. */
export type Values = Tensor | NestedArray | TypedArray | readonly (TypedArray | NestedArray)[] | DanfoData;

/**
 * The columns, in order, as lists of numbers; a missing value is null. A row of numbers is one column, and a matrix has
 * those of a frame, named 0, 1, …
 */
export function columnsOf(
  op: string,
  source: Columns,
  names?: readonly string[],
): Map<string, (number | null)[]> {
  const all = allColumns(op, source);
  if (all.size === 0) {
    throw new RangeError(
      `${op}: there is nothing to draw; numbers come by name, { training: […] }, or as a frame.`,
    );
  }
  if (names === undefined) return all;
  return new Map(
    names.map((name) => {
      const column = all.get(name);
      if (column !== undefined) return [name, column];
      throw new RangeError(`${op}: there is no column "${name}", only ${[...all.keys()].join(", ")}.`);
    }),
  );
}

function allColumns(op: string, source: Columns): Map<string, (number | null)[]> {
  if (source === null || typeof source !== "object") {
    throw new TypeError(
      `${op}: numbers come by name, { training: […] }, or as a frame; ${kind(source)} came.`,
    );
  }
  if (isFrame(source)) return frameColumns(source);
  if (!Array.isArray(source) && !isNumbers(source)) {
    return new Map(Object.entries(source).map(([k, v]) => [k, numbersOf(v, `${op}: "${k}"`)]));
  }
  if (
    !Array.isArray(source) ? !(source instanceof Tensor && source.rank === 2) : typeof source[0] !== "object"
  ) {
    return new Map([["values", numbersOf(source as Numbers, op)]]);
  }
  const values = tensorOf(op, source as Values).toArray() as number[][];
  const width = values[0]?.length ?? 0;
  return frameColumns({
    $isSeries: false,
    columns: Array.from({ length: width }, (_, k) => String(k)),
    values,
  });
}

/** Numbers in an ordinary array, whatever their shape was; `what` is named in an error. */
export function numbersOf(values: Numbers, what: string): (number | null)[] {
  if (values instanceof Tensor) return Array.from(values.storage.array());
  if (values !== null && typeof values === "object") {
    if (isFrame(values)) return [...frameColumns(values).values()].flat();
    if (Array.isArray(values))
      return values.flat(Number.POSITIVE_INFINITY).map((value) => numberOf(value, what));
    if (isNumbers(values)) return Array.from(values as Float64Array);
  }
  throw new TypeError(
    `${what} is ${kind(values)}; a row of numbers is needed: an array, a tensor or a series.`,
  );
}

function numberOf(value: unknown, what: string): number | null {
  if (typeof value === "number" || value === null) return value;
  if (typeof value === "boolean") return Number(value);
  throw new TypeError(`${what} holds ${kind(value)}; a row of numbers is needed.`);
}

/** Numbers that are all there. */
export function finiteOf(values: Numbers, what: string): number[] {
  return numbersOf(values, what).filter((value): value is number => value !== null && Number.isFinite(value));
}

/** A tensor of whatever holds numbers. */
export function tensorOf(op: string, values: Values): Tensor {
  if (values instanceof Tensor) return values;
  if (typeof values === "object" && values !== null) {
    if (isFrame(values)) return fromDanfo(values, { dtype: "float64" });
    if (ArrayBuffer.isView(values)) return tensor(values);
    if (Array.isArray(values)) return tensor(rowsOf(values), { dtype: "float64" });
  }
  throw new TypeError(`${op}: ${kind(values)} came; a tensor, an array of arrays or a frame is needed.`);
}

/** Rows of typed arrays and tensors as ordinary arrays. */
function rowsOf(values: readonly unknown[]): NestedArray {
  return values.map((value): NestedArray => {
    if (value instanceof Tensor) return value.toArray();
    if (ArrayBuffer.isView(value)) return Array.from(value as Float32Array);
    return Array.isArray(value) ? rowsOf(value) : (value as number);
  });
}

export function isFrame(source: object): source is DanfoData {
  return "$isSeries" in source;
}

/** A tensor or a typed array. */
export const isNumbers = (source: object): source is Float64Array | Tensor =>
  source instanceof Tensor || ArrayBuffer.isView(source);

function kind(value: unknown): string {
  if (value instanceof Tensor) return `a tensor ${JSON.stringify(value.shape)}`;
  if (Array.isArray(value)) return "an array";
  if (typeof value === "string") return JSON.stringify(value);
  return value === null || value === undefined
    ? "nothing"
    : typeof value === "object"
      ? "an object"
      : `${value}`;
}

function frameColumns({ $isSeries, columns, values }: DanfoData): Map<string, (number | null)[]> {
  return new Map(
    columns.map((name, at) => [
      name,
      values.map((row) => {
        const value: unknown = $isSeries || !Array.isArray(row) ? row : row[at];
        return typeof value === "number" ? value : typeof value === "boolean" ? Number(value) : null;
      }),
    ]),
  );
}

/** The names in a column of a frame that holds names, one for each row; undefined for one of numbers. */
export function wordsOf(source: Columns, name: string): readonly string[] | undefined {
  if (typeof source !== "object" || !isFrame(source)) return undefined;
  const at = source.columns.indexOf(name);
  const cells = source.values.map((row): unknown =>
    source.$isSeries || !Array.isArray(row) ? row : row[at],
  );
  return cells.some((cell) => typeof cell === "string") ? cells.map(String) : undefined;
}
