import { expect } from "chai";
import {
  argmax,
  cast,
  equal,
  gather,
  logSoftmax,
  max,
  mean,
  oneHot,
  reshape,
  rows,
  softmax,
  sum,
  tensor,
  transpose,
  zeros,
} from "../../../lib/index.ts";

const int = (values: number[]) => tensor(values, { dtype: "int32" });
const matrix = tensor([
  [1, 2, 3],
  [4, 5, 6],
]);

describe("softmax", () => {
  it("gives probabilities that sum to 1 along the last axis", () => {
    const p = softmax(
      tensor(
        [
          [1, 2, 3],
          [0, 0, 0],
        ],
        { dtype: "float64" },
      ),
    );
    expect(p.data[2]).to.be.closeTo(Math.exp(3) / (Math.exp(1) + Math.exp(2) + Math.exp(3)), 1e-15);
    for (const total of sum(p, { axis: -1 }).data) expect(total).to.be.closeTo(1, 1e-15);
  });

  it("stays finite for logits of a thousand, where e^z overflows", () => {
    expect(softmax(tensor([1000, 1000])).toArray()).to.deep.equal([0.5, 0.5]);
    expect(softmax(tensor([1000, 0])).toArray()).to.deep.equal([1, 0]);
    expect(softmax(tensor([-1000, -1000])).toArray()).to.deep.equal([0.5, 0.5]);
  });

  it("has a logarithm that stays finite where the probability is 0", () => {
    expect(logSoftmax(tensor([0, -1000])).toArray()).to.deep.equal([0, -1000]);
  });

  it("needs classes", () => {
    expect(() => softmax(tensor(1))).to.throw("logits of shape [] have no classes");
    expect(() => softmax(zeros([2, 0]))).to.throw("logits of shape [2, 0] have no classes");
  });
});

describe("sum, mean and max", () => {
  it("fold all axes, one, or several, and keep them when asked to", () => {
    expect(sum(matrix).item()).to.equal(21);
    expect(mean(matrix, { axis: 0 }).toArray()).to.deep.equal([2.5, 3.5, 4.5]);
    expect(max(matrix, { axis: -1, keepDims: true }).toArray()).to.deep.equal([[3], [6]]);
    expect(sum(zeros([2, 3, 4]), { axis: [0, 2] }).shape).to.deep.equal([3]);
  });

  it("add 10 million float32 without losing digits", () => {
    expect(sum(tensor(new Float32Array(1e7).fill(0.1))).item()).to.be.closeTo(1e6, 1);
  });

  it("average truths to a rate", () => {
    expect(mean(tensor([true, false, true, true])).item()).to.equal(0.75);
  });

  it("refuse to average or choose from nothing", () => {
    expect(() => mean(zeros([0]))).to.throw("mean: shape [0] has no elements");
    expect(() => max(zeros([2, 0]), { axis: 1 })).to.throw("max: shape [2, 0] has no elements");
  });
});

describe("moving elements", () => {
  it("transposes", () => {
    expect(transpose(matrix).toArray()).to.deep.equal([
      [1, 4],
      [2, 5],
      [3, 6],
    ]);
    expect(transpose(zeros([2, 3, 4]), [1, 2, 0]).shape).to.deep.equal([3, 4, 2]);
    expect(() => transpose(matrix, [0])).to.throw("[0] must name every axis of [2, 3] once");
  });

  it("reshapes without moving, one axis left open", () => {
    expect(reshape(matrix, [-1, 2]).toArray()).to.deep.equal([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    expect(() => reshape(matrix, [4, 2])).to.throw("[2, 3] holds 6 elements, which do not fill [4, 2]");
    expect(() => reshape(matrix, [-1, 4])).to.throw("do not fill [-1, 4]");
    expect(() => reshape(matrix, [-1, -1])).to.throw("one of them may be -1");
  });

  it("takes rows by range without a copy, and by index in any order", () => {
    expect(rows(matrix, 1, 2).toArray()).to.deep.equal([[4, 5, 6]]);
    expect(rows(matrix, 1, 2).data.buffer).to.equal(matrix.data.buffer);
    expect(gather(matrix, int([1, 0, 1])).toArray()).to.deep.equal([
      [4, 5, 6],
      [1, 2, 3],
      [4, 5, 6],
    ]);
  });

  it("says which rows there are", () => {
    expect(() => rows(matrix, 1, 3)).to.throw(
      "rows: no rows 1 to 3 in shape [2, 3]; 0 ≤ from ≤ to ≤ 2 would fit.",
    );
    expect(() => gather(matrix, int([0, 2]))).to.throw("gather: index 2 (at place 1) is outside 0 … 1.");
    expect(() => gather(matrix, tensor([0]))).to.throw("the indices must be int32 and are float32 [1]");
  });
});

describe("choosing", () => {
  it("finds the place of the greatest, the first of ties", () => {
    expect(
      argmax(
        tensor([
          [1, 3, 2],
          [5, 5, 0],
        ]),
      ).toArray(),
    ).to.deep.equal([1, 0]);
  });

  it("spreads labels into rows of zeros and a one", () => {
    expect(oneHot(int([2, 0]), 3).toArray()).to.deep.equal([
      [0, 0, 1],
      [1, 0, 0],
    ]);
    expect(() => oneHot(int([3]), 3)).to.throw("label 3 (at place 0) is not one of the classes 0 … 2");
  });

  it("compares and casts", () => {
    const same = equal(int([1, 2, 3]), int([1, 0, 3]));
    expect(same.toArray()).to.deep.equal([true, false, true]);
    expect(cast(same, "float32").toArray()).to.deep.equal([1, 0, 1]);
    expect(cast(tensor([2.9, -2.9]), "int32").toArray()).to.deep.equal([2, -2]);
  });
});
