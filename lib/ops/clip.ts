import { binaryKernel } from "../kernels/elementwise.ts";
import { isFloat } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { greaterEqual, lessEqual, logicalAnd } from "./compare.ts";
import { mul } from "./mul.ts";
import { apply, type Op, scalar } from "./op.ts";
import { binary } from "./pointwise.ts";
import { singles } from "./samples.ts";

/** The bounds of `clip`. */
export interface ClipOptions {
  readonly low: number;
  readonly high: number;
}

/** x moved up to `low` or down to `high`; the gradient passes where x was within them. */
export const clipOp: Op<"clip", readonly [Tensor], ClipOptions> = {
  name: "clip",
  formula: "\\min(\\max(x, \\text{low}), \\text{high})",
  inputs: ["x"],
  forward([x], { low, high }) {
    if (!(low <= high))
      throw new RangeError(`clip: the lower bound ${low} is not below the upper one, ${high}.`);
    const [least, most] = [scalar(low, x.dtype), scalar(high, x.dtype)];
    const y = binary("maximum", x, least);
    if (!isFloat(x.dtype)) return binary("minimum", y, most);
    binaryKernel("minimum", y.storage, y.shape, most.storage, [], y.storage, y.shape); // in place: half the memory
    return y;
  },
  gradients: [(g, [x], _, { low, high }) => mul(g, logicalAnd(greaterEqual(x, low), lessEqual(x, high)))],
  samples: (random) =>
    // Drawn at least 0.5 from 0; one bound is there, the other far away.
    singles(random, { apart: 0.5 }).map(({ inputs }, i) => ({
      inputs,
      options: i % 2 === 0 ? { low: -0.25, high: 10 } : { low: -10, high: 0.25 },
    })),
  reference: (tf, [x], { low, high }) => tf.clipByValue(x, low, high),
};

/** @example clip(gradient, -1, 1) */
export function clip(x: Tensor, low: number, high: number): Tensor {
  return apply(clipOp, [x], { low, high });
}
