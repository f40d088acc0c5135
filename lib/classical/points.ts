import { adopt } from "../tensor/create.ts";
import { floatOf } from "../tensor/dtype.ts";
import { formatShape, ShapeError } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Examples [n, d] as doubles, row by row. */
export interface Points {
  readonly count: number;
  readonly width: number;
  readonly data: Float64Array;
}

/** Takes examples out of a tensor; there must be `least` or more, all finite. */
export function pointsOf(op: string, x: Tensor, least = 1): Points {
  const [count = 0, width = 0] = x.shape;
  if (x.rank !== 2 || count < least || width === 0) {
    throw new ShapeError(
      `${op}: examples are [n, features] with n of ${least} or more; these are ${formatShape(x.shape)}.`,
    );
  }
  const data = Float64Array.from(x.storage.array());
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return { count, width, data };
  throw new RangeError(
    `${op}: feature ${bad % width} of example ${Math.floor(bad / width)} is ${data[bad]}; all must be finite.`,
  );
}

/** Throws unless the examples have as many features as those that a model was fitted to. */
export function checkWidth(op: string, x: Tensor, width: number): void {
  if (x.rank === 2 && x.shape[1] === width) return;
  throw new ShapeError(
    `${op}: it was fitted to ${width} features, and these examples are ${formatShape(x.shape)}; they must be [n, ${width}].`,
  );
}

/** int32 class indices, one for each example; how many classes there are. */
export function labelsOf(op: string, count: number, labels: Tensor): { y: Int32Array; classes: number } {
  if (labels.dtype !== "int32" || labels.rank !== 1 || labels.size !== count) {
    throw new ShapeError(
      `${op}: ${count} examples need labels int32 [${count}]; these are ${labels.dtype} ${formatShape(labels.shape)}.`,
    );
  }
  const y = Int32Array.from(labels.storage.array());
  const classes = y.reduce((most, label) => Math.max(most, label + 1), 0);
  const seen = new Set(y);
  const missing = Array.from({ length: classes }, (_, c) => c).find((c) => !seen.has(c));
  if (classes >= 2 && seen.size === classes) return { y, classes };
  const why = classes < 2 ? "there is only one class" : `class ${missing} has no example`;
  throw new RangeError(`${op}: labels are classes 0 … C − 1, each with an example, and ${why}.`);
}

/** The mean of each feature. */
export function meanOf({ count, width, data }: Points): Float64Array {
  const mean = new Float64Array(width);
  for (let i = 0; i < data.length; i++) mean[i % width]! += data[i]! / count;
  return mean;
}

/** Points less a center. */
export function centred({ count, width, data }: Points, center: Float64Array): Points {
  return { count, width, data: data.map((value, i) => value - center[i % width]!) };
}

/** Doubles as a tensor of the element type that the examples had. */
export function like(x: Tensor, data: Float64Array, shape: readonly number[]): Tensor {
  return adopt(floatOf(x.dtype) === "float64" ? data : Float32Array.from(data), shape);
}

/** ‖x_i − y_j‖² of a row in each. */
export function squaredDistance(
  x: Float64Array,
  i: number,
  y: Float64Array,
  j: number,
  width: number,
): number {
  let sum = 0;
  for (let k = 0, a = i * width, b = j * width; k < width; k++) {
    const gap = x[a + k]! - y[b + k]!;
    sum += gap * gap;
  }
  return sum;
}
