// Grades what waits in a queue: BullMQ gives the jobs and watches their locks, children grade them, and what came of
// them is written so that it counts once.
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Job as Entry, Worker } from "bullmq";
import { counted } from "../../lab/screen.mjs";
import { Trouble } from "../../lab/trouble.mjs";
import type { Level } from "../sandbox/sandbox.ts";
import type { QueueAddress } from "./address.ts";
import { beat, type Connection, connectQueue, leave } from "./connection.ts";
import { explainQueue } from "./explain.ts";
import { BEAT, PREFIX, type Ticket } from "./names.ts";
import { rarely } from "./rarely.ts";
import { Runs } from "./runs.ts";
import { Slot } from "./slot.ts";
import { Work } from "./work.ts";

export interface WorkerOptions extends QueueAddress {
  /** Submissions at a time. */
  readonly workers: number;
  readonly level: Level;
  /** A line for each event. */
  say(line: string): void;
  /** What grades: a module that calls `serve`. */
  readonly program?: string;
  /** Seconds that a submission may take beyond its tests' own. */
  readonly slack?: number;
  /** Seconds to finish in, once it is to leave. */
  readonly grace?: number;
}

/** What `gradbook status` shows of a worker. */
export interface About {
  readonly name: string;
  readonly host: string;
  readonly pid: number;
  /** ISO 8601. */
  readonly since: string;
  readonly places: number;
  readonly sandbox: Level;
}

export interface QueueWorker {
  /** Finishes what it has, or gives it back; the second time it gives it back at once. */
  leave(): void;
  /** Resolves when it has left; rejects where it could not stay. */
  readonly ended: Promise<void>;
}

/** Resolves when it takes jobs. */
export async function openWorker(options: WorkerOptions): Promise<QueueWorker> {
  const { say, level } = options;
  const connection = await connectQueue(options, say);
  const program = options.program ?? fileURLToPath(new URL("./child.js", import.meta.url));
  const slots = Array.from({ length: options.workers }, () => new Slot(program, level));
  const unfit = (await Promise.all(slots.map((slot) => slot.ready()))).find((trouble) => trouble);
  if (unfit) {
    for (const slot of slots) slot.close();
    connection.close();
    throw unfit;
  }
  const id = randomUUID();
  const name = `${hostname()}-${process.pid}`;
  const work = new Work(connection, new Runs(connection, id), slots, options);
  const since = new Date().toISOString();
  const about: About = {
    name,
    host: hostname(),
    pid: process.pid,
    since,
    places: slots.length,
    sandbox: level,
  };
  await beat(connection, "workers", id, JSON.stringify(about));
  const bull = await take(connection, name, slots.length, work, say);
  say(`${name} has joined ${connection.place.shown}: ${counted(slots.length, "submission")} at a time`);
  return new Joined(connection, { id, about: JSON.stringify(about) }, bull, work, options);
}

async function take(
  { redis, place }: Connection,
  name: string,
  concurrency: number,
  work: Work,
  say: (line: string) => void,
): Promise<Worker<Ticket>> {
  const { DelayedError, Worker, WaitingError } = await import("bullmq");
  const grade = async (entry: Entry<Ticket>, token?: string) => {
    const state = await work.on(entry, token);
    // BullMQ is told by these that the job has been moved already.
    if (state === "later") throw new DelayedError();
    if (state === "back") throw new WaitingError();
  };
  const bull = new Worker<Ticket>(place.name, grade, {
    connection: redis,
    prefix: PREFIX,
    skipVersionCheck: true,
    name,
    concurrency,
    lockDuration: BEAT.lock,
    stalledInterval: BEAT.stalled,
    // Deaths are counted in runs.ts, those of children and those of workers together.
    maxStalledCount: 1_000_000,
    drainDelay: 2,
    runRetryDelay: 1_000,
    removeOnComplete: { count: 0 },
    removeOnFail: { count: 0 },
  });
  const complain = rarely(say);
  bull.on("stalled", (id) => say(`${id.slice(0, 8)} comes back: whoever graded it is gone`));
  bull.on("error", (error) => {
    // A lost lock is no loss: whose result comes first counts. The connection speaks for itself.
    if (!/lock|Connection|connect|ECONN|EPIPE|ENOENT|Missing key|LOADING/i.test(error.message))
      complain(explainQueue(error, place).toString());
  });
  return bull;
}

class Joined implements QueueWorker {
  readonly ended: Promise<void>;
  readonly #connection: Connection;
  readonly #me: { id: string; about: string };
  readonly #bull: Worker<Ticket>;
  readonly #work: Work;
  readonly #options: WorkerOptions;
  readonly #beating: NodeJS.Timeout;
  #settle: { resolve(): void; reject(error: Error): void } = { resolve: () => {}, reject: () => {} };
  #leaving = false;

  constructor(
    connection: Connection,
    me: { id: string; about: string },
    bull: Worker<Ticket>,
    work: Work,
    options: WorkerOptions,
  ) {
    this.#connection = connection;
    this.#me = me;
    this.#bull = bull;
    this.#work = work;
    this.#options = options;
    this.ended = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    work.onUnfit = (trouble) => this.#end(trouble);
    let beating = false;
    this.#beating = setInterval(() => {
      // While Redis is away, one beat waits for it and not a thousand.
      if (beating) return;
      beating = true;
      beat(connection, "workers", me.id, me.about)
        .catch((error) => this.#notTaken(error))
        .finally(() => {
          beating = false;
        });
    }, BEAT.every);
  }

  leave(): void {
    if (this.#leaving) this.#work.drop();
    else this.#end(undefined);
  }

  #notTaken(error: unknown): void {
    if (error instanceof Trouble) this.#end(error);
  }

  #end(trouble: Trouble | undefined): void {
    if (this.#leaving) return;
    this.#leaving = true;
    void this.#goodbye(trouble === undefined ? (this.#options.grace ?? 8) : 0)
      .catch(() => {})
      .then(() => (trouble ? this.#settle.reject(trouble) : this.#settle.resolve()));
  }

  async #goodbye(grace: number): Promise<void> {
    const busy = this.#work.busy;
    if (busy > 0 && grace > 0)
      this.#options.say(`Leaving: ${counted(busy, "submission")} to finish, for at most ${grace} s`);
    this.#work.leaving = true;
    const closed = this.#bull.close().catch(() => {});
    await Promise.race([closed, delay(grace * 1000)]);
    this.#work.drop();
    // Redis may be away: then the locks end by themselves, and others take what we had.
    await Promise.race([closed, delay(3_000)]);
    clearInterval(this.#beating);
    const left = leave(this.#connection, "workers", this.#me.id).catch(() => {});
    await Promise.race([left, delay(500)]);
    this.#connection.close();
  }
}
