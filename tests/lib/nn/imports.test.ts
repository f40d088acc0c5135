// Weights from other libraries, and what they then compute: PyTorch's values are golden (tests/lib/golden/nn.py), tfjs is
// asked.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { expect } from "chai";
import { type DType, nn, Random, sub, type Tensor, tensor, transpose } from "../../../lib/index.ts";
import { readGolden } from "../golden/read.ts";

interface Stored {
  readonly shape: number[];
  readonly dtype: string;
  readonly data: number[];
}
type Named = Readonly<Record<string, Stored>>;
interface Whole {
  readonly state: Named;
  readonly x: Stored;
  readonly y: Stored;
}
type Golden = Readonly<Record<"small" | "text" | "before" | "after" | "deep", Whole>> & {
  readonly multiHead: Readonly<Record<string, Stored>> & { readonly state: Named };
};

const golden = readGolden<Golden>("nn");
const read = ({ data, shape, dtype }: Stored): Tensor =>
  tensor(data, { dtype: (dtype === "int64" ? "int32" : dtype) as DType, shape }) as Tensor;
const state = (named: Named): Record<string, Tensor> =>
  Object.fromEntries(Object.entries(named).map(([name, value]) => [name, read(value)]));

function expectClose(found: Tensor, expected: Tensor, tolerance: number): void {
  expect(found.shape).to.deep.equal(expected.shape);
  const largest = Math.max(...sub(found, expected).data.map(Math.abs));
  expect(largest / Math.max(1, ...expected.data.map(Math.abs))).to.be.below(tolerance);
}

const small = nn.sequential({
  conv1: nn.conv2d(4, 3, { stride: 2, padding: 1, bias: false }),
  bn1: nn.batchNorm(),
  relu: nn.relu(),
  depthwise: nn.depthwiseConv2d(3, { padding: 1 }),
  up: nn.conv2dTranspose(3, 2, { stride: 2 }),
  act: nn.prelu(),
  pool: nn.globalAveragePool(),
  fc: nn.linear(2),
});

const text = nn.sequential({
  tokens: nn.embedding(7, 3),
  lstm: nn.lstm(4),
  norm: nn.layerNorm(),
  gru: nn.gru(3),
  rnn: nn.rnn(2),
});

describe("weights from PyTorch", () => {
  it("by name: convolutions, batch norm with its statistics, linear", () => {
    const { x, y } = golden.small;
    const variables = nn.fromPyTorch(state(golden.small.state), small, x.shape);
    expectClose(nn.predict(small, variables, read(x)), read(y), 1e-13);
  });

  it("by name: embedding, LSTM, GRU, RNN, layer norm", () => {
    const { x, y } = golden.text;
    const variables = nn.fromPyTorch(state(golden.text.state), text, x.shape);
    expectClose(nn.predict(text, variables, read(x)), read(y), 1e-13);
  });

  it("of what is one there and several parts here: directions, levels, attention's projections", () => {
    const both = (make: nn.MakeRecurrent): nn.Block => nn.bidirectional(make);
    const model = nn.block("deep", (net, x) => {
      const lstms = nn.stacked([
        both((reverse) => nn.lstm(2, { reverse })),
        both((reverse) => nn.lstm(2, { reverse })),
      ]);
      const y = net.call(
        "gru",
        both((reverse) => nn.gru(2, { reverse })),
        net.call("lstm", lstms, x!),
      );
      const z = net.call("self_attn", nn.multiHeadAttention({ heads: 2 }), y);
      const w = net.call("cross_attn", nn.multiHeadAttention({ heads: 2 }), z, y);
      const image = net.use(nn.reshape([3, 4, 1]), w);
      const once = net.call("depthwise", nn.depthwiseConv2d(3, { padding: 1, multiplier: 2 }), image);
      return net.call("twice", nn.depthwiseConv2d(3, { padding: 1, multiplier: 2 }), once);
    });
    const { x, y, state: named } = golden.deep;
    const rename = (path: string): string =>
      path
        .replace(/^(lstm|gru)\..*/, "$1")
        .replace(/\.(qkv|query|keyValue)$/, "")
        .replace(/_attn\.out$/, "_attn.out_proj");
    const variables = nn.fromPyTorch(state(named), model, x.shape, { rename });
    expectClose(nn.predict(model, variables, read(x)), read(y), 1e-13);
  });

  it("under other names, and without the parts that are to be new", () => {
    const named = Object.fromEntries(
      Object.entries(state(golden.small.state)).map(([name, value]) => [
        name.replace("conv1", "features.0"),
        value,
      ]),
    );
    const { x } = golden.small;
    const variables = nn.fromPyTorch(named, small, x.shape, {
      rename: { conv1: "features.0" },
      without: ["fc"],
    });
    expect(variables.parameters["conv1.weight"]!.shape).to.deep.equal([3, 3, 2, 4]);
    expect(Object.keys(variables.parameters)).not.to.include("fc.weight");
  });

  it("says which name is missing, and what there is", () => {
    expect(() =>
      nn.fromPyTorch(state(golden.small.state), nn.sequential({ conv2: nn.conv2d(4, 3) }), [1, 6, 6, 2]),
    ).to.throw(
      'fromPyTorch: for conv2 (conv2d) there should be a tensor "conv2.weight" and is none. There are conv1.weight, bn1.weight',
    );
  });
});

