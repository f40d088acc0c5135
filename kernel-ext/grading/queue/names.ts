// What the queue is called in Redis, how long things stay there, and who may speak with whom.
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { readJson } from "../../lab/files.mjs";
import type { Job } from "../grade/job.ts";

/** The build writes it beside what it has built. */
const ABOUT = fileURLToPath(new URL("../../../package.json", import.meta.url));

/** Another version grades otherwise, so it has no part in this one's queue. */
export const VERSION: string = `${readJson(ABOUT)?.version}/1`;

export const PREFIX = "gradbook";

/** After as many deaths a submission is set aside. */
export const DEATHS = 3;

/** Seconds. */
export const KEPT: { readonly unfetched: number; readonly fetched: number } = {
  unfetched: 7 * 86_400,
  fetched: 86_400,
};

/**
 * Milliseconds. A lock is renewed when half of it is over, so a job comes back no sooner than the other half after its
 * worker's death: by then the worker must count as gone, or its death would not count.
 */
export const BEAT: Readonly<Record<"every" | "gone" | "lock" | "stalled", number>> = {
  every: 500,
  gone: 1_900,
  lock: 4_000,
  stalled: 1_000,
};

/** What a job in BullMQ carries; what is large lies beside it. */
export interface Ticket {
  readonly version: string;
  readonly student: string;
  readonly assignment: string;
  readonly assignmentHash: string;
}

/** The same work has the same, whoever hands it in. */
export function jobId({ assignment, submission, seed }: Job): string {
  const parts = [VERSION, assignment.hash, submission.student.id, submission.hash, seed ?? null];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

export interface Keys {
  readonly version: string;
  readonly workers: string;
  readonly graders: string;
  readonly about: string;
  readonly done: string;
  readonly aside: string;
  result(id: string): string;
  submission(id: string): string;
  deaths(id: string): string;
  assignment(hash: string): string;
  /** BullMQ's own, by its name there, or a job by its id. */
  bull(part: string): string;
}

export function keysOf(name: string): Keys {
  const own = `${PREFIX}:${name}.`;
  return {
    version: `${own}version`,
    workers: `${own}workers`,
    graders: `${own}graders`,
    about: `${own}about`,
    done: `${own}done`,
    aside: `${own}aside`,
    result: (id) => `${own}result.${id}`,
    submission: (id) => `${own}submission.${id}`,
    deaths: (id) => `${own}deaths.${id}`,
    assignment: (hash) => `${own}assignment.${hash}`,
    bull: (part) => `${PREFIX}:${name}:${part}`,
  };
}
