import { expect } from "chai";
import {
  add,
  crossEntropy,
  grad,
  mean,
  mul,
  oneHot,
  Random,
  rows,
  softmax,
  sum,
  tensor,
  zeros,
} from "../../../lib/index.ts";

const int = (values: number[]) => tensor(values, { dtype: "int32" });
const double = (values: number[] | number[][]) => tensor(values, { dtype: "float64" });
const logits = double([
  [2, 1, 0.5],
  [0, 3, -1],
  [1, 1, 4],
]);
const labels = int([0, 2, 1]);
const each = crossEntropy(logits, labels, { reduction: "none" }).data;

describe("crossEntropy's reduction", () => {
  it("gives the loss of every row, their sum, or their mean", () => {
    expect(each).to.have.length(3);
    const total = each[0]! + each[1]! + each[2]!;
    expect(crossEntropy(logits, labels, { reduction: "sum" }).item()).to.be.closeTo(total, 1e-14);
    expect(crossEntropy(logits, labels).item()).to.be.closeTo(total / 3, 1e-14);
  });

  it("keeps the shape of the labels", () => {
    const tokens = tensor(new Int32Array(6), { shape: [2, 3] });
    expect(crossEntropy(zeros([2, 3, 5]), tokens, { reduction: "none" }).shape).to.deep.equal([2, 3]);
  });
});

describe("crossEntropy with rows left out", () => {
  const padded = int([0, -1, 1]);

  it("is the mean over the others", () => {
    expect(crossEntropy(logits, padded, { ignored: -1 }).item()).to.be.closeTo(
      (each[0]! + each[2]!) / 2,
      1e-14,
    );
    expect(crossEntropy(logits, padded, { ignored: -1, reduction: "none" }).data[1]).to.equal(0);
  });

  it("has no gradient there", () => {
    const { z } = grad(({ z }) => crossEntropy(z, padded, { ignored: -1, smoothing: 0.1 }), { z: logits });
    expect(rows(z, 1, 2).toArray()).to.deep.equal([[0, 0, 0]]);
    expect(z.data.some((value) => value === 0) && z.data[0] !== 0).to.equal(true);
  });

  it("does not see what stands there", () => {
    const broken = tensor([
      [2, 1],
      [Number.NaN, Infinity],
    ]);
    const { z } = grad(({ z }) => crossEntropy(z, int([0, -1]), { ignored: -1 }), { z: broken });
    expect(z.data.some(Number.isNaN)).to.equal(false);
    expect(crossEntropy(broken, int([0, -1]), { ignored: -1 }).item()).to.be.closeTo(0.3133, 1e-4);
  });

  it("leaves out a row of an ordinary class as well", () => {
    expect(crossEntropy(logits, labels, { ignored: 2 }).item()).to.be.closeTo(
      (each[0]! + each[2]!) / 2,
      1e-14,
    );
  });

  it("is refused where nothing is left, but for a sum", () => {
    const none = int([-1, -1, -1]);
    expect(() => crossEntropy(logits, none, { ignored: -1 })).to.throw(
      "crossEntropy: logits of shape [3, 3] have no rows that count",
    );
    expect(crossEntropy(logits, none, { ignored: -1, reduction: "sum" }).item()).to.equal(0);
    expect(() => crossEntropy(zeros([0, 3]), int([]))).to.throw(
      "logits of shape [0, 3] have no rows, and a mean needs one",
    );
  });
});

