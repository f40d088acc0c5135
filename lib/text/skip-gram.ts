// Skip-gram with negative sampling: word vectors from telling real neighbours from drawn ones (Mikolov et al.,
// "Distributed representations of words and phrases and their compositionality", 2013).
import { add } from "../ops/add.ts";
import { cast } from "../ops/cast.ts";
import { logSigmoid } from "../ops/log-sigmoid.ts";
import { mean } from "../ops/mean.ts";
import { mul } from "../ops/mul.ts";
import { neg } from "../ops/neg.ts";
import { expandDims } from "../ops/reshape.ts";
import { sum } from "../ops/sum.ts";
import type { Random } from "../random/random.ts";
import { adopt } from "../tensor/create.ts";
import { formatShape, ShapeError } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";

/** Words and their neighbours. */
export interface SkipGramPairs {
  /** int32 [pairs] */
  readonly centers: Tensor;
  /** int32 [pairs]: one neighbour of each center. */
  readonly contexts: Tensor;
}

const numbersOf = (tokens: Tensor | ArrayLike<number>): ArrayLike<number> =>
  tokens instanceof Tensor ? tokens.data : tokens;

/**
 * Every word with each neighbour up to `window` places away. With `random`, each word's window is drawn between 1 and
 * `window`, so that near neighbours count more, as in word2vec.
 *
 * @example skipGramPairs(vocabulary.encode(words(text)), { window: 5, random })
 */
export function skipGramPairs(
  tokens: Tensor | ArrayLike<number>,
  { window, random }: { readonly window: number; readonly random?: Random },
): SkipGramPairs {
  if (!Number.isSafeInteger(window) || window < 1) {
    throw new RangeError(`skipGramPairs: the window must be a whole number, 1 or more; it is ${window}.`);
  }
  const values = numbersOf(tokens);
  const [centers, contexts]: [number[], number[]] = [[], []];
  for (let i = 0; i < values.length; i++) {
    const reach = random === undefined ? window : 1 + random.integer(window);
    for (let j = Math.max(0, i - reach); j <= Math.min(values.length - 1, i + reach); j++) {
      if (j === i) continue;
      centers.push(values[i]!);
      contexts.push(values[j]!);
    }
  }
  const vector = (list: number[]): Tensor => adopt(Int32Array.from(list), [list.length]);
  return { centers: vector(centers), contexts: vector(contexts) };
}

/**
 * Leaves out some of the frequent words: one of frequency f stays with probability min(1, √(t/f)).
 * @example subsample(tokens, counts, { random, threshold: 1e-4 })
 */
export function subsample(
  tokens: Tensor | ArrayLike<number>,
  counts: ArrayLike<number>,
  { random, threshold = 1e-4 }: { readonly random: Random; readonly threshold?: number },
): Tensor {
  if (!(threshold > 0)) throw new RangeError(`subsample: the threshold is above 0; it is ${threshold}.`);
  const total = Array.from(counts).reduce((sum, count) => sum + count, 0);
  const kept = Array.from(numbersOf(tokens)).filter((token) => {
    const frequency = (counts[token] ?? 0) / total;
    return random.next() < Math.sqrt(threshold / frequency);
  });
  return adopt(Int32Array.from(kept), [kept.length]);
}

/**
 * L = −(1/N) Σ_n (ln σ(u_n · v_n) + Σ_k ln σ(−u_nk · v_n)) for centers v [N, d], their neighbours u [N, d] and drawn words
 * [N, K, d]: all but one of the classes of a softmax are replaced by K tosses.
 *
 * @example
 * negativeSampling(embedding(V, centers), embedding(U, contexts), embedding(U, noise.draw([batch, 5], random)))
 */
export function negativeSampling(centers: Tensor, contexts: Tensor, negatives: Tensor): Tensor {
  const [count, width] = centers.shape;
  const [rows, , features] = negatives.shape;
  const fits = centers.rank === 2 && negatives.rank === 3 && rows === count && features === width;
  if (!fits || contexts.rank !== 2 || contexts.shape[0] !== count || contexts.shape[1] !== width) {
    const [c, u, k] = [centers, contexts, negatives].map(({ shape }) => formatShape(shape));
    throw new ShapeError(
      `negativeSampling: centers ${c}, contexts ${u} and negatives ${k} do not go together; they are [N, d], [N, d] and [N, K, d].`,
    );
  }
  const loss = tosses(centers, contexts, negatives);
  // In float32 the product of long vectors may be ∞ − ∞, which in doubles is a number.
  if (loss.dtype !== "float32" || Number.isFinite(loss.item())) return loss;
  return cast(tosses(...toDoubles(centers, contexts, negatives)), "float32");
}

const toDoubles = (...[v, u, drawn]: Parameters<typeof tosses>): Parameters<typeof tosses> => [
  cast(v, "float64"),
  cast(u, "float64"),
  cast(drawn, "float64"),
];

function tosses(centers: Tensor, contexts: Tensor, negatives: Tensor): Tensor {
  const real = logSigmoid(sum(mul(centers, contexts), { axis: -1 }));
  const drawn = sum(mul(negatives, expandDims(centers, 1)), { axis: -1 });
  return neg(mean(add(real, sum(logSigmoid(neg(drawn)), { axis: -1 }))));
}
