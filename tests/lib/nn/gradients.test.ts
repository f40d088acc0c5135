// Every layer and block as a whole: the gradient of a loss with respect to all its parameters and its inputs against
// central differences, in float64.
import { expect } from "chai";
import {
  add,
  cos,
  crossEntropy,
  gradCheck,
  mean,
  mul,
  nn,
  Random,
  sum,
  type Tensor,
  tensor,
} from "../../../lib/index.ts";

const { models } = nn;

interface Case {
  readonly name: string;
  readonly model: nn.Module;
  /** Shapes of inputs with gradients, or int32 tensors of tokens. */
  readonly inputs: readonly (readonly number[] | Tensor)[];
  readonly training?: boolean;
  readonly lengths?: readonly number[];
  /** How far parameters are moved from where they begin; default 0.1. */
  readonly spread?: number;
}

const random = new Random(11);
const tokens = (vocabulary: number, ...shape: number[]): Tensor =>
  random.integers(shape, { high: vocabulary });
const picture = [2, 6, 6, 4];
const sequence = [2, 3, 4];
const lengths = [3, 2];

const CASES: readonly Case[] = [
  { name: "linear", model: nn.linear(3), inputs: [[2, 4]] },
  { name: "linear without bias", model: nn.linear(3, { bias: false }), inputs: [[2, 3, 4]] },
  { name: "conv1d", model: nn.conv1d(3, 2, { padding: "causal", dilation: 2 }), inputs: [[2, 5, 2]] },
  { name: "conv2d", model: nn.conv2d(4, 3, { stride: 2, padding: 1, groups: 2 }), inputs: [picture] },
  {
    name: "depthwiseConv2d",
    model: nn.depthwiseConv2d(3, { multiplier: 2, padding: "same" }),
    inputs: [picture],
  },
  { name: "separableConv2d", model: nn.separableConv2d(3, 3), inputs: [picture] },
  {
    name: "locallyConnected2d",
    model: nn.locallyConnected2d(2, 3, { stride: 2, padding: 1 }),
    inputs: [[2, 4, 4, 2]],
  },
  {
    name: "conv2dTranspose",
    model: nn.conv2dTranspose(3, 3, { stride: 2, padding: 1 }),
    inputs: [[1, 3, 3, 2]],
  },
  { name: "pooling", model: nn.sequential([nn.avgPool(2), nn.maxPool(2)]), inputs: [picture] },
  {
    name: "upsample and resize",
    model: nn.sequential([nn.upsample(2), nn.resizeBilinear([3, 5])]),
    inputs: [[1, 2, 2, 2]],
  },
  { name: "batchNorm in training", model: nn.batchNorm(), inputs: [[4, 3]], training: true },
  { name: "batchNorm after", model: nn.batchNorm(), inputs: [[4, 3]] },
  { name: "layerNorm", model: nn.layerNorm(), inputs: [sequence] },
  { name: "layerNorm over two axes", model: nn.layerNorm({ axis: [-2, -1] }), inputs: [sequence] },
  { name: "batchNorm of axis 1", model: nn.batchNorm({ axis: 1 }), inputs: [sequence], training: true },
  { name: "groupNorm of axis 1", model: nn.groupNorm(2, { axis: 1 }), inputs: [[2, 4, 3]] },
  {
    name: "instanceNorm without affine",
    model: nn.sequential([nn.conv2d(2, 1), nn.instanceNorm({ scale: false, bias: false })]),
    inputs: [[2, 3, 3, 2]],
  },
  { name: "groupNorm", model: nn.groupNorm(2), inputs: [[2, 3, 3, 4]] },
  { name: "instanceNorm", model: nn.instanceNorm(), inputs: [[2, 3, 3, 2]] },
  { name: "localResponseNorm", model: nn.localResponseNorm({ alpha: 0.1 }), inputs: [[1, 2, 2, 6]] },
  { name: "dropout", model: nn.dropout(0.5), inputs: [[4, 4]], training: true },
  ...[
    nn.relu(),
    nn.relu6(),
    nn.leakyRelu(),
    nn.elu(),
    nn.gelu(),
    nn.silu(),
    nn.sigmoid(),
    nn.tanh(),
    nn.softmax(),
    nn.maxout(2),
  ].map(
    (layer): Case => ({
      name: `${layer.kind} after linear`,
      model: nn.sequential([nn.linear(4), layer]),
      inputs: [[3, 2]],
    }),
  ),
  { name: "globalMaxPool", model: nn.globalMaxPool(), inputs: [[2, 3, 3, 2]] },
  { name: "globalAveragePool", model: nn.globalAveragePool({ keepDims: true }), inputs: [[2, 3, 3, 2]] },
  { name: "dropPath", model: nn.dropPath(0.5), inputs: [[4, 3]], training: true },
  { name: "squeezeExcite", model: nn.squeezeExcite(2), inputs: [[2, 2, 2, 3]] },
  { name: "MLP", model: models.mlp([3, 2], nn.tanh), inputs: [[2, 3]] },
  { name: "prelu", model: nn.prelu(), inputs: [[3, 4]] },
  { name: "embedding", model: nn.embedding(5, 3), inputs: [tokens(5, 2, 3)] },
  {
    name: "positions",
    model: nn.sequential([nn.learnedPositions(4), nn.sinusoidalPositions()]),
    inputs: [sequence],
  },
  { name: "rnn", model: nn.rnn(3), inputs: [sequence, [2, 3]], lengths },
  { name: "lstm", model: nn.lstm(3), inputs: [sequence, [2, 3], [2, 3]], lengths },
  { name: "gru", model: nn.gru(3), inputs: [sequence, [2, 3]], lengths },
  { name: "gru, reset before", model: nn.gru(3, { reset: "before" }), inputs: [sequence] },
  {
    name: "stacked bidirectional LSTM",
    model: nn.stacked([
      nn.bidirectional((reverse) => nn.lstm(2, { reverse })),
      nn.bidirectional((reverse) => nn.lstm(2, { reverse })),
    ]),
    inputs: [sequence],
    lengths,
  },
  { name: "dotAttention", model: nn.dotAttention(), inputs: [[2, 2, 4], sequence], lengths },
  { name: "additiveAttention", model: nn.additiveAttention(3), inputs: [[2, 2, 3], sequence], lengths },
  { name: "multiHeadAttention", model: nn.multiHeadAttention({ heads: 2 }), inputs: [sequence], lengths },
  {
    name: "multiHeadAttention to another",
    model: nn.multiHeadAttention({ heads: 2 }),
    inputs: [
      [2, 2, 4],
      [2, 3, 4],
    ],
  },
  { name: "transformerLayer", model: nn.transformerLayer({ heads: 2, hidden: 5 }), inputs: [sequence] },
  {
    name: "transformerLayer, norm after, causal",
    model: nn.transformerLayer({ heads: 2, hidden: 5, norm: "after", causal: true }),
    inputs: [sequence],
  },
  {
    name: "decoderLayer",
    model: nn.decoderLayer({ heads: 2, hidden: 5 }),
    inputs: [[2, 2, 4], sequence],
    lengths,
  },
  { name: "basicBlock", model: nn.basicBlock(3, { stride: 2 }), inputs: [[2, 4, 4, 2]], training: true },
  { name: "bottleneck", model: nn.bottleneck(2), inputs: [[2, 3, 3, 8]], training: true },
  {
    name: "inception",
    model: nn.inception({ one: 1, reduce3: 1, three: 2, reduce5: 1, five: 1, pool: 1 }),
    inputs: [[1, 4, 4, 2]],
  },
  {
    name: "invertedResidual with squeeze",
    model: nn.invertedResidual(2, { expand: 2, activation: "silu", squeeze: 0.5 }),
    inputs: [[2, 3, 3, 2]],
    training: true,
  },
  {
    name: "depthwiseSeparable",
    model: nn.depthwiseSeparable(3, { stride: 2 }),
    inputs: [[2, 4, 4, 2]],
    training: true,
  },
  {
    name: "residual and branches",
    model: nn.residual(nn.branches({ a: nn.linear(1), b: nn.linear(2) })),
    inputs: [[2, 3]],
  },
  { name: "U-Net", model: models.unet({ width: 2, depth: 1 }), inputs: [[1, 4, 4, 1]] },
  { name: "YOLO head", model: models.yoloHead({ anchors: 2, classes: 1 }), inputs: [[1, 2, 2, 3]] },
  {
    name: "Siamese",
    model: models.siamese(nn.linear(3)),
    inputs: [
      [2, 4],
      [2, 4],
    ],
  },
  { name: "embedder", model: models.embedder(nn.linear(3), 2), inputs: [[2, 4]] },
  { name: "autoencoder", model: models.autoencoder([3, 2]), inputs: [[2, 4]] },
  {
    name: "char-RNN",
    model: models.charRnn({ vocabulary: 5, units: 3, layers: 2, embedding: 2 }),
    inputs: [tokens(5, 2, 3)],
  },
  {
    name: "seq2seq, additive",
    model: models.seq2seq({ source: 4, target: 5, units: 2, embedding: 2 }),
    inputs: [tokens(4, 2, 3), tokens(5, 2, 2)],
    lengths,
  },
  {
    name: "seq2seq, dot",
    model: models.seq2seq({ source: 4, target: 5, units: 2, embedding: 2, attention: "dot" }),
    inputs: [tokens(4, 2, 3), tokens(5, 2, 2)],
  },
  {
    name: "Transformer",
    model: models.transformer({ source: 4, target: 5, width: 4, layers: 1, heads: 2, hidden: 3 }),
    inputs: [tokens(4, 2, 3), tokens(5, 2, 2)],
    lengths,
  },
  {
    name: "captioner",
    model: models.captioner({ vocabulary: 5, units: 3, embedding: 2 }),
    inputs: [[2, 3], tokens(5, 2, 3)],
  },
  {
    name: "captioner with an LSTM",
    model: models.captioner({ vocabulary: 4, units: 2, embedding: 2, cell: "lstm" }),
    inputs: [[2, 3], tokens(4, 2, 3)],
  },
  {
    name: "decoder in two layers, norm after",
    model: nn.transformerDecoder(2, { heads: 2, hidden: 3, norm: "after" }),
    inputs: [
      [1, 2, 4],
      [1, 3, 4],
    ],
  },
  {
    name: "GPT",
    model: models.gpt({ vocabulary: 5, context: 4, width: 4, layers: 1, heads: 2 }),
    inputs: [tokens(5, 2, 3)],
    spread: 0.5,
  },
];

