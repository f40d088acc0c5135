import { escapeHtml, showAs, table } from "../display.ts";
import { cellInterrupt } from "../interrupt.ts";
import type { DanfoMaker } from "../io/danfo.ts";
import type { Random } from "../random/random.ts";
import { short } from "./history.ts";
import { borderWarnings, type Config, narrow, randomConfigs, type Space } from "./space.ts";
import type { Task } from "./task.ts";
import { Workers } from "./workers.ts";

/** One configuration, and what came of it. */
export interface Trial<S extends Space> {
  readonly config: Config<S>;
  /** NaN where it failed. */
  readonly score: number;
  readonly seconds: number;
  readonly error?: string;
}

export interface SearchOptions<S extends Space> {
  readonly space: S;
  /** What to try: `gridConfigs(…)` or `randomConfigs(…)`. */
  readonly configs: readonly Config<S>[];
  /**
   * Trains with a configuration and gives its score on validation data. With workers it is sent to their threads as its
   * text: it then takes all that it uses from its arguments, `(config, { lib, shared }) => …`.
   */
  readonly run: Task<Config<S>, number>;
  /** Threads, or a team that is there already; 0 (unless given) runs one trial after the other in this thread. */
  readonly workers?: number | Workers;
  /** What trials find as `shared`, such as the data. */
  readonly shared?: Readonly<Record<string, unknown>>;
  /** Which score is best; "lowest" unless given. */
  readonly best?: "lowest" | "highest";
}

/** All trials, the best first; those that failed last. Has a data frame's form, as `History` has. */
export class SearchResult<S extends Space> {
  readonly trials: readonly Trial<S>[];
  /** Whether the best values lie at an end of their range. */
  readonly warnings: readonly string[];
  readonly $isSeries = false;

  constructor(space: S, trials: readonly Trial<S>[], best: "lowest" | "highest") {
    const sign = best === "lowest" ? 1 : -1;
    const worth = ({ score }: Trial<S>): number => (Number.isNaN(score) ? Infinity : sign * score);
    this.trials = [...trials].sort((a, b) => (worth(a) < worth(b) ? -1 : worth(a) > worth(b) ? 1 : 0));
    const [first] = this.trials;
    this.warnings = first && !Number.isNaN(first.score) ? borderWarnings(space, first.config) : [];
  }

  get best(): Trial<S> {
    const [first] = this.trials;
    if (first === undefined || Number.isNaN(first.score)) {
      throw new Error(
        `search: no trial has a score${first?.error ? `; the first failed: ${first.error}` : ""}.`,
      );
    }
    return first;
  }

  get columns(): readonly string[] {
    return [...Object.keys(this.trials[0]?.config ?? {}), "score", "seconds"];
  }

  get values(): readonly (readonly (string | number | boolean)[])[] {
    return this.trials.map(({ config, score, seconds }) => [
      ...Object.values<string | number | boolean>(config),
      score,
      seconds,
    ]);
  }

  /** The trials as a DataFrame of the danfojs that is handed over. */
  frame<Frame>(dfd: DanfoMaker<Frame>): Frame {
    return new dfd.DataFrame(this.values.map((row) => [...row]) as number[][], {
      columns: [...this.columns],
    });
  }

  toString(): string {
    return [this.#table().text, ...this.#remarks()].join("\n");
  }

  toHtml(): string {
    return (
      this.#table().html +
      this.#remarks()
        .map((remark) => `<p>${escapeHtml(remark)}</p>`)
        .join("")
    );
  }

  #remarks(): string[] {
    const failed = this.trials.filter(({ error }) => error !== undefined);
    const [first] = failed;
    const failures = first ? [`${failed.length} of ${this.trials.length} trials failed: ${first.error}`] : [];
    return [...this.warnings, ...failures];
  }

  #table(): { html: string; text: string } {
    const rows = this.values.map((row) =>
      row.map((value) => (typeof value === "number" ? short(value) : String(value))),
    );
    return table(`${rows.length} trials, the best first`, this.columns, rows);
  }
}

