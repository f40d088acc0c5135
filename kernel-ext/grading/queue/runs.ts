// How often a submission has been run, and what came of it: counted in Redis, by scripts that nothing comes between.
import type { SubmissionResult } from "../results/result.ts";
import type { Connection } from "./connection.ts";
import { BEAT, DEATHS, KEPT } from "./names.ts";
import { pack } from "./packing.ts";
import { BEGIN, BURY, FINISH } from "./scripts.ts";

export class Runs {
  readonly #connection: Connection;
  readonly #worker: string;
  #count = 0;

  /** @param worker as it beats */
  constructor(connection: Connection, worker: string) {
    this.#connection = connection;
    this.#worker = worker;
  }

  /** Whether it is to be run: not what has a result, nor what has killed too many. */
  async begin(id: string): Promise<{ state: "go"; run: string } | { state: "done" } | { state: "aside" }> {
    const { redis, keys } = this.#connection;
    const run = `${this.#worker}.${this.#count++}`;
    const of = [keys.result(id), keys.deaths(id), keys.workers];
    const reply = await redis.eval(BEGIN, 3, ...of, run, this.#worker, BEAT.gone, DEATHS, KEPT.unfetched);
    const [state] = reply as ["go" | "done" | "aside", number];
    return state === "go" ? { state, run } : { state };
  }

  /** The run killed its grader. Says how many have. */
  async bury(id: string, run: string): Promise<number> {
    const { redis, keys } = this.#connection;
    return Number(await redis.eval(BURY, 1, keys.deaths(id), run, KEPT.unfetched));
  }

  /** The run ended without a result, and it was not the submission's fault. */
  async release(id: string, run: string): Promise<void> {
    await this.#connection.redis.hdel(this.#connection.keys.deaths(id), run);
  }

  /** Whether it is the first result, which counts. */
  async finish(id: string, result: SubmissionResult, aside = false): Promise<boolean> {
    const { redis, keys } = this.#connection;
    const of = [keys.result(id), keys.done, keys.aside, keys.submission(id), keys.deaths(id)];
    const who = aside ? JSON.stringify([id, result.student.id, result.assignment]) : "";
    const content = await pack(result);
    return (await redis.eval(FINISH, of.length, ...of, id, content, KEPT.unfetched, who)) === 1;
  }
}
