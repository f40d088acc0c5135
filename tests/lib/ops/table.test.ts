import { expect } from "chai";
import { cast, gradCheck, mul, OPS, Random, sum, type Tensor } from "../../../lib/index.ts";
import { apply } from "../../../lib/ops/op.ts";
import { type Reference, reference } from "../../../lib/reference/index.ts";

// Σ weight·output: a plain sum would hide a gradient that goes to the wrong element.
const weightsFor = (output: Tensor): Tensor =>
  new Random(99).uniform(output.shape, { low: 0.5, high: 1.5, dtype: "float64" });

for (const op of Object.values(OPS)) {
  const samples = op.samples(new Random(1));

  describe(`the operation ${op.name}`, () => {
    it("has its gradient checked for every input at several points", () => {
      expect(samples.length).to.be.at.least(2);
      const checked = new Set<string>();
      for (const { inputs, options } of samples) {
        const { gradient, output } = op.forward(inputs, options);
        const rules = gradient(weightsFor(output));
        expect(rules, "one rule for each input").to.have.length(inputs.length);
        expect(op.inputs, "one name for each input").to.have.length(inputs.length);
        const names = op.inputs.filter((_, i) => rules[i] !== null);
        const params = Object.fromEntries(names.map((name) => [name, inputs[op.inputs.indexOf(name)]!]));
        const fn = (at: Readonly<Record<string, Tensor>>): Tensor => {
          const output = apply(
            op,
            inputs.map((input, i) => at[op.inputs[i]!] ?? input),
            options,
          );
          return sum(mul(output, weightsFor(output)));
        };
        gradCheck(fn, params).assert();
        for (const name of names) checked.add(name);
      }
      const constant = op.inputs.filter((name) => !checked.has(name));
      expect(constant.every((name) => name === "labels" || name === "indices")).to.equal(true);
    });

    it("does not write into its inputs", () => {
      for (const { inputs, options } of samples) {
        const before = inputs.map((input) => input.data.slice());
        const { gradient, output } = op.forward(inputs, options);
        for (const rule of gradient(weightsFor(output))) rule?.();
        expect(inputs.map(({ data }) => data)).to.deep.equal(before);
      }
    });
  });
}

describe("every operation equals tfjs to 1e-5", function () {
  this.timeout(60_000);
  let ref: Reference;
  before(async () => {
    ref = await reference();
  });

  for (const op of Object.values(OPS)) {
    it(`${op.name}, forward and gradient`, () => {
      for (const sample of op.samples(new Random(2))) {
        const inputs = sample.inputs.map((input) =>
          input.dtype === "int32" ? input : cast(input, "float32"),
        );
        const { output, gradient } = op.forward(inputs, sample.options);
        const upstream = cast(weightsFor(output), "float32");
        const rules = gradient(upstream);
        const moving = inputs.flatMap((_, i) => (rules[i] ? [i] : []));
        const theirs = ref.gradients(
          (tf, ...given) =>
            op.reference(
              tf,
              inputs.map(
                (input, i) =>
                  given[moving.indexOf(i)] ?? tf.tensor(Float32Array.from(input.data), [...input.shape]),
              ),
              sample.options,
            ),
          moving.map((i) => inputs[i]!),
          upstream,
        );
        const report = ref.report(op.name);
        report.add({ name: op.name, ours: output, theirs: theirs.value });
        moving.forEach((i, k) => {
          report.add({
            name: op.inputs[i]!,
            direction: "gradient",
            ours: rules[i]!(),
            theirs: theirs.gradients[k]!,
          });
        });
        report.assert();
      }
    });
  }
});

describe("the table of operations", () => {
  it("has every operation under its own name", () => {
    for (const [name, op] of Object.entries(OPS)) expect(op.name).to.equal(name);
  });

  it("does not compile without a row, nor a row without a gradient", () => {
    const { add, ...rest } = OPS;
    // @ts-expect-error `add` is missing
    const incomplete: typeof OPS = rest;
    // @ts-expect-error an output alone is not enough
    const flat: typeof OPS.add = { ...add, forward: ([a]) => ({ output: a! }) };
    expect(incomplete).not.to.have.property("add");
    expect(flat.name).to.equal("add");
  });
});
