/** Activations whose gain is known. */
export type GainOf = "linear" | "sigmoid" | "tanh" | "relu" | "selu";

/**
 * By how much weights should be scaled so that an activation's output has the mean square of its input: 1/√E[f(z)²]
 * of a Gaussian z for ReLU and its kin, and PyTorch's 5/3 for tanh, which wants a little more than that in deep stacks.
 * With `heNormal` the ReLU's √2 is already in.
 *
 * @example lecunNormal([784, 100], random, { gain: gainOf("tanh") })
 */
export function gainOf(activation: GainOf): number {
  const gains: Readonly<Record<GainOf, number>> = {
    linear: 1,
    sigmoid: 1,
    tanh: 5 / 3,
    relu: Math.SQRT2,
    selu: 3 / 4,
  };
  const gain = gains[activation];
  if (gain !== undefined) return gain;
  throw new RangeError(
    `gainOf: "${activation}" is not one of ${Object.keys(gains).join(", ")}; leakyGain(slope) and measuredGain(f) give those of others.`,
  );
}

/**
 * √(2 / (1 + a²)): of ReLU (a = 0), leaky ReLU with slope a, and the identity (a = 1).
 * @example heNormal(shape, random, { gain: leakyGain(0.01) / Math.SQRT2 })
 */
export function leakyGain(slope: number): number {
  return Math.sqrt(2 / (1 + slope * slope));
}

/**
 * The gain of any activation by measurement: 1/√(mean f(z)²) over a fine grid of Gaussian z.
 * @example measuredGain(Math.tanh) // 1.59
 */
export function measuredGain(activation: (z: number) => number): number {
  let [total, weight] = [0, 0];
  for (let z = -10; z <= 10; z += 0.001) {
    const density = Math.exp((-z * z) / 2);
    total += density * activation(z) ** 2;
    weight += density;
  }
  return 1 / Math.sqrt(total / weight);
}
