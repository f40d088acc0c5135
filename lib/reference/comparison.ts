// One comparison with the reference is one row; a report is a table of them.
import { type MimeBundle, showAs, table } from "../display.ts";
import { type Difference, difference, ShapeDifference, type Values } from "./difference.ts";

/** Float32 carries about 7 digits; sums over a few hundred terms leave 5. */
export const TOLERANCE = 1e-5;

export interface ComparisonInput {
  /** What was computed, such as "softmax". */
  readonly name: string;
  /** The value itself, or its gradient; "forward" where it is left out. */
  readonly direction?: "forward" | "gradient";
  readonly ours: Values;
  readonly theirs: Values;
  /** The largest relative difference that passes; 1e-5 where it is left out. */
  readonly tolerance?: number;
}

/** How one result of ours compares with the reference's. */
export class Comparison {
  readonly name: string;
  readonly direction: "forward" | "gradient";
  readonly shape: readonly number[];
  readonly difference: number;
  readonly tolerance: number;
  readonly passed: boolean;
  /** Who answered, in words. */
  readonly answeredBy: string;
  /** Why it failed; undefined when it passed. */
  readonly reason: string | undefined;

  constructor(input: ComparisonInput, answeredBy: string) {
    this.name = input.name;
    this.direction = input.direction ?? "forward";
    this.tolerance = input.tolerance ?? TOLERANCE;
    this.answeredBy = answeredBy;
    const found = measure(input);
    this.shape = found.shape;
    this.difference = found.largest;
    this.passed = found.largest <= this.tolerance;
    this.reason = this.passed ? undefined : (found.reason ?? explain(found, this.tolerance));
  }

  /** Throws when the results differ by more than the tolerance. */
  assert(): void {
    if (!this.passed) throw new ReferenceMismatch([this]);
  }

  toString(): string {
    return `${this.line()} · answered by ${this.answeredBy}`;
  }

  /** The row in words, without who answered. */
  line(): string {
    const mark = this.passed ? "✓" : `✗ ${this.reason}`;
    return `${this.name} ${this.direction} ${format(this.difference)} ${mark}`;
  }
}

/** Many comparisons with one reference; the last value of a cell shows as a table. */
export class ReferenceReport {
  readonly title: string | undefined;
  readonly answeredBy: string;
  readonly #rows: Comparison[] = [];

  constructor(answeredBy: string, title?: string) {
    this.answeredBy = answeredBy;
    this.title = title;
  }

  get rows(): readonly Comparison[] {
    return this.#rows;
  }

  get passed(): boolean {
    return this.#rows.every((row) => row.passed);
  }

  /** Compares and keeps the row. */
  add(input: ComparisonInput): Comparison {
    const row = new Comparison(input, this.answeredBy);
    this.#rows.push(row);
    return row;
  }

  /** Throws an error that names the worst row, when one fails; an empty report fails too. */
  assert(): void {
    if (this.#rows.length === 0) throw new Error("the report is empty: nothing was compared.");
    if (!this.passed) throw new ReferenceMismatch(this.#rows);
  }

  toString(): string {
    const lines = this.#rows.map((row) => `${row.line()} · answered by ${this.answeredBy}`);
    return [...(this.title ? [this.title] : []), ...lines].join("\n");
  }
}

/** Thrown by `assert`; names the row that is furthest off. */
export class ReferenceMismatch extends Error {
  constructor(rows: readonly Comparison[]) {
    const failed = rows.filter((row) => !row.passed).sort((a, b) => b.difference - a.difference);
    const [worst] = failed;
    const more = failed.length > 1 ? ` ${failed.length - 1} more of ${rows.length} differ as well.` : "";
    super(`${worst?.name} (${worst?.direction}) differs from ${worst?.answeredBy}: ${worst?.reason}.${more}`);
    this.name = "ReferenceMismatch";
  }
}

function measure({ ours, theirs }: ComparisonInput): Difference & { reason?: string } {
  try {
    return difference(ours, theirs);
  } catch (error) {
    if (!(error instanceof ShapeDifference)) throw error;
    return { largest: Number.POSITIVE_INFINITY, shape: [], reason: error.message.replace(/\.$/, "") };
  }
}

function explain({ at, largest, shape }: Difference, tolerance: number): string {
  if (!at) return "there is nothing to compare";
  const place = shape.length ? `at [${coordinates(at.index, shape)}]` : "the number";
  const apart = Number.isFinite(largest)
    ? `, ${format(largest)} apart where ${format(tolerance)} is allowed`
    : "";
  return `${place} ours is ${at.ours}, the reference ${at.theirs}${apart}`;
}

function coordinates(index: number, shape: readonly number[]): string {
  let rest = index;
  const place: number[] = [];
  for (const size of [...shape].reverse()) {
    place.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return place.join(", ");
}

function format(value: number): string {
  return value === 0 ? "0" : Number.isFinite(value) ? value.toExponential(1) : "∞";
}

/** What a notebook shows for these rows. */
function look(text: string, rows: readonly Comparison[], answeredBy: string, title?: string): MimeBundle {
  const cells = rows.map((row) => [
    row.name,
    row.direction,
    `[${row.shape.join(", ")}]`,
    format(row.difference),
    format(row.tolerance),
    row.passed ? "✓" : `✗ ${row.reason}`,
  ]);
  const caption = [...(title ? [title] : []), `answered by ${answeredBy}`].join(" · ");
  const head = ["operation", "", "shape", "largest relative difference", "allowed", ""];
  return { "text/plain": text, "text/html": table(caption, head, cells).html };
}

showAs(Comparison, (row) => look(String(row), [row], row.answeredBy));
showAs(ReferenceReport, (report) => look(String(report), report.rows, report.answeredBy, report.title));