describe("gradients of whole modules", () => {
  for (const { name, model, inputs, training = false, lengths, spread = 0.1 } of CASES) {
    it(name, () => {
      const random = new Random(name.length);
      const given = inputs.map((input) =>
        "storage" in input ? input : random.normal(input, { dtype: "float64" }),
      );
      const shapes = given.map(({ shape }) => shape);
      const { parameters, state } = nn.initialize(model, shapes, { random: 3, dtype: "float64" });
      // Biases and norms away from 0 and 1, where some gradients vanish and kinks lie.
      const moved = Object.fromEntries(
        Object.entries(parameters).map(([key, value]) => [
          key,
          add(value, random.normal(value.shape, { std: spread, dtype: "float64" })),
        ]),
      );
      const floats = Object.fromEntries(
        given.flatMap((input, i) => (input.dtype === "float64" ? [[`input ${i}`, input] as const] : [])),
      );
      const check = gradCheck(
        (all) => {
          const x = given.map((input, i) => all[`input ${i}`] ?? input);
          const options = { training, random: new Random(5), ...(lengths === undefined ? {} : { lengths }) };
          const { output } = nn.run(model, { parameters: all, state }, x, options);
          // A loss that no symmetry makes flat: Σ y·cos(1), Σ y·cos(2), …
          const weights = cos(
            tensor(
              Float64Array.from({ length: output.size }, (_, i) => i + 1),
              { shape: output.shape },
            ),
          );
          return sum(mul(mul(output, weights), add(output, 1)));
        },
        { ...moved, ...floats },
      );
      expect(check.passed, String(check)).to.equal(true);
    });
  }

  it("an RBM's free energy", () => {
    const p = models.rbm(4, 3, random, { std: 1, dtype: "float64" });
    const data = random.bernoulli([5, 4], 0.5, "float64");
    gradCheck((q) => mean(models.rbmFreeEnergy(q, data)), { ...p }).assert();
  });

  it("GoogLeNet's auxiliary heads take part in the loss", () => {
    const model = nn.block("two", (net, x) => {
      const middle = net.call("body", nn.linear(3), x!);
      net.keep("auxiliary", net.call("head", nn.linear(2), middle));
      return net.call("end", nn.linear(2), middle);
    });
    const { parameters, state } = nn.initialize(model, [2, 4], { dtype: "float64" });
    const x = random.normal([2, 4], { dtype: "float64" });
    const labels = tensor([0, 1], { dtype: "int32" });
    gradCheck((all) => {
      const { output, kept } = nn.run(model, { parameters: all, state }, x);
      return add(crossEntropy(output, labels), mul(0.3, crossEntropy(kept.auxiliary!, labels)));
    }, parameters).assert();
  });
});
