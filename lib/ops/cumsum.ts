import { type ScanOptions, scanKernel } from "../kernels/scan.ts";
import type { Random } from "../random/random.ts";
import { empty } from "../tensor/create.ts";
import { wholeOf } from "../tensor/dtype.ts";
import { resolveAxes, ShapeError, sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { apply, type Op, type Sample } from "./op.ts";
import { draw, SHAPES } from "./samples.ts";
import { tfAlongLast } from "./tf.ts";

/** Along which axis, which way, and whether an element counts in its own sum. */
export interface CumulativeOptions extends ScanOptions {
  readonly axis: number;
}

/** y_k = Σ_{i ≤ k} x_i; x_i is in every sum from y_i on, so the gradient is summed from behind. */
export const cumsumOp: Op<"cumsum", readonly [Tensor], CumulativeOptions> = {
  name: "cumsum",
  formula: "y_k = \\sum_{i \\le k} x_i",
  inputs: ["x"],
  forward([x], options) {
    const y = empty(x.shape, wholeOf(x.dtype));
    const [length, inner] = [x.shape[options.axis]!, sizeOf(x.shape.slice(options.axis + 1))];
    scanKernel("sum", x.storage, length, inner, y.storage, options);
    return y;
  },
  gradients: [(g, _, __, options) => apply(cumsumOp, [g], { ...options, reverse: !options.reverse })],
  samples: cumulativeSamples,
  reference: (tf, [x], { axis, exclusive, reverse }) =>
    tfAlongLast(tf, x, axis, (lines) => tf.cumsum(lines, lines.rank - 1, exclusive, reverse)),
};

export function cumulativeSamples(random: Random): Sample<readonly [Tensor], CumulativeOptions>[] {
  return SHAPES.filter(({ length }) => length > 0).map((shape, i) => ({
    inputs: [draw(random, shape)],
    options: { axis: i % shape.length, reverse: i % 3 === 1, exclusive: i % 4 === 2 },
  }));
}

/** The options as a user leaves them out, with the axis counted from the front. */
export function cumulative(
  op: string,
  x: Tensor,
  { axis = 0, reverse = false, exclusive = false }: Partial<CumulativeOptions>,
): CumulativeOptions {
  if (x.rank === 0) throw new ShapeError(`${op}: a scalar has no axis to run along.`);
  return { axis: resolveAxes(op, axis, x.rank)[0] ?? 0, reverse, exclusive };
}

/** Running sums along an axis. @example cumsum(tensor([1, 2, 3])) // 1, 3, 6 */
export function cumsum(x: Tensor, options: Partial<CumulativeOptions> = {}): Tensor {
  return apply(cumsumOp, [x], cumulative("cumsum", x, options));
}
