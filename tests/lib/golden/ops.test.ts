import { expect } from "chai";
import { add, mul, OPS, sum, Tensor, valueAndGrad } from "../../../lib/index.ts";
import { CALLS } from "./calls.ts";
import { type GoldenCase, goldenCases } from "./ops.ts";

const STORED = [
  "gelu silu softplus groupNorm instanceNorm layerNorm gru lstm rnn attention huber crossEntropy conv2d conv1d",
  "convTranspose2d localResponseNorm resizeBilinear upsampleNearest patches locallyConnected2d",
].flatMap((line) => line.split(" "));

describe("golden values", () => {
  for (const op of STORED) {
    it(`of ${op} are whole: every output has its upstream gradient, every gradient its input's shape`, () => {
      const cases = goldenCases(op);
      expect(cases).not.to.have.length(0);
      for (const { inputs, output, upstream, gradients } of cases) {
        for (const name of Object.keys(output))
          expect(upstream[name]?.shape).to.deep.equal(output[name]!.shape);
        for (const name of Object.keys(gradients))
          expect(gradients[name]!.shape).to.deep.equal(inputs[name]?.shape);
        expect(Object.keys(gradients)).not.to.have.length(0);
      }
    });
  }

  it("are right where a few lines can tell: SiLU is x·σ(x), its gradient σ + x·σ·(1 − σ)", () => {
    for (const { inputs, output, upstream, gradients } of goldenCases("silu")) {
      inputs.x!.data.forEach((x, i) => {
        const s = 1 / (1 + Math.exp(-x));
        expect(output.y!.data[i]).to.be.closeTo(x * s, 1e-14 * Math.max(1, Math.abs(x)));
        expect(gradients.x!.data[i]).to.be.closeTo(upstream.y!.data[i]! * (s + x * s * (1 - s)), 1e-13);
      });
    }
  });

  it("stand behind every row of the table that has no tfjs counterpart", () => {
    const missing = Object.values(OPS).filter(({ golden }) => golden !== undefined && !(golden in CALLS));
    expect(missing.map(({ name }) => name)).to.deep.equal([]);
  });

  for (const [op, call] of Object.entries(CALLS)) {
    it(`are what ${op} gives, forward and gradient, to 1e-9`, () => {
      const cases = goldenCases(op);
      expect(cases).not.to.have.length(0);
      for (const stored of cases) {
        const { outputs, gradients } = ours(stored, (inputs) => call(inputs, stored.options));
        for (const [name, wanted] of Object.entries(stored.output)) {
          expectClose(`${op}, ${stored.name}: ${name}`, outputs[name], wanted);
        }
        for (const [name, wanted] of Object.entries(stored.gradients)) {
          expectClose(`${op}, ${stored.name}: gradient of ${name}`, gradients[name], wanted);
        }
      }
    });
  }
});

type Tensors = Readonly<Record<string, Tensor>>;

/** The outputs by name, and the gradients of Σ output · upstream. */
function ours(
  { inputs, upstream, gradients }: GoldenCase,
  compute: (inputs: Tensors) => Tensor | Tensors,
): { outputs: Tensors; gradients: Tensors } {
  const moving = Object.fromEntries(Object.keys(gradients).map((name) => [name, inputs[name]!]));
  const { aux, grads } = valueAndGrad((at: Tensors) => {
    const made = compute({ ...inputs, ...at });
    const outputs: Tensors = made instanceof Tensor ? { y: made } : made;
    const parts = Object.entries(outputs).map(([name, output]) => sum(mul(output, upstream[name]!)));
    return { value: parts.reduce((total, part) => add(total, part)), aux: outputs };
  }, moving);
  return { outputs: aux, gradients: grads };
}

/** Within 1e-9 of the greatest number of the whole: sums of different orders differ in their last digits. */
function expectClose(what: string, got: Tensor | undefined, wanted: Tensor): void {
  expect(got?.shape, what).to.deep.equal(wanted.shape);
  const scale = Math.max(1, ...Array.from(wanted.data, Math.abs));
  wanted.data.forEach((value, i) => {
    expect(got!.data[i], `${what}[${i}]`).to.be.closeTo(value, 1e-9 * scale);
  });
}
