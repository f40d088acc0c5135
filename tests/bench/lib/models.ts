// The six training steps of the ladder: their tensors, seeded, the same for everybody who takes part. What is computed
// with them stands in each peer's file; `says` is the definition that all follow.
import { Random, type Tensor, tensor, zeros } from "../../../lib/index.ts";

export interface Model {
  readonly number: number;
  readonly name: string;
  /** The computation, in words that leave nothing open. */
  readonly says: string;
  readonly update: { readonly rule: "sgd" | "adam" | "none"; readonly rate: number };
  /** Names in small letters are data; those that begin with a capital are parameters. */
  readonly tensors: Readonly<Record<string, Start>>;
}

type Start = (random: Random) => Tensor;

const SEED = 5;

/** Gaussian numbers with variance gain / fanIn. */
const weights =
  (shape: number[], fanIn: number, gain = 1): Start =>
  (random) =>
    random.normal(shape, { std: Math.sqrt(gain / fanIn) });
const bias =
  (size: number): Start =>
  () =>
    zeros([size]);
const ones =
  (size: number): Start =>
  () =>
    tensor(new Float32Array(size).fill(1));
const pixels =
  (...shape: number[]): Start =>
  (random) =>
    random.uniform(shape);
const whole =
  (below: number, ...shape: number[]): Start =>
  (random) =>
    random.integers(shape, { high: below });

function block(n: number): Record<string, Start> {
  return {
    [`G${n}a`]: ones(64),
    [`B${n}a`]: bias(64),
    [`Wqkv${n}`]: weights([64, 192], 64),
    [`Bqkv${n}`]: bias(192),
    [`Wo${n}`]: weights([64, 64], 64),
    [`Bo${n}`]: bias(64),
    [`G${n}b`]: ones(64),
    [`B${n}b`]: bias(64),
    [`W${n}1`]: weights([64, 256], 64, 2),
    [`B${n}1`]: bias(256),
    [`W${n}2`]: weights([256, 64], 256),
    [`B${n}2`]: bias(64),
  };
}

/** Adam with β = 0.9 and 0.999, ε = 1e-8 outside the root, and bias correction. */
const adam = { rule: "adam", rate: 1e-3 } as const;

export const MODELS: readonly Model[] = [
  {
    number: 1,
    name: "softmax regression",
    says: "mean cross-entropy of x·W + B against y",
    update: { rule: "sgd", rate: 0.1 },
    tensors: {
      x: pixels(128, 784),
      y: whole(10, 128),
      W: weights([784, 10], 784),
      B: bias(10),
    },
  },
  {
    number: 2,
    name: "MLP",
    says: "mean cross-entropy of W3·relu(W2·relu(W1·x)) with biases",
    update: adam,
    tensors: {
      x: pixels(128, 784),
      y: whole(10, 128),
      W1: weights([784, 256], 784, 2),
      B1: bias(256),
      W2: weights([256, 128], 256, 2),
      B2: bias(128),
      W3: weights([128, 10], 128),
      B3: bias(10),
    },
  },
  {
    number: 3,
    name: "LeNet",
    says:
      "twice: convolution 5×5 (valid, stride 1), bias, relu, max pooling 2×2; flattened as [height, width, channel]; " +
      "then dense layers of 120 and 84 with relu, and 10",
    update: adam,
    tensors: {
      x: pixels(64, 28, 28, 1),
      y: whole(10, 64),
      K1: weights([5, 5, 1, 8], 25, 2),
      C1: bias(8),
      K2: weights([5, 5, 8, 16], 200, 2),
      C2: bias(16),
      W1: weights([256, 120], 256, 2),
      B1: bias(120),
      W2: weights([120, 84], 120, 2),
      B2: bias(84),
      W3: weights([84, 10], 84),
      B3: bias(10),
    },
  },
  {
    number: 4,
    name: "character LSTM",
    says:
      "rows of E for x; an LSTM from zero states with gates (in, forget, cell, out) = x·Wx + h·Wh + B; mean cross-entropy " +
      "of h·Wo + Bo against y at every step",
    update: adam,
    tensors: {
      x: whole(64, 32, 64),
      y: whole(64, 32, 64),
      E: weights([64, 32], 1),
      Wx: weights([32, 512], 32),
      Wh: weights([128, 512], 128),
      B: bias(512),
      Wo: weights([128, 64], 128),
      Bo: bias(64),
    },
  },
  {
    number: 5,
    name: "Transformer",
    says:
      "rows of E for x, plus P; twice h += attention(norm(h)), 4 causal heads, q, k, v from one product, and " +
      "h += W2·gelu(W1·norm(h)), gelu in its tanh form; norm (ε = 1e-5), and mean cross-entropy of h·W + B against y",
    update: adam,
    tensors: {
      x: whole(64, 16, 64),
      y: whole(64, 16, 64),
      E: weights([64, 64], 1),
      P: weights([64, 64], 1),
      ...block(1),
      ...block(2),
      G: ones(64),
      Bn: bias(64),
      W: weights([64, 64], 64),
      B: bias(64),
    },
  },
  {
    number: 6,
    name: "residual block",
    says: "mean of y² for y = relu(x + conv(relu(conv(x, K1) + C1), K2) + C2), 3×3, padding 1; gradients of K and C, not of x",
    update: { rule: "none", rate: 0 },
    tensors: {
      x: pixels(16, 32, 32, 32),
      K1: weights([3, 3, 32, 32], 288, 2),
      C1: bias(32),
      K2: weights([3, 3, 32, 32], 288, 2),
      C2: bias(32),
    },
  },
];

/** A model's tensors, each drawn from a stream of its own. */
export function begin({ number, tensors }: Model): Record<string, Tensor> {
  const names = Object.keys(tensors);
  const streams = new Random(SEED + number).split(names.length);
  return Object.fromEntries(names.map((name, n) => [name, tensors[name]!(streams[n]!)]));
}

/** Parameters, by their capital letter. */
export function isParameter(name: string): boolean {
  return /^[A-Z]/.test(name);
}
