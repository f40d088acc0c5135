import { broadcastShapes, formatShape, type Shape, ShapeError, sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { add } from "./add.ts";
import { greater } from "./compare.ts";
import { maximum } from "./maximum.ts";
import { minimum } from "./minimum.ts";
import { mul } from "./mul.ts";
import { apply, type Op } from "./op.ts";
import { draw } from "./samples.ts";
import { tfStretched } from "./tf.ts";
import { where } from "./where.ts";

/**
 * The leaky ReLU whose slope below 0 is learned, one for all or one a channel (He et al., 2015):
 * max(0, x) + α min(0, x). ∂/∂x is 1 above 0 and α below; ∂/∂α is min(0, x), summed over what shares the slope.
 */
export const preluOp: Op<"prelu", readonly [Tensor, Tensor]> = {
  name: "prelu",
  formula: "\\max(0, x) + \\alpha \\min(0, x)",
  inputs: ["x", "slope"],
  forward([x, slope]) {
    checkSlope(x.shape, slope.shape);
    return add(maximum(x, 0), mul(slope, minimum(x, 0)));
  },
  gradients: [(g, [x, slope]) => where(greater(x, 0), g, mul(g, slope)), (g, [x]) => mul(g, minimum(x, 0))],
  samples: (random) =>
    SLOPES.map(([shape, slope]) => ({
      inputs: [draw(random, shape, { apart: 0.1 }), draw(random, slope, { low: -0.5, high: 0.5 })],
      options: undefined,
    })),
  reference(tf, [x, slope]) {
    const [, wide] = tfStretched(tf, x, slope);
    return tf.add(tf.relu(x), tf.mul(wide, tf.neg(tf.relu(tf.neg(x)))));
  },
};

const SLOPES: readonly (readonly [Shape, Shape])[] = [
  [[], []],
  [[1], []],
  [[5], []],
  [[5], [1]],
  [[7], [7]],
  [[0], []],
  [[0], [1]],
  [[1, 1], [1]],
  [[2, 3], []],
  [[2, 3], [3]],
  [
    [2, 3],
    [2, 1],
  ],
  [
    [2, 3],
    [2, 3],
  ],
  [[0, 3], [3]],
  [[5, 1], [1]],
  [[17], [17]],
  [[2, 3, 4], [4]],
  [
    [2, 3, 4],
    [3, 1],
  ],
  [
    [3, 1, 5],
    [1, 5],
  ],
  [[2, 2, 3, 2], [2]],
  [[1, 3, 2, 3], [3]],
  [
    [2, 1, 3, 2],
    [1, 1, 2],
  ],
];

/** A slope wider than x would make the output wider too. */
function checkSlope(x: Shape, slope: Shape): void {
  if (sameShape(broadcastShapes("prelu", x, slope), x)) return;
  throw new ShapeError(
    `prelu: slopes of shape ${formatShape(slope)} do not fit x of shape ${formatShape(x)}; one for all, [], or one a ` +
      `channel, ${formatShape(x.slice(-1))}, would fit.`,
  );
}

/**
 * The ReLU with learned slopes: one, of shape [], or one for each channel.
 * @example prelu(tensor([-1, 2]), tensor(0.25)) // -0.25, 2
 */
export function prelu(x: Tensor, slope: Tensor): Tensor {
  return apply(preluOp, [x, slope], undefined);
}
