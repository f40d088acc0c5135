import { expect } from "chai";
import {
  add,
  cast,
  concat,
  gru,
  gruCell,
  gruWeightsFromKeras,
  hvp,
  lstm,
  lstmCell,
  mul,
  Random,
  rnn,
  rnnCell,
  type SequenceOptions,
  slice,
  sum,
  type Tensor,
  tensor,
  vjp,
} from "../../../lib/index.ts";
import { reference } from "../../../lib/reference/index.ts";
import { ShapeError } from "../../../lib/tensor/shape.ts";
import { goldenCases } from "../golden/ops.ts";

type Named = Readonly<Record<string, Tensor>>;
type Layer = (given: Named, options?: SequenceOptions) => { outputs: Tensor; h: Tensor; c?: Tensor };

/** Each layer from tensors under PyTorch's names, two biases included. */
const LAYERS: Readonly<Record<"lstm" | "gru" | "rnn", Layer>> = {
  lstm: ({ x, wx, wh, bx, bh, h, c }, options) =>
    lstm(x!, { wx: wx!, wh: wh!, b: add(bx!, bh!) }, { h, c, ...options }),
  gru: ({ x, wx, wh, bx, bh, h }, options) => gru(x!, { wx: wx!, wh: wh!, bx, bh }, { h, ...options }),
  rnn: ({ x, wx, wh, bx, bh, h }, options) =>
    rnn(x!, { wx: wx!, wh: wh!, b: add(bx!, bh!) }, { h, ...options }),
};
const GATES = { lstm: 4, gru: 3, rnn: 1 };
const NAMES = ["lstm", "gru", "rnn"] as const;

function drawn(
  name: keyof typeof GATES,
  [batch, time, features, hidden]: readonly number[],
  seed = 3,
): Named {
  const random = new Random(seed);
  const columns = GATES[name] * hidden!;
  const draw = (...shape: number[]): Tensor =>
    random.uniform(shape, { low: -0.5, high: 0.5, dtype: "float64" });
  return {
    x: draw(batch!, time!, features!),
    wx: draw(features!, columns),
    wh: draw(hidden!, columns),
    bx: draw(columns),
    bh: draw(columns),
    h: draw(batch!, hidden!),
    ...(name === "lstm" ? { c: draw(batch!, hidden!) } : {}),
  };
}

function expectClose(name: string, ours: Tensor | undefined, theirs: Tensor, tolerance: number): void {
  expect(ours?.shape, name).to.deep.equal(theirs.shape);
  ours!.data.forEach((value, i) => {
    expect(value, `${name}[${i}]`).to.be.closeTo(theirs.data[i]!, tolerance);
  });
}

/** All results weighed and added up, and the gradients of that. */
function throughout(name: keyof typeof GATES, given: Named, options: SequenceOptions = {}) {
  let results: Tensor[] = [];
  const { pullback, value } = vjp((at) => {
    const { outputs, h, c } = LAYERS[name](at, options);
    results = [outputs, h, ...(c ? [c] : [])];
    const seeds = results.map(({ shape }, i) => new Random(40 + i).uniform(shape, { dtype: "float64" }));
    return results.map((y, i) => sum(mul(y, seeds[i]!))).reduce((a, b) => add(a, b));
  }, given);
  return { results, gradients: pullback(tensor(1, { dtype: value.dtype })) };
}

