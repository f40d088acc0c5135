// How far a statistic would move on other examples: drawn again from the ones there are (Efron, 1979).
import { normalQuantile } from "../random/normal.ts";
import type { Random } from "../random/random.ts";
import type { Bounds } from "./binomial.ts";
import { normalTail } from "./distributions.ts";
import { checkCount } from "./values.ts";

/**
 * `percentile`: the middle of the distribution; `basic`: mirrored about the estimate; `bca`: percentiles that are corrected
 * for bias and for a spread that changes with the value (Efron, 1987).
 */
export type BootstrapMethod = "percentile" | "basic" | "bca";

/** How to draw. */
export interface BootstrapOptions {
  readonly random: Random;
  readonly resamples?: number;
  readonly level?: number;
  readonly method?: BootstrapMethod;
}

/** An estimate and how sure it is. */
export interface Bootstrapped extends Bounds {
  readonly estimate: number;
  readonly standardError: number;
  /** The statistic of each resample. */
  readonly distribution: Float64Array;
}

/**
 * The interval of a statistic of `count` examples. The statistic gets the rows that were drawn, so that anything can be
 * computed of them, for two models on the same rows too.
 *
 * @example
 * bootstrap(500, (rows) => f1(gather(truth, rows), gather(predicted, rows)), { random });
 */
export function bootstrap(
  count: number,
  statistic: (rows: Int32Array) => number,
  { random, resamples = 2000, level = 0.95, method = "percentile" }: BootstrapOptions,
): Bootstrapped {
  checkCount("bootstrap", "the number of examples", count, 2);
  checkCount("bootstrap", "the number of resamples", resamples, 2);
  const all = Int32Array.from({ length: count }, (_, i) => i);
  const estimate = statistic(all);
  const distribution = Float64Array.from({ length: resamples }, () =>
    statistic(Int32Array.from({ length: count }, () => random.integer(count))),
  );
  const without =
    method === "bca" ? Float64Array.from(all, (i) => statistic(all.filter((j) => j !== i))) : undefined;
  const mean = distribution.reduce((sum, value) => sum + value, 0) / resamples;
  const squares = distribution.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    estimate,
    standardError: Math.sqrt(squares / (resamples - 1)),
    distribution,
    ...bootstrapInterval(distribution, { estimate, level, method, ...(without && { without }) }),
  };
}

/** What an interval is made of besides the distribution. */
export interface BootstrapIntervalOptions {
  readonly estimate: number;
  readonly level?: number;
  readonly method?: BootstrapMethod;
  /** The statistic without each of the examples (the jackknife), for `bca`. */
  readonly without?: Float64Array;
}

/** The interval of a distribution of resampled statistics, which `bootstrap` draws. */
export function bootstrapInterval(
  distribution: Float64Array,
  { estimate, level = 0.95, method = "percentile", without }: BootstrapIntervalOptions,
): Bounds {
  if (!(level > 0 && level < 1)) {
    throw new RangeError(`bootstrap: the level must lie between 0 and 1; it is ${level}.`);
  }
  const sorted = Float64Array.from(distribution).sort();
  const outside = (1 - level) / 2;
  if (method === "bca") {
    if (without === undefined) {
      throw new RangeError(
        "bootstrapInterval: bca needs the statistic without each example; give `without`.",
      );
    }
    const move = corrected(distribution, estimate, without);
    return { low: quantile(sorted, move(outside)), high: quantile(sorted, move(1 - outside)) };
  }
  const [low, high] = [quantile(sorted, outside), quantile(sorted, 1 - outside)];
  return method === "basic" ? { low: 2 * estimate - high, high: 2 * estimate - low } : { low, high };
}

/** Φ(z₀ + (z₀ + z) / (1 − a (z₀ + z))) with bias z₀ and acceleration a = Σ U³ / (6 (Σ U²)^{3/2}). */
function corrected(
  distribution: Float64Array,
  estimate: number,
  without: Float64Array,
): (share: number) => number {
  const below = distribution.reduce(
    (sum, value) => sum + (value < estimate ? 2 : value === estimate ? 1 : 0),
    0,
  );
  const share = below / (2 * distribution.length);
  if (share === 0 || share === 1) {
    throw new RangeError(
      "bootstrap: all resamples lie on one side of the estimate; bca cannot correct for that.",
    );
  }
  const bias = normalQuantile(share);
  const mean = without.reduce((sum, value) => sum + value, 0) / without.length;
  const [squares, cubes] = [2, 3].map((power) =>
    without.reduce((sum, value) => sum + (mean - value) ** power, 0),
  ) as [number, number];
  const acceleration = squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
  return (wanted) => {
    const z = bias + normalQuantile(wanted);
    return normalTail(-(bias + z / (1 - acceleration * z)));
  };
}

/** The value that a share lies below, between neighbours on a straight line (as NumPy's `quantile`). */
export function quantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const [low, high] = [sorted[below]!, sorted[Math.min(below + 1, sorted.length - 1)]!];
  return low + (high - low) * (at - below);
}
