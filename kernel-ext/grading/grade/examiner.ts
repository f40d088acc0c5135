// Grades a submission: types first, then each exercise, its answers in the sandbox and its test here.
import type { Engine } from "../../language/engine.ts";
import type { Prepared, PreparedCell, Problem } from "../../language/language.ts";
import type { Uses } from "../../language/uses.ts";
import type { CellLanguage } from "../../session/messages.ts";
import type { Assignment, AssignmentCell } from "../assignment/assignment.ts";
import { answersOf, type TakenApart } from "../intake/answers.ts";
import type { Submission } from "../intake/submission.ts";
import type { AnswerProblem, ExerciseResult, SubmissionResult } from "../results/result.ts";
import { Exam } from "./exam.ts";
import { type Item, planOf } from "./plan.ts";
import { involved, isStudents, makeReady, type ReadyAssignment, type ReadyNotebook } from "./reference.ts";
import type { Rooms } from "./rooms.ts";
import { failedResult, resultOf, unansweredIn, unansweredResult } from "./scores.ts";
import type { Typing } from "./typing.ts";
import { within } from "./within.ts";

/** What a session's checker made of the cells. */
export interface Compiled {
  readonly cells: ReadonlyMap<Item, PreparedCell>;
  readonly problems: ReadonlyMap<Item, readonly AnswerProblem[]>;
}

export class Examiner {
  readonly #ready: ReadyAssignment;
  readonly #typing: Typing;
  readonly #rooms: Rooms;

  constructor(assignment: Assignment, typing: Typing, rooms: Rooms) {
    this.#typing = typing;
    this.#ready = makeReady(assignment, typing);
    this.#rooms = rooms;
  }

