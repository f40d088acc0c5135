// What the module interface promises: names, lazy shapes, modes, memory, sharing, files, and errors that help.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { observed, type Sight } from "../../../lib/autodiff/observer.ts";
import {
  adam,
  argmax,
  concat,
  crossEntropy,
  mean,
  nn,
  Random,
  slice,
  sub,
  type Tensor,
  tensor,
  valueAndGrad,
} from "../../../lib/index.ts";

const { models } = nn;
const random = new Random(4);
type Memory = Readonly<Record<string, Tensor>>;
/** The outputs of runs that bring one token after the other, side by side. */
function written(target: Tensor, step: (token: Tensor, memory: Memory) => nn.Result): Tensor {
  let memory: Memory = {};
  const outputs = Array.from({ length: target.shape[1]! }, (_, t) => {
    const result = step(slice(target, null, [t, t + 1]), memory);
    memory = result.memory;
    return result.output;
  });
  return concat(outputs, { axis: 1 });
}
const apart = (a: Tensor, b: Tensor): number => Math.max(0, ...sub(a, b).data.map(Math.abs));

describe("initialize", () => {
  it("finds shapes from the input's, and names parameters by their parts", () => {
    const model = nn.sequential({
      conv: nn.conv2d(4, 3),
      bn: nn.batchNorm(),
      flat: nn.flatten(),
      fc: nn.linear(2),
    });
    const { parameters, state } = nn.initialize(model, [1, 5, 5, 3]);
    const shapes = Object.fromEntries(Object.entries(parameters).map(([name, { shape }]) => [name, shape]));
    expect(shapes).to.deep.equal({
      "conv.weight": [3, 3, 3, 4],
      "conv.bias": [4],
      "bn.gamma": [4],
      "bn.beta": [4],
      "fc.weight": [36, 2],
      "fc.bias": [2],
    });
    expect(Object.keys(state)).to.deep.equal(["bn.mean", "bn.variance"]);
    expect(Object.keys(nn.nested(parameters))).to.deep.equal(["conv", "bn", "fc"]);
    expect(Object.keys(nn.under(parameters, "fc"))).to.deep.equal(["weight", "bias"]);
  });

  it("gives the same numbers for the same seed", () => {
    const model = nn.linear(3);
    const of = (seed: number): Tensor => nn.initialize(model, [1, 4], { random: seed }).parameters.weight!;
    expect(apart(of(1), of(1))).to.equal(0);
    expect(apart(of(1), of(2))).to.be.above(0.01);
  });

  it("opens the LSTM's forget gate, and can begin recurrence as the identity", () => {
    const { b } = nn.initialize(nn.lstm(2), [1, 3, 1]).parameters;
    expect([...b!.data]).to.deep.equal([0, 0, 1, 1, 0, 0, 0, 0]);
    const irnn = nn.rnn(2, { activation: "relu", recurrentStart: nn.starts.identity() });
    expect(nn.initialize(irnn, [1, 3, 1]).parameters.wh!.toArray()).to.deep.equal([
      [1, 0],
      [0, 1],
    ]);
  });
});

describe("summary of a locally connected layer", () => {
  it("has a convolution's multiply-adds, and its parameters once for each place", () => {
    const shared = nn.summary(nn.sequential({ local: nn.conv2d(16, 3, { stride: 2 }) }), [1, 28, 28, 3]);
    const own = nn.summary(
      nn.sequential({ local: nn.locallyConnected2d(16, 3, { stride: 2 }) }),
      [1, 28, 28, 3],
    );
    expect(own.output).to.deep.equal([1, 13, 13, 16]);
    expect(own.parameters).to.equal(13 * 13 * (3 * 3 * 3 * 16 + 16));
    expect(own.parameters).to.equal(13 * 13 * shared.parameters);
    expect(own.multiplyAdds).to.equal(shared.multiplyAdds);
    const bare = nn.summary(nn.locallyConnected2d(16, 3, { bias: false }), [1, 5, 5, 1]);
    expect(bare.parameters).to.equal(3 * 3 * 3 * 3 * 16);
  });
});

