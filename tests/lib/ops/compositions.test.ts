import { expect } from "chai";
import { Random } from "../../../lib/index.ts";
import { type Reference, reference } from "../../../lib/reference/index.ts";
import { COMPOSITIONS } from "./compositions.ts";
import { IMAGE_COMPOSITIONS } from "./image-compositions.ts";
import { proveAgainst, proveGradient, proveInputsKept, proveSecondOrder } from "./proof.ts";

const ALL = [...COMPOSITIONS, ...IMAGE_COMPOSITIONS];

for (const made of ALL) {
  const samples = made.samples(new Random(1));

  describe(`made of operations: ${made.name}`, () => {
    it("has the gradient of every input to 1e-7, over 20 shapes and more", () => {
      expect(samples.length).to.be.at.least(20);
      for (const sample of samples) proveGradient(made, sample);
    });

    it("has the gradient of its gradient", () => {
      for (const sample of samples.filter((_, i) => i % 3 === 0)) proveSecondOrder(made, sample);
    });

    it("does not write into its inputs", () => {
      for (const sample of samples) proveInputsKept(made, sample);
    });
  });
}

describe("what is made of operations equals tfjs to 1e-5", function () {
  this.timeout(60_000);
  let ref: Reference;
  before(async () => {
    ref = await reference({ prefer: "cpu" });
  });

  for (const made of ALL) {
    if (made.reference === undefined) continue;
    it(`${made.name}, forward and gradient`, () => {
      for (const sample of made.samples(new Random(2))) proveAgainst(ref, made, sample);
    });
  }
});
