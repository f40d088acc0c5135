// 100 steps of every optimizer beside PyTorch's and tfjs's, schedules and clipping beside PyTorch's.
import * as tf from "@tensorflow/tfjs";
import { expect } from "chai";
import {
  adadelta,
  adagrad,
  adam,
  adamw,
  add,
  clipByGlobalNorm,
  clipByNorm,
  clipByValue,
  cos,
  cosineDecay,
  exponentialDecay,
  gradientDescent,
  inverseDecay,
  inverseRootDecay,
  lbfgs,
  type Minimizer,
  matmul,
  mean,
  momentum,
  mul,
  type Params,
  powerDecay,
  rmsprop,
  type Schedule,
  sgd,
  square,
  stepDecay,
  sub,
  sum,
  type Tensor,
  tanh,
  tensor,
  warmUp,
} from "../../../lib/index.ts";
import { readGolden } from "../golden/read.ts";

interface Golden {
  readonly walks: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
  readonly network: {
    readonly start: readonly (readonly number[])[];
    readonly ends: Readonly<Record<string, readonly (readonly number[])[]>>;
  };
  readonly schedules: Readonly<Record<string, readonly number[]>>;
  readonly clipByGlobalNorm: readonly (readonly number[])[];
  readonly clipByNorm: readonly (readonly number[])[];
  readonly clipByValue: readonly (readonly number[])[];
}
const golden = readGolden<Golden>("optim");

const N = 12;
const scale = Array.from({ length: N }, (_, i) => 10 ** (-1 + (2 * i) / (N - 1)));
const start = Array.from({ length: N }, (_, i) => Math.cos(i));

/** Σ aᵢ (pᵢ − 1)² + 0.3 Σ cos 3pᵢ, in two parameters that lie in one vector. */
function ravine({ p }: Params): Tensor {
  const a = tensor(scale, { dtype: p!.dtype });
  return add(sum(mul(a, square(sub(p!, 1)))), mul(sum(cos(mul(p!, 3))), 0.3));
}

const OPTIMIZERS: Readonly<Record<string, () => Minimizer>> = {
  gradientDescent: () => gradientDescent({ rate: 0.02 }),
  momentum: () => momentum({ rate: 0.01 }),
  nesterov: () => sgd({ rate: 0.01, momentum: 0.9, nesterov: true }),
  "sgd decay": () => sgd({ rate: 0.01, momentum: 0.5, weightDecay: 0.1 }),
  adagrad: () => adagrad({ rate: 0.1 }),
  "adagrad initial": () => adagrad({ rate: 0.1, initial: 0.1, epsilon: 1e-7 }),
  adadelta: () => adadelta(),
  rmsprop: () => rmsprop({ rate: 0.01 }),
  "rmsprop momentum": () => rmsprop({ rate: 0.003, decay: 0.99, momentum: 0.9 }),
  "rmsprop centered": () => rmsprop({ rate: 0.003, decay: 0.99, centered: true }),
  adam: () => adam({ rate: 0.05 }),
  "adam decay": () => adam({ rate: 0.05, beta1: 0.8, beta2: 0.99, weightDecay: 0.1, decoupled: false }),
  adamw: () => adamw({ rate: 0.05, weightDecay: 0.1 }),
  lbfgs: () => lbfgs({ memory: 5 }),
};

describe("an optimizer's walk", () => {
  for (const [name, points] of Object.entries(golden.walks)) {
    it(`of ${name} is PyTorch's`, () => {
      const params = { p: tensor(start, { dtype: "float64" }) };
      const optimizer = OPTIMIZERS[name]!();
      const steps = Math.max(...Object.keys(points).map(Number));
      for (let step = 1; step <= steps; step++) {
        optimizer.minimize(ravine, params);
        points[step]?.forEach((value, i) => {
          expect(params.p.data[i], `p[${i}] after ${step}`).to.be.closeTo(value, 1e-9);
        });
      }
    });
  }

  const TFJS: Readonly<Record<string, [() => tf.Optimizer, () => Minimizer]>> = {
    sgd: [() => tf.train.sgd(0.02), () => sgd({ rate: 0.02 })],
    momentum: [() => tf.train.momentum(0.01, 0.9), () => momentum({ rate: 0.01 })],
    adagrad: [
      () => tf.train.adagrad(0.1),
      () => adagrad({ rate: 0.1, initial: 0.1, epsilon: 1e-7, epsilonInside: true }),
    ],
    // (Not adadelta: tfjs scales by the mean of the squares before this step, unlike the paper and PyTorch.)
    "rmsprop, ε inside": [
      () => tf.train.rmsprop(0.003, 0.9, 0, 1e-6),
      () => rmsprop({ rate: 0.003, epsilon: 1e-6, epsilonInside: true }),
    ],
    "rmsprop, ε inside, momentum": [
      () => tf.train.rmsprop(0.003, 0.99, 0.9, 1e-6),
      () => rmsprop({ rate: 0.003, decay: 0.99, momentum: 0.9, epsilon: 1e-6, epsilonInside: true }),
    ],
    adam: [() => tf.train.adam(0.01, 0.9, 0.999, 1e-7), () => adam({ rate: 0.01, epsilon: 1e-7 })],
  };
  for (const [name, [theirs, ours]] of Object.entries(TFJS)) {
    it(`of ${name} is tfjs's`, () => {
      // Both get the gradients of our walk: about a minimum, steps of a fixed size would multiply rounding.
      const variable = tf.variable(tf.tensor1d(start), true, `p of ${name}`);
      const optimizer = theirs();
      const params = { p: tensor(start) };
      const own = ours();
      for (let step = 0; step < 100; step++) {
        const { p } = own.minimize(ravine, params).grads;
        const g = tf.tensor1d(p.data as Float32Array);
        optimizer.applyGradients([{ name: variable.name, tensor: g }]);
      }
      const reached = variable.dataSync();
      reached.forEach((value, i) => {
        expect(params.p.data[i], `p[${i}]`).to.be.closeTo(value, 1e-5);
      });
      variable.dispose();
      optimizer.dispose();
    });
  }
});

