import { softmaxRows, softmaxRowsGrad } from "../kernels/softmax-rows.ts";
import { empty } from "../tensor/create.ts";
import { floatOf } from "../tensor/dtype.ts";
import { formatShape, resolveAxes, type Shape, ShapeError } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { mul } from "./mul.ts";
import { apply, type Op } from "./op.ts";
import { SHAPES, singles } from "./samples.ts";
import { sub } from "./sub.ts";
import { sum } from "./sum.ts";
import { transpose } from "./transpose.ts";

/**
 * p_i = e^{z_i − m} / Σ_j e^{z_j − m} over the last axis, m the greatest z: the shift cancels out, and no exponent
 * is above 0, so nothing overflows. ∂p_i/∂z_j = p_i (δ_ij − p_j), so the gradient is p_i (g_i − Σ_j g_j p_j).
 */
export const softmaxOp: Op<"softmax", readonly [Tensor]> = {
  name: "softmax",
  formula: "p_i = \\frac{e^{z_i}}{\\sum_j e^{z_j}}",
  inputs: ["logits"],
  forward([logits]) {
    const width = classesOf("softmax", logits);
    const p = empty(logits.shape, floatOf(logits.dtype));
    softmaxRows(logits.storage, width, p.storage);
    return p;
  },
  gradients: [(g, _, p) => mul(p, sub(g, sum(mul(g, p), { axis: -1, keepDims: true })))],
  backward(g, { output: p }) {
    const dz = empty(p.shape, p.dtype);
    softmaxRowsGrad(g.storage, p.storage, p.shape.at(-1)!, dz.storage);
    return [dz];
  },
  samples: (random) => singles(random, {}, withClasses()),
  reference: (tf, [logits]) => (logits.size === 0 ? tf.exp(logits) : tf.softmax(logits)),
};

/** Shapes whose last axis holds two classes or more: of one, tfjs gives rounding where the gradient is 0. */
export function withClasses(): Shape[] {
  const shapes = SHAPES.filter(({ length }) => length > 0);
  return shapes.map((shape) => (shape.at(-1)! < 2 ? [...shape.slice(0, -1), 4] : shape));
}

/** The number of scores in a row, at least one. */
export function classesOf(op: string, { shape }: Tensor): number {
  const width = shape.at(-1);
  if (width !== undefined && width > 0) return width;
  throw new ShapeError(
    `${op}: logits of shape ${formatShape(shape)} have no classes; the last axis holds one score per class.`,
  );
}

/** Logits to probabilities along an axis, the last unless given. @example softmax(tensor([1, 2, 3])) // 0.0900, 0.2447, 0.6652 */
export function softmax(logits: Tensor, { axis = -1 }: { readonly axis?: number } = {}): Tensor {
  return alongAxis("softmax", logits, axis, (last) => apply(softmaxOp, [last], undefined));
}

/** f, which works along the last axis, along another one: that axis is brought to the end and back. */
export function alongAxis(op: string, x: Tensor, axis: number, f: (x: Tensor) => Tensor): Tensor {
  if (axis === -1 || axis === x.rank - 1) return f(x);
  const [at = 0] = resolveAxes(op, axis, x.rank);
  if (at === x.rank - 1) return f(x);
  const order = [...x.shape.keys()].filter((other) => other !== at).concat(at);
  return transpose(
    f(transpose(x, order)),
    [...order.keys()].map((to) => order.indexOf(to)),
  );
}
