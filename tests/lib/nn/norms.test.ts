// Norms with the options that PyTorch and Keras have, held against PyTorch's modules (tests/lib/golden/norms.py).
import * as tf from "@tensorflow/tfjs";
import { expect } from "chai";
import {
  cos,
  gradCheck,
  layerNorm,
  mul,
  nn,
  Random,
  sum,
  type Tensor,
  tensor,
  transpose,
  valueAndGrad,
  zeros,
} from "../../../lib/index.ts";
import { readGolden } from "../golden/read.ts";

interface Stored {
  readonly shape: number[];
  readonly values: number[];
}
type Named = Readonly<Record<string, Stored>>;
type Options = nn.BatchNormLayerOptions & { readonly axis?: number & number[]; readonly groups?: number };
interface Case {
  readonly name: string;
  readonly kind: "layerNorm" | "batchNorm" | "groupNorm" | "instanceNorm";
  readonly options: Options;
  readonly x: Stored;
  readonly state: Named;
  readonly y: Stored;
  readonly after: Named;
  readonly gradients: Named;
  readonly evaluated: Stored;
}

const read = ({ shape, values }: Stored): Tensor => tensor(Float64Array.from(values), { shape });
function expectClose(found: Tensor, { shape, values }: Stored): void {
  expect(found.shape).to.deep.equal(shape);
  found.data.forEach((value, i) => {
    expect(value).to.be.closeTo(values[i]!, 1e-12 * Math.max(1, Math.abs(values[i]!)));
  });
}
function layerOf({ kind, options: { groups = 1, ...options } }: Case): nn.Layer {
  return kind === "groupNorm" ? nn.groupNorm(groups, options) : nn[kind](options);
}
/** Σ y·cos(1, 2, …). */
const weighed = (y: Tensor): Tensor =>
  sum(
    mul(
      y,
      cos(
        tensor(
          Float64Array.from({ length: y.size }, (_, i) => i + 1),
          { shape: y.shape },
        ),
      ),
    ),
  );

describe("norms equal PyTorch's modules", () => {
  const OURS: Readonly<Record<string, string>> = { weight: "gamma", bias: "beta" };

  for (const stored of readGolden<Case[]>("norms")) {
    it(`${stored.kind}, ${stored.name}: results, gradients, running statistics, imported by name`, () => {
      const model = nn.sequential({ norm: layerOf(stored) });
      const named = Object.entries(stored.state).map(
        ([name, value]) => [`norm.${name}`, read(value)] as const,
      );
      const { parameters, state } = nn.fromPyTorch(Object.fromEntries(named), model, stored.x.shape);
      const input = read(stored.x);
      const { grads, aux } = valueAndGrad(
        ({ x, ...own }: Readonly<Record<string, Tensor>>) => {
          const result = nn.run(model, { parameters: own, state }, x!, { training: true });
          return { value: weighed(result.output), aux: result };
        },
        { ...parameters, x: input } as Readonly<Record<string, Tensor>>,
      );
      expectClose(aux.output, stored.y);
      for (const [name, gradient] of Object.entries(stored.gradients)) {
        expectClose(grads[name === "x" ? "x" : `norm.${OURS[name]}`]!, gradient);
      }
      expect(Object.keys(parameters)).to.have.length(Object.keys(stored.gradients).length - 1);
      for (const [ours, theirs] of [
        ["mean", "running_mean"],
        ["variance", "running_var"],
      ] as const) {
        if (stored.after[theirs]) expectClose(aux.state[`norm.${ours}`]!, stored.after[theirs]);
      }
      expectClose(nn.predict(model, { parameters, state: aux.state }, input), stored.evaluated);
    });
  }
});

describe("layerNorm over several axes", () => {
  const x = new Random(1).normal([2, 3, 4, 5], { dtype: "float64" });

  it("takes any axes, also such as are not the last: Keras's { axis }", () => {
    const [gamma, beta] = [0, 1].map((seed) => new Random(seed).normal([3, 5], { dtype: "float64" }));
    const order = [0, 2, 1, 3];
    const found = layerNorm(x, { axis: [1, 3], gamma: gamma!, beta: beta! });
    const moved = layerNorm(transpose(x, order), { axis: [-2, -1], gamma: gamma!, beta: beta! });
    expect(found.data).to.deep.equal(transpose(moved, order).data);
    gradCheck((all) => weighed(layerNorm(all.x, { axis: [1, 3], gamma: all.gamma, beta: all.beta })), {
      x,
      gamma: gamma!,
      beta: beta!,
    }).assert();
  });

  it("equals tfjs's layers.layerNormalization", async () => {
    const theirs = tf.layers.layerNormalization({ axis: [1, 2], epsilon: 1e-3 });
    const images = new Random(2).normal([2, 3, 4]);
    const expected = theirs.apply(tf.tensor(images.data as Float32Array, [2, 3, 4])) as tf.Tensor;
    const model = nn.layerNorm({ axis: [1, 2], epsilon: 1e-3 });
    const found = nn.predict(model, nn.initialize(model, images.shape), images);
    (await expected.data()).forEach((value, i) => {
      expect(found.data[i]).to.be.closeTo(value, 1e-5);
    });
  });

  it("says what fits", () => {
    expect(() => layerNorm(x, { axis: [2, 3], gamma: zeros([5], "float64") })).to.throw(
      "layerNorm: gamma has shape [5] and x [2, 3, 4, 5]; gamma holds one number for each element of the normalized axes, " +
        "so shape [4, 5] would fit",
    );
    expect(() => layerNorm(x, { axis: 4 })).to.throw(
      "layerNorm: no axis 4; a tensor of rank 4 has axes -4 to 3",
    );
    expect(() => layerNorm(x, { axis: [1, -3] })).to.throw("name one axis twice");
    expect(() => nn.initialize(nn.sequential({ bn: nn.batchNorm({ axis: 4 }) }), [1, 2])).to.throw(
      "at bn: batchNorm: no axis 4",
    );
  });

  it("refuses a scale that the model here would leave out", () => {
    const state = { "ln.weight": zeros([4]), "ln.bias": zeros([4]) };
    const model = nn.sequential({ ln: nn.layerNorm({ scale: false }) });
    expect(() => nn.fromPyTorch(state, model, [1, 4])).to.throw("Left over: ln.gamma");
  });
});
