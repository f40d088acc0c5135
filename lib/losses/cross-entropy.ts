import { crossEntropyRows, crossEntropyRowsGrad } from "../kernels/cross-entropy.ts";
import { total } from "../kernels/reductions.ts";
import { add } from "../ops/add.ts";
import { cast } from "../ops/cast.ts";
import { oneHot } from "../ops/choose.ts";
import { logSoftmax } from "../ops/log-softmax.ts";
import { mul } from "../ops/mul.ts";
import { neg } from "../ops/neg.ts";
import { apply, Kept, type Op } from "../ops/op.ts";
import { draw, indices } from "../ops/samples.ts";
import { classesOf, softmax } from "../ops/softmax.ts";
import { sum } from "../ops/sum.ts";
import { tfOneHot } from "../ops/tf.ts";
import type { Random } from "../random/random.ts";
import { adopt, empty, full } from "../tensor/create.ts";
import { floatOf, promote } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";
import {
  type Aim,
  aimOf,
  areDistributions,
  type CrossEntropyOptions,
  checkAim,
  checkDivisor,
  countsOf,
  without,
} from "./class-targets.ts";
import { checkTarget } from "./compared.ts";
import { ROWS } from "./labels.ts";

const NAME = "crossEntropy";

/**
 * L = −(1/N) Σ_n Σ_i q_ni ln p_ni with p = softmax(z): softmax and logarithm in one, so that neither overflows nor
 * loses digits. q is 1 for the class n of a row, or its distribution y; smoothed, q = (1 − ε) y + ε/C (Szegedy et al.,
 * 2016). ∂L/∂z_ni = (p_ni Σ_j q_nj − q_ni) / N, which is (p − q)/N where each row of q sums to 1.
 */
export const crossEntropyOp: Op<"crossEntropy", readonly [Tensor, Tensor], CrossEntropyOptions> = {
  name: NAME,
  formula: "-\\frac{1}{N} \\sum_n \\sum_i q_{ni} \\ln p_{ni}",
  inputs: ["logits", "labels"],
  forward([logits, labels], options, wanted) {
    const width = classesOf(NAME, logits);
    checkAim(NAME, logits, labels, options);
    const given = areDistributions(logits, labels);
    const dtype = floatOf(given ? promote(logits.dtype, labels.dtype) : logits.dtype);
    const aim = aimOf(logits, labels, options);
    if (options.reduction === "mean") checkDivisor(NAME, aim, logits);
    const rows = logits.shape.slice(0, -1);
    const losses = empty(rows, dtype);
    const lses = empty(rows, dtype);
    crossEntropyRows(logits.storage, width, aim.targets, aim.smoothing, losses.storage, lses.storage);
    leaveOut(losses, aim);
    let output = losses;
    const whole = total("sum", losses.storage);
    if (given && Number.isNaN(whole)) checkTarget(NAME, "label", labels);
    if (options.reduction !== "none") {
      output = full([], whole / aim.divisor, dtype);
      losses.storage.free();
    }
    if (wanted) return new Kept(output, [lses]);
    lses.storage.free();
    return output;
  },
  backward(g, { inputs: [logits, labels], options, saved, wanted, output }) {
    const lses = saved[0]!;
    const width = logits.shape.at(-1)!;
    const aim = aimOf(logits, labels, options);
    const each =
      options.reduction === "none"
        ? adopt(g.storage.array().slice(), g.shape)
        : full(lses.shape, g.item() / aim.divisor, lses.dtype);
    leaveOut(each, aim);
    const dz = wanted[0] ? empty(logits.shape, logits.dtype) : undefined;
    if (dz) {
      const { targets, smoothing } = aim;
      crossEntropyRowsGrad(each.storage, logits.storage, width, targets, smoothing, lses.storage, dz.storage);
      leaveOut(dz, aim);
    }
    const dy = wanted[1] ? empty(labels.shape, output.dtype) : undefined;
    if (dy) labelsGrad(each, logits, lses, options, dy);
    return [dz, dy];
  },
  decomposed([logits, labels], options) {
    const { smoothing, reduction, ignored, weights } = options;
    const width = logits.shape.at(-1)!;
    const dtype = floatOf(logits.dtype);
    let q = labels;
    if (!areDistributions(logits, labels)) {
      const counts = ignored === undefined ? undefined : countsOf(labels, ignored);
      q = cast(oneHot(counts ? without(labels, counts) : labels, width), dtype);
      if (counts) q = mul(q, cast(adopt(Int32Array.from(counts), [...labels.shape, 1]), dtype));
    }
    const mass = smoothing === 0 ? undefined : sum(q, { axis: -1, keepDims: true });
    if (mass) q = add(mul(1 - smoothing, q), mul(smoothing / width, mass));
    if (weights) q = mul(q, weights);
    const losses = neg(sum(mul(q, logSoftmax(logits)), { axis: -1 }));
    return reduction === "none" ? losses : mul(sum(losses), 1 / aimOf(logits, labels, options).divisor);
  },
  samples: crossEntropySamples,
  reference(tf, [logits, labels], { smoothing, reduction, weights }) {
    const classes = logits.shape.at(-1)!;
    // An index below 0, which is ignored, has a row of zeros.
    const given = labels.rank === logits.rank;
    const y = given ? labels : tfOneHot(tf, labels, classes);
    const w = weights ? tf.tensor(Float32Array.from(weights.storage.array())) : tf.ones([classes]);
    const mass = tf.sum(y, -1, true);
    const q = tf.mul(w, tf.add(tf.mul(1 - smoothing, y), tf.mul(smoothing / classes, mass)));
    const losses = tf.neg(tf.sum(tf.mul(q, tf.logSoftmax(logits)), -1));
    if (reduction === "none") return losses;
    if (reduction === "sum") return tf.sum(losses);
    return given ? tf.mean(losses) : tf.div(tf.sum(losses), tf.sum(tf.mul(w, y)));
  },
};