showAs(SearchResult, (result) => ({ "text/plain": String(result), "text/html": result.toHtml() }));

/**
 * Tries configurations of hyperparameters, in threads beside each other where `workers` says so.
 *
 * @example
 * const space = { rate: between(1e-4, 1e-1, { log: true }), units: oneOf([16, 64]) };
 * const result = await search({
 *   space,
 *   configs: randomConfigs(space, 20, random),
 *   run: ({ rate, units }, { lib, shared }) => { …; return validationLoss; },
 *   workers: 2,
 *   shared: { x, y },
 * });
 * result.best.config.rate;
 */
export async function search<S extends Space>({
  space,
  configs,
  run,
  workers = 0,
  shared = {},
  best = "lowest",
}: SearchOptions<S>): Promise<SearchResult<S>> {
  const trials: Trial<S>[] = [];
  const interrupt = cellInterrupt();
  let next = 0;
  const tryAll = async (score: (config: Config<S>) => Promise<number>): Promise<void> => {
    while (next < configs.length) {
      const at = next++;
      trials[at] = await attempt(configs[at]!, score);
      interrupt?.throwIfAborted();
    }
  };
  if (workers === 0) {
    const lib = await import("../index.ts");
    const tools = { lib, shared, memory: new Map<string, unknown>() };
    await tryAll(async (config) => {
      await new Promise((resolve) => setImmediate(resolve)); // a turn for whatever else waits
      interrupt?.throwIfAborted();
      return run(config, tools);
    });
    return new SearchResult(space, trials, best);
  }
  const own = workers instanceof Workers ? undefined : new Workers({ count: workers, shared });
  const team = own ?? (workers as Workers);
  const giveUp = (): void => void own?.close();
  interrupt?.addEventListener("abort", giveUp);
  try {
    await Promise.all(
      Array.from({ length: team.count }, (_, thread) =>
        tryAll((config) => {
          team.renew(thread);
          return team.on(thread, run, config);
        }),
      ),
    );
  } finally {
    interrupt?.removeEventListener("abort", giveUp);
    await own?.close();
  }
  return new SearchResult(space, trials, best);
}

/** One trial, which may fail and then has no score. */
async function attempt<S extends Space>(
  config: Config<S>,
  score: (config: Config<S>) => Promise<number>,
): Promise<Trial<S>> {
  const begun = performance.now();
  const seconds = (): number => (performance.now() - begun) / 1000;
  try {
    const found: unknown = await score(config);
    if (typeof found === "number") return { config, score: found, seconds: seconds() };
    throw new TypeError(`search: run gave ${String(found)}; it must give a number, the score.`);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { config, score: Number.NaN, error: message, seconds: seconds() };
  }
}

/**
 * From coarse to fine: random trials over the whole space, then over the part where the best quarter of all lay, and so
 * on.
 *
 * @example const result = await coarseToFine({ space, rounds: 3, trials: 12, random, run });
 */
export async function coarseToFine<S extends Space>({
  space,
  rounds,
  trials,
  random,
  ...options
}: Omit<SearchOptions<S>, "configs"> & {
  readonly rounds: number;
  /** How many in each round. */
  readonly trials: number;
  readonly random: Random;
}): Promise<SearchResult<S>> {
  const { best = "lowest" } = options;
  let part = space;
  let result = new SearchResult<S>(space, [], best);
  for (let round = 0; round < rounds; round++) {
    const more = await search({ ...options, space, configs: randomConfigs(part, trials, random) });
    result = new SearchResult(space, [...result.trials, ...more.trials], best);
    const scored = result.trials.filter(({ score }) => !Number.isNaN(score));
    if (scored.length === 0) continue;
    const quarter = scored.slice(0, Math.ceil(result.trials.length / 4));
    part = narrow(
      space,
      quarter.map(({ config }) => config),
    );
  }
  return result;
}
