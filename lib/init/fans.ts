import { formatShape, type Shape, ShapeError } from "../tensor/shape.ts";

/** How many numbers go into one unit of a layer, and how many units one number goes to. */
export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

export interface FanOptions {
  /** The groups of a convolution: its filters are [height, width, channels / groups, filters]. 1 unless given. */
  readonly groups?: number;
  /** Filters of a transposed convolution, [height, width, out, in]: the last two axes change places. */
  readonly transposed?: boolean;
}

/**
 * The fans of a layer's weights: [in, out] for a linear layer, [...window, in, out] for a convolution, where each
 * output sees window × in inputs. A vector counts as [n, 1].
 *
 * @example
 * fans([784, 100]); // { fanIn: 784, fanOut: 100 }
 * fans([3, 3, 64, 128]); // { fanIn: 576, fanOut: 1152 }
 */
export function fans(shape: Shape, { groups = 1, transposed = false }: FanOptions = {}): Fans {
  if (shape.length === 0) {
    throw new ShapeError("fans: a scalar has no fans; weights have shape [in, out] or [...window, in, out].");
  }
  const [given, made] = shape.length === 1 ? [shape[0]!, 1] : [shape.at(-2)!, shape.at(-1)!];
  if (!Number.isInteger(groups) || groups < 1 || made % groups !== 0) {
    throw new RangeError(
      `fans: ${groups} groups do not divide the ${made} outputs of ${formatShape(shape)}.`,
    );
  }
  const window = shape.slice(0, -2).reduce((product, length) => product * length, 1);
  const fanIn = window * (transposed ? made : given);
  const fanOut = window * (transposed ? given : made);
  return { fanIn, fanOut: fanOut / groups };
}
