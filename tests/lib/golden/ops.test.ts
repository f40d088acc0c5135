import { expect } from "chai";
import { goldenCases } from "./ops.ts";

const OPS = [
  "gelu silu softplus groupNorm instanceNorm layerNorm gru lstm rnn attention huber crossEntropy conv2d conv1d",
  "convTranspose2d localResponseNorm resizeBilinear upsampleNearest",
].flatMap((line) => line.split(" "));

describe("golden values", () => {
  for (const op of OPS) {
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
});
