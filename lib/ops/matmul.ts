import { matmulKernel, type Operand } from "../kernels/matmul.ts";
import { formatShape, ShapeError } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { apply, type Op, pairs } from "./op.ts";

/** C = AB. With G = ∂L/∂C: ∂L/∂A = G·Bᵀ and ∂L/∂B = Aᵀ·G, the only products whose shapes fit. */
export const matmulOp: Op<"matmul", readonly [Tensor, Tensor]> = {
  name: "matmul",
  formula: "C_{ij} = \\sum_p A_{ip} B_{pj}",
  inputs: ["a", "b"],
  forward([a, b]) {
    check(a, b);
    return {
      output: matmulKernel(asIs(a), asIs(b)),
      gradient: (g) => [
        () => matmulKernel(asIs(g), transposed(b)),
        () => matmulKernel(transposed(a), asIs(g)),
      ],
    };
  },
  samples: (random) =>
    pairs(random, [
      [
        [2, 3],
        [3, 4],
      ],
      [
        [1, 5],
        [5, 1],
      ],
      [
        [4, 1],
        [1, 3],
      ],
    ]),
  reference: (tf, [a, b]) => tf.matMul(a, b),
};

const asIs = (matrix: Tensor): Operand => ({ matrix, transposed: false });
const transposed = (matrix: Tensor): Operand => ({ matrix, transposed: true });

function check(a: Tensor, b: Tensor): void {
  const shapes = `${formatShape(a.shape)} and ${formatShape(b.shape)}`;
  if (a.rank !== 2 || b.rank !== 2) {
    throw new ShapeError(
      `matmul: it multiplies matrices and got shapes ${shapes}; reshape a vector of n to [1, n] (a row) or [n, 1].`,
    );
  }
  const [, columns] = a.shape;
  if (columns !== b.shape[0]) {
    throw new ShapeError(
      `matmul: shapes ${shapes} do not fit: the left has ${columns} columns and the right ${b.shape[0]} rows. ` +
        `Beside ${formatShape(a.shape)}, a right side of shape [${columns}, n] would fit.`,
    );
  }
}

/** @example matmul(X, W) // [n, 784] × [784, 10] → [n, 10] */
export function matmul(a: Tensor, b: Tensor): Tensor {
  return apply(matmulOp, [a, b], undefined);
}