describe("crossEntropy with weights", () => {
  it("weighs the mean over class indices, as PyTorch does", () => {
    const w = [1, 2, 4];
    const weighted = (each[0]! * w[0]! + each[1]! * w[2]! + each[2]! * w[1]!) / (w[0]! + w[2]! + w[1]!);
    expect(crossEntropy(logits, labels, { weights: double(w) }).item()).to.be.closeTo(weighted, 1e-14);
    const ignoring = (each[0]! * w[0]! + each[2]! * w[1]!) / (w[0]! + w[1]!);
    const some = int([0, -1, 1]);
    expect(crossEntropy(logits, some, { weights: double(w), ignored: -1 }).item()).to.be.closeTo(
      ignoring,
      1e-14,
    );
  });

  it("changes nothing when all are equal", () => {
    const weights = double([3, 3, 3]);
    expect(crossEntropy(logits, labels, { weights, smoothing: 0.2 }).item()).to.be.closeTo(
      crossEntropy(logits, labels, { smoothing: 0.2 }).item(),
      1e-14,
    );
  });
});

describe("crossEntropy with smoothing", () => {
  it("is that of the smoothed distribution", () => {
    const smooth = add(mul(0.7, oneHot(labels, 3)), 0.1);
    expect(crossEntropy(logits, labels, { smoothing: 0.3 }).item()).to.be.closeTo(
      crossEntropy(logits, smooth).item(),
      1e-6,
    );
  });

  it("says the same in float32, through the engine, as in float64", () => {
    const random = new Random(5);
    const z = random.normal([64, 50], { dtype: "float64" });
    const y = random.integers([64], { high: 50 });
    const options = { smoothing: 0.1, ignored: 7, weights: random.uniform([50], { low: 0.5, high: 2 }) };
    const single = tensor(Float32Array.from(z.data), { shape: z.shape });
    const [a, b] = [z, single].map((z) => grad(({ z }) => crossEntropy(z, y, options), { z }).z.data);
    a!.forEach((value, i) => {
      expect(b![i]).to.be.closeTo(value, 1e-7);
    });
    expect(crossEntropy(single, y, options).item()).to.be.closeTo(crossEntropy(z, y, options).item(), 1e-5);
  });
});

describe("crossEntropy says what is wrong", () => {
  it("with labels", () => {
    const nan = double([
      [1, 0, 0],
      [0, Number.NaN, 0],
      [0, 0, 1],
    ]);
    expect(() => crossEntropy(logits, nan)).to.throw(
      "crossEntropy: the label at place 4 of shape [3, 3] is NaN",
    );
    expect(() => crossEntropy(logits, int([0, 1, 3]))).to.throw(
      "label 3 (at place 2) is not one of the classes 0 … 2",
    );
    expect(() => crossEntropy(logits, int([0, 1, -2]), { ignored: -1 })).to.throw(
      "label -2 (at place 2) is not one of the classes 0 … 2, nor the ignored -1",
    );
    expect(() => crossEntropy(logits, zeros([3, 2]))).to.throw(
      "for logits of shape [3, 3] the labels must be int32",
    );
    expect(() => crossEntropy(logits, softmax(logits), { ignored: -1 })).to.throw("ignored is a class index");
  });

  it("with options", () => {
    expect(() => crossEntropy(logits, labels, { smoothing: 1 })).to.throw(
      "crossEntropy: smoothing is 1; it is a share",
    );
    expect(() => crossEntropy(logits, labels, { smoothing: Number.NaN })).to.throw("smoothing is NaN");
    expect(() => crossEntropy(logits, labels, { weights: zeros([2]) })).to.throw(
      "weights of shape [2] do not fit logits of shape [3, 3]; one for each class, [3], would",
    );
    expect(() => crossEntropy(logits, labels, { weights: double([1, -1, 1]) })).to.throw(
      "the weight of class 1 is -1",
    );
    expect(() => crossEntropy(logits, labels, { weights: zeros([3]) })).to.throw("no rows that count");
    expect(() => crossEntropy(logits, labels, { reduction: "max" as never })).to.throw('reduction is "max"');
  });

  it("but hands NaN logits on, for the training loop to see", () => {
    expect(crossEntropy(tensor([[Number.NaN, 0]]), int([0])).item()).to.be.NaN;
    expect(mean(sum(crossEntropy(tensor([[Number.NaN, 0]]), tensor([[1, 0]])))).item()).to.be.NaN;
  });
});
