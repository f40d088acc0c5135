// What hyperparameters may be, and how to choose among them.
import type { Random } from "../random/random.ts";

/** Numbers from `low` to `high`, evenly spread or evenly in their logarithms. */
export interface NumberRange {
  readonly kind: "number";
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  readonly whole: boolean;
}

/** One of these. */
export interface Choice<T extends string | number | boolean> {
  readonly kind: "choice";
  readonly values: readonly T[];
}

/** A range for each hyperparameter. */
export type Space = Readonly<Record<string, NumberRange | Choice<string | number | boolean>>>;

/** A value for each. */
export type Config<S extends Space> = {
  readonly [K in keyof S]: S[K] extends Choice<infer T> ? T : number;
};

export interface RangeOptions {
  /** Evenly in the logarithm: for rates and strengths, whose effect goes by their order of magnitude. */
  readonly log?: boolean;
  readonly whole?: boolean;
}

/** @example between(1e-5, 1e-1, { log: true }) */
export function between(
  low: number,
  high: number,
  { log = false, whole = false }: RangeOptions = {},
): NumberRange {
  if (!(low < high) || !Number.isFinite(high - low) || (log && low <= 0)) {
    throw new RangeError(
      `between: from ${low} to ${high} is no range${log ? " on a log scale" : ""}; low must be below high` +
        `${log ? ", and above 0" : ""}.`,
    );
  }
  return { kind: "number", low, high, log, whole };
}

/** @example oneOf(["relu", "tanh"]) */
export function oneOf<const T extends string | number | boolean>(values: readonly T[]): Choice<T> {
  if (values.length === 0) throw new RangeError("oneOf: there is nothing to choose from.");
  return { kind: "choice", values };
}

/** The value at a share of the way from low to high, on the range's own scale. */
function at({ low, high, log, whole }: NumberRange, share: number): number {
  const value = log ? low * (high / low) ** share : low + (high - low) * share;
  return whole ? Math.round(value) : Math.min(Math.max(value, low), high);
}

/** How far along its range a value lies, from 0 to 1. */
function along({ low, high, log }: NumberRange, value: number): number {
  return log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
}

/**
 * Every combination, with `points` values from each range, its ends included.
 * @example gridConfigs({ rate: between(1e-3, 1e-1, { log: true }), units: oneOf([16, 32]) }, 3) // 6 of them
 */
export function gridConfigs<const S extends Space>(space: S, points: number): Config<S>[] {
  if (!Number.isInteger(points) || points < 1)
    throw new RangeError(`gridConfigs: ${points} points; 1 or more are needed.`);
  let configs: Record<string, string | number | boolean>[] = [{}];
  for (const [name, range] of Object.entries(space)) {
    const spaced = (i: number): number => (points === 1 ? 0.5 : i / (points - 1));
    const values =
      range.kind === "choice"
        ? range.values
        : [...new Set(Array.from({ length: points }, (_, i) => at(range, spaced(i))))];
    configs = configs.flatMap((config) => values.map((value) => ({ ...config, [name]: value })));
  }
  return configs as Config<S>[];
}

/**
 * `count` combinations at random (Bergstra and Bengio, 2012): where few hyperparameters matter, each of them is tried at
 * `count` different values, and not at the few of a grid.
 *
 * @example randomConfigs({ rate: between(1e-5, 1e-1, { log: true }) }, 20, random)
 */
export function randomConfigs<const S extends Space>(space: S, count: number, random: Random): Config<S>[] {
  return Array.from({ length: count }, () => {
    const entries = Object.entries(space).map(([name, range]) => {
      if (range.kind === "choice") return [name, range.values[random.integer(range.values.length)]!];
      const { low, high, whole, log } = range;
      // Whole numbers get equal shares of the scale, the ends included.
      const wide = whole && !log ? { ...range, low: low - 0.5, high: high + 0.5 } : range;
      return [name, Math.min(Math.max(at(wide, random.next()), low), high)];
    });
    return Object.fromEntries(entries) as Config<S>;
  });
}

/**
 * The part of a space where these values lie, a little wider: from coarse to fine. Choices keep what was chosen.
 * @example narrow(space, bestThird)
 */
export function narrow<S extends Space>(space: S, configs: readonly Config<S>[]): S {
  const entries = Object.entries(space).map(([name, range]) => {
    const values = configs.map((config) => config[name as keyof S]);
    if (range.kind === "choice")
      return [name, oneOf(range.values.filter((value) => values.includes(value as never)))];
    const shares = values.map((value) => along(range, value as number));
    const [first, last] = [Math.min(...shares), Math.max(...shares)];
    const margin = Math.max(0.05, (last - first) / 10);
    const low = at(range, Math.max(0, first - margin));
    const high = at(range, Math.min(1, last + margin));
    return [name, low < high ? { ...range, low, high } : range];
  });
  return Object.fromEntries(entries) as S;
}

/**
 * What to say when the best value lies within a twentieth of an end of its range: better ones may lie beyond.
 * @example borderWarnings(space, { rate: 0.0999 })
 */
export function borderWarnings<S extends Space>(space: S, best: Config<S>): string[] {
  return Object.entries(space).flatMap(([name, range]) => {
    if (range.kind === "choice") return [];
    const value = best[name as keyof S] as number;
    const share = along(range, value);
    if (share > 0.05 && share < 0.95) return [];
    const end = share <= 0.05 ? `lower end, ${range.low}` : `upper end, ${range.high}`;
    return [`${name}: the best value, ${+value.toPrecision(4)}, lies at the ${end}; widen the range there.`];
  });
}
