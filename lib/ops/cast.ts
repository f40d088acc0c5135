import { unaryKernel } from "../kernels/elementwise.ts";
import { empty } from "../tensor/create.ts";
import type { DType } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { apply, type Op } from "./op.ts";
import { singles } from "./samples.ts";

/** The same numbers in another element type (toward 0 for int32); the gradient is cast back. */
export const castOp: Op<"cast", readonly [Tensor], DType> = {
  name: "cast",
  formula: "x",
  inputs: ["x"],
  forward([x], dtype) {
    if (x.dtype === dtype) return x;
    const y = empty(x.shape, dtype);
    unaryKernel(dtype === "bool" ? "truth" : "copy", x.storage, y.storage);
    return y;
  },
  gradients: [(g) => g],
  samples: (random) => singles(random).map(({ inputs }) => ({ inputs, options: "float64" })),
  reference: (tf, [x]) => tf.cast(x, "float32"),
};

/** @example cast(labels, "float32") */
export function cast(x: Tensor, dtype: DType): Tensor {
  return x.dtype === dtype ? x : apply(castOp, [x], dtype);
}
