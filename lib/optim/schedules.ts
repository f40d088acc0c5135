// How the learning rate changes: functions of time t = 0, 1, 2, …, counted in steps or in epochs as `fit` is told.

/** The rate at time t. */
export type Schedule = (t: number) => number;

/** The rate to begin with, η₀. */
interface From {
  readonly rate: number;
}

/** @example constantRate(0.1) */
export function constantRate(rate: number): Schedule {
  checkPositive("constantRate", { rate });
  return () => rate;
}

/**
 * η₀ · factorᵏ with k = ⌊t / every⌋: falls now and then.
 * @example stepDecay({ rate: 0.1, factor: 0.5, every: 10 })
 */
export function stepDecay({
  rate,
  factor = 0.5,
  every,
}: From & { readonly factor?: number; readonly every: number }): Schedule {
  checkPositive("stepDecay", { rate, factor, every });
  return (t) => rate * factor ** Math.floor(t / every);
}

/**
 * η₀ · e^(−k t).
 * @example exponentialDecay({ rate: 0.1, k: 0.05 })
 */
export function exponentialDecay({ rate, k }: From & { readonly k: number }): Schedule {
  checkPositive("exponentialDecay", { rate, k });
  return (t) => rate * Math.exp(-k * t);
}

/**
 * η₀ · baseᵗ; with base 0.95 and t in epochs, the rate of the notes. It is `exponentialDecay` with k = −ln base.
 * @example powerDecay({ rate: 0.1, base: 0.95 })
 */
export function powerDecay({ rate, base = 0.95 }: From & { readonly base?: number }): Schedule {
  checkPositive("powerDecay", { rate, base });
  return (t) => rate * base ** t;
}

/**
 * η₀ / (1 + decay · t), known as 1/t decay.
 * @example inverseDecay({ rate: 0.1, decay: 1 })
 */
export function inverseDecay({ rate, decay }: From & { readonly decay: number }): Schedule {
  checkPositive("inverseDecay", { rate, decay });
  return (t) => rate / (1 + decay * t);
}

/**
 * η₀ · k / √(t + 1): the notes' k/√t, whose first t is 1.
 * @example inverseRootDecay({ rate: 0.1 })
 */
export function inverseRootDecay({ rate, k = 1 }: From & { readonly k?: number }): Schedule {
  checkPositive("inverseRootDecay", { rate, k });
  return (t) => (rate * k) / Math.sqrt(t + 1);
}

/**
 * floor + (η₀ − floor) (1 + cos(π t / steps)) / 2 (Loshchilov and Hutter, "SGDR", 2017), then `floor`.
 * @example cosineDecay({ rate: 0.1, steps: 1000 })
 */
export function cosineDecay({
  rate,
  steps,
  floor = 0,
}: From & { readonly steps: number; readonly floor?: number }): Schedule {
  checkPositive("cosineDecay", { rate, steps });
  return (t) => floor + ((rate - floor) * (1 + Math.cos((Math.PI * Math.min(t, steps)) / steps))) / 2;
}

/**
 * Rises in equal parts over the first `steps` steps (Goyal et al., 2017), (t + 1) / steps of `then(0)`, and goes on
 * with `then`, which starts its own time there.
 *
 * @example warmUp(500, cosineDecay({ rate: 1e-3, steps: 10_000 }))
 */
export function warmUp(steps: number, then: Schedule): Schedule {
  checkPositive("warmUp", { steps });
  return (t) => (t < steps ? (then(0) * (t + 1)) / steps : then(t - steps));
}

/**
 * A schedule in epochs as one in steps.
 * @example perEpoch(powerDecay({ rate: 0.1 }), Math.ceil(8000 / 64))
 */
export function perEpoch(schedule: Schedule, stepsPerEpoch: number): Schedule {
  checkPositive("perEpoch", { stepsPerEpoch });
  return (t) => schedule(Math.floor(t / stepsPerEpoch));
}

function checkPositive(op: string, numbers: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(numbers)) {
    if (value > 0 && value < Infinity) continue;
    throw new RangeError(`${op}: ${name} is ${value}; it must be a number above 0.`);
  }
}
