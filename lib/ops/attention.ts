import { attentionHeads, attentionHeadsGrad, attentionScratch, type HeadGrads } from "../kernels/heads.ts";
import type { Random } from "../random/random.ts";
import { empty, view } from "../tensor/create.ts";
import { broadcastShapes, formatShape, type Shape, ShapeError, sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { maskedBias } from "./attention-mask.ts";
import { weigh, weightsOf } from "./attention-parts.ts";
import {
  type AttentionSettings,
  biasView,
  checkAttention,
  type Heads,
  headsOf,
  packedHeads,
} from "./attention-views.ts";
import { split } from "./concat.ts";
import { apply, type Kept, type Op } from "./op.ts";
import { asFloats, keeping } from "./projection.ts";
import { draw } from "./samples.ts";
import { tfAttention } from "./tf-attention.ts";

/** q, k, v and a bias, if there is one. */
type AttentionInputs = readonly Tensor[];

/**
 * A = softmax(s·QKᵀ + B) V, for every head of every batch entry (Vaswani et al., 2017). With G = ∂L/∂A, P the softmax
 * and D = GVᵀ: ∂L/∂V = PᵀG, S = P∘(D − rowsum(P∘D)) is the gradient of the scores and of B, ∂L/∂Q = s·SK, ∂L/∂K = s·SᵀQ.
 */
export const attentionOp: Op<"attention", AttentionInputs, AttentionSettings> = {
  name: "attention",
  formula: "\\operatorname{softmax}\\left(\\tfrac{1}{\\sqrt{d}} Q K^\\top\\right) V",
  inputs: ["q", "k", "v", "bias"],
  forward: ([q, k, v, bias], settings, wanted) =>
    lookedAt(headsOf(q!, k!, v!, settings), [q!, k!, v!], bias, wanted),
  backward(g, { inputs: [q, k, v, bias], options, saved: [p], wanted }) {
    const grads = [q!, k!, v!].map((x, i) => (wanted[i] ? empty(x.shape, g.dtype) : undefined));
    const heads = headsOf(q!, k!, v!, options);
    const ds = gradients(heads, g, [q!, k!, v!], p!, grads, bias !== undefined && wanted[3] === true);
    return [...grads, ds];
  },
  decomposed: ([q, k, v, bias], settings) => weigh(weightsOf(q!, k!, bias, settings), v!, settings.heads),
  samples: attentionSamples,
  reference: (tf, [q, k, v, bias], settings) => tfAttention(tf, q!, k!, v!, bias, settings),
};

/** How self-attention is computed. */
type SelfSettings = AttentionSettings & { readonly heads: number };

/** Attention whose q, k and v lie side by side in one tensor, as one product made them: nothing is copied apart. */
export const selfAttentionOp: Op<"selfAttention", AttentionInputs, SelfSettings> = {
  name: "selfAttention",
  formula: "\\operatorname{softmax}\\left(\\tfrac{1}{\\sqrt{d}} Q K^\\top\\right) V,\\; (Q, K, V) = x",
  inputs: ["qkv", "bias"],
  forward: ([qkv, bias], settings, wanted) =>
    lookedAt(packedHeads(qkv!, settings), [qkv!, qkv!, qkv!], bias, wanted),
  backward(g, { inputs: [qkv, bias], options, saved: [p], wanted }) {
    const grad = empty(qkv!.shape, g.dtype);
    const heads = packedHeads(qkv!, options);
    const all = [qkv!, qkv!, qkv!];
    const ds = gradients(heads, g, all, p!, [grad, grad, grad], bias !== undefined && wanted[1] === true);
    return [grad, ds];
  },
  decomposed([qkv, bias], settings) {
    const [q, k, v] = split(qkv!, 3, { axis: -1 });
    return weigh(weightsOf(q!, k!, bias, settings), v!, settings.heads);
  },
  samples: selfSamples,
  reference(tf, [qkv, bias], settings) {
    const [q, k, v] = tf.split(qkv!, 3, -1);
    return tfAttention(tf, q!, k!, v!, bias, settings);
  },
};

function lookedAt(
  heads: Heads,
  [q, k, v]: readonly [Tensor, Tensor, Tensor],
  bias: Tensor | undefined,
  wanted: boolean,
): Tensor | Kept {
  return keeping(wanted, () => {
    const { sizes } = heads;
    const out = empty(heads.shape, q.dtype);
    const p = empty([sizes.batch, sizes.heads, sizes.queries, sizes.keys], q.dtype);
    const more = bias && biasView(bias, heads.scores);
    attentionHeads(sizes, heads.q(q), heads.k(k), heads.v(v), more, p.storage, heads.out(out));
    return [out, p];
  });
}

/** Fills the gradients of q, k and v that are there; returns that of the scores where one is wanted for the bias. */
function gradients(
  heads: Heads,
  g: Tensor,
  [q, k, v]: readonly Tensor[],
  p: Tensor,
  [dq, dk, dv]: readonly (Tensor | undefined)[],
  forBias: boolean,
): Tensor | undefined {
  const ds = forBias ? empty(p.shape, p.dtype) : undefined;
  const scratch = empty([ds || p.dtype !== "float32" ? 0 : attentionScratch(heads.sizes)], p.dtype);
  const grads: HeadGrads = {
    dq: dq && heads.q(dq),
    dk: dk && heads.k(dk),
    dv: dv && heads.v(dv),
    dscores: ds?.storage,
  };
  const inputs = [heads.q(q!), heads.k(k!), heads.v(v!)] as const;
  attentionHeadsGrad(heads.sizes, heads.out(g), ...inputs, p.storage, grads, scratch.storage);
  return ds && view(ds, heads.scores);
}

/** Which keys a query sees, and what is added to the scores. All that are given hold at once. */
export interface AttentionOptions {
  /** Heads that lie side by side in the last axis of q, k and v, and of the output; none: each matrix is one head. */
  readonly heads?: number | undefined;
  /** What q kᵀ is multiplied by, above 0; 1 / √depth, if nothing is said. */
  readonly scale?: number | undefined;
  /** A query sees the keys up to its own place; where there are more keys than queries, the last query sees them all. */
  readonly causal?: boolean | undefined;
  /** True where a query may see a key; it broadcasts to the scores, [..., heads, queries, keys]. */
  readonly mask?: Tensor | undefined;
  /** How many keys of each batch entry (the first axis) count; the others are padding. */
  readonly lengths?: readonly number[] | undefined;
  /** Added to the scores, to which it broadcasts; has a gradient. */
  readonly bias?: Tensor | undefined;
}

/**
 * Scaled dot-product attention: for each query (a row of q) the mean of the rows of v, weighed by how well the query
 * fits the keys (rows of k). A query that may see no key gets zeros. For any leading axes, of batch or heads:
 * q [..., queries, depth], k [..., keys, depth], v [..., keys, width] → [..., queries, width].
 *
 * @example attention(q, k, v, { causal: true });
 * @example attention(q, k, v, { heads: 4, lengths: [64, 40] }); // q, k, v [2, 64, 4·16]
 */
export function attention(q: Tensor, k: Tensor, v: Tensor, options: AttentionOptions = {}): Tensor {
  checkAttention("attention", q, k, v, options.heads);
  const settings = settingsOf("attention", q.shape.at(-1)! / (options.heads ?? 1), options);
  const { scores } = headsOf(q, k, v, settings);
  const bias = biasOf("attention", scores, options);
  return apply(attentionOp, asFloats(bias === undefined ? [q, k, v] : [q, k, v, bias]), settings);
}

/**
 * The attention of a sequence to itself, from one tensor [..., length, 3·heads·depth] that holds q, k and v side by
 * side, as one product with all their weights makes it → [..., length, heads·depth].
 *
 * @example selfAttention(add(matmul(x, Wqkv), b), { heads: 4, causal: true });
 */
export function selfAttention(qkv: Tensor, options: AttentionOptions & { readonly heads: number }): Tensor {
  const { heads } = options;
  const wide = qkv.shape.at(-1) ?? 0;
  if (qkv.rank < 2 || !(Number.isInteger(heads) && heads > 0) || wide % (3 * heads) !== 0) {
    throw new ShapeError(
      `selfAttention: ${formatShape(qkv.shape)} does not hold q, k and v of ${heads} heads; ` +
        `[..., length, 3·heads·depth] would fit, such as [length, ${3 * 16 * Math.max(1, Math.floor(heads) || 1)}].`,
    );
  }
  const settings = settingsOf("selfAttention", wide / 3 / heads, options);
  const packed = { ...settings, heads };
  const bias = biasOf("selfAttention", packedHeads(qkv, packed).scores, options);
  return apply(selfAttentionOp, asFloats(bias === undefined ? [qkv] : [qkv, bias]), packed);
}

/**
 * How much each query looks at each key, [..., heads, queries, keys]: what `attention` weighs the values with.
 * @example attentionWeights(q, k, { causal: true }) // rows that sum to 1
 */
export function attentionWeights(q: Tensor, k: Tensor, options: AttentionOptions = {}): Tensor {
  checkAttention("attentionWeights", q, k, k, options.heads);
  const settings = settingsOf("attentionWeights", q.shape.at(-1)! / (options.heads ?? 1), options);
  const bias = biasOf("attentionWeights", headsOf(q, k, k, settings).scores, options);
  const [left, right, more] = asFloats(bias === undefined ? [q, k] : [q, k, bias]);
  return weightsOf(left!, right!, more, settings);
}

function settingsOf(op: string, depth: number, options: AttentionOptions): AttentionSettings {
  const { heads, causal = false, scale = 1 / Math.sqrt(Math.max(1, depth)) } = options;
  if (scale > 0 && Number.isFinite(scale)) return { heads, causal, scale };
  throw new RangeError(`${op}: the scale is ${scale}; it takes a number above 0, such as 1 / √depth.`);
}

/** Mask, lengths and bias as one tensor that is added to the scores. */
function biasOf(op: string, scores: Shape, { mask, lengths, bias }: AttentionOptions): Tensor | undefined {
  for (const [name, given] of Object.entries({ mask, bias })) {
    if (given === undefined || fitsInto(given.shape, scores)) continue;
    throw new ShapeError(
      `${op}: the ${name} of shape ${formatShape(given.shape)} does not broadcast to the scores, ${formatShape(scores)}; ` +
        `${formatShape(scores.slice(-2))} would fit.`,
    );
  }
  return maskedBias(op, scores, mask, lengths, bias);
}

function fitsInto(shape: Shape, whole: Shape): boolean {
  try {
    return sameShape(broadcastShapes("attention", shape, whole), whole);
  } catch {
    return false;
  }
}

type Size = readonly [
  leading: Shape,
  queries: number,
  keys: number,
  depth: number,
  width: number,
  heads?: number,
];

const SIZES: readonly Size[] = [
  [[], 1, 1, 1, 1],
  [[], 3, 3, 2, 2],
  [[], 2, 5, 3, 1],
  [[], 5, 2, 1, 3],
  [[2], 3, 3, 2, 2],
  [[1], 1, 4, 3, 2],
  [[3], 4, 1, 2, 1],
  [[2, 2], 3, 3, 2, 2],
  [[1, 3], 2, 3, 3, 1],
  [[2, 1], 3, 2, 1, 2],
  [[2, 1, 2], 2, 3, 2, 2],
  [[0], 2, 2, 2, 2],
  [[2], 0, 3, 2, 2],
  [[2], 3, 0, 2, 2],
  [[2], 3, 3, 2, 2, 2],
  [[], 2, 3, 1, 2, 3],
  [[1, 2], 2, 2, 2, 1, 2],
  [[2], 4, 5, 1, 1, 1],
];

/** No softmax is so sure of itself that its gradient is nothing but rounding. */
const MILD = { low: -1, high: 1 };

/** With and without heads in the last axis, causal every other time, and a bias to every third. */
function attentionSamples(random: Random): ReturnType<(typeof attentionOp)["samples"]> {
  return [...SIZES, ...SIZES.slice(1, 11)].map(([leading, queries, keys, depth, width, heads], i) => {
    const n = heads ?? 1;
    const q = draw(random, [...leading, queries, n * depth], MILD);
    const k = draw(random, [...leading, keys, n * depth], MILD);
    const v = draw(random, [...leading, keys, n * width], MILD);
    const all = [...leading, ...(heads === undefined ? [] : [heads]), queries, keys];
    const shapes = [all, [queries, keys], [keys], all.map((length, axis) => (axis === 0 ? length : 1))];
    const settings = { heads, scale: 1 / Math.sqrt(depth), causal: i % 2 === 1 };
    return {
      inputs: i % 3 === 2 ? [q, k, v, draw(random, shapes[i % 4]!, MILD)] : [q, k, v],
      options: settings,
    };
  });
}

function selfSamples(random: Random): ReturnType<(typeof selfAttentionOp)["samples"]> {
  const sizes = SIZES.filter(([, queries, keys]) => queries > 0 && keys > 0);
  return [...sizes, ...sizes].slice(0, 24).map(([leading, length, , depth, , given], i) => {
    const heads = given ?? 1 + (i % 3);
    const qkv = draw(random, [...leading, length, 3 * heads * depth], MILD);
    const shapes = [[heads, length, length], [length]];
    const inputs = i % 3 === 1 ? [qkv, draw(random, shapes[i % 2]!, MILD)] : [qkv];
    return { inputs, options: { heads, scale: 1 / Math.sqrt(depth), causal: i % 2 === 0 } };
  });
}