/** 0 in the rows that do not count, even where NaN stood. */
function leaveOut(rows: Tensor, { counts }: Aim): void {
  if (counts === undefined) return;
  const values = rows.storage.array();
  const width = values.length / counts.length;
  for (let row = 0; row < counts.length; row++) {
    if (counts[row] === 0) values.fill(0, row * width, (row + 1) * width);
  }
}

/** ∂L/∂y_ni = g_n ((1 − ε) w_i c_ni + (ε/C) Σ_j w_j c_nj) with the costs c = −ln p. */
function labelsGrad(
  each: Tensor,
  logits: Tensor,
  lses: Tensor,
  { smoothing, weights }: CrossEntropyOptions,
  dy: Tensor,
): void {
  const width = logits.shape.at(-1)!;
  const [g, z, lse, out] = [each, logits, lses, dy].map(({ storage }) => storage.array());
  const w = weights?.storage.array();
  for (let row = 0; row < g!.length; row++) {
    let spread = 0;
    for (let c = 0; c < width; c++) {
      const cost = (w?.[c] ?? 1) * (lse![row]! - z![row * width + c]!);
      out![row * width + c] = g![row]! * (1 - smoothing) * cost;
      spread += cost;
    }
    if (smoothing === 0) continue;
    for (let c = 0; c < width; c++) out![row * width + c]! += (g![row]! * smoothing * spread) / width;
  }
}

/** Indices and distributions by turns, plain, smoothed, weighted, with rows left out, and all of it at once. */
function crossEntropySamples(random: Random) {
  const plain = { smoothing: 0, reduction: "mean" } as const;
  return [...ROWS, ...ROWS].map(([rows, classes], i) => {
    const given = i % 2 === 1;
    const logits = draw(random, [rows, classes], { low: -4, high: 4 });
    const labels = given ? softmax(draw(random, [rows, classes])) : indices(random, [rows], classes);
    if (i < ROWS.length) return { inputs: [logits, labels], options: plain } as const;
    const options: CrossEntropyOptions = {
      smoothing: [0.1, 0, 0.3][i % 3]!,
      reduction: (["mean", "none", "sum", "mean"] as const)[Math.floor(i / 2) % 4]!,
      ...(!given && i % 4 === 0 && { ignored: -1 }),
      ...(i % 5 > 1 && { weights: draw(random, [classes], { low: 0.5, high: 2 }) }),
    };
    if (options.ignored === undefined) return { inputs: [logits, labels], options } as const;
    const some = adopt(
      Int32Array.from(labels.storage.array(), (label, row) => (row % 3 === 1 ? -1 : label)),
      [rows],
    );
    return { inputs: [logits, some], options } as const;
  });
}

/**
 * The mean cross-entropy of logits against labels: int32 class indices [n], or distributions [n, classes].
 *
 * `smoothing` spreads a share of each label over all classes; `weights`, one a class, make some count for more (the
 * mean is then weighted by them, as in PyTorch); rows whose index is `ignored` do not count; `reduction` may be "sum",
 * or "none" for the loss of every row.
 *
 * @example
 * crossEntropy(tensor([[2, 1, 0]]), tensor([0], { dtype: "int32" })); // 0.4076
 * crossEntropy(logits, tokens, { ignored: -1, smoothing: 0.1 });
 */
export function crossEntropy(
  logits: Tensor,
  labels: Tensor,
  { smoothing = 0, reduction = "mean", ...rest }: Partial<CrossEntropyOptions> = {},
): Tensor {
  return apply(crossEntropyOp, [logits, labels], { smoothing, reduction, ...rest });
}
