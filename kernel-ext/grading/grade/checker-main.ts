// A process that grades, one submission at a time. Nothing of a student's runs in it.
import type { Assignment } from "../assignment/assignment.ts";
import type { Submission } from "../intake/submission.ts";
import { seeds } from "../judge.ts";
import type { SubmissionResult } from "../results/result.ts";
import { openSandbox } from "../sandbox/open.ts";
import type { Level } from "../sandbox/sandbox.ts";
import { Examiner } from "./examiner.ts";
import { Rooms } from "./rooms.ts";
import { Typing } from "./typing.ts";

export type ToChecker =
  | { readonly type: "assignment"; readonly assignment: Assignment }
  | {
      readonly type: "grade";
      readonly id: number;
      readonly hash: string;
      readonly submission: Submission;
      readonly seed?: number;
    };

export type FromChecker =
  | { readonly type: "ready" }
  | { readonly type: "failed"; readonly message: string; readonly advice?: string }
  | { readonly type: "graded"; readonly id: number; readonly result: SubmissionResult }
  | { readonly type: "stuck"; readonly id: number; readonly message: string; readonly advice?: string };

/** Assignments that are kept ready. */
const MOST_READY = 4;

const anySeed = seeds.draw;

const send = (message: FromChecker): void => void process.send?.(message);

class Checker {
  readonly #rooms: Rooms;
  readonly #typing = new Typing();
  readonly #assignments = new Map<string, Assignment>();
  readonly #examiners = new Map<string, Examiner>();

  constructor(rooms: Rooms) {
    this.#rooms = rooms;
  }

  know(assignment: Assignment): void {
    this.#assignments.set(assignment.hash, assignment);
  }

  async grade(hash: string, submission: Submission): Promise<SubmissionResult> {
    const examiner = this.#examiners.get(hash) ?? this.#examinerOf(hash);
    return examiner.examine(submission);
  }

  async close(): Promise<void> {
    await this.#rooms.close();
  }

  #examinerOf(hash: string): Examiner {
    const assignment = this.#assignments.get(hash);
    if (!assignment) throw new Error("The assignment is not known");
    const examiner = new Examiner(assignment, this.#typing, this.#rooms);
    this.#examiners.set(hash, examiner);
    const [oldest] = this.#examiners.keys();
    if (this.#examiners.size > MOST_READY && oldest !== undefined) this.#examiners.delete(oldest);
    return examiner;
  }
}

function words(error: unknown): { message: string; advice?: string } {
  if (!(error instanceof Error)) return { message: String(error) };
  const { advice } = error as Error & { advice?: string };
  return { message: error.message, ...(advice !== undefined && { advice }) };
}

async function serve(level: Level): Promise<void> {
  const checker = new Checker(await Rooms.in(await openSandbox(level)));
  let last: Promise<void> = Promise.resolve();
  process.on("message", (message: ToChecker) => {
    if (message.type === "assignment") return checker.know(message.assignment);
    const { id, hash, submission, seed } = message;
    last = last.then(async () => {
      seeds.draw = seed === undefined ? anySeed : () => seed;
      try {
        send({ type: "graded", id, result: await checker.grade(hash, submission) });
      } catch (error) {
        send({ type: "stuck", id, ...words(error) });
      }
    });
  });
  process.on("disconnect", () => {
    void checker.close().finally(() => process.exit(0));
  });
  send({ type: "ready" });
}

serve(process.argv[2] as Level).catch((error) => {
  send({ type: "failed", ...words(error) });
  process.exit(1);
});
