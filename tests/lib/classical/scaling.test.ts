import { expect } from "chai";
import { rescale, standardize, type Tensor, tensor } from "../../../lib/index.ts";

const training = tensor(
  [
    [1, 10, 5],
    [2, 30, 5],
    [3, 80, 5],
  ],
  { dtype: "float64" },
);
const near = (got: Tensor, expected: number[][]): void => {
  expect(got.shape).to.deep.equal([expected.length, expected[0]!.length]);
  expected.flat().forEach((value, i) => {
    expect(got.data[i]).to.be.closeTo(value, 1e-12);
  });
};

describe("scaling", () => {
  it("gives every feature mean 0 and deviation 1, of the population or of a sample, and leaves one that never varies", () => {
    // By hand: the second feature has mean 40 and squares 900, 100 and 1600 about it.
    const [a, b] = [Math.sqrt(2 / 3), Math.sqrt(2600 / 3)];
    near(standardize(training).apply(training), [
      [-1 / a, -30 / b, 0],
      [0, -10 / b, 0],
      [1 / a, 40 / b, 0],
    ]);
    const sample = standardize(training, { over: "sample" });
    [1, Math.sqrt(1300), 1].forEach((width, j) => {
      expect(sample.width.data[j]).to.be.closeTo(width, 1e-12);
    });
  });

  it("applies the training set's numbers to others, and goes back", () => {
    const other = tensor([[4, 40, 6]], { dtype: "float64" });
    for (const scale of [standardize(training), rescale(training, { range: [0.01, 0.99] })]) {
      near(scale.invert(scale.apply(other)), [[4, 40, 6]]);
    }
    near(standardize(training).apply(other), [[2 / Math.sqrt(2 / 3), 0, 1]]);
  });

  it("brings every feature to a range", () => {
    near(rescale(training, { range: [-0.99, 0.99] }).apply(training), [
      [-0.99, -0.99, -0.99],
      [0, -0.99 + (1.98 * 20) / 70, -0.99],
      [0.99, 0.99, -0.99],
    ]);
  });

  it("says what does not fit", () => {
    expect(() => rescale(training, { range: [1, 1] })).to.throw("from 1 to 1");
    expect(() => standardize(training).apply(tensor([[1, 2]]))).to.throw("must be [n, 3]");
    expect(() => standardize(tensor([[Number.NaN]]))).to.throw("feature 0 of example 0 is NaN");
  });
});