/** PyTorch's in_proj and out_proj as ours. */
function attentionWeights(of: Record<string, Tensor>, prefix = "", to = ""): Record<string, Tensor> {
  const get = (name: string): Tensor => of[`${prefix}${name}`]!;
  return {
    [`${to}qkv.weight`]: transpose(get("in_proj_weight")),
    [`${to}qkv.bias`]: get("in_proj_bias"),
    [`${to}out.weight`]: transpose(get("out_proj.weight")),
    [`${to}out.bias`]: get("out_proj.bias"),
  };
}

describe("attention equals PyTorch's", () => {
  const { multiHead } = golden;
  const parameters = attentionWeights(state(multiHead.state));
  const x = read(multiHead.x!);
  const look = (causal: boolean, options: nn.RunOptions = {}): nn.Result =>
    nn.run(nn.multiHeadAttention({ heads: 2, causal }), { parameters, state: {} }, x, options);

  it("plain, causal and padded, and the maps", () => {
    expectClose(look(false).output, read(multiHead.plain!), 1e-13);
    expectClose(look(true).output, read(multiHead.causal!), 1e-13);
    expectClose(look(false, { lengths: [3, 2] }).output, read(multiHead.padded!), 1e-13);
    const { kept, output } = look(false, { attentionMaps: true });
    expectClose(kept["attend.weights"]!, read(multiHead.maps!), 1e-13);
    expectClose(output, read(multiHead.plain!), 1e-13);
  });

  it("to another sequence", () => {
    const [w, b] = [parameters["qkv.weight"]!, parameters["qkv.bias"]!];
    const part = (t: Tensor, from: number, to: number): Tensor =>
      transpose(tensor((transpose(t).toArray() as number[][]).slice(from, to), { dtype: "float64" }));
    const bias = (from: number, to: number): Tensor => tensor(b.data.slice(from, to));
    const own = {
      "query.weight": part(w, 0, 4),
      "query.bias": bias(0, 4),
      "keyValue.weight": part(w, 4, 12),
      "keyValue.bias": bias(4, 12),
      "out.weight": parameters["out.weight"]!,
      "out.bias": parameters["out.bias"]!,
    };
    const model = nn.multiHeadAttention({ heads: 2 });
    const y = nn.predict(model, { parameters: own, state: {} }, [x, read(multiHead.other!)]);
    expectClose(y, read(multiHead.cross!), 1e-13);
  });

  for (const norm of ["before", "after"] as const) {
    it(`a whole encoder layer, norm ${norm}`, () => {
      const { state: named, x, y } = golden[norm];
      const of = state(named);
      const parameters = {
        ...attentionWeights(of, "self_attn.", "attention."),
        "attentionNorm.gamma": of["norm1.weight"]!,
        "attentionNorm.beta": of["norm1.bias"]!,
        "feedForwardNorm.gamma": of["norm2.weight"]!,
        "feedForwardNorm.beta": of["norm2.bias"]!,
        "feedForward.in.weight": transpose(of["linear1.weight"]!),
        "feedForward.in.bias": of["linear1.bias"]!,
        "feedForward.out.weight": transpose(of["linear2.weight"]!),
        "feedForward.out.bias": of["linear2.bias"]!,
      };
      const model = nn.transformerLayer({ heads: 2, hidden: 6, norm });
      expectClose(nn.predict(model, { parameters, state: {} }, read(x)), read(y), 1e-12);
    });
  }
});

