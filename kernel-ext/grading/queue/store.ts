// What is too large for a ticket: submissions and assignments, each once; and the results.
import type { Assignment } from "../assignment/assignment.ts";
import type { Job } from "../grade/job.ts";
import type { SubmissionResult } from "../results/result.ts";
import type { Connection } from "./connection.ts";
import { KEPT } from "./names.ts";
import { pack, unpack } from "./packing.ts";

/** An assignment is packed, and unpacked, once in a process; few are in use at a time. */
const packed = new Map<string, Promise<Buffer>>();
const read = new Map<string, Promise<Assignment | undefined>>();
const FEW = 8;

function remembered<T>(map: Map<string, Promise<T>>, hash: string, make: () => Promise<T>): Promise<T> {
  const known = map.get(hash) ?? make();
  map.delete(hash);
  map.set(hash, known);
  known.catch(() => map.delete(hash));
  for (const old of map.keys()) if (map.size > FEW) map.delete(old);
  return known;
}

export async function putAssignment({ redis, keys }: Connection, assignment: Assignment): Promise<void> {
  const key = keys.assignment(assignment.hash);
  if ((await redis.expire(key, KEPT.unfetched)) === 1) return;
  const content = await remembered(packed, assignment.hash, () => pack(assignment));
  await redis.set(key, content, "EX", KEPT.unfetched);
}

/** Undefined where Redis has lost it. */
export async function takeAssignment(connection: Connection, hash: string): Promise<Assignment | undefined> {
  const { redis, keys } = connection;
  const found = await remembered(read, hash, async () => {
    const content = await redis.getBuffer(keys.assignment(hash));
    return content ? ((await unpack(content)) as Assignment) : undefined;
  });
  if (!found) read.delete(hash);
  return found;
}

/** All of a job that is not every job's. */
type Own = Omit<Job, "assignment">;

export async function putSubmission({ redis, keys }: Connection, id: string, job: Job): Promise<void> {
  const { assignment: _, ...own } = job;
  await redis.set(keys.submission(id), await pack(own), "EX", KEPT.unfetched);
}

/** Undefined where Redis has lost it. */
export async function takeSubmission({ redis, keys }: Connection, id: string): Promise<Own | undefined> {
  const content = await redis.getBuffer(keys.submission(id));
  return content ? ((await unpack(content)) as Own) : undefined;
}

/** Undefined where there is none yet, or what is there is not this job's result: that one is thrown away. */
export async function takeResult(
  { redis, keys }: Connection,
  id: string,
  job: Job,
): Promise<SubmissionResult | undefined> {
  const content = await redis.getBuffer(keys.result(id));
  if (!content) return undefined;
  const found = await unpack(content).catch(() => undefined);
  if (!isResultOf(found, job)) {
    await redis.del(keys.result(id));
    return undefined;
  }
  await redis.expire(keys.result(id), KEPT.fetched);
  return { ...found, student: job.submission.student, source: job.submission.source };
}

function isResultOf(found: unknown, { assignment, submission }: Job): found is SubmissionResult {
  if (typeof found !== "object" || found === null) return false;
  const result = found as Partial<SubmissionResult>;
  return (
    result.schema === 1 &&
    result.assignmentHash === assignment.hash &&
    result.submissionHash === submission.hash &&
    result.student?.id === submission.student.id &&
    Number.isFinite(result.earned) &&
    Array.isArray(result.exercises)
  );
}