describe("100 steps on a small network", () => {
  const NETWORK: Readonly<Record<string, () => Minimizer>> = {
    gradientDescent: () => gradientDescent({ rate: 0.1 }),
    momentum: () => momentum({ rate: 0.03, momentum: 0.7 }),
    "nesterov decay": () => sgd({ rate: 0.03, momentum: 0.8, nesterov: true, weightDecay: 0.05 }),
    adagrad: () => adagrad({ rate: 0.2 }),
    adadelta: () => adadelta({ rate: 0.7, decay: 0.95, epsilon: 1e-5 }),
    rmsprop: () => rmsprop({ rate: 0.02, decay: 0.95 }),
    "rmsprop momentum centered": () =>
      rmsprop({ rate: 0.01, decay: 0.95, momentum: 0.5, centered: true, epsilon: 1e-6 }),
    adam: () => adam({ rate: 0.03, beta1: 0.85, beta2: 0.995, epsilon: 1e-6 }),
    "adam decay": () => adam({ rate: 0.03, weightDecay: 0.2, decoupled: false }),
    adamw: () => adamw({ rate: 0.03, weightDecay: 0.3 }),
    lbfgs: () => lbfgs({ rate: 0.5, memory: 7 }),
  };
  const { start, ends } = golden.network;
  const [x, y, w, v] = start.map((values, i) =>
    tensor(values, {
      shape: [
        [40, 7],
        [40, 1],
        [7, 5],
        [5, 1],
      ][i]!,
      dtype: "float64",
    }),
  ) as [Tensor, Tensor, Tensor, Tensor];
  const loss = ({ W, V }: Params): Tensor => mean(square(sub(matmul(tanh(matmul(x, W!)), V!), y)));

  for (const [name, [W, V]] of Object.entries(ends)) {
    it(`of ${name} end where PyTorch's do`, () => {
      const params = { W: tensor(w.data, { shape: w.shape }), V: tensor(v.data, { shape: v.shape }) };
      const optimizer = NETWORK[name]!();
      for (let step = 0; step < (name === "lbfgs" ? 20 : 100); step++) optimizer.minimize(loss, params);
      [...W!, ...V!].forEach((value, i) => {
        expect([...params.W.data, ...params.V.data][i], `number ${i}`).to.be.closeTo(value, 1e-9);
      });
    });
  }
});

describe("a schedule", () => {
  const SCHEDULES: Readonly<Record<string, Schedule>> = {
    stepDecay: stepDecay({ rate: 0.1, every: 7 }),
    exponentialDecay: exponentialDecay({ rate: 0.1, k: 0.05 }),
    powerDecay: powerDecay({ rate: 0.1 }),
    cosineDecay: cosineDecay({ rate: 0.1, steps: 30, floor: 0.001 }),
    inverseDecay: inverseDecay({ rate: 0.1, decay: 0.5 }),
    inverseRootDecay: inverseRootDecay({ rate: 0.1, k: 2 }),
    warmUp: warmUp(5, powerDecay({ rate: 0.1 })),
  };
  for (const [name, rates] of Object.entries(golden.schedules)) {
    it(`of the kind ${name} falls as PyTorch's`, () => {
      rates.forEach((rate, t) => {
        expect(SCHEDULES[name]!(t), `t = ${t}`).to.be.closeTo(rate, 1e-12);
      });
    });
  }
});

describe("clipping", () => {
  const grads = (): Params => ({
    a: tensor([30, -0.4], { dtype: "float64" }),
    b: tensor(
      [
        [1, 2],
        [-20, 0.5],
      ],
      { dtype: "float64" },
    ),
  });

  it("by value, by norm and by the norm of all is PyTorch's", () => {
    for (const [how, cut] of Object.entries({ clipByValue, clipByNorm, clipByGlobalNorm })) {
      const found = Object.values(cut(grads(), 2));
      const wanted = golden[how as keyof Golden] as Golden["clipByNorm"];
      // PyTorch divides by the norm plus 1e-6.
      wanted.forEach((values, k) => {
        values.forEach((value, i) => {
          expect(found[k]!.data[i], how).to.be.closeTo(value, 1e-6);
        });
      });
    }
  });

  it("leaves what is short enough, and names a limit that makes no sense", () => {
    const g = grads();
    expect(clipByGlobalNorm(g, 1000).a).to.equal(g.a);
    expect(() => clipByNorm(g, 0)).to.throw(
      "clipByNorm: the limit is 0; it must be above 0, such as 1 or 5.",
    );
  });
});
