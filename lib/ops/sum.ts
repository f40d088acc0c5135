import { wholeOf } from "../tensor/dtype.ts";
import { type Shape, sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type AxesOptions, axesSamples, folding, tfAxes } from "./axes.ts";
import { broadcastTo } from "./broadcast-to.ts";
import { fold } from "./fold.ts";
import { apply, type Op } from "./op.ts";
import { reshape } from "./reshape.ts";

/** Σ x over the axes; every x has a part of 1 in its sum. */
export const sumOp: Op<"sum", readonly [Tensor], AxesOptions> = {
  name: "sum",
  formula: "\\sum_i x_i",
  inputs: ["x"],
  forward: ([x], options) => fold("sum", "sum", x, options, wholeOf(x.dtype)),
  gradients: [(g, [x], _, options) => broadcastTo(reshape(g, folding("sum", x, options).kept), x.shape)],
  samples: axesSamples,
  reference: (tf, [x], options) => tf.sum(x, tfAxes(options), options.keepDims),
};

/**
 * The sum of all elements, or over some axes.
 * @example sum(x, { axis: 0 }) // of each column
 */
export function sum(x: Tensor, options: AxesOptions = {}): Tensor {
  return apply(sumOp, [x], options);
}

/**
 * The other way of broadcasting to x's shape: an element that was used in many places collects the sum over them.
 * Shapes that broadcasting does not explain are left as they are.
 */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  const missing = x.rank - shape.length;
  if (missing < 0 || sameShape(x.shape, shape)) return x;
  const axis = x.shape.flatMap((length, at) =>
    at < missing || (shape[at - missing] === 1 && length !== 1) ? [at] : [],
  );
  const summed = axis.length === 0 ? x : sum(x, { axis, keepDims: true });
  return missing === 0 ? summed : reshape(summed, summed.shape.slice(missing));
}