describe("run", () => {
  it("drops in training only, the same for the same random numbers", () => {
    const model = nn.dropout(0.5);
    const x = random.uniform([4, 8], { low: 1 });
    const none = nn.initialize(model, [4, 8]);
    expect(apart(nn.predict(model, none, x), x)).to.equal(0);
    const train = (seed: number): Tensor =>
      nn.run(model, none, x, { training: true, random: new Random(seed) }).output;
    expect(apart(train(1), train(1))).to.equal(0);
    expect(apart(train(1), train(2))).to.be.above(0);
    expect(() => nn.run(model, none, x, { training: true })).to.throw("add { random: new Random(seed) }");
  });

  it("hands the running statistics back and changes nothing", () => {
    const model = nn.batchNorm({ momentum: 0.5 });
    const before = nn.initialize(model, [4, 1]);
    const x = tensor([[1], [3], [5], [7]]);
    const { state } = nn.run(model, before, x, { training: true });
    expect([...state.mean!.data]).to.deep.equal([2]);
    expect([...before.state.mean!.data]).to.deep.equal([0]);
    expect(nn.run(model, before, x).state.mean).to.equal(before.state.mean);
  });

  it("shows every layer's result to who observes", () => {
    const model = nn.sequential({ a: nn.linear(2), act: nn.relu(), b: nn.linear(1) });
    const seen: string[] = [];
    const variables = nn.initialize(model, [1, 3]);
    nn.run(model, variables, random.normal([1, 3]), {
      observe: (path, { shape }) => seen.push(`${path} ${shape}`),
    });
    expect(seen).to.deep.equal(["a 1,2", "act 1,2", "b 1,1"]);
  });

  it("shares what is called twice by one name", () => {
    const tower = nn.linear(2);
    const model = models.siamese(tower);
    const variables = nn.initialize(model, [
      [1, 3],
      [1, 3],
    ]);
    expect(Object.keys(variables.parameters)).to.deep.equal([
      "tower.weight",
      "tower.bias",
      "score.weight",
      "score.bias",
    ]);
    const x = random.normal([1, 3]);
    expect(nn.predict(model, variables, [x, x]).item()).to.equal(0);
    const twice = nn.block("twice", (net, y) =>
      net.call("fc", nn.linear(2), net.call("fc", nn.linear(2), y!)),
    );
    expect(() => nn.initialize(twice, [1, 2])).to.throw('two parts are called "fc" (linear and linear)');
  });

  it("trains: a small residual network learns what it can only learn with its statistics", () => {
    const model = models.resnet18({ classes: 2, width: 4, small: true });
    let { parameters, state } = nn.initialize(model, [8, 8, 8, 1], { random: 1 });
    const labels = tensor([0, 1, 0, 1, 0, 1, 0, 1], { dtype: "int32" });
    const stripes = tensor(
      Float32Array.from(
        { length: 512 },
        (_, i) => (Math.floor(i / (Math.floor(i / 64) % 2 === 0 ? 1 : 8)) % 2) + 0.1 * Math.sin(i),
      ),
      { shape: [8, 8, 8, 1] },
    );
    const optimizer = adam({ rate: 0.01 });
    const losses: number[] = [];
    for (let step = 0; step < 12; step++) {
      const { value, grads, aux } = valueAndGrad((p) => {
        const result = nn.run(model, { parameters: p, state }, stripes, { training: true });
        return { value: crossEntropy(result.output, labels), aux: result.state };
      }, parameters);
      optimizer.step(parameters, grads);
      state = aux;
      losses.push(value.item());
    }
    expect(losses.at(-1)).to.be.below(losses[0]! / 5);
    parameters = { ...parameters };
  });

  it("predicts what a run computes, also inside a gradient, again and again", () => {
    const model = models.resnet18({ classes: 2, width: 8, small: true });
    const variables = nn.initialize(model, [1, 16, 16, 3]);
    const x = random.normal([2, 16, 16, 3]);
    const expected = nn.run(model, variables, x).output;
    for (let i = 0; i < 3; i++) expect(apart(nn.predict(model, variables, x), expected)).to.equal(0);
    const by = (f: typeof nn.predict): Tensor =>
      valueAndGrad(({ input }) => mean(f(model, variables, input)), { input: x }).grads.input;
    expect(
      apart(
        by(nn.predict),
        by((m, v, input) => nn.run(m, v, input).output),
      ),
    ).to.equal(0);
    expect(nn.predict(nn.dropout(0.5), { parameters: {}, state: {} }, x)).to.equal(x);
  });

  it("names the place where shapes do not fit", () => {
    const model = nn.sequential({ conv: nn.conv2d(4, 5), pool: nn.maxPool(2) });
    expect(() => nn.summary(model, [1, 4, 4, 1])).to.throw(/^at conv: conv2d: /);
    const fc = nn.linear(2);
    expect(() => nn.predict(fc, { parameters: {}, state: {} }, random.normal([1, 3]))).to.throw(
      'there is no parameter "weight" of shape [3, 2]; make the variables with initialize',
    );
  });
});