describe("weights from tfjs layers models", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "gradbook-tfjs-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** Saved as `model.save("file://…")` does it, and read again. */
  async function saved(model: tf.LayersModel): Promise<Record<string, Tensor>> {
    await model.save(
      tf.io.withSaveHandler((artifacts) => {
        const weights = artifacts.weightSpecs!;
        writeFileSync(
          join(folder, "model.json"),
          JSON.stringify({ weightsManifest: [{ paths: ["group1-shard1of1.bin"], weights }] }),
        );
        writeFileSync(
          join(folder, "group1-shard1of1.bin"),
          new Uint8Array(artifacts.weightData as ArrayBuffer),
        );
        return Promise.resolve({
          modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" as const },
        });
      }),
    );
    return { ...nn.readTfjsWeights(join(folder, "model.json")) };
  }

  async function expectSame(
    theirs: tf.LayersModel,
    ours: nn.Module,
    x: Tensor,
    rename: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    for (const weight of theirs.weights) {
      const shape = weight.shape as number[];
      const noise = tf.tensor(
        new Random(shape.length + weight.name.length).uniform(shape, { low: 0.1 }).data as Float32Array,
        shape,
      );
      weight.write(noise);
    }
    const variables = nn.fromTfjsLayers(await saved(theirs), ours, x.shape, { rename });
    const expected = theirs.predict(
      tf.tensor(x.data as Float32Array, [...x.shape], x.dtype as "float32"),
    ) as tf.Tensor;
    const y = nn.predict(ours, variables, x);
    expectClose(y, tensor((await expected.data()) as Float32Array, { shape: expected.shape }), 1e-5);
  }

  it("a convolutional network", async () => {
    const theirs = tf.sequential({
      layers: [
        tf.layers.conv2d({
          name: "conv",
          filters: 3,
          kernelSize: 3,
          inputShape: [6, 6, 2],
          activation: "relu",
        }),
        tf.layers.batchNormalization({ name: "bn" }),
        tf.layers.depthwiseConv2d({ name: "depthwise", kernelSize: 2 }),
        tf.layers.conv2dTranspose({ name: "up", filters: 2, kernelSize: 2, strides: 2 }),
        tf.layers.flatten(),
        tf.layers.dense({ name: "dense", units: 2 }),
      ],
    });
    const ours = nn.sequential({
      conv: nn.conv2d(3, 3, { relu: true }),
      bn: nn.batchNorm({ epsilon: 1e-3 }),
      depthwise: nn.depthwiseConv2d(2),
      up: nn.conv2dTranspose(2, 2, { stride: 2 }),
      flatten: nn.flatten(),
      dense: nn.linear(2),
    });
    await expectSame(theirs, ours, new Random(1).normal([2, 6, 6, 2], { std: 0.1 }));
  });

  it("a separable convolution, which is one layer there and two parts here", async () => {
    const theirs = tf.sequential({
      layers: [
        tf.layers.separableConv2d({
          name: "sep",
          filters: 3,
          kernelSize: 3,
          depthMultiplier: 2,
          inputShape: [6, 6, 2],
        }),
      ],
    });
    const ours = nn.sequential({ sep: nn.separableConv2d(3, 3, { multiplier: 2 }) });
    const rename = { "sep.depthwise": "sep", "sep.pointwise": "sep" };
    await expectSame(theirs, ours, new Random(3).normal([2, 6, 6, 2], { std: 0.1 }), rename);
  });

  it("recurrent networks: LSTM, and GRU with the reset before", async () => {
    const plain = { recurrentActivation: "sigmoid", returnSequences: true } as const;
    const theirs = tf.sequential({
      layers: [
        tf.layers.lstm({ name: "lstm", units: 3, inputShape: [4, 2], ...plain }),
        tf.layers.gru({ name: "gru", units: 2, ...plain }),
      ],
    });
    const ours = nn.sequential({ lstm: nn.lstm(3), gru: nn.gru(2, { reset: "before" }) });
    await expectSame(theirs, ours, new Random(2).normal([2, 4, 2]));
  });

  it("quantized files: scale·q + min, and half floats", () => {
    const weights = [
      { name: "a", shape: [2], dtype: "float32", quantization: { dtype: "uint8", scale: 0.5, min: -1 } },
      { name: "b", shape: [1], dtype: "float32", quantization: { dtype: "float16" } },
      { name: "c", shape: [1], dtype: "float32", quantization: { dtype: "uint16", scale: 2, min: 1 } },
    ];
    writeFileSync(join(folder, "manifest.json"), JSON.stringify([{ weights, paths: ["q-shard1"] }]));
    writeFileSync(join(folder, "q.bin"), Uint8Array.of(0, 4, 0, 0x3c, 1, 1));
    const { a, b, c } = nn.readTfjsWeights(join(folder, "manifest.json"));
    expect([...a!.data, ...b!.data, ...c!.data]).to.deep.equal([-1, 1, 1, 515]);
  });
});
