// Sorting: places by value, and values by place; the gradient of a sorted element goes back to where it came from.
import { adopt } from "../tensor/create.ts";
import { formatShape, resolveAxes, ShapeError, sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { gather } from "./gather.ts";
import { reshape } from "./reshape.ts";
import { slice } from "./slice.ts";
import { transpose } from "./transpose.ts";

/** Along which axis (the last, unless said), and which end first. */
export interface SortOptions {
  readonly axis?: number;
  readonly descending?: boolean;
}

/** The places of the elements in order of their values; ties stay in their order, NaN goes last. */
export function argsort(x: Tensor, { axis = -1, descending = false }: SortOptions = {}): Tensor {
  if (x.rank === 0) throw new ShapeError("argsort: a scalar has no axis to be sorted along.");
  const [at = 0] = resolveAxes("argsort", axis, x.rank);
  const last = at === x.rank - 1;
  const lines = last ? x : transpose(x, toEnd(x.rank, at));
  const [values, length] = [lines.storage.array(), x.shape[at]!];
  const order = new Int32Array(x.size);
  const sign = descending ? -1 : 1;
  for (let start = 0; start < values.length; start += length) {
    const places = order.subarray(start, start + length);
    for (let i = 0; i < length; i++) places[i] = i;
    places.sort((i, j) => {
      const [a, b] = [values[start + i]!, values[start + j]!];
      if (Number.isNaN(a) || Number.isNaN(b))
        return Number(Number.isNaN(a)) - Number(Number.isNaN(b)) || i - j;
      return sign * (a - b) || i - j;
    });
  }
  const found = adopt(order, lines.shape);
  return last ? found : transpose(found, fromEnd(x.rank, at));
}

/**
 * The elements along an axis that the places name, line by line: what `argsort` and `topK` give is taken so.
 * @example takeAlong(x, argsort(x)) // x, sorted
 */
export function takeAlong(x: Tensor, places: Tensor, { axis = -1 }: { readonly axis?: number } = {}): Tensor {
  const [at = 0] = resolveAxes("takeAlong", axis, x.rank);
  const fits =
    x.rank === places.rank && x.shape.every((n, other) => other === at || n === places.shape[other]);
  if (!fits) {
    throw new ShapeError(
      `takeAlong: places of shape ${formatShape(places.shape)} do not go with ${formatShape(x.shape)}; but for axis ` +
        `${at} the shapes must be equal.`,
    );
  }
  const inner = sizeOf(x.shape.slice(at + 1));
  const [length, taken] = [x.shape[at]!, places.shape[at]!];
  const flat = Int32Array.from(places.storage.array(), (place, i) => {
    if (place < 0 || place >= length) {
      throw new RangeError(`takeAlong: place ${place} is outside 0 … ${length - 1}.`);
    }
    const line = Math.floor(i / (taken * inner));
    return (line * length + place) * inner + (i % inner);
  });
  return reshape(gather(reshape(x, [x.size]), adopt(flat, [flat.length])), places.shape);
}

/** The elements in order. @example sort(losses, { descending: true }) */
export function sort(x: Tensor, options: SortOptions = {}): Tensor {
  return takeAlong(x, argsort(x, options), options);
}

/**
 * The k greatest along an axis, the greatest first, and their places.
 * @example topK(softmax(logits), 5).indices
 */
export function topK(
  x: Tensor,
  k: number,
  { axis = -1 }: { readonly axis?: number } = {},
): { readonly values: Tensor; readonly indices: Tensor } {
  const [at = 0] = x.rank === 0 ? [] : resolveAxes("topK", axis, x.rank);
  const length = x.shape[at] ?? 0;
  if (!Number.isInteger(k) || k < 0 || k > length) {
    throw new RangeError(
      `topK: k is ${k}; along axis ${at} of ${formatShape(x.shape)} there are ${length} elements.`,
    );
  }
  const whole = x.shape.map((_, other): readonly [number, number] | null => (other === at ? [0, k] : null));
  const indices = slice(argsort(x, { axis: at, descending: true }), ...whole);
  return { values: takeAlong(x, indices, { axis: at }), indices };
}

/** The order of axes that puts one at the end, and the one that takes it back. */
function toEnd(rank: number, axis: number): number[] {
  return [...Array.from({ length: rank }, (_, at) => at).filter((at) => at !== axis), axis];
}

function fromEnd(rank: number, axis: number): number[] {
  const order = toEnd(rank, axis);
  return order.map((_, at) => order.indexOf(at));
}

/**
 * What stands where the mask is true, in rows: the mask's axes are the first of x's.
 * @example masked(x, greater(x, 0)) // [how many are positive]
 */
export function masked(x: Tensor, mask: Tensor): Tensor {
  if (mask.dtype !== "bool" || !mask.shape.every((length, axis) => length === x.shape[axis])) {
    throw new ShapeError(
      `masked: the mask must be bool with the first axes of ${formatShape(x.shape)}, and is ${mask.dtype} ` +
        `${formatShape(mask.shape)}; greater(x, 0) and its like make one.`,
    );
  }
  const places = Array.from(mask.storage.array().keys()).filter((i) => mask.storage.array()[i] !== 0);
  return gather(
    reshape(x, [mask.size, ...x.shape.slice(mask.rank)]),
    adopt(Int32Array.from(places), [places.length]),
  );
}
