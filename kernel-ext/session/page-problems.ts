// What a cell for the page's author is told when it cannot be made a script.
import { type ErrorContent, excerpt, red } from "./traceback.ts";

/** What is wrong with a cell or with what it imports. */
export interface PageProblem {
  readonly message: string;
  /** Relative to the notebook; undefined for the cell itself. */
  readonly file: string | undefined;
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
  readonly length: number;
  readonly lineText: string;
}

export class PageProblems extends Error {
  override readonly name = "BundleError";
  readonly problems: readonly PageProblem[];

  constructor(problems: readonly PageProblem[]) {
    super(problems[0]?.message ?? "The cell could not be made a script for the page");
    this.problems = problems;
  }
}

/** So many are shown with their lines: one screen. */
const MOST = 4;

export function describePageProblems(
  label: string,
  source: string,
  problems: readonly PageProblem[],
): ErrorContent {
  const ename = "BundleError";
  const traceback = problems.slice(0, MOST).flatMap(({ message, file, line, column, length, lineText }) => {
    const cell =
      file === undefined ? { label, source } : { label: file, source: "\n".repeat(line - 1) + lineText };
    return [excerpt(cell, { line, column }, length), `${red(ename)}: ${message}`, ""];
  });
  const more = problems.length - MOST;
  if (more > 0) traceback.push(`… and ${more} more`, "");
  const [first] = problems;
  const evalue = first
    ? `${first.file ?? label}, line ${first.line}, column ${first.column}: ${first.message}`
    : "";
  return { ename, evalue, traceback: traceback.slice(0, -1) };
}
