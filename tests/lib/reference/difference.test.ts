import { expect } from "chai";
import { lookOf } from "../../../lib/display.ts";
import {
  Comparison,
  difference,
  maxRelativeDifference,
  ReferenceReport,
} from "../../../lib/reference/index.ts";

describe("reference: difference", () => {
  it("is the distance over the larger magnitude", () => {
    expect(maxRelativeDifference(100, 101)).to.be.closeTo(1 / 101, 1e-12);
    expect(maxRelativeDifference([[1, 2]], [[1, 2]])).to.equal(0);
  });

  it("measures what is left of a cancellation against a typical value, not against itself", () => {
    expect(maxRelativeDifference([1, 1, 1e-8], [1, 1, 0])).to.be.below(2e-8);
  });

  it("does not let small tensors pass because they are small", () => {
    expect(maxRelativeDifference([0.02], [0.04])).to.equal(0.5);
  });

  it("counts a gradient of noise as zero", () => {
    expect(maxRelativeDifference([3e-8, -1e-8], [-2e-8, 0])).to.be.below(1e-5);
  });

  it("lets NaN agree with NaN only, and an infinity with the same infinity", () => {
    expect(maxRelativeDifference([Number.NaN, Infinity], [Number.NaN, Infinity])).to.equal(0);
    expect(maxRelativeDifference([Number.NaN, 1], [2, 1])).to.equal(Infinity);
    expect(maxRelativeDifference([Infinity], [-Infinity])).to.equal(Infinity);
    expect(maxRelativeDifference([0], [-0])).to.equal(0);
  });

  it("says where the worst element is", () => {
    const { at, shape } = difference(
      [
        [1, 2],
        [3, 4],
      ],
      { data: Float32Array.of(1, 2, 3, 5), shape: [2, 2] },
    );
    expect(at).to.deep.equal({ index: 3, ours: 4, theirs: 5 });
    expect(shape).to.deep.equal([2, 2]);
  });

  it("refuses different shapes, and takes a flat typed array for any shape of its size", () => {
    expect(() => difference([[1, 2]], [[1], [2]])).to.throw(
      "our result has shape [1,2], the reference has [2,1]",
    );
    expect(() => difference([1, 2], [1, 2, 3])).to.throw("shape [2]");
    expect(maxRelativeDifference(Float64Array.of(1, 2), [[1], [2]])).to.equal(0);
    expect(() => difference([[1, 2], [3]], [1, 2, 3])).to.throw("uneven");
  });
});

describe("reference: comparison", () => {
  const who = "tensorflow (native, libtensorflow 2.16.2)";

  it("says in one line what was compared, how far apart it is, and who answered", () => {
    const row = new Comparison({ name: "softmax", ours: [0.5, 0.5], theirs: [0.5, 0.50000002] }, who);
    expect(`${row}`).to.equal(`softmax forward 4.0e-8 ✓ · answered by ${who}`);
    expect(() => row.assert()).not.to.throw();
  });

  it("names place, values and tolerance when it fails", () => {
    const row = new Comparison(
      { name: "conv", direction: "gradient", ours: [[1, 2]], theirs: [[1, 3]] },
      who,
    );
    expect(row.passed).to.equal(false);
    expect(() => row.assert()).to.throw(
      `conv (gradient) differs from ${who}: at [0, 1] ours is 2, the reference 3, 3.3e-1 apart where 1.0e-5 is allowed.`,
    );
  });

  it("fails a row of another shape, and one with a NaN", () => {
    expect(new Comparison({ name: "a", ours: [1], theirs: [1, 2] }, who).reason).to.contain("shape [1]");
    expect(new Comparison({ name: "a", ours: [Number.NaN], theirs: [1] }, who).reason).to.contain(
      "ours is NaN",
    );
  });

  it("shows a report as a table, with names made safe, and throws the worst row", () => {
    const report = new ReferenceReport(who, "ops");
    report.add({ name: "<add>", ours: 1, theirs: 1 });
    report.add({ name: "bad", ours: 1, theirs: 1.1 });
    report.add({ name: "worse", ours: 1, theirs: 2 });
    const look = lookOf(report);
    expect(look?.["text/html"]).to.contain("&lt;add&gt;").and.contain("answered by tensorflow");
    expect(look?.["text/plain"]).to.contain("worse forward 5.0e-1 ✗");
    expect(() => report.assert()).to.throw(/^worse .* 1 more of 3 differ as well\.$/);
  });

  it("does not call an empty report a pass", () => {
    expect(() => new ReferenceReport(who).assert()).to.throw("nothing was compared");
  });
});