describe("memory", () => {
  it("a GPT with its KV cache writes what it writes without", () => {
    const model = models.gpt({ vocabulary: 11, context: 12, width: 16, layers: 2, heads: 2 });
    const variables = nn.initialize(model, [1, 12], { random: 3 });
    const tokens = random.integers([2, 10], { high: 11 });
    const whole = nn.predict(model, variables, tokens);
    let memory: Readonly<Record<string, Tensor>> = {};
    const parts: Tensor[] = [];
    for (const [from, to] of [
      [0, 4],
      [4, 5],
      [5, 8],
      [8, 9],
      [9, 10],
    ] as const) {
      const result = nn.run(model, variables, slice(tokens, null, [from, to]), { memory });
      parts.push(result.output);
      memory = result.memory;
    }
    expect(apart(concat(parts, { axis: 1 }), whole)).to.be.below(1e-5);
    expect(memory["layer1.attention.attend.k"]!.shape).to.deep.equal([2, 10, 16]);
    expect(() => nn.run(model, variables, slice(tokens, null, [0, 3]), { memory })).to.throw(
      "needs 13 places, and 12 are learned",
    );
  });

  for (const cell of ["rnn", "lstm", "gru"] as const) {
    it(`a char-RNN (${cell}) goes on, one character at a time`, () => {
      const model = models.charRnn({ vocabulary: 7, cell, units: 5, layers: 2 });
      const variables = nn.initialize(model, [1, 6], { random: 3 });
      const tokens = random.integers([2, 6], { high: 7 });
      let memory: Readonly<Record<string, Tensor>> = {};
      const parts = [0, 1, 2, 3, 4, 5].map((t) => {
        const result = nn.run(model, variables, slice(tokens, null, [t, t + 1]), { memory });
        memory = result.memory;
        return result.output;
      });
      expect(apart(concat(parts, { axis: 1 }), nn.predict(model, variables, tokens))).to.be.below(1e-5);
    });
  }

  for (const attention of ["additive", "dot", "none"] as const) {
    it(`seq2seq (${attention}) decodes step by step as in teacher forcing`, () => {
      const model = models.seq2seq({ source: 6, target: 5, units: 4, attention });
      const [source, target] = [random.integers([2, 5], { high: 6 }), random.integers([2, 3], { high: 5 })];
      const variables = nn.initialize(model, [source.shape, target.shape], { random: 2 });
      const lengths = [5, 3];
      const whole = nn.predict(model, variables, [source, target], { lengths });
      const part = (path: string): nn.Variables => ({
        parameters: nn.under(variables.parameters, path),
        state: {},
      });
      const encoded = nn.run(model.encoder, part("encoder"), source, { lengths });
      let memory: Readonly<Record<string, Tensor>> = {};
      const steps = [0, 1, 2].map((t) => {
        const inputs = [
          slice(target, null, [t, t + 1]),
          encoded.output,
          ...(t === 0 ? [encoded.kept.state!] : []),
        ];
        const result = nn.run(model.decoder, part("decoder"), inputs, { lengths, memory });
        memory = result.memory;
        return result.output;
      });
      expect(apart(concat(steps, { axis: 1 }), whole)).to.be.below(1e-5);
    });
  }

  it("seq2seq as a whole goes on, too, though it reads its source again each time", () => {
    const model = models.seq2seq({ source: 6, target: 5, units: 4 });
    const [source, target] = [random.integers([2, 5], { high: 6 }), random.integers([2, 3], { high: 5 })];
    const variables = nn.initialize(model, [source.shape, target.shape], { random: 2 });
    const whole = nn.predict(model, variables, [source, target], { lengths: [5, 3] });
    const steps = written(target, (token, memory) =>
      nn.run(model, variables, [source, token], { lengths: [5, 3], memory }),
    );
    expect(apart(steps, whole)).to.be.below(1e-6);
  });

  for (const norm of ["before", "after"] as const) {
    it(`a Transformer writes token by token as in teacher forcing, norm ${norm}: its source is projected once`, () => {
      const [width, layers, sourceLength] = [8, 2, 4];
      const model = models.transformer({ source: 6, target: 5, width, layers, heads: 2, norm });
      const [source, target] = [
        random.integers([2, sourceLength], { high: 6 }),
        random.integers([2, 6], { high: 5 }),
      ];
      const lengths = [sourceLength, 3];
      const variables = nn.initialize(model, [source.shape, target.shape], { random: 2 });
      const whole = nn.predict(model, variables, [source, target], { lengths });
      const encoded = nn.predict(model.encoder, variables, source, { lengths });
      let projected = 0;
      const count: Sight = (op, _, __, { shape }) => {
        if (op === "linear" && shape.join() === [2, sourceLength, 2 * width].join()) projected++;
      };
      const decode = (memory?: Record<string, Tensor>) => (token: Tensor, before: Memory) =>
        nn.run(model.decoder, variables, [token, encoded], { lengths, memory: memory ?? before });
      const steps = observed(count, () => written(target, decode()));
      expect(apart(steps, whole)).to.be.below(1e-6);
      expect(projected).to.equal(layers);
      // So would it be at every step, if nothing were remembered.
      observed(count, () => written(target, decode({})));
      expect(projected).to.equal(layers + 6 * layers);
      // The whole model, source and all, goes on as well.
      const again = written(target, (token, memory) =>
        nn.run(model, variables, [source, token], { lengths, memory }),
      );
      expect(apart(again, whole)).to.be.below(1e-6);
    });
  }

  it("says so where what was remembered is of another source", () => {
    const model = nn.transformerDecoder(1, { heads: 2 });
    const [x, encoded] = [random.normal([1, 1, 4]), random.normal([1, 3, 4])];
    const variables = nn.initialize(model, [x.shape, encoded.shape]);
    const { memory } = nn.run(model, variables, [x, encoded], { memory: {} });
    expect(() => nn.run(model, variables, [x, random.normal([1, 5, 4])], { memory })).to.throw(
      "at 0.cross.keyValue: linear: the memory holds a result of shape [1, 3, 8], and these inputs would give [1, 5, 8]",
    );
  });

  it("a captioner looks at the picture once", () => {
    const model = models.captioner({ vocabulary: 6, units: 4 });
    const [v, words] = [random.normal([2, 3]), random.integers([2, 4], { high: 6 })];
    const variables = nn.initialize(model, [v.shape, words.shape], { random: 2 });
    let memory: Readonly<Record<string, Tensor>> = {};
    const steps = [0, 1, 2, 3].map((t) => {
      const result = nn.run(model, variables, [v, slice(words, null, [t, t + 1])], { memory });
      memory = result.memory;
      return result.output;
    });
    expect(apart(concat(steps, { axis: 1 }), nn.predict(model, variables, [v, words]))).to.be.below(1e-5);
  });

  it("padding says nothing: a Transformer's result for a short source does not depend on what follows", () => {
    const model = models.transformer({ source: 6, target: 5, width: 8, layers: 2, heads: 2 });
    const [source, target] = [random.integers([1, 4], { high: 6 }), random.integers([1, 3], { high: 5 })];
    const padded = concat([source, tensor([[0, 5, 1]], { dtype: "int32" })], { axis: 1 });
    const variables = nn.initialize(model, [source.shape, target.shape], { random: 2 });
    const short = nn.predict(model, variables, [source, target]);
    expect(apart(nn.predict(model, variables, [padded, target], { lengths: [4] }), short)).to.be.below(1e-5);
  });
});

