// What a training step really holds, beside what was said of it. The engine's memory is looked at after every operation;
// it deals out pieces rounded up by an eighth at most, and arrays under 1 KB lie outside it.
import { expect } from "chai";
import { observed } from "../../../lib/autodiff/observer.ts";
import {
  adadelta,
  adagrad,
  adam,
  adamw,
  gradientDescent,
  type Minimizer,
  mean,
  momentum,
  nesterov,
  nn,
  Random,
  rmsprop,
  sgd,
  square,
  tensor,
  valueAndGrad,
} from "../../../lib/index.ts";
import { engine } from "../../../lib/kernels/engine.ts";
import { Residents, useResidents } from "../../../lib/tensor/residents.ts";

const { memoryEstimate, models } = nn;

interface Held {
  /** Bytes that the forward pass leaves, and at the most in the whole step. */
  readonly activations: number;
  readonly most: number;
}

/** One training step, in a memory of its own: behind all that other tests' tensors may take. */
function held(model: nn.Module, shape: readonly number[]): Held {
  const space = engine()!;
  const residents = new Residents(
    { memory: space.memory, heapBase: space.memory.buffer.byteLength },
    512 * MB,
  );
  const back = useResidents(residents);
  try {
    const random = new Random(1);
    const x = random.uniform(shape);
    const { parameters, state } = nn.initialize(model, shape);
    for (const each of [x, ...Object.values(parameters), ...Object.values(state)]) void each.storage.address;
    const optimizer = adam();
    const before = residents.heap.used;
    let [after, most] = [0, 0];
    observed(
      () => {
        most = Math.max(most, residents.heap.used);
      },
      () => {
        const { grads } = valueAndGrad((at) => {
          const { output } = nn.run(model, { parameters: at, state }, x, { training: true, random });
          after = residents.heap.used;
          return mean(square(output));
        }, parameters);
        optimizer.step(parameters, grads);
      },
    );
    // Adam makes its memory at the end of the first step, when the activations are gone; later it is there all along.
    const memory = Object.values(optimizer.state().tensors).reduce((sum, { size }) => sum + 4 * size, 0);
    return { activations: after - before, most: most + memory };
  } finally {
    back();
  }
}

const MB = 2 ** 20;

const conv = (filters: number): nn.Layer => nn.conv2d(filters, 3, { padding: 1, relu: true });
const CASES: readonly (readonly [name: string, model: nn.Module, shape: readonly number[]])[] = [
  [
    "a small VGG",
    nn.sequential({
      a: conv(32),
      b: conv(32),
      pool: nn.maxPool(2),
      c: conv(64),
      flat: nn.flatten(),
      out: nn.linear(10),
    }),
    [16, 32, 32, 3],
  ],
  ["ResNet-18", models.resnet18({ classes: 10 }), [4, 64, 64, 3]],
  ["MobileNet v2", models.mobilenetV2(), [2, 96, 96, 3]],
  ["a Transformer's encoder", nn.transformerEncoder(2, { heads: 4 }), [8, 64, 64]],
  ["an LSTM", nn.lstm(64), [16, 32, 32]],
];

describe("memoryEstimate", function () {
  this.timeout(60_000);

  for (const [name, model, shape] of CASES) {
    it(`says of ${name} what a training step holds, within a fifth`, function () {
      if (engine() === undefined) this.skip();
      const { activations, total } = memoryEstimate(model, shape);
      const real = held(model, shape);
      expect(real.activations / activations, "activations").to.be.within(0.9, 1.15);
      expect(real.most / total, "the whole step").to.be.within(0.8, 1.2);
    });
  }

  it("knows how much each optimizer keeps", () => {
    const minimizers: Readonly<Record<nn.OptimizerName, () => Minimizer>> = {
      gradientDescent: () => gradientDescent({ rate: 0.1 }),
      sgd: () => sgd({ rate: 0.1 }),
      momentum: () => momentum({ rate: 0.1 }),
      nesterov: () => nesterov({ rate: 0.1 }),
      adagrad,
      rmsprop,
      adadelta,
      adam,
      adamw,
    };
    for (const [name, make] of Object.entries(minimizers)) {
      const optimizer = make();
      optimizer.minimize(({ w }) => mean(square(w!)), { w: tensor([1, 2, 3]) });
      const kept = Object.values(optimizer.state().tensors).reduce((sum, { size }) => sum + size, 0);
      const said = memoryEstimate(nn.linear(7), [1, 5], { optimizer: name as nn.OptimizerName });
      expect(said.optimizer / said.parameters, name).to.equal(kept / 3);
    }
  });

  it("is for the batch that is said, and costs nothing itself", () => {
    const before = process.memoryUsage().arrayBuffers;
    const one = memoryEstimate(models.vgg16(), [1, 224, 224, 3], { optimizer: "momentum" });
    const many = memoryEstimate(models.vgg16(), [1, 224, 224, 3], { batch: 32, optimizer: "momentum" });
    expect(process.memoryUsage().arrayBuffers - before).to.be.below(1e6);
    expect(one.parameters).to.equal(4 * 138_357_544);
    expect(one.optimizer).to.equal(one.parameters);
    expect(many.activations).to.equal(32 * one.activations);
    expect(many.input).to.equal(4 * 32 * 224 * 224 * 3);
    expect(many.gradients).to.equal(one.gradients);
    const parts = many.input + 3 * many.parameters + many.activations + many.back;
    expect(many.total).to.equal(parts);
    expect(String(many)).to.match(/^[\d,.]+ MB for a training step on \[32, 224, 224, 3\]\n/);
    expect(String(many)).to.match(/parameters +553.4 MB/);
  });

  it("says what batch and optimizer may be", () => {
    expect(() => memoryEstimate(nn.linear(1), [1, 1], { batch: 0 })).to.throw(
      "batch is 0; it must be a whole number",
    );
    expect(() => memoryEstimate(nn.linear(1), [1, 1], { optimizer: "adamm" as "adam" })).to.throw(
      "optimizer is adamm; it is gradientDescent, sgd,",
    );
  });
});