  /** Never rejects: what goes wrong is the submission's fault, or said to be ours. */
  async examine(submission: Submission): Promise<SubmissionResult> {
    const started = performance.now();
    const { assignment } = this.#ready;
    const { level, warning } = this.#rooms.sandbox;
    const notes = [...submission.notes, ...(warning ? [warning] : [])];
    const taken = submission.fault ?? (await this.#taken(submission, notes));
    const circumstances = { seconds: (performance.now() - started) / 1000, sandbox: level, notes };
    return typeof taken === "string"
      ? failedResult(assignment, submission, taken, circumstances)
      : resultOf(assignment, submission, taken, circumstances);
  }

  /** The exercises, or in words why there are none. */
  async #taken({ notebooks }: Submission, notes: string[]): Promise<readonly ExerciseResult[] | string> {
    const exercises: ExerciseResult[] = [];
    try {
      for (const ready of this.#ready.notebooks) {
        const { name } = ready.notebook;
        const text = notebooks.find(({ notebook }) => notebook === name)?.text;
        if (text === undefined) {
          notes.push(`${name} was not handed in`);
          exercises.push(...unansweredIn(ready.notebook));
          continue;
        }
        const taken = answersOf(text, ready.notebook);
        notes.push(...taken.notes);
        if (taken.fault) return `${name}: ${taken.fault}`;
        exercises.push(...(await this.#notebook(ready, taken)));
      }
      return exercises;
    } catch (error) {
      return `The grader itself failed: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  async #notebook(ready: ReadyNotebook, taken: TakenApart): Promise<ExerciseResult[]> {
    // It starts while the types are looked at.
    if (ready.items.some(({ cell }) => cell?.part === "test")) this.#rooms.prepare();
    const items = this.#itemsOf(ready, taken);
    const plan = planOf(items, ready.asked);
    const compiled = this.#compile(ready, involved(items, plan));
    const exam = new Exam(ready, compiled, this.#rooms);
    const results = new Map<string, ExerciseResult>();
    try {
      for (const [at, exercise] of plan.entries())
        results.set(exercise.test.id, await exam.take(exercise, at === plan.length - 1));
    } finally {
      await exam.end();
    }
    return ready.notebook.cells.flatMap((cell) => {
      if (cell.part === "manual") return [manualResult(ready.notebook.name, cell, taken)];
      const result = results.get(cell.id);
      return result ? [result] : [];
    });
  }

  /** The course's notebook with the student's answers, and what else the student wrote. */
  #itemsOf({ notebook, items, asked }: ReadyNotebook, { answers, others }: TakenApart): Item[] {
    const student = (id: string, source: string, cell?: AssignmentCell): Item => ({
      id,
      source,
      by: "student",
      ...(cell && { cell }),
      uses: this.#usesOf(source, notebook.language) ?? {
        declares: asked.get(id) ?? NONE,
        needs: NONE,
        writes: NONE,
      },
    });
    const own = (after: string | undefined): Item[] =>
      others.filter((other) => other.after === after).map(({ id, source }) => student(id, source));
    // A cell of text has a place, too, that the student's own may follow.
    const byId = new Map(items.map((item) => [item.id, item]));
    const placed = notebook.cells.flatMap((cell) => {
      const item = byId.get(cell.id);
      const answer = isStudents(cell) ? answers.get(cell.id) : undefined;
      const here = !item
        ? []
        : item.by === "course"
          ? [item]
          : answer === undefined
            ? []
            : [student(cell.id, answer, cell)];
      return [...here, ...own(cell.id)];
    });
    return [...own(undefined), ...placed];
  }

  /** Nothing where it cannot even be parsed; why is said when it is compiled. */
  #usesOf(source: string, language: CellLanguage): Uses | undefined {
    try {
      return this.#typing.usesOf(source, language);
    } catch {
      return undefined;
    }
  }

  #compile({ notebook, compiled }: ReadyNotebook, items: readonly Item[]): Compiled {
    let engine = this.#typing.session(notebook.language);
    const cells = new Map<Item, PreparedCell>();
    const problems = new Map<Item, readonly AnswerProblem[]>();
    let left = TYPES_MS;
    for (const item of items) {
      const known = item.cell?.part === "given" ? compiled.get(item.id) : undefined;
      if (known) {
        engine.replay(item.source);
        cells.set(item, known);
        continue;
      }
      const started = performance.now();
      const prepared = this.#prepared(engine, item, notebook.language, left);
      left -= performance.now() - started;
      if ("broken" in prepared) {
        problems.set(item, [problemIn(item, { ...MODULE, message: prepared.broken })]);
        engine = this.#typing.anew(notebook.language);
        for (const [{ source }] of cells) engine.replay(source);
        continue;
      }
      if ("cell" in prepared) cells.set(item, prepared.cell);
      else if ("problems" in prepared)
        problems.set(
          item,
          prepared.problems.map((one) => problemIn(item, one)),
        );
      else problems.set(item, [problemIn(item, MODULE)]);
    }
    return { cells, problems };
  }

  /** A student's cell, or a test that works with the student's types. `broken`, in words, where they are too much. */
  #prepared(
    engine: Engine,
    { source, by }: Item,
    language: CellLanguage,
    milliseconds: number,
  ): Prepared | { readonly broken: string } {
    if (milliseconds <= 0) return { problems: [{ ...MODULE, message: TOO_LONG }] };
    try {
      const file = by === "student" ? this.#typing.importsFile(source, language) : undefined;
      if (file) return { problems: [{ ...MODULE, ...file, message: IMPORTS_FILE }] };
      return (
        within(Math.min(milliseconds, TYPES_CELL_MS), () => engine.prepare({ code: source }))?.is ?? {
          broken: TOO_LONG,
        }
      );
    } catch (error) {
      return {
        broken: `This is too much for TypeScript: ${error instanceof Error ? error.message : String(error)}`,
      };
    }
  }
}

/** What the types of a submission may take, and those of one of its cells. They take a tenth of a second. */
const TYPES_MS = 15_000;
const TYPES_CELL_MS = 5_000;
const TOO_LONG = `TypeScript has not worked out these types within ${TYPES_CELL_MS / 1000} s`;
const IMPORTS_FILE = "This is a file, and answers are graded without any: packages can be imported";

const NONE: ReadonlySet<string> = new Set();

const MODULE: Problem = {
  kind: "syntax",
  code: 0,
  message: "A cell that is a module of its own is no answer: take the @module comment away",
  start: 0,
  length: 1,
};

function problemIn({ id, source }: Item, { message, start }: Problem): AnswerProblem {
  const before = source.slice(0, start).split("\n");
  const line = before.length;
  return {
    cell: id,
    line,
    column: (before.at(-1)?.length ?? 0) + 1,
    message,
    text: source.split("\n")[line - 1] ?? "",
  };
}

/** Nobody has to read what is as it was handed out. */
function manualResult(notebook: string, cell: AssignmentCell, { answers }: TakenApart): ExerciseResult {
  const answer = answers.get(cell.id);
  const plain = (text: string | undefined): string => (text ?? "").trim();
  const unanswered = plain(answer) === "" || plain(answer) === plain(cell.released);
  return {
    ...unansweredResult(notebook, cell),
    earned: unanswered ? 0 : null,
    ...(answer !== undefined && { answer }),
  };
}
