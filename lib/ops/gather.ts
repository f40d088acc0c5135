import { gatherKernel, scatterAddKernel } from "../kernels/index-select.ts";
import type { Random } from "../random/random.ts";
import { empty } from "../tensor/create.ts";
import { formatShape, resolveAxes, ShapeError, sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { apply, type Op, type Sample } from "./op.ts";
import { draw, indices as drawIndices, SHAPES } from "./samples.ts";
import { tfOneHot } from "./tf.ts";

/** Along which axis. */
export interface GatherOptions {
  readonly axis: number;
}

/** y_i = x[index_i]. What was taken several times collects the gradients of all its copies. */
export const gatherOp: Op<"gather", readonly [Tensor, Tensor], GatherOptions> = {
  name: "gather",
  formula: "y_i = x_{k_i}",
  inputs: ["x", "indices"],
  forward([x, indices], { axis }) {
    checkIndices("gather", indices, x.shape[axis]!);
    const y = empty([...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)], x.dtype);
    gatherKernel(x.storage, indices.storage, y.storage, x.shape[axis]!, sizeOf(x.shape.slice(axis + 1)));
    return y;
  },
  gradients: [(g, [x, indices], _, { axis }) => scatterAdd(g, indices, x.shape[axis]!, { axis }), null],
  samples: (random) =>
    gatherSamples(random).map(({ x, indices, axis }) => ({ inputs: [x, indices], options: { axis } })),
  reference: (tf, [x, indices], { axis }) => tf.gather(x, tf.cast(indices, "int32"), axis),
};

/** What is gathered: x, int32 indices of rank 0 to 2, and the axis. */
export function gatherSamples(random: Random): { x: Tensor; indices: Tensor; axis: number }[] {
  const shapes = SHAPES.filter((shape) => shape.length > 0 && !shape.includes(0));
  return shapes.flatMap((shape, i) => {
    const axis = i % shape.length;
    const taken = [[3], [], [2, 2], [1]][i % 4]!;
    const one = { x: draw(random, shape), indices: drawIndices(random, taken, shape[axis]!), axis };
    if (i % 5 !== 0) return [one];
    return [one, { ...one, indices: drawIndices(random, [0], shape[axis]!) }];
  });
}

/** Throws unless these are int32 and each is one of `count` places. */
function checkIndices(op: string, indices: Tensor, count: number): void {
  if (indices.dtype !== "int32") {
    throw new ShapeError(
      `${op}: the indices must be int32 and are ${indices.dtype} ${formatShape(indices.shape)}; ` +
        `make them with tensor([…], { dtype: "int32" }).`,
    );
  }
  const values = indices.storage.array();
  for (let i = 0; i < values.length; i++) {
    if (values[i]! >= 0 && values[i]! < count) continue;
    const places = count === 0 ? "there is nothing to take" : `outside 0 … ${count - 1}`;
    throw new RangeError(`${op}: index ${values[i]} (at place ${i}) is ${places}.`);
  }
}

/**
 * The rows of x that the int32 indices name, in their order, or the same along another axis.
 * @example gather(images, random.permutation(8000))
 */
export function gather(x: Tensor, indices: Tensor, { axis = 0 }: Partial<GatherOptions> = {}): Tensor {
  if (x.rank === 0) throw new ShapeError("gather: a scalar has no rows to take.");
  const [at = 0] = resolveAxes("gather", axis, x.rank);
  return apply(gatherOp, [x, indices], { axis: at });
}

/** Where `scatterAdd` adds: along which axis, and how long that is. */
export interface ScatterOptions extends GatherOptions {
  readonly length: number;
}

/** y[index_i] = Σ x_i over all i with that index, 0 where there is none: the other way of gather. */
export const scatterAddOp: Op<"scatterAdd", readonly [Tensor, Tensor], ScatterOptions> = {
  name: "scatterAdd",
  formula: "y_k = \\sum_{i : k_i = k} x_i",
  inputs: ["x", "indices"],
  forward([x, indices], { axis, length }) {
    const after = axis + indices.rank;
    const fits = indices.shape.every((n, at) => n === x.shape[axis + at]);
    if (!fits || x.rank < after) {
      throw new ShapeError(
        `scatterAdd: indices of shape ${formatShape(indices.shape)} do not name the places of ${formatShape(x.shape)} ` +
          `from axis ${axis} on; their shapes must be equal there.`,
      );
    }
    checkIndices("scatterAdd", indices, length);
    const y = empty([...x.shape.slice(0, axis), length, ...x.shape.slice(after)], x.dtype);
    y.storage.array().fill(0);
    scatterAddKernel(x.storage, indices.storage, y.storage, length, sizeOf(x.shape.slice(after)));
    return y;
  },
  gradients: [(g, [, indices], _, { axis }) => gather(g, indices, { axis }), null],
  samples: (random) =>
    gatherSamples(random).map(({ x, indices, axis }): Sample<readonly [Tensor, Tensor], ScatterOptions> => {
      const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
      return { inputs: [draw(random, shape), indices], options: { axis, length: x.shape[axis]! } };
    }),
  reference(tf, [x, indices], { axis, length }) {
    if (indices.size === 0) {
      return tf.zeros([...x.shape.slice(0, axis), length, ...x.shape.slice(axis + indices.rank)]);
    }
    const [before, after] = [x.shape.slice(0, axis), x.shape.slice(axis + indices.rank)];
    const flat = tf.reshape(x, [sizeOf(before), indices.size, sizeOf(after)]);
    const spread = tfOneHot(tf, tf.reshape(indices, [indices.size]), length); // [i, k]
    const tiles = tf.tile(tf.expandDims(tf.transpose(spread), 0), [sizeOf(before), 1, 1]);
    return tf.reshape(tf.matMul(tiles as never, flat as never), [...before, length, ...after]);
  },
};

/** Adds the slices of x up into `length` places. @example scatterAdd(gradients, tokens, vocabulary) */
export function scatterAdd(
  x: Tensor,
  indices: Tensor,
  length: number,
  { axis = 0 }: Partial<GatherOptions> = {},
): Tensor {
  return apply(scatterAddOp, [x, indices], { axis, length });
}
