// What does not fit is named, with what came and where; what looks odd but has an answer gets it.
import { expect } from "chai";
import { nn, Random, slice, type Tensor, tensor, zeros } from "../../../lib/index.ts";

type Shapes = readonly (readonly number[])[];
const random = new Random(6);
/** Builds a layer for shapes, and runs it. */
function go(model: nn.Module, shapes: Shapes, options: nn.RunOptions = {}): Tensor {
  const inputs = shapes.map((shape) => random.normal(shape));
  return nn.run(model, nn.initialize(model, shapes), inputs, options).output;
}

describe("a model given what does not fit says so, already in its summary", () => {
  const REFUSED: readonly (readonly [string, () => nn.Module, Shapes, string])[] = [
    [
      "a window larger than the picture",
      () => nn.conv2d(4, 5),
      [[1, 3, 3, 1]],
      "a window 5 long does not fit",
    ],
    [
      "no picture",
      () => nn.globalAveragePool(),
      [[3, 3]],
      "images have shape [batch, height, width, channels], and these",
    ],
    ["a picture without batch", () => nn.upsample(2), [[3, 3, 1]], "goes in as reshape(x, [1, 3, 3, 1])"],
    ["half a pixel", () => nn.upsample(0.5), [[1, 3, 3, 1]], "upsample: [1, 1.5, 1.5, 1] is no shape"],
    [
      "a convolution of a picture without batch",
      () => nn.conv2d(4, 3),
      [[3, 3, 1]],
      "goes in as reshape(x, [1, 3, 3, 1])",
    ],
    [
      "no signal",
      () => nn.conv1d(4, 2),
      [[3, 2]],
      "conv1d: signals have shape [batch, length, channels], and these have [3, 2]",
    ],
    [
      "groups that do not divide",
      () => nn.groupNorm(3),
      [[1, 2, 2, 4]],
      "the 4 channels of [1, 2, 2, 4] do not divide into 3",
    ],
    [
      "channels that do not divide",
      () => nn.conv2d(4, 3, { groups: 2 }),
      [[1, 5, 5, 3]],
      "conv2d: 3 channels do not fall into 2 groups",
    ],
    [
      "pieces that do not divide",
      () => nn.maxout(3),
      [[2, 4]],
      "maxout: [2, 1.3333333333333333] is no shape",
    ],
    ["units below 0", () => nn.linear(-1), [[2, 4]], "linear: [2, -1] is no shape"],
    ["symbols below 0", () => nn.embedding(-2, 3), [[1, 2]], "embedding: weight: [-2, 3] is no shape"],
    ["features of another width", () => nn.embedding(5, 3).scores, [[1, 2, 4]], "take features of width 3"],
    ["places without batch", () => nn.sinusoidalPositions(), [[2, 3]], "it takes [batch, length, width]"],
    [
      "heads that do not divide",
      () => nn.multiHeadAttention({ heads: 3 }),
      [
        [1, 2, 4],
        [1, 3, 4],
      ],
      "k and v of 3 heads",
    ],
    [
      "two batches",
      () => nn.multiHeadAttention({ heads: 2 }),
      [
        [2, 2, 4],
        [1, 3, 4],
      ],
      "[batch, m, width] of one batch",
    ],
    [
      "keys of another width",
      () => nn.dotAttention(),
      [
        [2, 2, 4],
        [2, 3, 5],
      ],
      "must be equally wide",
    ],
    [
      "one input in place of two",
      () => nn.decoderLayer({ heads: 2 }),
      [[2, 3, 4]],
      "the encoder's result; the second is missing",
    ],
    ["one twin", () => nn.models.siamese(nn.linear(3)), [[2, 4]], "at tower: input 1 is missing"],
    [
      "a body that gives fewer",
      () => nn.residual(nn.linear(1)),
      [[2, 4]],
      "the body gives [2, 1] and beside it is [2, 4]",
    ],
    ["a side below 0", () => nn.linear(3), [[2, -4]], "the input: [2, -4] is no shape"],
  ];
  for (const [what, model, shapes, message] of REFUSED) {
    it(what, () => {
      expect(() => nn.summary(model(), shapes)).to.throw(message);
      expect(() => go(model(), shapes)).to.throw();
    });
  }

  it("no shapes, no tensors, no rate", () => {
    const model = nn.linear(3);
    expect(() => nn.summary(model, undefined as never)).to.throw(
      "follow from its input's, such as [1, 28, 28, 1]",
    );
    expect(() => nn.predict(model, nn.initialize(model, [1, 2]), [[1, 2]] as never)).to.throw(
      "run: input 1 is no tensor but object",
    );
    expect(() => nn.predict(model, nn.initialize(model, [1, 2]), [])).to.throw("input 1 is missing");
    for (const rate of [-0.1, 1.5, Number.NaN]) {
      expect(() => nn.dropout(rate)).to.throw(`dropout: the rate is ${rate}`);
      expect(() => nn.dropPath(rate)).to.throw(`dropPath: the rate is ${rate}`);
    }
  });

  it("symbols that there are not, and lengths that cannot be", () => {
    const words = nn.embedding(5, 3);
    const variables = nn.initialize(words, [1, 2]);
    expect(() => nn.predict(words, variables, tensor([[5, 0]], { dtype: "int32" }))).to.throw(
      "index 5 (at place 0)",
    );
    for (const lengths of [
      [4, 1],
      [-1, 2],
      [1.5, 2],
    ]) {
      expect(() => go(nn.gru(3), [[2, 3, 3]], { lengths })).to.throw(`length ${lengths[0]} of sequence 0`);
    }
    expect(() => go(nn.lstm(3), [[2, 3, 3]], { lengths: [1] })).to.throw("1 lengths for 2 sequences");
  });
});

