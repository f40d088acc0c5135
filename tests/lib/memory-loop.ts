// `node memory-loop.js NAME`: one naive training loop in a process of its own, as a user's notebook would run it. Prints
// what it found as JSON; beside a test suite's other objects, growth would be anybody's.
import {
  adam,
  conv2d,
  crossEntropy,
  linear,
  lstm,
  maxPool,
  Random,
  reshape,
  type Tensor,
  tanh,
  valueAndGrad,
  zeros,
} from "../../lib/index.ts";
import { currentResidents } from "../../lib/tensor/residents.ts";

export interface Found {
  /** Growth of resident memory after the warm-up, and of what is taken from the engine's pool; megabytes. */
  readonly growth: number;
  readonly pool: number | null;
  readonly first: number;
  readonly last: number;
}

const MB = 2 ** 20;
const STEPS = 10_000;
const WARM = 1_000;

type Params = Readonly<Record<string, Tensor>>;

interface Loop {
  readonly params: Params;
  readonly loss: (at: Params) => Tensor;
}

const random = new Random(7);
const weights = (...shape: number[]): Tensor => random.normal(shape, { std: 0.1 });

const LOOPS: Readonly<Record<string, () => Loop>> = {
  "an MLP"() {
    const [x, y] = [random.uniform([32, 20]), random.integers([32], { high: 4 })];
    return {
      params: { W1: weights(20, 32), b1: zeros([32]), W2: weights(32, 4), b2: zeros([4]) },
      loss: ({ W1, b1, W2, b2 }) => crossEntropy(linear(tanh(linear(x, W1!, b1!)), W2!, b2!), y),
    };
  },
  "a CNN"() {
    const [x, y] = [random.uniform([8, 12, 12, 1]), random.integers([8], { high: 4 })];
    return {
      params: { K: weights(3, 3, 1, 4), c: zeros([4]), W: weights(100, 4), b: zeros([4]) },
      loss({ K, c, W, b }) {
        const h = maxPool(conv2d(x, K!, { bias: c!, relu: true }), 2);
        return crossEntropy(linear(reshape(h, [8, 100]), W!, b!), y);
      },
    };
  },
  "an LSTM"() {
    const [x, y] = [random.uniform([8, 6, 5]), random.integers([8], { high: 4 })];
    return {
      params: { wx: weights(5, 64), wh: weights(16, 64), b: zeros([64]), W: weights(16, 4), d: zeros([4]) },
      loss({ wx, wh, b, W, d }) {
        const { h } = lstm(x, { wx: wx!, wh: wh!, b: b! });
        return crossEntropy(linear(h, W!, d!), y);
      },
    };
  },
};

const { params, loss } = LOOPS[process.argv[2] ?? ""]!();
const optimizer = adam({ rate: 1e-3 });
const step = (): number => {
  const { value, grads } = valueAndGrad(loss, params);
  optimizer.step(params, grads);
  return value.item();
};
const first = step();
for (let i = 1; i < WARM; i++) step();
const before = process.memoryUsage.rss();
const residents = currentResidents();
const pool = residents?.heap.used ?? 0;
let last = first;
for (let i = WARM; i < STEPS; i++) last = step();
const found: Found = {
  growth: (process.memoryUsage.rss() - before) / MB,
  pool: residents ? (residents.heap.used - pool) / MB : null,
  first,
  last,
};
console.log(JSON.stringify(found));
