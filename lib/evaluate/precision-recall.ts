// Precision: which share of what was called positive is. Recall: which share of what is positive was called so.
import { showAs, table } from "../display.ts";
import { classPairs, type Values } from "./values.ts";

/**
 * How the scores of classes become one number: of the class `positive` alone; their mean; of all decisions counted
 * together; or their mean weighted by how frequent each is.
 */
export type Average = "binary" | "macro" | "micro" | "weighted";

/** How to count. */
export interface AverageOptions {
  readonly average?: Average;
  /** The class that is looked for, with `binary`. */
  readonly positive?: number;
  /** What a score is where nothing was called positive, or nothing is: 0 / 0. It is 0 unless said. */
  readonly zeroDivision?: 0 | 1;
}

/** The scores of one class. */
export interface ClassScore {
  readonly class: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** How many examples are of this class. */
  readonly support: number;
}

interface Tally {
  readonly class: number;
  truePositives: number;
  falsePositives: number;
  falseNegatives: number;
}

const ratio = (a: number, b: number, zeroDivision: number): number => (b === 0 ? zeroDivision : a / b);

const scores = {
  precision: ({ truePositives, falsePositives }: Tally, zeroDivision: number): number =>
    ratio(truePositives, truePositives + falsePositives, zeroDivision),
  recall: ({ truePositives, falseNegatives }: Tally, zeroDivision: number): number =>
    ratio(truePositives, truePositives + falseNegatives, zeroDivision),
  fBeta: (one: Tally, zeroDivision: number, beta: number): number => {
    const b = beta * beta;
    const hits = (1 + b) * one.truePositives;
    return ratio(hits, hits + b * one.falseNegatives + one.falsePositives, zeroDivision);
  },
};

/**
 * TP / (TP + FP): of what was called positive, how much is.
 * @example precision([1, 1, 0, 0], [1, 0, 1, 0]) // 0.5
 */
export function precision(truth: Values, predicted: Values, options: AverageOptions = {}): number {
  return averaged("precision", truth, predicted, options, scores.precision);
}

/**
 * TP / (TP + FN): of what is positive, how much was found.
 * @example recall(truth, predicted, { average: "macro" })
 */
export function recall(truth: Values, predicted: Values, options: AverageOptions = {}): number {
  return averaged("recall", truth, predicted, options, scores.recall);
}

/**
 * The harmonic mean of precision P and recall R: 2PR / (P + R), near the smaller of the two.
 * @example f1(truth, predicted)
 */
export function f1(truth: Values, predicted: Values, options: AverageOptions = {}): number {
  return averaged("f1", truth, predicted, options, (tally, zero) => scores.fBeta(tally, zero, 1));
}

/**
 * (1 + β²) PR / (β² P + R): recall counts β times as much as precision (van Rijsbergen, 1979).
 * @example fBeta(truth, predicted, 2)
 */
export function fBeta(truth: Values, predicted: Values, beta: number, options: AverageOptions = {}): number {
  if (!(beta > 0)) throw new RangeError(`fBeta: β must be above 0; it is ${beta}.`);
  return averaged("fBeta", truth, predicted, options, (tally, zero) => scores.fBeta(tally, zero, beta));
}

function averaged(
  op: string,
  truth: Values,
  predicted: Values,
  { average = "binary", positive = 1, zeroDivision = 0 }: AverageOptions,
  scoreOf: (tally: Tally, zeroDivision: number) => number,
): number {
  if (!["binary", "macro", "micro", "weighted"].includes(average)) {
    throw new RangeError(
      `${op}: average is "binary", "macro", "micro" or "weighted", not ${JSON.stringify(average)}.`,
    );
  }
  const score = (one: Tally): number => scoreOf(one, zeroDivision);
  const tallies = tally(op, truth, predicted);
  if (average === "binary") {
    const other = tallies.filter((one) => one.class !== positive);
    if (other.length > 1) {
      throw new RangeError(
        `${op}: there are ${tallies.length} classes; say which average is meant, "macro", "micro" or "weighted".`,
      );
    }
    const asked = tallies.find((one) => one.class === positive);
    return asked === undefined ? zeroDivision : score(asked);
  }
  if (average === "micro") {
    const sum = (field: "truePositives" | "falsePositives" | "falseNegatives"): number =>
      tallies.reduce((total, one) => total + one[field], 0);
    return score({
      class: -1,
      truePositives: sum("truePositives"),
      falsePositives: sum("falsePositives"),
      falseNegatives: sum("falseNegatives"),
    });
  }
  const weightOf = (one: Tally): number => (average === "macro" ? 1 : one.truePositives + one.falseNegatives);
  const weights = tallies.reduce((sum, one) => sum + weightOf(one), 0);
  return tallies.reduce((sum, one) => sum + weightOf(one) * score(one), 0) / weights;
}

/** The counts of every class that occurs, in order. */
function tally(op: string, truth: Values, predicted: Values): Tally[] {
  const [y, guess] = classPairs(op, truth, predicted);
  const kinds = [...new Set([...y, ...guess])].sort((a, b) => a - b);
  const tallies = new Map(
    kinds.map((kind): [number, Tally] => [
      kind,
      { class: kind, truePositives: 0, falsePositives: 0, falseNegatives: 0 },
    ]),
  );
  y.forEach((right, i) => {
    if (right === guess[i]) tallies.get(right)!.truePositives++;
    else {
      tallies.get(right)!.falseNegatives++;
      tallies.get(guess[i]!)!.falsePositives++;
    }
  });
  return [...tallies.values()];
}

/** The scores of every class; shown as a table. */
export class ClassificationReport {
  readonly classes: readonly ClassScore[];
  readonly #names: readonly string[];

  constructor(classes: readonly ClassScore[], names: readonly string[] = []) {
    this.classes = classes;
    this.#names = names;
  }

  toString(): string {
    return this.#table().text;
  }

  /** The same as an HTML table. */
  toHtml(): string {
    return this.#table().html;
  }

  #table(): { html: string; text: string } {
    const rows = this.classes.map((score) => [
      this.#names[score.class] ?? String(score.class),
      ...[score.precision, score.recall, score.f1].map((value) => value.toFixed(3)),
      String(score.support),
    ]);
    return table("precision and recall", ["class", "precision", "recall", "F1", "examples"], rows);
  }
}

showAs(ClassificationReport, (report) => ({ "text/plain": String(report), "text/html": report.toHtml() }));

/**
 * Precision, recall and F1 of every class that occurs.
 * @example classificationReport(labels, argmax(logits), { names: ["cat", "dog"] })
 */
export function classificationReport(
  truth: Values,
  predicted: Values,
  { names }: { readonly names?: readonly string[] } = {},
): ClassificationReport {
  const classes = tally("classificationReport", truth, predicted).map((one) => ({
    class: one.class,
    precision: scores.precision(one, 0),
    recall: scores.recall(one, 0),
    f1: scores.fBeta(one, 0, 1),
    support: one.truePositives + one.falseNegatives,
  }));
  return new ClassificationReport(classes, names);
}
