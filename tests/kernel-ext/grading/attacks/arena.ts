// Where attacks are graded: one checker for all of them, and an honest submission after each.
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import type { Assignment } from "../../../../kernel-ext/grading/assignment/assignment.ts";
import { readAssignment } from "../../../../kernel-ext/grading/assignment/read.ts";
import type { Grader } from "../../../../kernel-ext/grading/grade/job.ts";
import { openGrader } from "../../../../kernel-ext/grading/grade/pool.ts";
import type { Submission } from "../../../../kernel-ext/grading/intake/submission.ts";
import { feedbackPage } from "../../../../kernel-ext/grading/results/feedback.ts";
import type { SubmissionResult } from "../../../../kernel-ext/grading/results/result.ts";
import type { Level } from "../../../../kernel-ext/grading/sandbox/sandbox.ts";
import type { Attack } from "./attack.ts";
import { HIDDEN_WORDS, HONEST, notebookText, POINTS, studentsCells } from "./coursework.ts";
import { checkers, leftBehind, litter, type Watched } from "./ground.ts";
import { SCRIPT } from "./on-feedback.ts";

export class Arena {
  readonly #ground: Watched;
  readonly #grader: Grader;
  readonly #assignment: Assignment;
  readonly #before: Record<string, string>;
  #count = 0;
  #honest: unknown;

  private constructor(ground: Watched, grader: Grader, assignment: Assignment) {
    this.#ground = ground;
    this.#grader = grader;
    this.#assignment = assignment;
    this.#before = ground.picture();
  }

  static async open(ground: Watched, level: Level): Promise<Arena> {
    const grader = await openGrader({ level, workers: 1 });
    const arena = new Arena(ground, grader, readAssignment(ground.assignment));
    const first = await arena.grade(notebookText(studentsCells(HONEST)));
    expect(first.earned, JSON.stringify(first, null, 1)).to.equal(POINTS);
    arena.#honest = outline(first);
    return arena;
  }

  async close(): Promise<void> {
    await this.#grader.close();
  }

  grade(text: string): Promise<SubmissionResult> {
    const id = `student-${++this.#count}`;
    const [{ name: notebook } = { name: "" }] = this.#assignment.notebooks;
    const submission: Submission = {
      student: { id },
      source: `${id}/${notebook}`,
      notebooks: [{ notebook, text }],
      hash: id,
      notes: [],
    };
    return this.#grader.grade({ assignment: this.#assignment, submission });
  }

  /** An attack gets what it has earned, learns nothing and leaves nothing; and the next one is graded right. */
  async withstands(attack: Attack): Promise<SubmissionResult> {
    const [checker] = checkers();
    const text = attack.notebook?.() ?? notebookText(studentsCells(attack.answers, attack.own));
    const result = await this.grade(text);
    const told = JSON.stringify(result);
    expect(result.earned, told.slice(0, 5000)).to.be.at.most((attack.due ?? 0) + 1e-9);
    if (attack.due) expect(result.earned, told.slice(0, 5000)).to.be.at.least(attack.due - 1e-9);
    if (!attack.unrun && !attack.notebook) expectItRan(result, attack);
    if (attack.says) expect(told).to.match(attack.says);
    attack.also?.(result);
    this.#toldNothing(result, told);
    await this.#leftNothing();
    const [same] = checkers();
    if (!attack.endsChecker) expect(same, "the checker has ended").to.equal(checker);
    const honest = await this.grade(notebookText(studentsCells(HONEST)));
    expect(outline(honest), "the honest submission after it").to.deep.equal(this.#honest);
    return result;
  }

  #toldNothing(result: SubmissionResult, told: string): void {
    for (const secret of this.#ground.secrets) expect(told).not.to.include(secret);
    for (const { printed, printedInTests, thrown, problems } of result.exercises) {
      expect(JSON.stringify([printed, printedInTests, thrown, problems])).not.to.include(HIDDEN_WORDS);
    }
    const page = feedbackPage(result, this.#assignment);
    expect(page).not.to.include(HIDDEN_WORDS);
    expect(page)
      .not.to.include(SCRIPT)
      .and.not.to.match(/<script>alert|<img src=x/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
    expect(page).not.to.match(/[\u0000\u0008\u001b\u202a-\u202e\u2066-\u2069]/);
  }

  async #leftNothing(): Promise<void> {
    // What is killed takes a moment to be gone.
    for (let tries = 0; tries < 20 && leftBehind().length > 0; tries++) await sleep(50);
    expect(leftBehind(), "processes").to.deep.equal([]);
    expect(litter([this.#ground.folder]), "files").to.deep.equal([]);
    expect(this.#ground.picture(), "the lecturer's files").to.deep.equal(this.#before);
    expect(this.#ground.hits, "servers").to.deep.equal([]);
  }
}

/** An attack whose code does not compile would prove nothing. */
function expectItRan({ exercises, fault }: SubmissionResult, { answers }: Attack): void {
  expect(fault ?? "none", fault).to.equal("none");
  for (const { id, problems } of exercises) {
    const attacked = Object.keys(answers).some((name) => id.startsWith(`${name}-`));
    if (attacked) expect(problems, id).to.deep.equal([]);
  }
}

/** A result without what differs each time. */
const outline = ({ earned, exercises, notes, fault }: SubmissionResult): unknown => ({
  earned,
  notes,
  fault,
  exercises: exercises.map(({ id, earned, outcomes, failure, limit, thrown, problems, printed }) => ({
    id,
    earned,
    failure,
    limit,
    thrown,
    problems,
    printed,
    passed: outcomes.map(({ title, passed }) => `${title}: ${passed}`),
  })),
});
