// Proves an assignment before it goes out: what each kind of answer gets is what it should, for other numbers each
// time, and nothing of a solution is left in what students get.
import type { Screen } from "../../lab/screen.mjs";
import type { Assignment, AssignmentCell, AssignmentNotebook } from "../assignment/assignment.ts";
import { answerOf, testOf } from "../assignment/planted.ts";
import { readAssignment } from "../assignment/read.ts";
import { leaksIn, releasedNotebooks } from "../assignment/release.ts";
import type { Submission } from "../intake/submission.ts";
import type { ExerciseResult, SubmissionResult } from "../results/result.ts";
import type { Level } from "../sandbox/sandbox.ts";
import type { Grader } from "./job.ts";
import { notebookText } from "./made-notebook.ts";
import { openGrader } from "./pool.ts";

export interface VerifyOptions {
  readonly assignment: string;
  readonly level: Level | undefined;
  readonly workers: number;
  readonly seeds: number;
}

/** One thing that is to be so. */
interface Claim {
  readonly what: string;
  readonly faults: () => Promise<readonly string[]>;
}

/** Returns the exit code: 1 where something is not as it should be. */
export async function verify(
  { assignment: path, level, workers, seeds }: VerifyOptions,
  screen: Screen,
): Promise<number> {
  const assignment = readAssignment(path);
  const leaks = leaksIn(releasedNotebooks(path), assignment);
  const grader = await openGrader({ level: level ?? "bwrap", workers });
  let wrong = 0;
  try {
    const claims = [
      releaseClaim(leaks),
      ...assignment.notebooks.flatMap((one) => claimsOf(new Trial(assignment, one, grader, seeds))),
    ];
    for (const [at, { what, faults }] of claims.entries()) {
      screen.progress(at, claims.length, what);
      const found = await faults();
      screen.clear();
      screen.say(`${found.length ? "✗" : "✓"} ${what}`);
      for (const fault of new Set(found)) screen.say(`    ${fault}`);
      if (found.length) wrong++;
    }
  } finally {
    await grader.close();
  }
  screen.say(wrong ? `${wrong} not as it should be: mend it before this goes out` : "Ready to go out");
  return wrong ? 1 : 0;
}

const releaseClaim = (leaks: readonly string[]): Claim => ({
  what: "nothing of a solution or a hidden test is left in the students' version",
  faults: async () => leaks,
});

function claimsOf(trial: Trial): Claim[] {
  const { name, cells } = trial.notebook;
  const { seeds } = trial;
  return [
    {
      what: `${name}: the course's own solution gets all points, for ${seeds} seeds`,
      faults: () => trial.solution(),
    },
    { what: `${name}: the same numbers give the same verdict`, faults: () => trial.repeated() },
    { what: `${name}: an unanswered notebook gets none`, faults: () => trial.stub() },
    ...cells
      .filter(({ part }) => part === "planted")
      .map((cell) => ({
        what: `${name}: “${cell.id}” gets ${cell.planted?.points} and its words, for ${seeds} seeds`,
        faults: () => trial.planted(cell),
      })),
  ];
}

class Trial {
  readonly #assignment: Assignment;
  readonly notebook: AssignmentNotebook;
  readonly seeds: number;
  readonly #grader: Grader;

  constructor(assignment: Assignment, notebook: AssignmentNotebook, grader: Grader, seeds: number) {
    // The notebook alone, or every trial would grade them all.
    this.#assignment = { ...assignment, notebooks: [notebook], hash: `${assignment.hash}-${notebook.name}` };
    this.notebook = notebook;
    this.seeds = seeds;
    this.#grader = grader;
  }

  async solution(): Promise<string[]> {
    const results = await this.#graded(() => undefined);
    return results.flatMap((result, seed) =>
      automatic(result).flatMap((one) =>
        one.earned === one.points
          ? []
          : [`${one.id}: ${one.earned} of ${one.points} (seed ${seed}) ${wordsOf(one)}`],
      ),
    );
  }

  async repeated(): Promise<string[]> {
    const [first, second] = await Promise.all([7, 7].map((seed) => this.#grade(() => undefined, seed)));
    const verdicts = (result: SubmissionResult | undefined): string =>
      JSON.stringify(result?.exercises.map(({ id, earned, outcomes }) => ({ id, earned, outcomes })));
    return verdicts(first) === verdicts(second)
      ? []
      : ["two runs on one seed differ: does a test use Math.random or the time?"];
  }

  async stub(): Promise<string[]> {
    const result = await this.#grade(({ released }) => released ?? "", 0);
    return automatic(result).flatMap(({ id, earned }) =>
      earned === 0 ? [] : [`${id}: ${earned} for a stub`],
    );
  }

  async planted({ source, planted }: AssignmentCell): Promise<string[]> {
    if (!planted) return ["its metadata does not say what it should get"];
    const { cells } = this.notebook;
    const [test, answer] = [testOf(cells, planted.exercise), answerOf(cells, planted.exercise)];
    if (!test || !answer) return [`there is no exercise “${planted.exercise}”`];
    const results = await this.#graded((cell) => (cell === answer ? source : undefined));
    return results.flatMap((result, seed) => {
      const got = result.exercises.find(({ id }) => id === test.id);
      if (got?.earned !== planted.points)
        return [`it got ${got?.earned} (seed ${seed}) ${got ? wordsOf(got) : ""}`];
      return wordsOf(got).includes(planted.told) ? [] : [`it was told “${wordsOf(got)}” (seed ${seed})`];
    });
  }

  #graded(answer: (cell: AssignmentCell) => string | undefined): Promise<SubmissionResult[]> {
    return Promise.all(Array.from({ length: this.seeds }, (_, seed) => this.#grade(answer, seed)));
  }

  #grade(answer: (cell: AssignmentCell) => string | undefined, seed: number): Promise<SubmissionResult> {
    const text = notebookText(this.notebook, answer);
    const submission: Submission = {
      student: { id: "verify" },
      source: this.notebook.name,
      notebooks: [{ notebook: this.notebook.name, text }],
      hash: "",
      notes: [],
    };
    return this.#grader.grade({ assignment: this.#assignment, submission, seed });
  }
}

const automatic = ({ exercises }: SubmissionResult): ExerciseResult[] =>
  exercises.filter(({ earned }) => earned !== null);

/** What a student would read of it. */
function wordsOf({ outcomes, problems, failure, thrown, limit }: ExerciseResult): string {
  const seen = outcomes.filter(({ passed, hidden }) => !passed && !hidden).map(({ problem }) => problem);
  const failed = failure && !failure.hidden ? failure.message : undefined;
  return [...seen, ...problems.map(({ message }) => message), failed, thrown, limit]
    .filter(Boolean)
    .join("; ");
}
