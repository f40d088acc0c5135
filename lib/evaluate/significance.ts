// Is a difference more than chance? Tests of two models on the same examples, or in the same repeated runs.
import { binomialCdf, chiSquareTail, normalTail, studentTails } from "./distributions.ts";
import { checkCount, classPairs, pairsOf, type Values } from "./values.ts";

/** Which differences speak against the null hypothesis: either way, the first less, or the first greater. */
export type Alternative = "two-sided" | "less" | "greater";

/** What a test found. */
export interface TestResult {
  readonly statistic: number;
  /** The chance of a difference as large as this, or larger, were there none. */
  readonly pValue: number;
  /** How the chance was computed. */
  readonly method: string;
}

/** The p of a symmetric two-sided test, from both tails. */
const twice = (less: number, greater: number): number => Math.min(1, 2 * Math.min(less, greater));

function choose(alternative: Alternative, less: number, greater: number): number {
  if (alternative === "two-sided") return twice(less, greater);
  return alternative === "less" ? less : greater;
}

/** How `wilcoxon` counts. */
export interface WilcoxonOptions {
  readonly alternative?: Alternative;
  /**
   * `exact`: over all 2ⁿ signs, ties and all; `normal`: the approximation. Unless said, as in SciPy: exact up to 50 pairs, or
   * up to 13 where differences are equal or 0.
   */
  readonly method?: "exact" | "normal";
  /**
   * Differences of 0: left out (Wilcoxon), left out after all were ranked (Pratt), or ranked, and their ranks split between
   * both sides.
   */
  readonly zeros?: "wilcox" | "pratt" | "zsplit";
  /** Moves the statistic 1/2 towards its mean, as a whole number is approximated (the normal approximation only). */
  readonly continuity?: boolean;
}

/**
 * Wilcoxon's signed-rank test for paired measurements (Wilcoxon, 1945): the differences' sizes are ranked, and the ranks
 * of the positive ones summed. Needs no normal distribution, only a symmetric one. The statistic is the smaller
 * of both rank sums, or, one-sided, that of the positive differences.
 *
 * @example
 * wilcoxon(accuraciesOfA, accuraciesOfB).pValue // ten seeds each: is A better on the whole?
 */
export function wilcoxon(first: Values, second: Values, options: WilcoxonOptions = {}): TestResult {
  const { alternative = "two-sided", zeros = "wilcox", continuity = false } = options;
  const [x, y] = pairsOf("wilcoxon", ["first", "second"], first, second);
  const all = x.map((value, i) => value - y[i]!);
  const differences = zeros === "wilcox" ? all.filter((d) => d !== 0) : all;
  const nonzero = all.filter((d) => d !== 0).length;
  if (nonzero === 0) {
    throw new RangeError("wilcoxon: all differences are 0, so there is nothing to test; the two are equal.");
  }
  const ranks = ranksOf(differences.map(Math.abs));
  const signed = ranks.filter((_, i) => differences[i] !== 0);
  const plain = nonzero === all.length && tieSum(signed) === 0;
  const method = options.method ?? (all.length <= (plain ? 50 : 13) ? "exact" : "normal");
  const rankSum = (keep: (d: number) => boolean): number =>
    ranks.reduce((sum, rank, i) => sum + (keep(differences[i]!) ? rank : 0), 0);
  const half = zeros === "zsplit" ? rankSum((d) => d === 0) / 2 : 0;
  const plus = rankSum((d) => d > 0) + half;
  const minus = rankSum((d) => d < 0) + half;
  const statistic = alternative === "two-sided" ? Math.min(plus, minus) : plus;
  if (method === "exact") {
    const { less, greater } = signedRankTails(signed, plus - half);
    return { statistic, pValue: choose(alternative, less, greater), method };
  }
  // Mean and variance of the sum, less what zeros take (Pratt) and ties take.
  const cube = (n: number): number => n * (n + 1) * (2 * n + 1);
  const n = differences.length;
  const zero = zeros === "pratt" ? n - nonzero : 0;
  const mean = (n * (n + 1) - zero * (zero + 1)) / 4;
  const variance = (cube(n) - cube(zero)) / 24 - tieSum(zeros === "pratt" ? signed : ranks) / 48;
  const distance = plus - mean;
  const toward = { "two-sided": Math.sign(distance), less: -1, greater: 1 }[alternative];
  const z = (distance - (continuity ? toward / 2 : 0)) / Math.sqrt(variance);
  const pValue =
    alternative === "two-sided"
      ? 2 * normalTail(Math.abs(z))
      : choose(alternative, normalTail(-z), normalTail(z));
  return { statistic, pValue: Math.min(1, pValue), method };
}

/** Ranks from 1; equal values share the mean of theirs. */
export function ranksOf(values: Float64Array): Float64Array {
  const order = Int32Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!);
  const ranks = new Float64Array(values.length);
  for (let from = 0, to = 0; from < order.length; from = to) {
    while (to < order.length && values[order[to]!] === values[order[from]!]) to++;
    for (let i = from; i < to; i++) ranks[order[i]!] = (from + 1 + to) / 2;
  }
  return ranks;
}

