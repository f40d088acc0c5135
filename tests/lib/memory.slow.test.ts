// Naive training loops: nothing is disposed of, and resident memory stays where it was after the warm-up.
import { expect } from "chai";
import {
  adam,
  backend,
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

const MB = 2 ** 20;
const STEPS = 10_000;
const WARM = 2_000;

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

describe("a naive training loop of 10,000 steps holds memory flat", function () {
  this.timeout(300_000);

  for (const [name, build] of Object.entries(LOOPS)) {
    it(`with ${name}`, () => {
      const { params, loss } = build();
      const optimizer = adam({ rate: 1e-3 });
      let [first, last] = [0, 0];
      const step = (): void => {
        const { value, grads } = valueAndGrad(loss, params);
        optimizer.step(params, grads);
        last = value.item();
      };
      step();
      first = last;
      for (let i = 1; i < WARM; i++) step();
      const before = process.memoryUsage.rss();
      const pool = currentResidents()?.heap.used ?? 0;
      for (let i = WARM; i < STEPS; i++) step();
      const growth = process.memoryUsage.rss() - before;
      expect(growth / MB, "megabytes of growth").to.be.below(20);
      if (backend.name === "wasm") {
        // What is taken from the pool swings by what is dead and not yet found, 128 MB at most.
        expect((currentResidents()!.heap.used - pool) / MB).to.be.below(128);
      }
      expect(last).to.be.below(first);
    });
  }
});
