import { gemm } from "../kernels/gemm.ts";
import { empty } from "../tensor/create.ts";
import { floatOf, promote } from "../tensor/dtype.ts";
import { formatShape, type Shape, ShapeError, sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { activateBack } from "./activation.ts";
import { add } from "./add.ts";
import { matmul } from "./matmul.ts";
import { apply, type Op } from "./op.ts";
import { relu } from "./relu.ts";
import { reshape } from "./reshape.ts";
import { draw } from "./samples.ts";
import { sum } from "./sum.ts";

/** Whether max(0, ·) ends it, computed in the same pass. */
export interface LinearOptions {
  readonly relu: boolean;
}

/**
 * y = xW + b for rows x, then max(0, ·) where asked: bias and ReLU are added while a tile of the product is still in
 * registers. With G = ∂L/∂y, 0 where ReLU cut off: ∂L/∂x = GWᵀ, ∂L/∂W = xᵀG, and ∂L/∂b is the sum of G's rows.
 */
export const linearOp: Op<"linear", readonly [Tensor, Tensor, Tensor], LinearOptions> = {
  name: "linear",
  formula: "\\max(0,\\; x W + b)",
  inputs: ["x", "w", "b"],
  forward([x, w, b], { relu }) {
    const [k = 0, n = 0] = w.shape;
    const leading = x.shape.slice(0, -1);
    const y = empty([...leading, n], floatOf(promote(promote(x.dtype, w.dtype), b.dtype)));
    const left = { block: x.storage, row: k, column: 1 };
    const right = { block: w.storage, row: n, column: 1 };
    gemm(sizeOf(leading), n, k, left, right, { block: y.storage, row: n }, { bias: b.storage, relu });
    return y;
  },
  backward(g, { inputs: [x, w], output, options, wanted }) {
    const passed = asRows(options.relu ? activateBack("relu", g, output, output) : g);
    return [
      wanted[0] ? reshape(matmul(passed, w, { transposeB: true }), x.shape) : undefined,
      wanted[1] ? matmul(asRows(x), passed, { transposeA: true }) : undefined,
      wanted[2] ? sum(passed, { axis: 0 }) : undefined,
    ];
  },
  decomposed([x, w, b], options) {
    const y = reshape(add(matmul(asRows(x), w), b), [...x.shape.slice(0, -1), w.shape[1]!]);
    return options.relu ? relu(y) : y;
  },
  samples: (random) =>
    SIZES.map(([rows, k, n], i) => ({
      inputs: [draw(random, [...rows, k]), draw(random, [k, n]), draw(random, [n])],
      options: { relu: i % 2 === 1 },
    })),
  reference(tf, [x, w, b], { relu }) {
    const leading = x.shape.slice(0, -1);
    const flat = tf.reshape(x, [sizeOf(leading), w.shape[0]!]);
    const y = tf.reshape(tf.add(tf.matMul(flat as never, w as never), b), [...leading, w.shape[1]!]);
    return relu ? tf.relu(y) : y;
  },
};

const SIZES: readonly (readonly [rows: Shape, k: number, n: number])[] = [
  [[], 3, 2],
  [[], 1, 1],
  [[1], 1, 1],
  [[1], 5, 3],
  [[2], 3, 4],
  [[3], 2, 5],
  [[4], 1, 3],
  [[5], 5, 5],
  [[7], 3, 1],
  [[1], 7, 5],
  [[9], 2, 3],
  [[3], 9, 2],
  [[17], 3, 2],
  [[2], 17, 3],
  [[2], 3, 17],
  [[0], 3, 2],
  [[0], 1, 5],
  [[2, 3], 2, 4],
  [[3, 1], 4, 2],
  [[1, 1], 1, 2],
  [[2, 0], 2, 3],
  [[2, 1, 3], 3, 2],
];

/** All axes but the last as one. */
function asRows(x: Tensor): Tensor {
  return x.rank === 2 ? x : reshape(x, [sizeOf(x.shape.slice(0, -1)), x.shape.at(-1)!]);
}

/**
 * A dense layer: x [..., features] times w [features, units], plus b [units].
 * @example linear(x, W1, b1, { relu: true })
 */
export function linear(
  x: Tensor,
  w: Tensor,
  b: Tensor,
  { relu = false }: Partial<LinearOptions> = {},
): Tensor {
  const [features, units] = w.shape;
  if (w.rank !== 2 || x.shape.at(-1) !== features || b.rank !== 1 || b.shape[0] !== units) {
    throw new ShapeError(
      `linear: x ${formatShape(x.shape)}, w ${formatShape(w.shape)} and b ${formatShape(b.shape)} do not fit; ` +
        `they must be [..., features], [features, units] and [units].`,
    );
  }
  return apply(linearOp, [x, w, b], { relu });
}
