// Who a result belongs to in somebody else's list.
import type { Student } from "../../intake/submission.ts";
import type { SubmissionResult } from "../result.ts";

/** "Lovelace, Ada" and "Ada Lovelace" are the same; of one word nobody knows which name it is. */
export function namesOf({ name = "" }: Student): { first: string; last: string } {
  const [last = "", first] = name.split(",").map((part) => part.trim());
  if (first !== undefined) return { first, last };
  const words = last.split(/\s+/).filter(Boolean);
  return words.length > 1
    ? { first: words.slice(0, -1).join(" "), last: words.at(-1)! }
    : { first: "", last };
}

export interface Row {
  readonly [column: string]: string | undefined;
}

/** A way to tell that a row is a student's: the row's key, and the student's. */
export interface Way {
  readonly row: (row: Row) => string | undefined;
  readonly student: (student: Student) => string | undefined;
}

/**
 * Finds each row's result by the first way that finds one. A result is for one row, and a row's key counts only where no
 * other row has the same.
 */
export function matched(
  rows: readonly Row[],
  results: readonly SubmissionResult[],
  ways: readonly Way[],
): { of: Map<Row, SubmissionResult>; left: SubmissionResult[] } {
  const of = new Map<Row, SubmissionResult>();
  const left = new Set(results);
  for (const way of ways) {
    const byKey = new Map<string, SubmissionResult | undefined>();
    for (const result of left) {
      const key = normal(way.student(result.student));
      if (key) byKey.set(key, byKey.has(key) ? undefined : result);
    }
    const open = rows.filter((row) => !of.has(row));
    const keys = open.map((row) => normal(way.row(row)));
    for (const [at, row] of open.entries()) {
      const key = keys[at]!;
      const result = key && keys.filter((other) => other === key).length === 1 ? byKey.get(key) : undefined;
      if (!result) continue;
      of.set(row, result);
      left.delete(result);
    }
  }
  return { of, left: [...left] };
}

const normal = (key: string | undefined): string => (key ?? "").trim().toLowerCase();

/** Without order, commas and case. */
export const anyOrder = (name: string | undefined): string =>
  (name ?? "")
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean)
    .sort()
    .join(" ");
