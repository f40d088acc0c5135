// Where the error comes from, and what to do next (Ng, "Machine Learning Yearning", 2018).
import { showAs, table } from "../display.ts";
import { checkShare } from "./values.ts";

/** Error rates, from the best that can be hoped for to the test set. What was not measured is left out. */
export interface ErrorRates {
  /** People's error, which stands for the least that is possible (Bayes' error); 0 unless said. */
  readonly human?: number;
  readonly train: number;
  /** On held-out data like the training data. */
  readonly trainDev?: number;
  /** On held-out data like those of the task. */
  readonly dev: number;
  readonly test?: number;
}

/** The gap between two rungs. */
export interface Rung {
  readonly name: "avoidable bias" | "variance" | "data mismatch" | "overfitting the dev set";
  readonly gap: number;
  readonly advice: string;
}

const ADVICE: Readonly<Record<Rung["name"], string>> = {
  "avoidable bias": "a larger network, longer or better training, another architecture",
  variance: "more data, augmentation, regularization, another architecture",
  "data mismatch": "training data that look more like the task's; see how the two differ",
  "overfitting the dev set": "a larger dev set, a new one",
};

/** The gaps from rung to rung; shown as a table. */
export class ErrorLadder {
  readonly rungs: readonly Rung[];

  constructor(rungs: readonly Rung[]) {
    this.rungs = rungs;
  }

  /** The widest gap: what to work on first. */
  get widest(): Rung {
    return this.rungs.reduce((widest, rung) => (rung.gap > widest.gap ? rung : widest));
  }

  toString(): string {
    return this.#table().text;
  }

  /** The same as an HTML table. */
  toHtml(): string {
    return this.#table().html;
  }

  #table(): { html: string; text: string } {
    const rows = this.rungs.map((rung) => [
      rung.name,
      `${(100 * rung.gap).toFixed(2)} %`,
      rung === this.widest ? `first: ${rung.advice}` : rung.advice,
    ]);
    return table("the error, gap by gap", ["gap", "size", "what helps"], rows);
  }
}

showAs(ErrorLadder, (ladder) => ({ "text/plain": String(ladder), "text/html": ladder.toHtml() }));

/**
 * The gaps between error rates: human → train (avoidable bias) → train-dev (variance) → dev (data mismatch) → test
 * (overfitting the dev set). Without a train-dev set, train → dev is called variance.
 *
 * @example errorLadder({ human: 0.01, train: 0.08, dev: 0.1 }).widest.name // "avoidable bias"
 */
export function errorLadder({ human = 0, train, trainDev, dev, test }: ErrorRates): ErrorLadder {
  const rates = {
    human,
    train,
    ...(trainDev !== undefined && { trainDev }),
    dev,
    ...(test !== undefined && { test }),
  };
  for (const [name, rate] of Object.entries(rates)) checkShare("errorLadder", `the error rate ${name}`, rate);
  const rung = (name: Rung["name"], from: number, to: number): Rung => ({
    name,
    gap: to - from,
    advice: ADVICE[name],
  });
  return new ErrorLadder([
    rung("avoidable bias", human, train),
    rung("variance", train, trainDev ?? dev),
    ...(trainDev === undefined ? [] : [rung("data mismatch", trainDev, dev)]),
    ...(test === undefined ? [] : [rung("overfitting the dev set", dev, test)]),
  ]);
}

/** How much one kind of error accounts for. */
export interface ErrorKind {
  readonly tag: string;
  readonly count: number;
  /** Of all errors that were looked at; one may have several tags. */
  readonly share: number;
  /** The error rate that would remain if all of this kind were mended: the most that work on it can gain. */
  readonly remaining: number;
}

/**
 * Errors that were looked at one by one and tagged ("blurry", "wrong label", …), counted, the most frequent first.
 * Take them from the dev set: who looks at the test set's errors tunes to the test set.
 *
 * @example errorAnalysis([["blurry"], ["cat", "blurry"], ["cat"], []], 0.1)
 */
export function errorAnalysis(tags: readonly (readonly string[])[], errorRate: number): ErrorKind[] {
  checkShare("errorAnalysis", "the error rate", errorRate);
  const counts = new Map<string, number>();
  for (const example of tags) for (const tag of new Set(example)) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return [...counts]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .map(([tag, count]) => ({
      tag,
      count,
      share: count / tags.length,
      remaining: errorRate * (1 - count / tags.length),
    }));
}
