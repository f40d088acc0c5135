import { expect } from "chai";
import { OPS, Random } from "../../../lib/index.ts";
import { type Reference, reference } from "../../../lib/reference/index.ts";
import { listInReadme, operationList } from "./list.ts";
import { proveAgainst, proveGradient, proveInputsKept, proveSecondOrder } from "./proof.ts";

for (const op of Object.values(OPS)) {
  const samples = op.samples(new Random(1));

  describe(`the operation ${op.name}`, () => {
    it("has the gradient of every input to 1e-7, over 20 shapes and more", () => {
      expect(samples.length).to.be.at.least(20);
      const checked = new Set(samples.flatMap((sample) => proveGradient(op, sample)));
      const constant = op.inputs.filter((name) => !checked.has(name));
      expect(["labels", "indices", "condition", "turns"]).to.include.members(constant);
    });

    if (op.secondOrder !== false) {
      it("has the gradient of its gradient", () => {
        for (const sample of samples.filter((_, i) => i % 3 === 0)) proveSecondOrder(op, sample);
      });
    }

    it("does not write into its inputs", () => {
      for (const sample of samples) proveInputsKept(op, sample);
    });
  });
}

describe("every operation equals tfjs to 1e-5", function () {
  this.timeout(60_000);
  let ref: Reference;
  before(async () => {
    ref = await reference({ prefer: "cpu" });
  });

  for (const op of Object.values(OPS)) {
    if (op.reference === undefined) continue;
    it(`${op.name}, forward and gradient`, () => {
      for (const sample of op.samples(new Random(2))) proveAgainst(ref, op, sample);
    });
  }
});

describe("the table of operations", () => {
  it("has every operation under its own name", () => {
    for (const [name, op] of Object.entries(OPS)) expect(op.name).to.equal(name);
  });

  it("is the list in lib/README.md, which tests/lib/ops/list.ts writes", () => {
    expect(listInReadme()).to.equal(operationList());
  });

  it("does not compile without a row, nor a row without a gradient", () => {
    const { add, ...rest } = OPS;
    // @ts-expect-error `add` is missing
    const incomplete: typeof OPS = rest;
    // @ts-expect-error rules are missing
    const flat: typeof OPS.add = { ...add, gradients: undefined };
    expect(incomplete).not.to.have.property("add");
    expect(flat.name).to.equal("add");
  });
});
