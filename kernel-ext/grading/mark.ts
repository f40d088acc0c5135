// A verdict for programs, beside the words for the student: the lab's page of lessons reads it from the notebook.
import type { Outcome, Verdict } from "./judge.ts";

export const VERDICT_TYPE = "application/vnd.gradbook.verdict+json";

/** What stands in a notebook under `VERDICT_TYPE`. */
export interface Mark {
  readonly exercise: string;
  readonly earned: number;
  /** The points of the tests that were run here; a grader may have more. */
  readonly judged: number;
  readonly points: number;
  readonly tests: readonly MarkedTest[];
  /** What was judged: the fingerprint of the cell that declared each answer. */
  readonly answers: Readonly<Record<string, string>>;
}

export type MarkedTest = Pick<Outcome, "title" | "points" | "passed" | "called" | "came" | "problem">;

export function markOf(
  { name, earned, points, answers = {} }: Verdict,
  judged: number,
  tests: readonly MarkedTest[],
): Mark {
  return { exercise: name, earned, judged, points, tests, answers };
}

/**
 * A text's fingerprint, the same in Node and in a page: two FNV-1a hashes, of the text forwards and of the text with
 * its places. Nobody gains by a collision: points that count come from the grader.
 */
export function fingerprintOf(source: string): string {
  const text = source.trimEnd();
  let [one, two] = [0x811c9dc5, 0x811c9dc5 ^ text.length];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    one = Math.imul(one ^ code, 0x01000193);
    two = Math.imul(two ^ (code + at), 0x01000193);
  }
  return [one, two].map((half) => (half >>> 0).toString(16).padStart(8, "0")).join("");
}
