import { add } from "../ops/add.ts";
import { div } from "../ops/div.ts";
import { matmul } from "../ops/matmul.ts";
import { maximum } from "../ops/maximum.ts";
import { norm } from "../ops/norm.ts";
import { expandDims, reshape, squeeze } from "../ops/reshape.ts";
import { rows } from "../ops/rows.ts";
import { sub } from "../ops/sub.ts";
import { adopt } from "../tensor/create.ts";
import { formatShape, ShapeError } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { Vocabulary } from "./vocabulary.ts";

/**
 * a·b / (‖a‖ ‖b‖) of every row of a [n, d] with every row of b [m, d]: [n, m], from −1 to 1, whatever their lengths. A row
 * of zeros is like nothing (0).
 * @example cosineSimilarity(vectors, vectors)
 */
export function cosineSimilarity(a: Tensor, b: Tensor): Tensor {
  if (a.rank !== 2 || b.rank !== 2 || a.shape[1] !== b.shape[1]) {
    throw new ShapeError(
      `cosineSimilarity: ${formatShape(a.shape)} and ${formatShape(b.shape)} do not go together; they are [n, d] and [m, d].`,
    );
  }
  return matmul(unit(a), unit(b), { transposeB: true });
}

/** Rows of length 1; a row of zeros stays one. */
function unit(x: Tensor): Tensor {
  const scaled = div(x, scales(x));
  // A row that is not 0 has by now a length of 1 or more, clear of the bound.
  return div(scaled, maximum(norm(scaled, { axis: -1, keepDims: true }), 0.5));
}

/**
 * For each row the power of two below its greatest number: divided by it, no square overflows or vanishes, and nothing
 * is rounded. Constant for gradients, as the direction does not depend on it.
 */
function scales({ storage, shape, dtype }: Tensor): Tensor {
  const [count = 0, width = 0] = shape;
  const values = storage.array();
  const found = dtype === "float64" ? new Float64Array(count) : new Float32Array(count);
  for (let row = 0; row < count; row++) {
    let most = 0;
    for (let i = row * width; i < (row + 1) * width; i++) most = Math.max(most, Math.abs(values[i]!));
    found[row] = most > 0 && most < Infinity ? 2 ** Math.floor(Math.log2(most)) : 1;
  }
  return adopt(found, [count, 1]);
}

/** A word and how near it is. */
export interface Neighbour {
  readonly word: string;
  readonly similarity: number;
}

/**
 * Words with their vectors [words, d], compared by the cosine.
 * @example
 * const vectors = new WordVectors(vocabulary, table);
 * vectors.nearest("king", 5);
 * vectors.analogy("man", "king", "woman")[0]; // queen: what is to woman as king is to man?
 */
export class WordVectors {
  readonly vocabulary: Vocabulary;
  /** Each scaled to length 1. */
  readonly units: Tensor;

  constructor(vocabulary: Vocabulary, vectors: Tensor) {
    if (vectors.rank !== 2 || vectors.shape[0] !== vocabulary.size) {
      throw new ShapeError(
        `WordVectors: ${vocabulary.size} words need vectors [${vocabulary.size}, d]; these are ${formatShape(vectors.shape)}.`,
      );
    }
    this.vocabulary = vocabulary;
    this.units = unit(vectors);
  }

  /** The vector of a word, scaled to length 1: [d]. */
  vector(word: string): Tensor {
    const at = this.vocabulary.number(word);
    return squeeze(rows(this.units, at, at + 1), 0);
  }

  /** The cosine of two words. */
  similarity(a: string, b: string): number {
    return cosineSimilarity(expandDims(this.vector(a), 0), expandDims(this.vector(b), 0)).item();
  }

  /** The words nearest to a word, itself left out, or to a vector [d]. */
  nearest(to: string | Tensor, count = 10, except: readonly string[] = []): Neighbour[] {
    if (!(Number.isSafeInteger(count) && count >= 0)) {
      throw new RangeError(`nearest: ${count} is no number of words; a whole number, 0 or more, is.`);
    }
    const query = to instanceof Tensor ? to : this.vector(to);
    const width = this.units.shape[1]!;
    if (query.size !== width || query.shape.some((length) => length !== width && length !== 1)) {
      throw new ShapeError(
        `nearest: these words have vectors [${width}], and this one is ${formatShape(query.shape)}.`,
      );
    }
    if (query.data.includes(Number.NaN))
      throw new RangeError("nearest: the vector has NaN in it, which is near nothing.");
    const out = new Set(to instanceof Tensor ? except : [to, ...except]);
    const scores = squeeze(
      matmul(this.units, unit(reshape(query, [1, width])), { transposeB: true }),
      1,
    ).data;
    return Array.from(scores.keys())
      .filter((i) => !out.has(this.vocabulary.tokens[i]!))
      .sort((a, b) => scores[b]! - scores[a]!)
      .slice(0, count)
      .map((i) => ({ word: this.vocabulary.tokens[i]!, similarity: scores[i]! }));
  }

  /** What is to `c` as `b` is to `a`: the words nearest to b − a + c, those three left out (Mikolov et al., 2013). */
  analogy(a: string, b: string, c: string, count = 5): Neighbour[] {
    const target = add(sub(this.vector(b), this.vector(a)), this.vector(c));
    return this.nearest(target, count, [a, b, c]);
  }
}