describe("files", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "gradbook-nn-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("bring a model's variables back as they were, parameters and state", () => {
    const model = models.resnet18({ classes: 3, width: 4, small: true });
    const variables = nn.initialize(model, [1, 8, 8, 3], { random: 5 });
    const path = join(folder, "resnet.safetensors");
    nn.saveWeights(path, variables);
    const back = nn.loadWeights(path, model, [1, 8, 8, 3]);
    expect(Object.keys(back.parameters)).to.have.members(Object.keys(variables.parameters));
    const x = random.normal([2, 8, 8, 3]);
    expect(apart(nn.predict(model, back, x), nn.predict(model, variables, x))).to.equal(0);
    expect([...argmax(nn.predict(model, back, x)).data]).to.have.length(2);
  });

  it("of another model are refused, with what is missing and left over", () => {
    const path = join(folder, "linear.safetensors");
    nn.saveWeights(path, nn.initialize(nn.sequential({ a: nn.linear(2) }), [1, 3]));
    expect(() => nn.loadWeights(path, nn.sequential({ b: nn.linear(2) }), [1, 3])).to.throw(
      "Missing: b.weight, b.bias. Left over: a.bias, a.weight.",
    );
    expect(() => nn.loadWeights(path, nn.sequential({ a: nn.linear(3) }), [1, 3])).to.throw(
      '"a.weight" has shape [3, 2], and the model wants [3, 3]',
    );
  });
});

describe("a restricted Boltzmann machine", () => {
  it("lowers the free energy of what it has seen, by contrastive divergence", () => {
    const source = new Random(9);
    const data = tensor([
      [1, 1, 0, 0],
      [0, 0, 1, 1],
      [1, 1, 0, 0],
      [0, 0, 1, 1],
    ]);
    const parameters = { ...models.rbm(4, 6, source, { std: 0.1 }) };
    const optimizer = adam({ rate: 0.05 });
    for (let i = 0; i < 150; i++) {
      const fantasy = models.rbmGibbs(parameters, data, 1, source);
      optimizer.step(parameters, valueAndGrad((p) => models.rbmLoss(p, data, fantasy), parameters).grads);
    }
    const other = tensor([
      [1, 0, 1, 0],
      [0, 1, 0, 1],
    ]);
    const energy = (x: Tensor): number => mean(models.rbmFreeEnergy(parameters, x)).item();
    expect(energy(data)).to.be.below(energy(other) - 1);
  });
});