describe("recurrent layers", () => {
  for (const name of NAMES) {
    it(`give what PyTorch gives, with its gradients: ${name}`, () => {
      for (const { inputs, output, upstream, gradients } of goldenCases(name)) {
        const { pullback } = vjp((at) => {
          const { outputs, h, c } = LAYERS[name](at);
          expectClose("outputs", outputs, output.y!, 1e-12);
          expectClose("h", h, output.h!, 1e-12);
          if (c) expectClose("c", c, output.c!, 1e-12);
          const parts = [mul(outputs, upstream.y!), mul(h, upstream.h!), ...(c ? [mul(c, upstream.c!)] : [])];
          return parts.map((part) => sum(part)).reduce((a, b) => add(a, b));
        }, inputs);
        const ours: Named = pullback(tensor(1, { dtype: "float64" }));
        for (const [input, wanted] of Object.entries(gradients))
          expectClose(input, ours[input], wanted, 1e-12);
      }
    });

    it(`give the same in float32, where wasm computes: ${name}`, () => {
      const ways: SequenceOptions[] = [
        {},
        { reverse: true },
        { lengths: [9, 4, 0, 8, 1, 9, 7] },
        { lengths: [3, 4, 9, 8, 1, 0, 7], reverse: true },
      ];
      for (const options of ways) {
        const exact = drawn(name, [7, 9, 5, 19]);
        const single = Object.fromEntries(Object.entries(exact).map(([key, x]) => [key, cast(x, "float32")]));
        const [wide, narrow] = [throughout(name, exact, options), throughout(name, single, options)];
        wide.results.forEach((y, i) => {
          expectClose(`result ${i}`, narrow.results[i], y, 1e-5);
        });
        for (const [key, g] of Object.entries(wide.gradients)) {
          const scale = Math.max(1, ...g.data.map((value) => Math.abs(value)));
          expectClose(key, narrow.gradients[key], g, 1e-5 * scale);
        }
      }
    });

    it(`read a padded batch as each sequence by itself: ${name}`, () => {
      for (const reverse of [false, true]) {
        const given = drawn(name, [3, 4, 2, 3]);
        const lengths = [2, 4, 0];
        const { outputs, h, c } = LAYERS[name](given, { lengths, reverse });
        lengths.forEach((length, i) => {
          const alone = Object.fromEntries(
            Object.entries(given).map(([key, x]) => [key, "xhc".includes(key) ? slice(x, [i, i + 1]) : x]),
          );
          const short = LAYERS[name]({ ...alone, x: slice(alone.x!, null, [0, length]) }, { reverse });
          expectClose("outputs", slice(outputs, [i, i + 1], [0, length]), short.outputs, 1e-12);
          expect(slice(outputs, i, [length, null]).data.every((y) => y === 0)).to.equal(true);
          expectClose("h", slice(h, [i, i + 1]), short.h, 1e-12);
          if (c) expectClose("c", slice(c, [i, i + 1]), short.c!, 1e-12);
        });
      }
    });

    it(`do not look at what lies beyond a length, NaN included: ${name}`, () => {
      const given = drawn(name, [2, 3, 2, 2]);
      const dirty = given.x!.data.slice().map((x, i) => (i === 4 || i === 5 ? Number.NaN : x));
      const spoilt = { ...given, x: tensor(dirty, { shape: [2, 3, 2] }) };
      const { results, gradients } = throughout(name, spoilt, { lengths: [2, 3] });
      const clean = throughout(name, given, { lengths: [2, 3] });
      clean.results.forEach((y, i) => {
        expectClose(`result ${i}`, results[i], y, 0);
      });
      for (const [key, g] of Object.entries(clean.gradients)) expectClose(key, gradients[key], g, 0);
    });

    it(`have Hessian-vector products, those of gradients' differences: ${name}`, () => {
      const given = drawn(name, [2, 3, 2, 2]);
      const loss = (at: Named): Tensor => {
        const { outputs, h } = LAYERS[name](at, { lengths: [3, 2] });
        return add(sum(mul(outputs, outputs)), sum(mul(h, mul(h, h))));
      };
      const towards = drawn(name, [2, 3, 2, 2], 9);
      const moved = (by: number): Named =>
        Object.fromEntries(Object.entries(given).map(([key, x]) => [key, add(x, mul(by, towards[key]!))]));
      const one = tensor(1, { dtype: "float64" });
      const [after, before] = [1e-5, -1e-5].map((by) => vjp(loss, moved(by)).pullback(one));
      const product = hvp(loss, given, towards);
      for (const [key, value] of Object.entries(product)) {
        const slope = mul(5e4, add(after![key]!, mul(-1, before![key]!)));
        expectClose(key, value, slope, 1e-7);
      }
    });

    it(`give the first state back where there are no steps: ${name}`, () => {
      const given = drawn(name, [2, 0, 2, 3]);
      const { outputs, h } = LAYERS[name](given);
      expect(outputs.shape).to.deep.equal([2, 0, 3]);
      expectClose("h", h, given.h!, 0);
      const { gradients } = throughout(name, given);
      expect(gradients.wx!.data.every((g) => g === 0)).to.equal(true);
      expect(gradients.h!.data.every((g) => g > 0)).to.equal(true);
    });

    it(`hand NaN on only in the sequence that has it: ${name}`, () => {
      const given = drawn(name, [2, 3, 1, 2]);
      const x = tensor([0, Number.NaN, 0, 1, 1, 1], { shape: [2, 3, 1], dtype: "float64" });
      const { outputs } = LAYERS[name]({ ...given, x });
      expect(slice(outputs, 0, [1, null]).data.every(Number.isNaN)).to.equal(true);
      expect(slice(outputs, 1).data.some(Number.isNaN)).to.equal(false);
    });
  }

  it("take one step as a cell", () => {
    const { x, wx, wh, bx, h, c } = drawn("lstm", [2, 1, 3, 2]);
    const now = slice(x!, null, 0);
    const cell = lstmCell(now, { h: h!, c: c! }, { wx: wx!, wh: wh!, b: bx }, { forgetBias: 1 });
    const whole = lstm(x!, { wx: wx!, wh: wh!, b: bx }, { h, c, forgetBias: 1 });
    expectClose("h", cell.h, whole.h, 0);
    expectClose("c", cell.c, whole.c, 0);
    const g = drawn("gru", [2, 1, 3, 2]);
    const gate = { wx: g.wx!, wh: g.wh! };
    expectClose("gru", gruCell(slice(g.x!, null, 0), g.h!, gate), gru(g.x!, gate, { h: g.h }).h, 0);
    const r = drawn("rnn", [2, 1, 3, 2]);
    const plain = { wx: r.wx!, wh: r.wh! };
    expectClose("rnn", rnnCell(slice(r.x!, null, 0), r.h!, plain), rnn(r.x!, plain, { h: r.h }).h, 0);
  });

  it("add the forget bias to the forget gate alone", () => {
    const { x, wx, wh } = drawn("lstm", [2, 3, 2, 2]);
    const b = tensor([0, 0, 1, 1, 0, 0, 0, 0], { dtype: "float64" });
    const told = lstm(x!, { wx: wx!, wh: wh!, b });
    expectClose("h", lstm(x!, { wx: wx!, wh: wh! }, { forgetBias: 1 }).h, told.h, 0);
  });

  it("are the same time first", () => {
    const { x, wx, wh } = drawn("lstm", [2, 3, 2, 2]);
    const turned = concat([0, 1, 2].map((t) => slice(x!, null, [t, t + 1])).map((row) => rowFirst(row)));
    const timeMajor = lstm(turned, { wx: wx!, wh: wh! }, { timeMajor: true });
    const { outputs, h } = lstm(x!, { wx: wx!, wh: wh! });
    expect(timeMajor.outputs.shape).to.deep.equal([3, 2, 2]);
    expectClose("h", timeMajor.h, h, 0);
    expectClose("step 1", slice(timeMajor.outputs, 1), slice(outputs, null, 1), 0);
  });

  it("are tfjs's own layers, LSTM and GRU, with its weights", async () => {
    const ref = await reference({ prefer: "cpu" });
    const { tf } = ref;
    const single = (given: Named): Named =>
      Object.fromEntries(Object.entries(given).map(([key, x]) => [key, cast(x, "float32")]));
    for (const name of ["lstm", "gru"] as const) {
      const { x, wx, wh, bx } = single(drawn(name, [2, 4, 3, 5]));
      const config = { units: 5, returnSequences: true, recurrentActivation: "sigmoid", weights: undefined };
      const layer = name === "lstm" ? tf.layers.lstm(config as never) : tf.layers.gru(config as never);
      const input = ref.tensor(x!);
      layer.apply(input);
      layer.setWeights([wx!, wh!, bx!].map((w) => ref.tensor(w)));
      const theirs = layer.apply(input) as import("@tensorflow/tfjs").Tensor;
      const { outputs } =
        name === "lstm" ? lstm(x!, { wx: wx!, wh: wh!, b: bx }) : kerasGru(x!, [wx!, wh!, bx!]);
      expectClose(name, outputs, tensor(theirs.dataSync() as Float32Array, { shape: [2, 4, 5] }), 1e-5);
    }
  });
});

