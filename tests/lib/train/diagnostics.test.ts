import { expect } from "chai";
import {
  add,
  attention,
  checkInitialLoss,
  checkOverfit,
  checkRegularization,
  crossEntropy,
  deadUnits,
  div,
  findRate,
  firstLayer,
  full,
  init,
  inspectLayers,
  l2Penalty,
  linear,
  log,
  matmul,
  mean,
  mul,
  nn,
  type Params,
  Random,
  relu,
  sgd,
  spreadOf,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  tanh,
  tensor,
  traceNaN,
  zeros,
} from "../../../lib/index.ts";

const random = new Random(2);
const x = random.normal([40, 10]);
const y = random.integers([40], { high: 10 });
const params = (): Params => ({
  W1: init.heNormal([10, 30], new Random(1)),
  b1: full([30], 0),
  W2: mul(init.heNormal([30, 10], new Random(2)), 0.1),
});
const loss = ({ W1, b1, W2 }: Params, batch = { x, y }): Tensor =>
  crossEntropy(matmul(linear(batch.x, W1!, b1!, { relu: true }), W2!), batch.y);

describe("traceNaN", () => {
  it("finds nothing where all is well", () => {
    expect(traceNaN((at) => loss(at), params())).to.equal(undefined);
  });

  it("names the operation on the way there, and the input that it got", () => {
    const trace = traceNaN(({ W }) => mean(mul(log(W!), 2)), { W: tensor([[1, 2, -0.5]]) });
    expect(trace).to.deep.include({ op: "log", way: "forward", index: [0, 2] });
    expect(trace!.message).to.equal(
      "log made NaN at [0, 2] of its output [1, 3], from an input between -0.5 and 2.",
    );
  });

  it("tells where an infinity came first", () => {
    const trace = traceNaN(({ W }) => sum(sub(div(1, W!), div(1, W!))), { W: tensor([1, 0]) });
    expect(trace!.op).to.equal("sub");
    expect(trace!.message).to.match(/Before that, div made Infinity at \[1\] of its output \[2\]/);
    const overflow = traceNaN(({ W }) => sum(square(W!)), { W: tensor([1e30]) });
    expect(overflow).to.deep.include({ op: "square", value: Infinity });
  });

  it("names the operation on the way back", () => {
    // √0 is 0, and its derivative infinite: times 0 that is NaN.
    const trace = traceNaN(({ W }) => sum(mul(sqrt(square(W!)), 3)), { W: tensor([0, 1]) });
    expect(trace).to.deep.include({ way: "backward", index: [0] });
    expect(trace!.op).to.equal("square");
    expect(trace!.message).to.match(
      /^square made NaN at \[0\] of its gradient .* Before that, sqrt made Infinity/,
    );
  });

  it("does not take a mask for an accident, and looks at the parameters first", () => {
    const q = new Random(3).normal([1, 4, 8]);
    expect(traceNaN(({ W }) => sum(attention(W!, q, q, { causal: true })), { W: q })).to.equal(undefined);
    const trace = traceNaN(({ W }) => sum(W!), { W: tensor([1, Number.NaN]) });
    expect(trace!.message).to.equal('Parameter "W" itself is NaN at [1]: look at the step before.');
  });
});

