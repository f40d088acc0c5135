import { type MimeBundle, showAs } from "../display.ts";
import { type DType, dtypeOf, type TypedArray } from "./dtype.ts";
import { isPicture, pictureForms } from "./picture.ts";
import { printHtml, printText } from "./print.ts";
import { checkShape, formatShape, type Shape, ShapeError, sizeOf } from "./shape.ts";

/** Numbers (booleans, for a bool tensor) nested as deep as the tensor has axes. */
export type NestedArray = number | boolean | readonly NestedArray[];

/**
 * An n-dimensional array: a flat typed array and a shape, row-major (the last axis varies fastest).
 *
 * An operation never writes into its inputs and may share memory with them (`reshape` and `rows` do), so `data`
 * is for reading.
 *
 * @example
 * const x = tensor([[1, 2, 3], [4, 5, 6]]);
 * x.shape; // [2, 3]
 * x.dtype; // "float32"
 */
export class Tensor {
  readonly data: TypedArray;
  readonly shape: Shape;
  readonly dtype: DType;

  /** Takes the array as it is; `tensor` copies and converts. */
  constructor(data: TypedArray, shape: Shape = [data.length]) {
    checkShape("Tensor", shape);
    if (sizeOf(shape) !== data.length) {
      throw new ShapeError(
        `Tensor: shape ${formatShape(shape)} holds ${sizeOf(shape)} elements and the data has ${data.length}.`,
      );
    }
    this.data = data;
    this.shape = shape;
    this.dtype = dtypeOf(data);
  }

  /** The number of elements. */
  get size(): number {
    return this.data.length;
  }

  /** The number of axes. */
  get rank(): number {
    return this.shape.length;
  }

  /** The one number of a tensor that holds one. */
  item(): number {
    const [value] = this.data;
    if (value !== undefined && this.size === 1) return value;
    throw new ShapeError(
      `item: a tensor of shape ${formatShape(this.shape)} holds ${this.size} numbers, not one; ` +
        `sum() or mean() it first, or read toArray().`,
    );
  }

  /** A copy as nested arrays. */
  toArray(): NestedArray {
    const { data, shape, dtype } = this;
    const nest = (axis: number, start: number, size: number): NestedArray => {
      if (axis === shape.length) return dtype === "bool" ? data[start] !== 0 : data[start]!;
      const length = shape[axis]!;
      const step = length === 0 ? 0 : size / length;
      return Array.from({ length }, (_, i) => nest(axis + 1, start + i * step, step));
    };
    return nest(0, 0, this.size);
  }

  toString(): string {
    return printText(this);
  }
}

showAs(Tensor, look, printText);

function look(tensor: Tensor): MimeBundle {
  const text = printText(tensor);
  if (isPicture(tensor)) {
    const { "image/png": png, "text/html": html } = pictureForms(tensor);
    return { "image/png": png, "text/html": html, "text/plain": text };
  }
  const html = printHtml(tensor);
  return { "text/plain": text, ...(html === undefined ? {} : { "text/html": html }) };
}
