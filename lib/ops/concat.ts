import { copyRuns } from "../kernels/copies.ts";
import { empty } from "../tensor/create.ts";
import { promote } from "../tensor/dtype.ts";
import { formatShape, resolveAxes, ShapeError, sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { apply, type Op } from "./op.ts";
import { draw, SHAPES } from "./samples.ts";
import { pick } from "./slice.ts";

/** Along which axis. */
export interface ConcatOptions {
  readonly axis: number;
}

/** Tensors end to end along an axis; each gets back its part of the gradient. */
export const concatOp: Op<"concat", readonly Tensor[], ConcatOptions> = {
  name: "concat",
  formula: "(a, b, \\dots)",
  inputs: ["a", "b", "c"],
  forward(inputs, { axis }) {
    const [first] = inputs;
    const length = inputs.reduce((sum, { shape }) => sum + shape[axis]!, 0);
    const shape = first!.shape.map((n, at) => (at === axis ? length : n));
    const y = empty(
      shape,
      inputs.map(({ dtype }) => dtype).reduce((a, b) => promote(a, b)),
    );
    const inner = sizeOf(shape.slice(axis + 1));
    const outer = sizeOf(shape.slice(0, axis));
    let offset = 0;
    for (const x of inputs) {
      const width = x.shape[axis]! * inner;
      copyRuns(x.storage, 0, width, y.storage, offset, length * inner, width, outer);
      offset += width;
    }
    return y;
  },
  gradients: (input) => (g, inputs, _, options) => partOf(g, inputs, input, options.axis),
  samples: (random) =>
    SHAPES.filter(({ length }) => length > 0).map((shape, i) => {
      const axis = i % shape.length;
      const longer = shape.map((n, at) => (at === axis ? n + 1 : n));
      return { inputs: [shape, longer, shape].map((one) => draw(random, one)), options: { axis } };
    }),
  reference: (tf, inputs, { axis }) => tf.concat([...inputs], axis),
};

/** What of a joined tensor comes from this input. */
function partOf(y: Tensor, inputs: readonly Tensor[], input: number, axis: number): Tensor {
  const start = inputs.slice(0, input).reduce((sum, { shape }) => sum + shape[axis]!, 0);
  const places = y.shape.map((_, at) => ({ start: at === axis ? start : 0, step: 1 }));
  return pick(y, { shape: inputs[input]!.shape, places });
}

/**
 * Joins tensors along an axis; along the others they must be equally long.
 * @example concat([train, test], { axis: 0 })
 */
export function concat(tensors: readonly Tensor[], { axis = 0 }: Partial<ConcatOptions> = {}): Tensor {
  const [first] = tensors;
  if (first === undefined) throw new ShapeError("concat: it joins one tensor or more and was given none.");
  if (first.rank === 0)
    throw new ShapeError("concat: scalars have no axis to be joined along; stack() makes one.");
  const [at = 0] = resolveAxes("concat", axis, first.rank);
  const odd = tensors.find(
    ({ shape }) =>
      shape.length !== first.rank || shape.some((n, other) => other !== at && n !== first.shape[other]),
  );
  if (odd !== undefined) {
    throw new ShapeError(
      `concat: shapes ${formatShape(first.shape)} and ${formatShape(odd.shape)} do not join along axis ${at}; all other ` +
        `axes must be equal.`,
    );
  }
  return apply(concatOp, tensors, { axis: at });
}

/**
 * Cuts a tensor along an axis into so many equal parts, or into parts of these lengths.
 * @example split(x, [100, 20], { axis: 0 })
 */
export function split(
  x: Tensor,
  parts: number | readonly number[],
  { axis = 0 }: Partial<ConcatOptions> = {},
): Tensor[] {
  const [at = 0] = resolveAxes("split", axis, x.rank);
  const length = x.shape[at] ?? 0;
  const lengths = typeof parts === "number" ? new Array<number>(parts).fill(length / parts) : parts;
  if (
    lengths.reduce((sum, n) => sum + n, 0) !== length ||
    !lengths.every((n) => Number.isInteger(n) && n >= 0)
  ) {
    throw new ShapeError(
      `split: axis ${at} of ${formatShape(x.shape)} does not fall into ${JSON.stringify(parts)}; a number must divide ` +
        `${length}, and lengths must add up to it.`,
    );
  }
  let start = 0;
  return lengths.map((count) => {
    const places = x.shape.map((_, other) => ({ start: other === at ? start : 0, step: 1 }));
    start += count;
    return pick(x, { shape: x.shape.map((n, other) => (other === at ? count : n)), places });
  });
}