describe("inspectLayers", () => {
  it("sees every activation once, with its gradient", () => {
    const { layers, parameters } = inspectLayers(
      ({ W }) => {
        let h = x;
        for (let i = 0; i < 3; i++) h = tanh(matmul(h, W!));
        return mean(square(relu(h)));
      },
      { W: init.orthogonal([10, 10], new Random(3)) },
    );
    expect(layers.map(({ name }) => name)).to.deep.equal(["tanh 1", "tanh 2", "tanh 3", "relu 4"]);
    const [first, , , last] = layers;
    expect(first!.activation.std).to.be.within(0.4, 0.8);
    expect(first!.activation.counts.reduce((a, b) => a + b)).to.equal(400);
    expect(last!.activation.zeros).to.be.within(0.3, 0.7);
    // The gradient at the last activation is 2 relu/n.
    expect(last!.gradient!.max).to.be.closeTo((2 * last!.activation.max) / 400, 1e-7);
    expect(parameters.W!.std).to.be.above(0);
  });

  it("counts dead units, also where ReLU is fused", () => {
    const at = { ...params(), b1: tensor(Array.from({ length: 30 }, (_, i) => (i < 6 ? -100 : 0))) };
    const { layers } = inspectLayers((p) => loss(p), at);
    expect(layers[0]).to.deep.include({ name: "linear 1", dead: 0.2 });
    expect(layers[0]!.gradient!.std).to.be.above(0);
    expect(
      deadUnits(
        tensor([
          [0, 1, -1],
          [0, -1, -2],
        ]),
      ),
    ).to.be.closeTo(2 / 3, 1e-12);
  });

  it("sees convolutions with their ReLU fused, as networks have them", () => {
    const network = nn.sequential([nn.conv2d(4, 3, { relu: true }), nn.globalAveragePool(), nn.linear(2)]);
    const { parameters: at } = nn.initialize(network, [1, 6, 6, 1], { random: 3 });
    const images = random.normal([5, 6, 6, 1]);
    const [bias] = Object.keys(at).filter((name) => at[name]!.shape[0] === 4 && at[name]!.rank === 1);
    const dead = { ...at, [bias!]: tensor([-100, 0, 0, 0]) };
    const { layers } = inspectLayers(
      (parameters) => mean(square(nn.run(network, { parameters, state: {} }, images).output)),
      dead,
    );
    expect(layers.map(({ name }) => name)).to.deep.equal(["conv2dBias 1", "linear 2"]);
    expect(layers[0]!.dead).to.equal(0.25);
    expect(layers[0]!.gradient!.std).to.be.above(0);
  });

  it("describes numbers as they are, and counts what is none", () => {
    const spread = spreadOf(tensor([0, 1, 2, 3, Number.NaN, Infinity]), { bins: 3 });
    expect(spread).to.deep.include({
      mean: 1.5,
      min: 0,
      max: 3,
      zeros: 0.25,
      notFinite: 2,
      counts: [1, 1, 2],
    });
    expect(spread.std).to.be.closeTo(Math.sqrt(1.25), 1e-12);
    expect(spreadOf(full([5], 2), { bins: 2 }).counts).to.deep.equal([0, 5]);
    expect(() => spreadOf(x, { bins: 0 })).to.throw("spreadOf: bins is 0");
    expect(() => spreadOf(x, { bins: 2.5 })).to.throw("spreadOf: bins is 2.5");
    expect(() => spreadOf(x, { range: [1, 1] })).to.throw("the range [1, 1] does not go from a lower");
  });
});

describe("firstLayer", () => {
  it("turns each unit's weights into a picture", () => {
    const pictures = firstLayer(
      tensor([
        [1, -2],
        [0, 2],
        [0.5, 0],
        [-1, 1],
      ]),
      [2, 2],
    );
    expect(pictures.toArray()).to.deep.equal([
      [
        [0.75, 0.5],
        [0.625, 0.25],
      ],
      [
        [0, 1],
        [0.5, 0.75],
      ],
    ]);
    expect(() => firstLayer(full([5, 2], 0), [2, 2])).to.throw("weights [inputs, units] of 4 inputs");
  });
});

