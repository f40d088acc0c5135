/** A metric that only has to be good enough. */
export interface Bound {
  readonly atMost?: number;
  readonly atLeast?: number;
}

/** Which metric decides, and which only have to be good enough. */
export interface ChoiceOptions {
  readonly optimize: string;
  /** Whether more of it is better ("max", as of an accuracy) or less ("min", as of an error); "max" unless said. */
  readonly toward?: "max" | "min";
  readonly satisfy?: Readonly<Record<string, Bound>>;
}

/**
 * The best of several models by one metric among those that are good enough by the others: optimizing one number is a goal,
 * optimizing several at once is none (Ng, "Machine Learning Yearning", 2018). The first of equals; undefined where
 * no model is good enough.
 *
 * @example
 * chooseModel(
 *   { small: { accuracy: 0.9, milliseconds: 80 }, large: { accuracy: 0.95, milliseconds: 1500 } },
 *   { optimize: "accuracy", satisfy: { milliseconds: { atMost: 100 } } },
 * ); // "small"
 */
export function chooseModel<Name extends string>(
  models: Readonly<Record<Name, Readonly<Record<string, number>>>>,
  { optimize, toward = "max", satisfy = {} }: ChoiceOptions,
): Name | undefined {
  const bounds = Object.entries(satisfy);
  const numberOf = (name: Name, metric: string): number => {
    const value: number | undefined = models[name][metric];
    if (value !== undefined && !Number.isNaN(value)) return value;
    throw new RangeError(`chooseModel: "${name}" has no number for "${metric}", but ${value}.`);
  };
  const goodEnough = (Object.keys(models) as Name[]).filter((name) =>
    bounds.every(([metric, { atMost = Infinity, atLeast = -Infinity }]) => {
      const value = numberOf(name, metric);
      return atLeast <= value && value <= atMost;
    }),
  );
  const sign = toward === "max" ? 1 : -1;
  return goodEnough.reduce<Name | undefined>(
    (best, name) =>
      best === undefined || sign * numberOf(name, optimize) > sign * numberOf(best, optimize) ? name : best,
    undefined,
  );
}
