// An exercise in a student's notebook: what its check has said, and whether that is still about the present answer.
import { fingerprintOf, type Mark, VERDICT_TYPE } from "../../../grading/mark.ts";
import { type Cell, record, textOf } from "./cells.ts";
import { headingOf } from "./words.ts";

/**
 * `again`: something was checked, and the answer has changed since. `byHand`: a person gives the points.
 */
export type State = "untouched" | "begun" | "again" | "solved" | "byHand";

export interface Exercise {
  readonly name: string;
  readonly title: string;
  readonly state: State;
  readonly earned: number;
  /** All points there are, those of a grader's own tests included. */
  readonly possible: number;
  /** The points of tests that only a grader has. */
  readonly unseen: number;
  /** Why it is not solved, in the words of the first test that fails, or of the error. */
  readonly problem: string;
  /** Where to go on: the answer, or the check that should run again. */
  readonly cell: string;
}

/** What stands in an answer that nobody has begun. */
const STUB = /not written yet|^\*Your answer here\.\*$/m;
const NOT_CHECKED = "Its check has not run yet.";
const CHECK = /^\s*check\(\s*["'`]([^"'`]+)["'`]/m;

/** Every exercise of a notebook, in order. */
export function exercisesOf(cells: readonly Cell[]): Exercise[] {
  const texts = new Set(cells.map(({ source }) => fingerprintOf(source)));
  let begin = 0;
  return cells.flatMap((cell, at) => {
    const before = cells.slice(begin, at);
    const { grade, solution } = cell.nbgrader;
    const isWritten = grade === true && solution === true;
    const [, name] = CHECK.exec(cell.kind === "code" ? cell.source : "") ?? [];
    if (!isWritten && !name) return [];
    // What stands before another exercise's end is that exercise's, also where cells of this one are gone.
    begin = at + 1;
    return [isWritten ? writtenWork(cell, before) : checked(name ?? "", cell, before, texts)];
  });
}

function checked(name: string, check: Cell, before: readonly Cell[], texts: ReadonlySet<string>): Exercise {
  const answer = before.findLast(({ nbgrader, kind }) => nbgrader.solution === true && kind === "code");
  const mark = check.outputs.map(markIn).find((one) => one?.exercise === name);
  const state = stateOf(mark, answer, check, texts);
  const isCurrent = state !== "again";
  const possible = numberIn(check.nbgrader.points) ?? mark?.points ?? 0;
  const problem = mark ? problemOf(mark) : errorIn(check) || (state === "begun" ? NOT_CHECKED : "");
  return {
    name,
    title: titleOf(before, name),
    state,
    earned: mark && isCurrent ? Math.min(mark.earned, possible) : 0,
    possible,
    unseen: mark ? Math.max(0, Number((possible - mark.judged).toPrecision(12))) : 0,
    problem: state === "solved" || !isCurrent ? "" : problem,
    cell: state === "again" ? check.id : (answer ?? check).id,
  };
}

function stateOf(
  mark: Mark | undefined,
  answer: Cell | undefined,
  check: Cell,
  texts: ReadonlySet<string>,
): State {
  const isStub = answer !== undefined && STUB.test(answer.source);
  if (!mark) {
    // A check of an older gradbook has left words, and no mark to read.
    if (check.outputs.some(({ data }) => "text/html" in record(data))) return isStub ? "untouched" : "again";
    return isStub || !answer ? "untouched" : "begun";
  }
  if (!Object.values(mark.answers).every((text) => texts.has(text))) return "again";
  if (mark.tests.length > 0 && mark.tests.every(({ passed }) => passed)) return "solved";
  return isStub && mark.earned === 0 ? "untouched" : "begun";
}

/** Work that a person reads and marks. */
function writtenWork(cell: Cell, before: readonly Cell[]): Exercise {
  const name = String(cell.nbgrader.grade_id ?? cell.id);
  return {
    name,
    title: titleOf(before, headingOf(cell.source) ?? name),
    state: STUB.test(cell.source) ? "untouched" : "byHand",
    earned: 0,
    possible: numberIn(cell.nbgrader.points) ?? 0,
    unseen: 0,
    problem: "",
    cell: cell.id,
  };
}

/** The task's heading, without its number and its points, which stand beside it anyway. */
function titleOf(before: readonly Cell[], name: string): string {
  const task = before.findLast(({ kind, source }) => kind === "markdown" && headingOf(source));
  const heading = task && headingOf(task.source);
  return heading?.replace(/^\d+\s*·\s*/, "").replace(/\s*\(\d+(\.\d+)? points?\)$/, "") ?? name;
}

/** A mark as `check` leaves it; nothing where somebody has written something else there. */
function markIn({ data }: Readonly<Record<string, unknown>>): Mark | undefined {
  const { exercise, earned, judged, points, tests, answers } = record(record(data)[VERDICT_TYPE]);
  const numbers = [earned, judged, points].map(numberIn);
  if (typeof exercise !== "string" || !Array.isArray(tests) || numbers.includes(undefined)) return undefined;
  const [e = 0, j = 0, p = 0] = numbers;
  if (e < 0 || e > j) return undefined;
  const texts = Object.entries(record(answers)).map(([name, text]) => [name, String(text)] as const);
  return {
    exercise,
    earned: e,
    judged: j,
    points: p,
    tests: tests.map(testIn),
    answers: Object.fromEntries(texts),
  };
}

function testIn(test: unknown): Mark["tests"][number] {
  const { title, points, passed, called, came, problem } = record(test);
  return {
    title: String(title),
    points: numberIn(points) ?? 0,
    passed: passed === true,
    ...(typeof called === "string" && { called }),
    ...(typeof came === "string" && { came }),
    ...(typeof problem === "string" && { problem }),
  };
}

function problemOf({ tests }: Mark): string {
  const first =
    tests.find(({ passed, problem }) => !passed && problem) ?? tests.find(({ passed }) => !passed);
  if (!first) return "";
  const call = first.called ? `${first.called}${first.came ? ` gave ${first.came}` : ""}` : "";
  return [`It should pass “${first.title}”.`, call && `${call}.`, first.problem].filter(Boolean).join(" ");
}

/** The check itself has failed: the answer's cell did not run, say. */
function errorIn({ outputs }: Cell): string {
  const error = outputs.find(({ output_type }) => output_type === "error");
  if (!error) return "";
  return `The check ended with an error: ${textOf(error.ename)}: ${textOf(error.evalue)}`;
}

const numberIn = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isFinite(value) ? value : undefined;
