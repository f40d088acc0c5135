import { formatShape, ShapeError, sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { concat, split } from "./concat.ts";
import { expandDims, squeeze } from "./reshape.ts";

/**
 * Tensors of one shape side by side along a new axis.
 * @example stack([row, row]) // [2, n]
 */
export function stack(tensors: readonly Tensor[], { axis = 0 }: { readonly axis?: number } = {}): Tensor {
  const odd = tensors.find(({ shape }) => !sameShape(shape, tensors[0]!.shape));
  if (odd !== undefined) {
    throw new ShapeError(
      `stack: shapes ${formatShape(tensors[0]!.shape)} and ${formatShape(odd.shape)} differ; all must be equal.`,
    );
  }
  return concat(
    tensors.map((one) => expandDims(one, axis)),
    { axis },
  );
}

/** The other way: the slices along an axis, without it. @example unstack(matrix) // its rows */
export function unstack(x: Tensor, { axis = 0 }: { readonly axis?: number } = {}): Tensor[] {
  const at = axis < 0 ? axis + x.rank : axis;
  return split(x, x.shape[at] ?? 0, { axis }).map((one) => squeeze(one, at));
}
