// One student's exercises in one notebook, one after the other. A room of answers that ends, for whatever reason, costs
// the exercise that it ended in; the next one has another room.
import type { Answers } from "../bridge/bridge.ts";
import { Report } from "../report.ts";
import type { ExerciseResult, Limit } from "../results/result.ts";
import type { Compiled } from "./examiner.ts";
import { hiddenLines } from "./hidden-lines.ts";
import type { Item, PlannedExercise } from "./plan.ts";
import type { ReadyNotebook } from "./reference.ts";
import type { Room, Rooms } from "./rooms.ts";
import { titleOf, unansweredResult } from "./scores.ts";
import { type Came, Trusted } from "./trusted.ts";

const MOST_PRINTED = 10_000;

export class Exam {
  readonly #ready: ReadyNotebook;
  readonly #compiled: Compiled;
  readonly #rooms: Rooms;
  readonly #trusted = new Trusted();
  /** What has run beside the tests. */
  readonly #beside = new Set<Item>();
  #room: Room | undefined;
  readonly #left: Promise<unknown>[] = [];
  /** What has run in the room, and what it threw. */
  #inside = new Map<Item, string | undefined>();

  constructor(ready: ReadyNotebook, compiled: Compiled, rooms: Rooms) {
    this.#ready = ready;
    this.#compiled = compiled;
    this.#rooms = rooms;
  }

