// Grades on many machines: hands each job to BullMQ, and gives its result when it is there. What Redis has lost is
// handed in again, because we know what has no result.
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { Queue } from "bullmq";
import { Trouble } from "../../lab/trouble.mjs";
import type { Grader, Job } from "../grade/job.ts";
import type { SubmissionResult } from "../results/result.ts";
import type { QueueAddress } from "./address.ts";
import { beat, type Connection, connectQueue, leave } from "./connection.ts";
import { explainQueue } from "./explain.ts";
import { jobId, PREFIX, type Ticket, VERSION } from "./names.ts";
import { rarely } from "./rarely.ts";
import { putAssignment, putSubmission, takeResult } from "./store.ts";

export interface QueueGraderOptions extends QueueAddress {
  /** Grade what has a result already. */
  readonly again?: boolean;
  /** A line for the user: Redis is gone, no worker is there. */
  say(line: string): void;
  /** Seconds that Redis may be away. */
  readonly patience?: number;
}

/** A job without a result. */
interface Waiting {
  readonly id: string;
  readonly job: Job;
  readonly result: Promise<SubmissionResult>;
  resolve(result: SubmissionResult): void;
  reject(error: Trouble): void;
  handedIn: boolean;
  times: number;
}

/** Milliseconds. */
const LOOK = 200;
const LOOK_AT_ALL = 2_000;
/** As many are packed and sent at once: a submission can be large. */
const AT_ONCE = 4;
/** A job that is lost so often is not Redis' fault alone. */
const TIMES = 20;

export async function queueGrader(options: QueueGraderOptions): Promise<Grader> {
  const connection = await connectQueue(options, options.say);
  const { Queue } = await import("bullmq");
  const { redis, place } = connection;
  const queue = new Queue<Ticket>(place.name, { connection: redis, prefix: PREFIX, skipVersionCheck: true });
  // The connection says itself what is wrong with it.
  queue.on("error", () => {});
  return new QueueGrader(connection, queue, options);
}

class QueueGrader implements Grader {
  readonly #connection: Connection;
  readonly #queue: Queue<Ticket>;
  readonly #options: QueueGraderOptions;
  readonly #me = randomUUID();
  readonly #waiting = new Map<string, Waiting>();
  readonly #toHandIn: Waiting[] = [];
  readonly #looking: Promise<void>;
  readonly #watch: NodeJS.Timeout;
  readonly #complain: (line: string) => void;
  /** Seconds. */
  readonly #patience: number;
  #sending = 0;
  #closed = false;
  /** By Redis' clock: up to when what is done has been looked at. */
  #since = 0;
  #lookedAtAll = 0;
  #alone = 0;
  #failing: { since: number; error: Trouble } | undefined;

  constructor(connection: Connection, queue: Queue<Ticket>, options: QueueGraderOptions) {
    this.#connection = connection;
    this.#queue = queue;
    this.#options = options;
    this.#complain = rarely(options.say);
    this.#patience = options.patience ?? 300;
    this.#looking = this.#look();
    this.#watch = setInterval(() => this.#loseHope(), 1_000);
  }

