import { adopt, full, zeros } from "../tensor/create.ts";
import { formatShape, type Shape, ShapeError, sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { logicalAnd } from "./compare.ts";
import { where } from "./where.ts";

/** The bias where a key may be seen (0, where there is none), −∞ where not; nothing, where all is seen as it is. */
export function maskedBias(
  op: string,
  scores: Shape,
  mask: Tensor | undefined,
  lengths: readonly number[] | undefined,
  bias: Tensor | undefined,
): Tensor | undefined {
  const counted = lengths && lengthMask(op, scores, lengths);
  const seen = mask && counted ? logicalAnd(mask, counted) : (mask ?? counted);
  if (seen === undefined) return bias;
  const dtype = bias?.dtype === "float64" ? "float64" : "float32";
  return where(seen, bias ?? zeros([], dtype), full([], -Infinity, dtype));
}

/** [batch, 1, …, 1, keys], true for the keys that count. */
function lengthMask(op: string, scores: Shape, lengths: readonly number[]): Tensor {
  const [batch, keys] = [scores[0]!, scores.at(-1)!];
  if (scores.length < 3 || lengths.length !== batch) {
    throw new ShapeError(
      `${op}: ${lengths.length} lengths for scores of shape ${formatShape(scores)}; \`lengths\` has one number for each ` +
        `entry of a batch, the first of three axes or more.`,
    );
  }
  lengths.forEach((length, entry) => {
    if (Number.isInteger(length) && length >= 0 && length <= keys) return;
    throw new RangeError(
      `${op}: length ${length} of batch entry ${entry} is not one of 0 … ${keys}, the keys that there are.`,
    );
  });
  const shape = scores.map((_, axis) => (axis === 0 ? batch : axis === scores.length - 1 ? keys : 1));
  const flags = Uint8Array.from({ length: sizeOf(shape) }, (_, at) =>
    Number(at % keys < lengths[Math.floor(at / keys)]!),
  );
  return adopt(flags, shape);
}