/** Σ (t³ − t) over the groups of t equal ranks. */
function tieSum(ranks: Float64Array): number {
  const groups = new Map<number, number>();
  for (const rank of ranks) groups.set(rank, (groups.get(rank) ?? 0) + 1);
  return [...groups.values()].reduce((sum, t) => sum + t ** 3 - t, 0);
}

/** P(W ≤ w) and P(W ≥ w) where each rank counts or not by the toss of a coin; shared ranks are halves, so twice all. */
function signedRankTails(ranks: Float64Array, w: number): { less: number; greater: number } {
  const total = ranks.reduce((sum, rank) => sum + 2 * rank, 0);
  const chance = new Float64Array(total + 1);
  chance[0] = 1;
  let reached = 0;
  for (const rank of ranks) {
    const step = 2 * rank;
    reached += step;
    for (let s = reached; s >= 0; s--)
      chance[s] = ((chance[s] ?? 0) + (s >= step ? chance[s - step]! : 0)) / 2;
  }
  let [less, greater] = [0, 0];
  for (let s = 0; s <= 2 * w; s++) less += chance[s]!;
  for (let s = total; s >= 2 * w; s--) greater += chance[s]!;
  return { less, greater };
}

/** In how many examples one of two models alone was right. */
export interface Disagreement {
  readonly onlyFirst: number;
  readonly onlySecond: number;
}

/**
 * Counts where two models disagree about the truth.
 * @example mcnemar(disagreement(labels, predictedByA, predictedByB))
 */
export function disagreement(truth: Values, first: Values, second: Values): Disagreement {
  const [y, a] = classPairs("disagreement", truth, first);
  const [, b] = classPairs("disagreement", truth, second);
  let [onlyFirst, onlySecond] = [0, 0];
  y.forEach((right, i) => {
    if (a[i] === right && b[i] !== right) onlyFirst++;
    if (a[i] !== right && b[i] === right) onlySecond++;
  });
  return { onlyFirst, onlySecond };
}

/** How `mcnemar` computes the chance. */
export interface McNemarOptions {
  /** `exact`: binomial; `corrected`: χ² with Edwards' correction; `chi-square`: without. */
  readonly method?: "exact" | "corrected" | "chi-square";
}

/**
 * McNemar's test (1947) of two models that were evaluated once, on the same examples: were they equally good, each of the
 * b + c examples that only one gets right would be a toss of a coin. Exact: 2 P(X ≤ min(b, c)), X ~ Binomial(b + c, ½);
 * corrected: χ² = (|b − c| − 1)² / (b + c). Exact up to 25 disagreements unless said (there the statistic is min(b, c)).
 *
 * @example mcnemar({ onlyFirst: 40, onlySecond: 22 }).pValue // 0.031
 */
export function mcnemar(
  { onlyFirst: b, onlySecond: c }: Disagreement,
  { method }: McNemarOptions = {},
): TestResult {
  checkCount("mcnemar", "onlyFirst", b);
  checkCount("mcnemar", "onlySecond", c);
  const how = method ?? (b + c <= 25 ? "exact" : "corrected");
  if (how === "exact") {
    const fewer = Math.min(b, c);
    return { statistic: fewer, pValue: Math.min(1, 2 * binomialCdf(fewer, b + c, 0.5)), method: how };
  }
  if (b + c === 0) return { statistic: 0, pValue: 1, method: how };
  const lead = how === "corrected" ? Math.max(0, Math.abs(b - c) - 1) : Math.abs(b - c);
  const statistic = (lead * lead) / (b + c);
  return { statistic, pValue: chiSquareTail(statistic), method: how };
}

/**
 * Student's t-test for paired measurements: t = d̄ / (s / √n), n − 1 degrees of freedom. Assumes that the differences are
 * normal; `wilcoxon` does not.
 * @example pairedTTest(accuraciesOfA, accuraciesOfB).pValue
 */
export function pairedTTest(
  first: Values,
  second: Values,
  { alternative = "two-sided" }: { readonly alternative?: Alternative } = {},
): TestResult {
  const [x, y] = pairsOf("pairedTTest", ["first", "second"], first, second);
  const n = x.length;
  const differences = x.map((value, i) => value - y[i]!);
  const mean = differences.reduce((sum, d) => sum + d, 0) / n;
  const variance = differences.reduce((sum, d) => sum + (d - mean) ** 2, 0) / (n - 1);
  if (!(variance > 0)) {
    throw new RangeError(
      "pairedTTest: the differences do not vary, so there is no spread to measure them by; two pairs or more that differ are needed.",
    );
  }
  const statistic = mean / Math.sqrt(variance / n);
  const tails = studentTails(statistic, n - 1);
  const beyond = tails / 2;
  const [less, greater] = statistic >= 0 ? [1 - beyond, beyond] : [beyond, 1 - beyond];
  return { statistic, pValue: choose(alternative, less, greater), method: "t" };
}
