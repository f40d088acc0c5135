import { expect } from "chai";
import { add, div, matmul, mul, ShapeError, sub, sum, tensor, zeros } from "../../../lib/index.ts";

describe("broadcasting", () => {
  it("adds a row to every row, a column to every column, a number to everything", () => {
    const x = tensor([
      [1, 2],
      [3, 4],
    ]);
    expect(add(x, tensor([10, 20])).toArray()).to.deep.equal([
      [11, 22],
      [13, 24],
    ]);
    expect(add(x, tensor([[10], [20]])).toArray()).to.deep.equal([
      [11, 12],
      [23, 24],
    ]);
    expect(sub(1, x).toArray()).to.deep.equal([
      [0, -1],
      [-2, -3],
    ]);
  });

  it("stretches both sides at once", () => {
    expect(mul(tensor([[1], [2]]), tensor([3, 4, 5])).toArray()).to.deep.equal([
      [3, 4, 5],
      [6, 8, 10],
    ]);
    expect(add(zeros([2, 1, 3]), zeros([4, 1])).shape).to.deep.equal([2, 4, 3]);
  });

  it("walks three axes with the middle one stretched", () => {
    const x = tensor([[[1, 2]], [[3, 4]]]);
    expect(add(x, tensor([[10], [20]])).toArray()).to.deep.equal([
      [
        [11, 12],
        [21, 22],
      ],
      [
        [13, 14],
        [23, 24],
      ],
    ]);
  });

  it("says which operation, which shapes, which axis, and what would fit", () => {
    expect(() => add(zeros([2, 3]), zeros([4]))).to.throw(
      ShapeError,
      "add: shapes [2, 3] and [4] do not fit together: counted from the last axis, axis -1 has 3 on the left " +
        "and 4 on the right, and they must be equal or one of them 1. Beside [2, 3], a shape such as [2, 3] or " +
        "[3] or [2, 1] would fit.",
    );
  });

  it("says what a matrix product needs", () => {
    expect(() => matmul(zeros([2, 3]), zeros([2, 3]))).to.throw(
      ShapeError,
      "matmul: shapes [2, 3] and [2, 3] do not fit: the left has 3 columns and the right 2 rows. " +
        "Beside [2, 3], a right side of shape [3, n] would fit.",
    );
    expect(() => matmul(zeros([3]), zeros([3, 2]))).to.throw(
      "reshape a vector of n to [1, n] (a row) or [n, 1]",
    );
  });

  it("says which axes there are", () => {
    expect(() => sum(zeros([2, 3]), { axis: 2 })).to.throw(
      ShapeError,
      "sum: no axis 2; a tensor of rank 2 has axes -2 to 1.",
    );
    expect(() => sum(zeros([2, 3]), { axis: [0, -2] })).to.throw("name one axis twice");
  });

  it("takes the wider element type, and the tensor's beside a number", () => {
    const [i, f, d] = (["int32", "float32", "float64"] as const).map((dtype) => tensor([1], { dtype }));
    expect(add(i!, f!).dtype).to.equal("float32");
    expect(mul(f!, d!).dtype).to.equal("float64");
    expect(mul(0.1, d!).item()).to.equal(0.1);
    expect(div(i!, i!).dtype).to.equal("float32");
  });
});
