// One place of a worker: a child process that grades, and another one when it has died.
import { type ChildProcess, fork } from "node:child_process";
import { Trouble } from "../../lab/trouble.mjs";
import type { Job } from "../grade/job.ts";
import type { SubmissionResult } from "../results/result.ts";
import type { Word } from "./serve.ts";

export type Outcome =
  | { readonly result: SubmissionResult }
  /** The child has died of it; in words. */
  | { readonly died: string }
  /** The child lives, and could not grade it. */
  | { readonly refused: Trouble }
  /** There is no child: none can be started here. */
  | { readonly unfit: Trouble };

interface Child {
  readonly process: ChildProcess;
  readonly ready: Promise<Trouble | undefined>;
}

export class Slot {
  readonly #program: string;
  readonly #level: string;
  #child: Child | undefined;
  #closed = false;

  constructor(program: string, level: string) {
    this.#program = program;
    this.#level = level;
  }

  /** What keeps the child from grading, where something does. */
  async ready(): Promise<Trouble | undefined> {
    this.#child ??= this.#start();
    const child = this.#child;
    const unfit = await child.ready;
    if (unfit && this.#child === child) this.#drop();
    return unfit;
  }

  async grade(job: Job, seconds: number): Promise<Outcome> {
    const unfit = await this.ready();
    const child = this.#child;
    if (unfit || !child) return { unfit: unfit ?? new Trouble("The worker is leaving", undefined) };
    const outcome = await answer(child.process, job, seconds);
    if (!("result" in outcome)) this.#drop();
    if (!("result" in outcome) && !this.#closed) this.#child = this.#start();
    return outcome;
  }

  /** Ends the child, whatever it does. */
  close(): void {
    this.#closed = true;
    this.#drop();
  }

  #start(): Child {
    // A group of its own: Ctrl-C in a terminal goes to the worker alone, which gives back what it has. The queue's
    // address stays with the worker.
    const { GRADBOOK_QUEUE: _, ...env } = process.env;
    const child = fork(this.#program, [this.#level], {
      detached: true,
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      execArgv: [],
      env,
    });
    // What cannot be sent is told by "exit".
    child.on("error", () => {});
    // One that dies between two jobs is not the next one's death.
    child.once("exit", () => {
      killGroup(child);
      if (this.#child?.process === child) this.#child = undefined;
    });
    return { process: child, ready: begun(child) };
  }

  #drop(): void {
    if (this.#child) killGroup(this.#child.process);
    this.#child = undefined;
  }
}

/** The child with what it has started. */
function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // Nothing of it is left.
  }
}

function begun(child: ChildProcess): Promise<Trouble | undefined> {
  return new Promise((resolve) => {
    child.once("message", (word: Word) => resolve(word.kind === "trouble" ? unfitness(word) : undefined));
    child.once("error", (error) => resolve(new Trouble(`A grader cannot be started: ${error.message}`)));
    child.once("exit", (code, signal) =>
      resolve(new Trouble(`A grader ${ending(code, signal)} when it was started`, "gradbook doctor")),
    );
  });
}

const unfitness = ({ message, advice }: Extract<Word, { kind: "trouble" }>) => new Trouble(message, advice);

function answer(child: ChildProcess, job: Job, seconds: number): Promise<Outcome> {
  return new Promise((resolve) => {
    const end = (outcome: Outcome) => {
      clearTimeout(timer);
      child.off("message", heard).off("exit", gone);
      resolve(outcome);
    };
    const timer = setTimeout(
      () => end({ died: `gave no answer for ${Math.round(seconds)} s` }),
      seconds * 1000,
    );
    const heard = (word: Word) => {
      if (word.kind === "result") end({ result: word.result });
      if (word.kind === "trouble") end({ refused: unfitness(word) });
    };
    const gone = (code: number | null, signal: NodeJS.Signals | null) => end({ died: ending(code, signal) });
    child.on("message", heard).on("exit", gone);
    if (child.exitCode !== null || child.signalCode !== null) return gone(child.exitCode, child.signalCode);
    child.send(job, () => {});
  });
}

const ending = (code: number | null, signal: NodeJS.Signals | null) =>
  signal ? `was killed (${signal})` : `ended by itself (code ${code})`;
