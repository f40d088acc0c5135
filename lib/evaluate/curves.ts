// What a threshold does: the curves over all of them, and the areas under the curves.
import { pairsOf, type Values } from "./values.ts";

/** The receiver operating characteristic, a point for each threshold, from the strictest down. */
export interface RocCurve {
  /** The share of negatives that are called positive, rising from 0 to 1. */
  readonly falsePositiveRate: Float64Array;
  /** The share of positives that are found (recall), rising from 0 to 1. */
  readonly truePositiveRate: Float64Array;
  /** A score at or above it is called positive; the first is infinite. */
  readonly thresholds: Float64Array;
  /** The area under the curve: the chance that a positive scores higher than a negative, ties counting half. */
  readonly area: number;
}

/** Precision and recall, a point for each threshold, from the strictest down; the first calls nothing positive. */
export interface PrecisionRecallCurve {
  readonly precision: Float64Array;
  readonly recall: Float64Array;
  readonly thresholds: Float64Array;
  /** Σ (R_k − R_{k−1}) P_k: the area under the steps. */
  readonly averagePrecision: number;
}

/**
 * The ROC curve of scores against truths (0 or 1; 1 is positive).
 * @example const { area } = rocCurve(labels, probabilities);
 */
export function rocCurve(truth: Values, scores: Values): RocCurve {
  const { hits, calls, thresholds, positives, negatives } = cumulative("rocCurve", truth, scores);
  if (positives === 0 || negatives === 0) {
    throw new RangeError(
      `rocCurve: there are ${positives} positives and ${negatives} negatives; a curve needs both kinds.`,
    );
  }
  const truePositiveRate = hits.map((count) => count / positives);
  const falsePositiveRate = calls.map((count, k) => (count - hits[k]!) / negatives);
  let area = 0;
  for (let k = 1; k < hits.length; k++) {
    const width = falsePositiveRate[k]! - falsePositiveRate[k - 1]!;
    area += (width * (truePositiveRate[k]! + truePositiveRate[k - 1]!)) / 2;
  }
  return { falsePositiveRate, truePositiveRate, thresholds, area };
}

/**
 * The precision-recall curve of scores against truths (0 or 1; 1 is positive): tells more than ROC where positives are
 * rare (Davis and Goadrich, 2006).
 * @example const { averagePrecision } = precisionRecallCurve(labels, scores);
 */
export function precisionRecallCurve(truth: Values, scores: Values): PrecisionRecallCurve {
  const { hits, calls, thresholds, positives } = cumulative("precisionRecallCurve", truth, scores);
  if (positives === 0) {
    throw new RangeError("precisionRecallCurve: no example is positive, so there is nothing to recall.");
  }
  const precision = hits.map((count, k) => (k === 0 ? 1 : count / calls[k]!));
  const recall = hits.map((count) => count / positives);
  let averagePrecision = 0;
  for (let k = 1; k < hits.length; k++) averagePrecision += (recall[k]! - recall[k - 1]!) * precision[k]!;
  return { precision, recall, thresholds, averagePrecision };
}

interface Cumulative {
  /** True positives, and all that is called positive, at each threshold. */
  readonly hits: Float64Array;
  readonly calls: Float64Array;
  readonly thresholds: Float64Array;
  readonly positives: number;
  readonly negatives: number;
}

function cumulative(op: string, truth: Values, scores: Values): Cumulative {
  const [y, s] = pairsOf(op, ["truth", "score"], truth, scores);
  const odd = y.findIndex((value) => value !== 0 && value !== 1);
  if (odd >= 0) throw new RangeError(`${op}: truth ${odd} is ${y[odd]}; it must be 0 or 1 (1 is positive).`);
  const order = Int32Array.from(s.keys()).sort((a, b) => s[b]! - s[a]!);
  const [hits, calls, thresholds] = [[0], [0], [Number.POSITIVE_INFINITY]];
  let found = 0;
  order.forEach((example, at) => {
    found += y[example]!;
    const next = order[at + 1];
    if (next !== undefined && s[next] === s[example]) return;
    hits.push(found);
    calls.push(at + 1);
    thresholds.push(s[example]!);
  });
  return {
    hits: Float64Array.from(hits),
    calls: Float64Array.from(calls),
    thresholds: Float64Array.from(thresholds),
    positives: found,
    negatives: y.length - found,
  };
}
