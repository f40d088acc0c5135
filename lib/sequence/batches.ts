// Sequences as tensors: windows over a long text, and sequences of several lengths side by side.
import type { Random } from "../random/random.ts";
import { adopt } from "../tensor/create.ts";
import { allocate, type DType } from "../tensor/dtype.ts";
import { formatShape, ShapeError } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Tokens, and for each the one that comes after it. */
export interface NextTokens {
  /** int32 [batch, length] */
  readonly inputs: Tensor;
  /** int32 [batch, length]: the inputs, one place on. */
  readonly targets: Tensor;
}

/**
 * One pass over a long text in windows of `length` tokens, `batch` at a time, in a random order; windows that do not
 * fill a batch are left out. Each pass begins at another place, so that the windows' borders move.
 *
 * @example
 * for (const { inputs, targets } of nextTokenBatches(tokens, { batch: 32, length: 64, random })) step(inputs, targets);
 */
export function* nextTokenBatches(
  tokens: Tensor,
  { batch, length, random }: { readonly batch: number; readonly length: number; readonly random: Random },
): Generator<NextTokens> {
  if (tokens.rank !== 1 || tokens.dtype !== "int32") {
    throw new ShapeError(
      `nextTokenBatches: tokens are int32 [n]; these are ${tokens.dtype} ${formatShape(tokens.shape)}.`,
    );
  }
  const room = tokens.size - 1 - length * batch;
  if (!(length >= 1 && batch >= 1) || room < 0) {
    throw new RangeError(
      `nextTokenBatches: ${tokens.size} tokens do not fill a batch of ${batch} windows of ${length}, which takes ` +
        `${length * batch + 1}.`,
    );
  }
  const values = tokens.data;
  const shift = random.integer(Math.min(length, room + 1));
  const windows = Math.floor((tokens.size - 1 - shift) / length);
  const order = random.permutation(windows).data;
  for (let at = 0; at + batch <= windows; at += batch) {
    const [inputs, targets] = [new Int32Array(batch * length), new Int32Array(batch * length)];
    for (let b = 0; b < batch; b++) {
      const from = shift + order[at + b]! * length;
      inputs.set(values.subarray(from, from + length), b * length);
      targets.set(values.subarray(from + 1, from + 1 + length), b * length);
    }
    yield { inputs: adopt(inputs, [batch, length]), targets: adopt(targets, [batch, length]) };
  }
}

/** Sequences of several lengths in one tensor. */
export interface PaddedSequences {
  /** int32 [sequences, longest] */
  readonly tokens: Tensor;
  /** int32 [sequences] */
  readonly lengths: Tensor;
  /** 1 where a token stands and 0 in the padding: [sequences, longest]. */
  readonly mask: Tensor;
}

/**
 * Sequences side by side, filled up at their ends.
 * @example padSequences([[5, 2], [7]], { value: 0 }).tokens // [[5, 2], [7, 0]]
 */
export function padSequences(
  sequences: readonly ArrayLike<number>[],
  { value = 0, dtype = "float32" }: { readonly value?: number; readonly dtype?: DType } = {},
): PaddedSequences {
  const longest = sequences.reduce((most, sequence) => Math.max(most, sequence.length), 0);
  const shape = [sequences.length, longest];
  const tokens = new Int32Array(sequences.length * longest).fill(value);
  const mask = allocate(dtype, tokens.length);
  sequences.forEach((sequence, row) => {
    tokens.set(sequence, row * longest);
    mask.fill(1, row * longest, row * longest + sequence.length);
  });
  const lengths = Int32Array.from(sequences, ({ length }) => length);
  return {
    tokens: adopt(tokens, shape),
    lengths: adopt(lengths, [sequences.length]),
    mask: adopt(mask, shape),
  };
}
