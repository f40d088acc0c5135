// What crossEntropy aims at: labels as they are, or with classes weighted and rows left out.
import type { Targets } from "../kernels/cross-entropy.ts";
import { adopt } from "../tensor/create.ts";
import { allocate } from "../tensor/dtype.ts";
import { formatShape, ShapeError, sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkIndices } from "./labels.ts";

/** How the losses of the rows become the result. */
export type Reduction = "mean" | "sum" | "none";

export interface CrossEntropyOptions {
  /** ε: this share of every label is spread over all classes. */
  readonly smoothing: number;
  readonly reduction: Reduction;
  /** A class index, such as −1 for padding, whose rows do not count. */
  readonly ignored?: number;
  /** How much each class counts, [classes]. */
  readonly weights?: Tensor;
}

/** Labels as the kernel takes them. */
export interface Aim {
  readonly targets: Targets;
  /** What is left for the kernel to smooth. */
  readonly smoothing: number;
  /** 0 for a row that does not count; absent where all do. */
  readonly counts?: Uint8Array;
  /** What the sum of the losses is divided by. */
  readonly divisor: number;
}

/** Whether the labels are distributions, not class indices. */
export function areDistributions(logits: Tensor, labels: Tensor): boolean {
  return sameShape(labels.shape, logits.shape) && labels.dtype !== "int32";
}

/**
 * The weights of rows and classes are put into distributions q_ni = w_i ((1 − ε) y_ni + ε/C); rows that do not count
 * keep any label, and are left out by `counts`. As in PyTorch, the mean over class indices is one weighted by w_y.
 */
export function aimOf(logits: Tensor, labels: Tensor, options: CrossEntropyOptions): Aim {
  const { smoothing, ignored, weights, reduction } = options;
  const given = areDistributions(logits, labels);
  const rows = logits.size / logits.shape.at(-1)!;
  const counts = given || ignored === undefined ? undefined : countsOf(labels, ignored);
  if (weights === undefined) {
    const divisor = counts?.reduce((sum, count) => sum + count, 0) ?? rows;
    const cleaned = counts === undefined ? labels : without(labels, counts);
    const targets = given ? { distributions: labels.storage } : { labels: cleaned.storage };
    return { targets, smoothing, divisor: reduction === "mean" ? divisor : 1, ...(counts && { counts }) };
  }
  const w = weights.storage.array();
  const { q, mass } = spreadLabels(logits, labels, smoothing, counts);
  for (let i = 0; i < q.size; i++) q.storage.array()[i]! *= w[i % w.length]!;
  const y = labels.storage.array();
  const divisor = given ? rows : mass.reduce((sum, m, row) => sum + (m === 0 ? 0 : w[y[row]!]!), 0);
  return { targets: { distributions: q.storage }, smoothing: 0, divisor: reduction === "mean" ? divisor : 1 };
}

/** (1 − ε) y + ε mass/C of every row, mass the sum of y, which is 0 for a row that does not count. */
function spreadLabels(
  logits: Tensor,
  labels: Tensor,
  smoothing: number,
  counts: Uint8Array | undefined,
): { q: Tensor; mass: Float64Array } {
  const width = logits.shape.at(-1)!;
  const given = areDistributions(logits, labels);
  const q = adopt(allocate(logits.dtype === "float64" ? "float64" : "float32", logits.size), logits.shape);
  const [out, y] = [q.storage.array(), labels.storage.array()];
  const mass = new Float64Array(logits.size / width);
  for (let row = 0; row < mass.length; row++) {
    if (counts?.[row] === 0) continue;
    mass[row] = 1;
    if (given) {
      mass[row] = 0;
      for (let c = 0; c < width; c++) mass[row]! += y[row * width + c]!;
    }
    for (let c = 0; c < width; c++) {
      const hit = given ? y[row * width + c]! : c === y[row] ? 1 : 0;
      out[row * width + c] = (1 - smoothing) * hit + (smoothing * mass[row]!) / width;
    }
  }
  return { q, mass };
}

/** The labels with class 0 in the rows that do not count. */
export function without(labels: Tensor, counts: Uint8Array): Tensor {
  return adopt(
    Int32Array.from(labels.storage.array(), (label, row) => label * counts[row]!),
    labels.shape,
  );
}

/** 1 for every row that counts. */
export function countsOf(labels: Tensor, ignored: number): Uint8Array {
  return Uint8Array.from(labels.storage.array(), (label) => (label === ignored ? 0 : 1));
}

/** Throws unless labels and options fit the logits. */
export function checkAim(op: string, logits: Tensor, labels: Tensor, options: CrossEntropyOptions): void {
  const { smoothing, ignored, weights, reduction } = options;
  const given = areDistributions(logits, labels);
  const classes = logits.shape.at(-1)!;
  if (!given) checkIndices(op, logits, labels, ignored);
  else if (ignored !== undefined) {
    throw new ShapeError(
      `${op}: ignored is a class index, and these labels are distributions; give such rows all 0.`,
    );
  }
  if (!(smoothing >= 0 && smoothing < 1)) {
    throw new RangeError(`${op}: smoothing is ${smoothing}; it is a share of each label, from 0 to below 1.`);
  }
  if (!["mean", "sum", "none"].includes(reduction)) {
    throw new RangeError(`${op}: reduction is ${JSON.stringify(reduction)}; it is "mean", "sum" or "none".`);
  }
  if (weights === undefined) return;
  if (!sameShape(weights.shape, [classes])) {
    throw new ShapeError(
      `${op}: weights of shape ${formatShape(weights.shape)} do not fit logits of shape ${formatShape(logits.shape)}; ` +
        `one for each class, [${classes}], would.`,
    );
  }
  const at = weights.storage.array().findIndex((w) => !(w >= 0 && w < Infinity));
  if (at < 0) return;
  throw new RangeError(
    `${op}: the weight of class ${at} is ${weights.storage.array()[at]}; it must be 0 or more.`,
  );
}

/** Throws where a mean is of nothing. */
export function checkDivisor(op: string, { divisor }: Aim, { shape }: Tensor): void {
  if (divisor > 0) return;
  const why = shape.includes(0) ? "" : " that count: every label is the ignored one or has weight 0";
  throw new RangeError(
    `${op}: logits of shape ${formatShape(shape)} have no rows${why}, and a mean needs one.`,
  );
}