function kerasGru(x: Tensor, weights: readonly Tensor[]): { outputs: Tensor } {
  const [wx, wh, bx] = weights.map(gruWeightsFromKeras);
  return gru(x, { wx: wx!, wh: wh!, bx }, { reset: "before" });
}

/** [batch, 1, features] as [1, batch, features]. */
function rowFirst(step: Tensor): Tensor {
  const [batch, , features] = step.shape;
  return tensor(step.data, { shape: [1, batch!, features!] });
}

describe("recurrent layers that are given what does not fit", () => {
  const { x, wx, wh, bx, h } = drawn("lstm", [2, 3, 5, 4]);
  const weights = { wx: wx!, wh: wh!, b: bx };

  it("name the tensor, its shape and what would fit", () => {
    expect(() => lstm(slice(x!, 0), weights)).to.throw(
      ShapeError,
      /lstm: x is \[batch, time, features\].*\[3, 5\]/,
    );
    expect(() => lstm(x!, { ...weights, wx: wh! })).to.throw(
      ShapeError,
      /lstm: wx is \[features, 4·hidden\] and was given shape \[4, 16\].*\[5, 16\] would fit/,
    );
    expect(() => lstm(x!, { ...weights, wh: wx! })).to.throw(ShapeError, /wh is \[hidden, 4·hidden\]/);
    expect(() => gru(x!, weights)).to.throw(
      ShapeError,
      /gru: wh is \[hidden, 3·hidden\].*\[4, 12\] would fit/,
    );
    expect(() => lstm(x!, { ...weights, b: h! })).to.throw(ShapeError, /b is \[4·hidden\]/);
    expect(() => lstm(x!, weights, { c: wh! })).to.throw(
      ShapeError,
      /c is \[batch, hidden\].*\[2, 4\] would fit/,
    );
    expect(() => lstmCell(x!, { h: h!, c: h! }, weights)).to.throw(
      ShapeError,
      /lstmCell: x is \[batch, features\]/,
    );
  });

  it("name the sequence whose length is beyond the steps, below 0 or no whole number", () => {
    for (const wrong of [4, -1, 1.5, Number.NaN]) {
      expect(() => lstm(x!, weights, { lengths: [3, wrong] })).to.throw(
        RangeError,
        `lstm: length ${wrong} of sequence 1 is not one of 0 … 3`,
      );
    }
    expect(() => lstm(x!, weights, { lengths: [3] })).to.throw(ShapeError, /1 lengths for 2 sequences/);
  });

  it("refuse a second bias where the reset gate comes first", () => {
    const given = drawn("gru", [1, 2, 1, 1]);
    const two = { wx: given.wx!, wh: given.wh!, bh: given.bh };
    expect(() => gru(given.x!, two, { reset: "before" })).to.throw(ShapeError, /there is one bias/);
  });
});
