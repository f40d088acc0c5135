import { map } from "../kernels/elementwise.ts";
import type { DType } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { apply, type Op, singles } from "./op.ts";

/** The same numbers in another element type (toward 0 for int32); the gradient passes unchanged. */
export const castOp: Op<"cast", readonly [Tensor], DType> = {
  name: "cast",
  formula: "x",
  inputs: ["x"],
  forward([x], dtype) {
    const output = map(x, dtype === "bool" ? (v) => Number(v !== 0) : (v) => v, dtype);
    return { output, gradient: (g) => [dtype === "float32" || dtype === "float64" ? () => g : null] };
  },
  samples: (random) => singles(random, [[2, 3], []]).map(({ inputs }) => ({ inputs, options: "float64" })),
  reference: (tf, [x]) => tf.cast(x, "float32"),
};

/** @example cast(labels, "float32") */
export function cast(x: Tensor, dtype: DType): Tensor {
  return apply(castOp, [x], dtype);
}
