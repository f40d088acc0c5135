// To and from the data frames of danfojs, told by their form: no danfojs is loaded here.

import { adopt } from "../tensor/create.ts";
import { allocate, type DType } from "../tensor/dtype.ts";
import { formatShape, ShapeError } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** What is needed of a DataFrame or a Series. */
export interface DanfoData {
  readonly $isSeries: boolean;
  readonly columns: readonly string[];
  readonly values: readonly unknown[];
}

/** What is needed of danfojs. */
export interface DanfoMaker<Frame> {
  DataFrame: new (data: number[][] | boolean[][], options: { columns: string[] }) => Frame;
}

export interface DanfoOptions {
  /** These columns of a frame, in this order; all of them otherwise. */
  readonly columns?: readonly string[];
  readonly dtype?: DType;
}

/**
 * The numbers of a DataFrame as [rows, columns], or of a Series as [rows]. A missing value is NaN, which only floats hold.
 * @example const X = fromDanfo(frame, { columns: ["sepal length", "petal length"] });
 */
export function fromDanfo(frame: DanfoData, { columns, dtype = "float32" }: DanfoOptions = {}): Tensor {
  // Not by its shape: a series says [rows, 1].
  const isSeries = frame.$isSeries;
  const names = columns ?? (isSeries ? frame.columns.slice(0, 1) : frame.columns);
  const places = names.map((name) => {
    const place = isSeries ? 0 : frame.columns.indexOf(name);
    if (place >= 0) return place;
    throw new RangeError(`fromDanfo: no column "${name}"; there are ${frame.columns.join(", ")}.`);
  });
  const rows = frame.values.length;
  const data = allocate(dtype, rows * places.length);
  let at = 0;
  for (let row = 0; row < rows; row++) {
    for (const [n, place] of places.entries()) {
      const line = frame.values[row];
      const value: unknown = isSeries ? line : Array.isArray(line) ? line[place] : undefined;
      data[at++] = element(value, dtype, () => `column "${names[n]}", row ${row}`);
    }
  }
  return adopt(data, isSeries ? [rows] : [rows, places.length]);
}

function element(value: unknown, dtype: DType, where: () => string): number {
  const isMissing = value === null || value === undefined;
  if (!isMissing && typeof value !== "number" && typeof value !== "boolean") {
    throw new TypeError(
      `fromDanfo: ${where()} holds ${JSON.stringify(value)}, a ${typeof value}; ` +
        `choose numeric columns with { columns }, or encode it first.`,
    );
  }
  const number = isMissing ? Number.NaN : Number(value);
  if (dtype === "float32" || dtype === "float64") return number;
  if (dtype === "bool" && (number === 0 || number === 1)) return number;
  if (dtype === "int32" && (number | 0) === number) return number;
  throw new TypeError(`fromDanfo: ${where()} holds ${isMissing ? "nothing" : value}, which is no ${dtype}.`);
}

/**
 * A matrix as a DataFrame, made by the `dfd` that is handed over; its columns are named 0, 1, … unless `columns` says.
 * @example const frame = toDanfo(dfd, X, { columns: ["width", "height"] });
 */
export function toDanfo<Frame>(
  dfd: DanfoMaker<Frame>,
  tensor: Tensor,
  { columns }: { readonly columns?: readonly string[] } = {},
): Frame {
  const [rows, width] = tensor.shape;
  if (tensor.rank !== 2 || rows === undefined || width === undefined) {
    throw new ShapeError(
      `toDanfo: a frame is a matrix, [rows, columns]; this tensor has shape ${formatShape(tensor.shape)}.`,
    );
  }
  const names = columns ?? Array.from({ length: width }, (_, n) => String(n));
  if (names.length !== width) {
    throw new ShapeError(`toDanfo: ${names.length} column names for ${width} columns.`);
  }
  return new dfd.DataFrame(tensor.toArray() as number[][] | boolean[][], { columns: [...names] });
}