  grade(job: Job): Promise<SubmissionResult> {
    if (this.#closed) return Promise.reject(new Trouble("The queue is closed", undefined));
    const id = jobId(job);
    const known = this.#waiting.get(id);
    if (known) return known.result;
    const { promise, resolve, reject } = withResolvers<SubmissionResult>();
    const one: Waiting = { id, job, result: promise, resolve, reject, handedIn: false, times: 0 };
    this.#waiting.set(id, one);
    this.#toHandIn.push(one);
    this.#send();
    return promise;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#watch);
    this.#rejectAll(new Trouble("The queue was closed; what has been handed in goes on there", "--resume"));
    const left = leave(this.#connection, "graders", this.#me).catch(() => {});
    await Promise.race([Promise.all([left, this.#looking]), delay(1_000)]);
    this.#connection.close();
  }

  #send(): void {
    while (this.#sending < AT_ONCE) {
      const one = this.#toHandIn.shift();
      if (!one) return;
      this.#sending++;
      void this.#insist(one).finally(() => {
        this.#sending--;
        this.#send();
      });
    }
  }

  async #handIn(one: Waiting): Promise<void> {
    if (!this.#waiting.has(one.id)) return;
    const { redis, keys } = this.#connection;
    if (this.#options.again && one.times === 0)
      await redis.multi().del(keys.result(one.id)).zrem(keys.done, one.id).exec();
    else if (await this.#fetch(one)) return;
    if (one.times++ >= TIMES) return this.#giveUp(one);
    const { assignment, submission } = one.job;
    await putAssignment(this.#connection, assignment);
    await putSubmission(this.#connection, one.id, one.job);
    const ticket: Ticket = {
      version: VERSION,
      student: submission.student.id,
      assignment: assignment.name,
      assignmentHash: assignment.hash,
    };
    await this.#queue.add("grade", ticket, { jobId: one.id, removeOnComplete: true, removeOnFail: true });
    one.handedIn = true;
  }

  #giveUp(one: Waiting): void {
    this.#waiting.delete(one.id);
    const { id } = one.job.submission.student;
    one.reject(new Trouble(`The queue lost the submission of ${id} ${TIMES} times`, this.#retry()));
  }

  /** Whether the result was there. */
  async #fetch(one: Waiting): Promise<boolean> {
    const result = await takeResult(this.#connection, one.id, one.job);
    if (!result) return false;
    this.#waiting.delete(one.id);
    one.resolve(result);
    return true;
  }

  /** Looks for results all the time, and now and then at everything that has none. */
  async #look(): Promise<void> {
    while (!this.#closed) {
      try {
        await this.#lookAtDone();
        if (Date.now() - this.#lookedAtAll >= LOOK_AT_ALL) await this.#lookAtAll();
        this.#failing = undefined;
      } catch (error) {
        this.#failing ??= { since: Date.now(), error: this.#fail(error) };
      }
      await delay(LOOK);
    }
  }

  async #lookAtDone(): Promise<void> {
    if (this.#waiting.size === 0) return;
    const { redis, keys } = this.#connection;
    const done = await redis.zrangebyscore(keys.done, this.#since, "+inf", "WITHSCORES");
    for (let at = 0; at < done.length; at += 2) {
      const one = this.#waiting.get(done[at] ?? "");
      if (one) await this.#fetch(one);
      this.#since = Math.max(this.#since, Number(done[at + 1]) - LOOK_AT_ALL);
    }
  }

  async #lookAtAll(): Promise<void> {
    this.#lookedAtAll = Date.now();
    await beat(this.#connection, "graders", this.#me, "");
    await this.#lookForWorkers();
    const { redis, keys } = this.#connection;
    const handedIn = [...this.#waiting.values()].filter((one) => one.handedIn);
    for (let from = 0; from < handedIn.length; from += 500) {
      const some = handedIn.slice(from, from + 500);
      // A result is there before its job is gone: asked in this order, one of the two is there unless it is lost.
      const jobs = await redis.pipeline(some.map(({ id }) => ["exists", keys.bull(id)])).exec();
      for (const [index, one] of some.entries()) {
        if (jobs?.[index]?.[1] !== 0 || (await this.#fetch(one))) continue;
        one.handedIn = false;
        this.#toHandIn.push(one);
      }
    }
    this.#send();
  }

  async #lookForWorkers(): Promise<void> {
    const { redis, keys, place } = this.#connection;
    const [seconds] = await redis.time();
    const there = await redis.zcount(keys.workers, (Number(seconds) - 10) * 1000, "+inf");
    if (there > 0 || this.#waiting.size === 0) this.#alone = 0;
    else if (++this.#alone === 2)
      this.#options.say(`No worker is at the queue → gradbook worker --queue ${place.shown}`);
  }

  /** Hands it in until Redis takes it, or hope is lost. */
  async #insist(one: Waiting): Promise<void> {
    const begun = Date.now();
    while (!this.#closed) {
      try {
        return await this.#handIn(one);
      } catch (error) {
        const trouble = this.#fail(error);
        if (Date.now() - begun > this.#patience * 1000) {
          this.#waiting.delete(one.id);
          return one.reject(trouble);
        }
        await delay(1_000);
      }
    }
  }

  #fail(error: unknown): Trouble {
    const trouble = explainQueue(error, this.#connection.place);
    if (this.#closed) return trouble;
    this.#complain(trouble.toString());
    if (/is in use by gradbook/.test(trouble.message)) this.#rejectAll(trouble);
    return trouble;
  }

  #loseHope(): void {
    const gone = this.#connection.goneFor();
    const failing = this.#failing ? Date.now() - this.#failing.since : 0;
    if (Math.max(gone, failing) < this.#patience * 1000) return;
    const { shown } = this.#connection.place;
    const away = new Trouble(`Redis at ${shown} has been away for ${this.#patience} s`, this.#retry());
    this.#rejectAll(gone > 0 ? away : (this.#failing?.error ?? away));
  }

  #retry(): string {
    return "the same command with --resume goes on from here";
  }

  #rejectAll(trouble: Trouble): void {
    for (const one of this.#waiting.values()) one.reject(trouble);
    this.#waiting.clear();
    this.#toHandIn.length = 0;
  }
}

/** Promise.withResolvers, which Node 20 lacks. */
function withResolvers<T>() {
  let resolve!: (value: T) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
