// Counts of successes: how sure is an accuracy, and how many changed examples can be trusted?
import { normalQuantile } from "../random/normal.ts";
import { binomialCdf, binomialPmf, binomialTail, rootOf } from "./distributions.ts";
import type { Alternative, TestResult } from "./significance.ts";
import { checkCount, checkShare } from "./values.ts";

/**
 * The chance of so many successes, or as unlikely a number, in n trials that each succeed with chance p. Two-sided, all
 * numbers count that are no likelier than the one that came.
 * @example binomialTest(60, 100).pValue // 0.057: is the coin fair?
 */
export function binomialTest(
  successes: number,
  trials: number,
  { p = 0.5, alternative = "two-sided" }: { readonly p?: number; readonly alternative?: Alternative } = {},
): TestResult {
  checkTrials("binomialTest", successes, trials);
  checkShare("binomialTest", "p", p);
  const statistic = successes / trials;
  const result = (pValue: number): TestResult => ({
    statistic,
    pValue: Math.min(1, pValue),
    method: "exact",
  });
  if (alternative === "less") return result(binomialCdf(successes, trials, p));
  if (alternative === "greater") return result(binomialTail(successes, trials, p));
  return result(asUnlikely(successes, trials, p));
}

function checkTrials(op: string, successes: number, trials: number): void {
  checkCount(op, "the number of trials", trials, 1);
  checkCount(op, "the number of successes", successes);
  if (successes > trials)
    throw new RangeError(`${op}: ${successes} successes in ${trials} trials cannot be.`);
}

/** Σ P(X = i) over all i that are no likelier than k (but for rounding): a tail on k's side, and one on the other. */
function asUnlikely(k: number, n: number, p: number): number {
  const limit = binomialPmf(k, n, p) * (1 + 1e-7);
  const mean = n * p;
  if (k === mean) return 1;
  // On either side of the mean the probabilities fall, so the other tail's end is found by halving.
  const lower = k < mean;
  let [low, high] = lower ? [Math.ceil(mean), n + 1] : [-1, Math.floor(mean)];
  while (lower ? low < high : high > low) {
    const middle = lower ? Math.floor((low + high) / 2) : Math.ceil((low + high) / 2);
    const rare = middle < 0 || middle > n || binomialPmf(middle, n, p) <= limit;
    if (lower) [low, high] = rare ? [low, middle] : [middle + 1, high];
    else [low, high] = rare ? [middle, high] : [low, middle - 1];
  }
  return lower
    ? binomialCdf(k, n, p) + binomialTail(low, n, p)
    : binomialTail(k, n, p) + binomialCdf(low, n, p);
}

/** Where a probability lies, as far as the data tell. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
}

/** How sure an interval is, and how it is made. */
export interface BinomialIntervalOptions {
  readonly level?: number;
  /** `wilson`: Wilson's score interval (1927), near the level on average; `exact`: Clopper and Pearson's (1934), never below it. */
  readonly method?: "wilson" | "exact";
}

/**
 * The interval for the chance of success, from `successes` in `trials`: how sure is an accuracy?
 * @example binomialInterval(97, 100) // 91.5 % to 99.0 %
 */
export function binomialInterval(
  successes: number,
  trials: number,
  { level = 0.95, method = "wilson" }: BinomialIntervalOptions = {},
): Bounds {
  const op = "binomialInterval";
  checkTrials(op, successes, trials);
  if (!(level > 0 && level < 1))
    throw new RangeError(`${op}: the level lies between 0 and 1; it is ${level}.`);
  const [k, n] = [successes, trials];
  const outside = (1 - level) / 2;
  if (method === "exact") {
    return {
      low: k === 0 ? 0 : rootOf((p) => binomialTail(k, n, p) - outside, 0, 1),
      high: k === n ? 1 : rootOf((p) => outside - binomialCdf(k, n, p), 0, 1),
    };
  }
  const z = -normalQuantile(outside);
  const share = k / n;
  const centre = (share + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  return { low: k === 0 ? 0 : centre - half, high: k === n ? 1 : centre + half };
}

/** A validation set, and a change in how many of its examples are right. */
export interface Change {
  /** The number of examples. */
  readonly size: number;
  /** The share that is right on the whole. */
  readonly accuracy: number;
  /** By how many examples the number of right ones moved. */
  readonly changed: number;
}

/**
 * How often chance alone moves the number of right answers that far: P(|X − np| ≥ changed), X ~ Binomial(n, p) with n
 * examples and accuracy p. The rule of 30 (Vanhoucke) says that a change of 30 examples can be trusted, whatever
 * n is; the standard deviation √(np(1 − p)) says where that holds.
 *
 * @example
 * chanceOfChange({ size: 3000, accuracy: 0.97, changed: 30 }) // 0.0017
 * chanceOfChange({ size: 3000, accuracy: 0.5, changed: 30 })  // 0.28: near ½ the rule fails
 */
export function chanceOfChange({ size, accuracy, changed }: Change): number {
  checkCount("chanceOfChange", "the size", size, 1);
  checkShare("chanceOfChange", "the accuracy", accuracy);
  if (!(changed > 0)) return 1;
  const mean = size * accuracy;
  // Rounded, so that a bound that is meant to be whole is.
  const [low, high] = [mean - changed, mean + changed].map((bound) => Math.round(bound * 1e9) / 1e9) as [
    number,
    number,
  ];
  return Math.min(1, binomialCdf(low, size, accuracy) + binomialTail(high, size, accuracy));
}
