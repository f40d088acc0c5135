import { maxoutUnits, maxoutUnitsGrad } from "../kernels/maxout.ts";
import { empty } from "../tensor/create.ts";
import { formatShape, type Shape, ShapeError } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { equal } from "./compare.ts";
import { div } from "./div.ts";
import { mul } from "./mul.ts";
import { apply, type Op } from "./op.ts";
import { reshape } from "./reshape.ts";
import { distinct } from "./samples.ts";
import { sum } from "./sum.ts";

/** How many linear pieces a unit chooses from. */
export interface MaxoutOptions {
  readonly pieces: number;
}

/**
 * y_u = max of the `pieces` neighbours x_{u·pieces}, …, of the last axis (Goodfellow et al., 2013): an activation that
 * learns its own convex shape. The gradient goes to the greatest; where several tie, a kink, they share it evenly.
 */
export const maxoutOp: Op<"maxout", readonly [Tensor], MaxoutOptions> = {
  name: "maxout",
  formula: "\\max_{j < k} x_{uk + j}",
  inputs: ["x"],
  forward([x], { pieces }) {
    const y = empty(split(x.shape, pieces).slice(0, -1), x.dtype);
    maxoutUnits(x.storage, pieces, y.storage);
    return y;
  },
  gradients: [
    (g, [x], y, { pieces }) => {
      const chosen = equal(reshape(x, split(x.shape, pieces)), reshape(y, [...y.shape, 1]));
      const ties = sum(chosen, { axis: -1, keepDims: true });
      return reshape(mul(chosen, div(reshape(g, [...g.shape, 1]), ties)), x.shape);
    },
  ],
  backward(g, { inputs: [x], output: y, options: { pieces } }) {
    const dx = empty(x.shape, x.dtype);
    maxoutUnitsGrad(g.storage, x.storage, y.storage, pieces, dx.storage);
    return [dx];
  },
  samples: (random) =>
    SIZES.map(([before, units, pieces]) => ({
      inputs: [distinct(random, [...before, units * pieces])],
      options: { pieces },
    })),
  reference: (tf, [x], { pieces }) => tf.max(tf.reshape(x, split(x.shape, pieces)), -1),
};

/** The last axis as units and their pieces. */
function split(shape: Shape, pieces: number): number[] {
  const width = shape.at(-1);
  if (Number.isInteger(pieces) && pieces > 0 && width !== undefined && width % pieces === 0) {
    return [...shape.slice(0, -1), width / pieces, pieces];
  }
  throw new ShapeError(
    `maxout: the last axis of ${formatShape(shape)} does not divide into units of ${pieces} pieces; ` +
      `it must hold a multiple of them, such as [n, units · pieces].`,
  );
}

const SIZES: readonly (readonly [before: Shape, units: number, pieces: number])[] = [
  [[], 1, 1],
  [[], 1, 2],
  [[], 3, 2],
  [[], 2, 5],
  [[], 0, 2],
  [[1], 1, 1],
  [[1], 1, 3],
  [[2], 3, 1],
  [[3], 2, 2],
  [[5], 1, 4],
  [[7], 3, 3],
  [[0], 2, 2],
  [[2], 0, 3],
  [[4], 5, 2],
  [[1, 1], 1, 2],
  [[2, 3], 2, 2],
  [[3, 1], 1, 5],
  [[2, 0], 2, 2],
  [[2, 2], 3, 3],
  [[1, 2, 3], 2, 2],
  [[2, 1, 2], 1, 3],
  [[17], 1, 2],
];

/**
 * The greatest of every `pieces` neighbours along the last axis.
 * @example maxout(tensor([1, 5, 4, 2]), { pieces: 2 }) // 5, 4
 */
export function maxout(x: Tensor, { pieces }: MaxoutOptions): Tensor {
  return apply(maxoutOp, [x], { pieces });
}
