import { scanKernel } from "../kernels/scan.ts";
import { empty, ones } from "../tensor/create.ts";
import { wholeOf } from "../tensor/dtype.ts";
import { sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type CumulativeOptions, cumulative, cumulativeSamples } from "./cumsum.ts";
import { mul } from "./mul.ts";
import { apply, type Op } from "./op.ts";
import { stack, unstack } from "./stack.ts";
import { tfCumprod } from "./tf.ts";

/**
 * y_k = Π_{i ≤ k} x_i. ∂y_k/∂x_j is the product of the others, worked out without dividing by x_j, which may be 0:
 * that takes a loop over k for every j.
 */
export const cumprodOp: Op<"cumprod", readonly [Tensor], CumulativeOptions> = {
  name: "cumprod",
  formula: "y_k = \\prod_{i \\le k} x_i",
  inputs: ["x"],
  forward([x], options) {
    const y = empty(x.shape, wholeOf(x.dtype));
    const [length, inner] = [x.shape[options.axis]!, sizeOf(x.shape.slice(options.axis + 1))];
    scanKernel("prod", x.storage, length, inner, y.storage, options);
    return y;
  },
  backward(g, { inputs: [x], options: { axis, reverse, exclusive } }) {
    const dx = empty(x.shape, x.dtype);
    const [length, inner] = [x.shape[axis]!, sizeOf(x.shape.slice(axis + 1))];
    const [from, up, out] = [x.storage.array(), g.storage.array(), dx.storage.array()];
    const step = reverse ? -inner : inner;
    for (let line = 0; line < from.length / Math.max(length, 1); line++) {
      const start = Math.floor(line / inner) * length * inner + (line % inner);
      const first = start + (reverse ? (length - 1) * inner : 0);
      let before = 1;
      for (let j = 0; j < length; j++) {
        let [others, total] = [before, 0];
        for (let k = j; k < length; k++) {
          if (exclusive && k > j) total += up[first + k * step]! * others;
          if (k > j) others *= from[first + k * step]!;
          if (!exclusive) total += up[first + k * step]! * others;
        }
        out[first + j * step] = total;
        before *= from[first + j * step]!;
      }
    }
    return [dx];
  },
  decomposed([x], { axis, reverse, exclusive }) {
    const parts = unstack(x, { axis });
    if (parts.length === 0) return x;
    if (reverse) parts.reverse();
    let soFar = ones(parts[0]!.shape, x.dtype);
    const products = parts.map((part) => {
      const before = soFar;
      soFar = mul(soFar, part);
      return exclusive ? before : soFar;
    });
    return stack(reverse ? products.reverse() : products, { axis });
  },
  samples: cumulativeSamples,
  reference: (tf, [x], { axis, ...way }) => (x.size === 0 ? tf.add(x, 0) : tfCumprod(tf, x, axis, way)),
};

/** Running products along an axis. @example cumprod(tensor([1, 2, 3])) // 1, 2, 6 */
export function cumprod(x: Tensor, options: Partial<CumulativeOptions> = {}): Tensor {
  return apply(cumprodOp, [x], cumulative("cumprod", x, options));
}