describe("a model given what looks odd", () => {
  it("reads sequences of one step, and of none", () => {
    for (const make of [nn.rnn, nn.lstm, nn.gru]) {
      const cell = make(3);
      const x = random.normal([2, 4, 2]);
      const variables = nn.initialize(cell, x.shape, { random: 1 });
      const first = slice(x, null, [0, 1]);
      const whole = nn.predict(cell, variables, x);
      const single = nn.predict(cell, variables, first);
      expect(single.shape).to.deep.equal([2, 1, 3]);
      expect(single.data).to.deep.equal(slice(whole, null, [0, 1]).data);
      const packed = nn.predict(cell, variables, x, { lengths: [0, 1] }).data;
      expect([...packed.subarray(0, 12)]).to.deep.equal(new Array(12).fill(0));
      expect([...packed.subarray(12, 15)]).to.deep.equal([...single.data.subarray(3)]);
      expect([...packed.subarray(15)]).to.deep.equal(new Array(9).fill(0));
    }
  });

  it("sees 0 where there is nothing to look at", () => {
    for (const look of [nn.dotAttention(), nn.additiveAttention(3)]) {
      const y = go(
        look,
        [
          [2, 2, 4],
          [2, 3, 4],
        ],
        { lengths: [0, 2] },
      ).data;
      expect([...y.subarray(0, 8)]).to.deep.equal(new Array(8).fill(0));
      expect(y.subarray(8).every((value) => Number.isFinite(value) && value !== 0)).to.equal(true);
    }
  });

  it("trains batch norm on one example: its own mean, and a variance of 0", () => {
    const model = nn.batchNorm();
    const before = nn.initialize(model, [1, 2]);
    const { output, state } = nn.run(model, before, tensor([[1, 2]]), { training: true });
    expect(output.toArray()).to.deep.equal([[0, 0]]);
    expect(state.mean!.data[1]).to.be.closeTo(0.2, 1e-7);
    expect(state.variance!.data[1]).to.be.closeTo(0.9, 1e-7);
    expect(() => nn.run(model, before, zeros([0, 2]), { training: true })).to.throw(
      "a batch of shape [0, 2] is empty",
    );
  });
});
