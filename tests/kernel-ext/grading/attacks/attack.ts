// What an attack is: a submission that wants more than it has earned.
import type { SubmissionResult } from "../../../../kernel-ext/grading/results/result.ts";
import type { Exercise } from "./coursework.ts";

/** Begins the name of each file that an attack makes. */
export const LITTER = "gradbook-attack-";
/** How long (s) the processes sleep that an attack leaves; no other process is called with this number. */
export const SLEEPS = 987_654;

/** What lies around an attack, for it to find. */
export interface Ground {
  /** A folder of the lecturer's with `gradbook.db`, `secret.json`, `secret.ts` and other students' work. */
  readonly folder: string;
  readonly project: string;
  /** Where a server listens, on 127.0.0.1. */
  readonly port: number;
  /** The abstract socket that it listens on, without its leading zero. */
  readonly socket: string;
}

export interface Attack {
  /** Completes "a submission …". */
  readonly name: string;
  readonly answers: Readonly<Partial<Record<Exercise, string>>>;
  /** Cells of the student's own, before all others. */
  readonly own?: readonly string[];
  /** The whole notebook, where it is not the usual one with these answers. */
  readonly notebook?: () => string;
  /** What it has earned honestly. */
  readonly due?: number;
  /** The checker that had it may end. */
  readonly endsChecker?: true;
  /** Its answers are not even run: they do not compile, or are no answers. */
  readonly unrun?: true;
  /** Nothing in it needs a sandbox to be harmless. */
  readonly harmless?: true;
  /** The result says this somewhere. */
  readonly says?: RegExp;
  /** What else must hold. */
  readonly also?: (result: SubmissionResult) => void;
}
