import { type MimeBundle, showAs } from "../display.ts";
import { type DType, dtypeOf, type TypedArray } from "./dtype.ts";
import { isPicture, pictureForms } from "./picture.ts";
import { printHtml, printText } from "./print.ts";
import { checkShape, formatShape, type Shape, ShapeError, sizeOf } from "./shape.ts";
import { Storage } from "./storage.ts";

/** Numbers (booleans, for a bool tensor) nested as deep as the tensor has axes. */
export type NestedArray = number | boolean | readonly NestedArray[];

/**
 * An n-dimensional array: flat values and a shape, row-major (the last axis varies fastest).
 *
 * An operation never writes into its inputs and may share memory with them (`reshape` and `rows` do), so what `data`
 * gives is for reading.
 *
 * @example
 * const x = tensor([[1, 2, 3], [4, 5, 6]]);
 * x.shape; // [2, 3]
 * x.dtype; // "float32"
 */
export class Tensor {
  readonly shape: Shape;
  readonly dtype: DType;
  /** Where the values are: what kernels read and write. */
  readonly storage: Storage;
  /** When a tape took it down, and (a bit for each level of nesting) which tapes follow it. See `autodiff/tape.ts`. */
  serial = 0;
  followed = 0;

  /** Takes the array as it is; `tensor` copies and converts. */
  constructor(data: TypedArray | Storage, shape: Shape = [data.length]) {
    if (data instanceof Storage) {
      this.storage = data;
      this.dtype = data.dtype;
    } else {
      checkShape("Tensor", shape);
      if (sizeOf(shape) !== data.length) {
        throw new ShapeError(
          `Tensor: shape ${formatShape(shape)} holds ${sizeOf(shape)} elements and the data has ${data.length}.`,
        );
      }
      this.dtype = dtypeOf(data);
      this.storage = Storage.adopt(data, this.dtype);
      this.storage.expose();
    }
    this.shape = shape;
  }

  /** The values in an ordinary typed array, this tensor's own: it stays as it is whatever happens later. */
  get data(): TypedArray {
    return this.storage.expose();
  }

  /** The number of elements. */
  get size(): number {
    return this.storage.length;
  }

  /** The number of axes. */
  get rank(): number {
    return this.shape.length;
  }

  /** The one number of a tensor that holds one. */
  item(): number {
    if (this.size === 1) return this.storage.array()[0]!;
    throw new ShapeError(
      `item: a tensor of shape ${formatShape(this.shape)} holds ${this.size} numbers, not one; ` +
        `sum() or mean() it first, or read toArray().`,
    );
  }

  /** A copy as nested arrays. */
  toArray(): NestedArray {
    const { shape, dtype } = this;
    const data = this.storage.array();
    const nest = (axis: number, start: number, size: number): NestedArray => {
      if (axis === shape.length) return dtype === "bool" ? data[start] !== 0 : data[start]!;
      const length = shape[axis]!;
      const step = length === 0 ? 0 : size / length;
      return Array.from({ length }, (_, i) => nest(axis + 1, start + i * step, step));
    };
    return nest(0, 0, this.size);
  }

  toString(): string {
    return printText(printable(this));
  }
}

showAs(Tensor, look, (tensor) => printText(printable(tensor)));

/** The same with a passing view of the values: looking at a tensor leaves it where it is. */
function printable({ shape, dtype, storage }: Tensor): { data: TypedArray; shape: Shape; dtype: DType } {
  return { data: storage.array(), shape, dtype };
}

function look(value: Tensor): MimeBundle {
  const tensor = printable(value);
  const text = printText(tensor);
  if (isPicture(tensor)) {
    const { "image/png": png, "text/html": html } = pictureForms(tensor);
    return { "image/png": png, "text/html": html, "text/plain": text };
  }
  const html = printHtml(tensor);
  return { "text/plain": text, ...(html === undefined ? {} : { "text/html": html }) };
}