  async take(exercise: PlannedExercise, isLast: boolean): Promise<ExerciseResult> {
    const started = performance.now();
    const { test, inside } = exercise;
    const { cell } = test;
    if (!cell) throw new Error(`${test.id} is no test`);
    const students = inside.filter(({ by }) => by === "student");
    const problems = students.flatMap((item) => this.#compiled.problems.get(item) ?? []);
    // What it has been called with it could tell in the next exercise, whose prints the student reads.
    const toldOf = hiddenLines(test.source).size > 0;
    const score = await this.#score(exercise, toldOf && !isLast);
    if (toldOf) this.#leave();
    const limit = score.limit ?? (score.earned === cell.points ? undefined : limitIn(score));
    const thrown = students.map((item) => this.#inside.get(item)).find((words) => words !== undefined);
    return {
      ...unansweredResult(this.#ready.notebook.name, cell),
      ...score,
      ...(limit && { limit }),
      ...(thrown !== undefined && { thrown }),
      problems,
      seconds: (performance.now() - started) / 1000,
    };
  }

  /** Resolves when nothing of the answers is left. */
  async end(): Promise<void> {
    this.#leave();
    await Promise.all(this.#left);
  }

  #leave(): void {
    if (this.#room) this.#left.push(this.#room.end());
    this.#room = undefined;
  }

  /** `isFollowed`: the next exercise needs another room, which may start beside this one. */
  async #score(exercise: PlannedExercise, isFollowed: boolean): Promise<Partial<ExerciseResult>> {
    const { test, answers } = exercise;
    const { seconds = 10, points = 0 } = test.cell ?? {};
    const compiled = this.#compiled.cells.get(test);
    // Loading the course's modules takes its own time, and none of the student's.
    for (const item of withoutAnswers(exercise)) await this.#runBeside(item);
    const room = await this.#enter();
    if (isFollowed) this.#rooms.prepare();
    const watch = room.watch(seconds);
    try {
      this.#runInside(exercise, room.answers);
      const printed = room.answers.printed().slice(0, MOST_PRINTED);
      for (const name of answers) this.#trusted.define(name, valueOnce(name, room.answers));
      for (const item of exercise.beside) await this.#runBeside(item);
      const problem = this.#compiled.problems.get(test)?.[0];
      const came: Came | undefined = compiled && (await watch.race(this.#trusted.run(test.source, compiled)));
      if (watch.over() || room.gone) return await this.#lost(room, watch.over(), seconds);
      const printedInTests = room.answers.printed().slice(0, MOST_PRINTED);
      const said = {
        ...(printed && { printed }),
        ...(printedInTests && { printedInTests }),
      };
      // Where an answer has not run, its own errors say why.
      const broken = exercise.inside.some((item) => this.#compiled.problems.has(item));
      if (came === undefined) return { earned: 0, ...said, ...(broken ? {} : mismatch(test, problem)) };
      return { ...said, ...scored(test, came, points) };
    } catch (error) {
      if (!room.gone && !watch.over()) throw error;
      return await this.#lost(room, watch.over(), seconds);
    } finally {
      watch.end();
    }
  }

  async #enter(): Promise<Room> {
    if (this.#room && !this.#room.gone) return this.#room;
    this.#inside = new Map();
    this.#room = await this.#rooms.enter();
    return this.#room;
  }

  #runInside({ inside }: PlannedExercise, answers: Answers): void {
    for (const item of inside) {
      const cell = this.#compiled.cells.get(item);
      if (!cell || this.#inside.has(item)) continue;
      const label = item.by === "student" ? `Your cell “${item.id}”` : `Cell “${item.id}”`;
      this.#inside.set(item, "it did not end");
      this.#inside.set(item, answers.run({ id: item.id, label, source: item.source, cell }).thrown);
    }
  }

  async #runBeside(item: Item): Promise<void> {
    const cell = this.#compiled.cells.get(item);
    if (!cell || this.#beside.has(item)) return;
    this.#beside.add(item);
    await this.#trusted.run(item.source, cell);
  }

  /** The answers have ended before the test did. */
  async #lost(room: Room, late: boolean, seconds: number): Promise<Partial<ExerciseResult>> {
    const { limit: ranInto } = await room.end();
    const limit: Limit | undefined = late ? "time" : ranInto;
    if (limit === "time") return { earned: 0, limit, failure: told(`It took longer than ${seconds} s`) };
    if (limit) return { earned: 0, limit };
    const why = room.gone ?? "It ended";
    // Node's own code for a process that has nothing left to do but wait.
    const words = why.includes("(exit code 13)") ? "It waits for something that never comes" : why;
    return { earned: 0, failure: told(words) };
  }
}

/** What runs beside the test and touches no answer. */
function withoutAnswers({ beside, answers }: PlannedExercise): Item[] {
  const touched = new Set(answers);
  return beside.filter(({ uses }) => {
    if (![...uses.needs].some((name) => touched.has(name))) return true;
    for (const name of [...uses.declares, ...uses.writes]) touched.add(name);
    return false;
  });
}

/** A limit that came to the answer as an error, which it passed on. */
const REFUSALS: readonly (readonly [RegExp, Limit])[] = [
  [/Array buffer allocation failed|could not allocate memory|Invalid array buffer length/, "memory"],
  [/\bEAGAIN\b|ERR_WORKER_OUT_OF_MEMORY|ERR_WORKER_INIT_FAILED/, "processes"],
  [/\b(?:EMFILE|ENFILE|ENOSPC|EFBIG|EDQUOT)\b/, "files"],
];

function limitIn({ failure, outcomes = [] }: Partial<ExerciseResult>): Limit | undefined {
  const words = [failure?.message, ...outcomes.map(({ problem }) => problem)].join("\n");
  return REFUSALS.find(([said]) => said.test(words))?.[1];
}

const told = (message: string): { message: string; hidden: boolean } => ({ message, hidden: false });

/** Asked for when the test needs it, and the same until the next test. */
function valueOnce(name: string, answers: Answers): () => unknown {
  let value: { readonly is: unknown } | undefined;
  return () => {
    if (!value) {
      if (!answers.has(name)) throw new ReferenceError(`${name} is not defined`);
      value = { is: answers.value(name) };
    }
    return value.is;
  };
}

/** The test cannot even be compiled with the answers: what they declare has other types than the test needs. */
function mismatch(
  test: Item,
  problem: { readonly message: string; readonly line: number } | undefined,
): Partial<ExerciseResult> {
  if (!problem) return {};
  const hidden = hiddenLines(test.source).has(problem.line);
  const [message = ""] = problem.message.split("\n", 1);
  return { failure: { message: `The test does not fit what is declared: ${message}`, hidden } };
}

/** By nbgrader's rules: an error is 0, a number is the points, everything else all of them. A report knows its own. */
function scored(test: Item, came: Came, points: number): Partial<ExerciseResult> {
  if ("thrown" in came) {
    const lines = hiddenLines(test.source);
    const { message, line } = came.thrown;
    // Where it cannot be told, it may be a hidden one's.
    const hidden = line === undefined ? lines.size > 0 : lines.has(line);
    return { earned: 0, failure: { message, hidden } };
  }
  const { value } = came;
  if (value instanceof Report) {
    const { name, earned, outcomes } = value.verdict;
    const solved = outcomes.every(({ passed }) => passed);
    return { title: titleOf(name), earned: solved ? points : Math.min(earned, points), outcomes };
  }
  // A number that answers have made NaN, infinite or negative is worth nothing.
  if (typeof value === "number")
    return { earned: value > 0 && value < Infinity ? Math.min(value, points) : 0 };
  return { earned: points };
}