describe("a sanity check", () => {
  it("passes a model in order", () => {
    checkInitialLoss(loss(params()), { classes: 10 }).assert();
    checkRegularization((strength) => add(loss(params()), l2Penalty(params(), { strength }))).assert();
    const at = params();
    const before = [...at.W1!.data];
    const check = checkOverfit({ params: at, loss, data: { x, y } }).assert();
    expect(check.losses.at(-1)).to.be.below(0.01);
    expect([...at.W1!.data]).to.deep.equal(before);
    expect(String(check)).to.match(
      /^passed: 20 examples can be learnt by heart\. The loss went from 2\.\d+ to 0\.00/,
    );
  });

  it("fails one that is not, and says what to look at", () => {
    const large = checkInitialLoss(loss({ ...params(), W2: random.normal([30, 10], { std: 3 }) }), {
      classes: 10,
    });
    expect(large.passed).to.equal(false);
    expect(large.message).to.include("Smaller initial weights");
    expect(() => large.assert()).to.throw("FAILED: the loss begins at ln C. It is");
    expect(checkRegularization(() => loss(params())).message).to.include(
      "From strength 0 to 0.001 it does not rise",
    );
    const stuck = checkOverfit({
      params: params(),
      loss: ({ W1, b1 }, batch) => crossEntropy(mul(linear(batch.x, W1!, b1!), 0), batch.y),
      data: { x, y },
      steps: 20,
    });
    expect(stuck.passed).to.equal(false);
    expect(stuck.message).to.include("Check labels, gradients (gradCheck) and the rate");
  });

  it("stops where the loss is no number, and says what finds it", () => {
    const broken = (p: Params, batch: { x: Tensor; y: Tensor }): Tensor => mul(loss(p, batch), Number.NaN);
    const check = checkOverfit({ params: params(), loss: broken, data: { x, y } });
    expect([check.passed, check.losses.length]).to.deep.equal([false, 1]);
    expect(check.message).to.include("traceNaN names the operation");
    expect(checkInitialLoss(Number.NaN, { classes: 10 }).message).to.include("traceNaN names the operation");
  });

  it("refuses what would check nothing", () => {
    expect(() => checkInitialLoss(2, { classes: 1 })).to.throw("classes is 1 and tolerance 0.1; there are 2");
    expect(() => checkInitialLoss(2, { classes: 10, tolerance: Number.NaN })).to.throw("tolerance NaN");
    expect(() => checkRegularization(() => 1, [1])).to.throw("strengths are [1]; it takes two or more");
    expect(() => checkRegularization((s) => s, [1, 0])).to.throw("each above the one before");
    const common = { params: params(), loss, data: { x, y } };
    for (const wrong of [{ steps: 0 }, { examples: 0 }, { examples: Number.NaN }, { below: 0 }]) {
      expect(() => checkOverfit({ ...common, ...wrong })).to.throw("make no check; it takes whole numbers");
    }
    const none = { x: zeros([0, 10]), y: zeros([0], "int32") };
    expect(() => checkOverfit({ ...common, data: none })).to.throw("checkOverfit: 0 examples");
  });
});

describe("findRate", () => {
  const common = () => ({ params: params(), loss, data: { x, y }, random: new Random(1) });

  it("goes on below 0, where a loss may lie, until it explodes", () => {
    const below = (p: Params, batch: { x: Tensor; y: Tensor }): Tensor => sub(loss(p, batch), 50);
    const found = (fn: (p: Params, batch: { x: Tensor; y: Tensor }) => Tensor) =>
      findRate({ ...common(), loss: fn, optimizer: sgd({ rate: 1 }), high: 1e4 });
    const [plain, shifted] = [found(loss), found(below)];
    expect(shifted.losses.length).to.be.at.least(plain.losses.length).and.below(101);
    expect(shifted.suggestion).to.be.closeTo(plain.suggestion, 1e-9 + 0.3 * plain.suggestion);
  });

  it("names what cannot be tried", () => {
    const optimizer = sgd({ rate: 1 });
    const none = { x: zeros([0, 10]), y: zeros([0], "int32") };
    expect(() => findRate({ ...common(), optimizer, data: none })).to.throw("findRate: data has no examples");
    expect(() => findRate({ ...common(), optimizer, high: Infinity })).to.throw("high Infinity");
    const broken = (p: Params, batch: { x: Tensor; y: Tensor }): Tensor => mul(loss(p, batch), Number.NaN);
    expect(() => findRate({ ...common(), optimizer, loss: broken })).to.throw(
      "the loss is NaN at the first step",
    );
  });

  it("suggests a rate that learns, below one that explodes", () => {
    const { rates, losses, suggestion } = findRate({
      params: params(),
      loss,
      data: { x, y },
      random: new Random(1),
      optimizer: sgd({ rate: 1 }),
      high: 1000,
      batchSize: 20,
    });
    expect(rates).to.have.length(losses.length);
    expect(suggestion).to.be.within(1e-3, 1);
    const at = params();
    const optimizer = sgd({ rate: suggestion });
    const first = loss(at).item();
    for (let i = 0; i < 200; i++) optimizer.minimize((p) => loss(p), at);
    expect(loss(at).item()).to.be.below(first);
  });
});
