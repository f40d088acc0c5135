import { expect } from "chai";
import { embedding, grad, mul, sum, tensor, zeros } from "../../../lib/index.ts";

const int = (values: number[] | number[][]) => tensor(values, { dtype: "int32" });
const table = tensor([
  [1, 2],
  [3, 4],
  [5, 6],
]);

describe("embedding", () => {
  it("gives the rows that the indices name, in the indices' shape", () => {
    expect(embedding(table, int([[2, 0]])).toArray()).to.deep.equal([
      [
        [5, 6],
        [1, 2],
      ],
    ]);
    expect(embedding(table, tensor(1, { dtype: "int32" })).toArray()).to.deep.equal([3, 4]);
    expect(embedding(table, int([])).shape).to.deep.equal([0, 2]);
  });

  it("adds the gradients of a row that was taken twice", () => {
    const weights = tensor([
      [1, 1],
      [10, 10],
      [100, 100],
    ]);
    const { table: g } = grad(({ table }) => sum(mul(embedding(table, int([2, 0, 2])), weights)), { table });
    expect(g.toArray()).to.deep.equal([
      [10, 10],
      [0, 0],
      [101, 101],
    ]);
  });

  it("does so in a large table too", () => {
    const large = zeros([500, 32]);
    const tokens = int(Array.from({ length: 2000 }, (_, i) => (i * 7) % 500));
    const { large: g } = grad(({ large }) => sum(embedding(large, tokens)), { large });
    expect(new Set(g.data)).to.deep.equal(new Set([4]));
  });

  it("names the index that is out of range", () => {
    expect(() => embedding(table, int([0, 3]))).to.throw(
      "embedding: index 3 (at place 1) is out of range; the table has the rows 0 … 2.",
    );
    expect(() => embedding(table, int([-1]))).to.throw("embedding: index -1 (at place 0) is out of range");
    expect(() => embedding(zeros([0, 2]), int([0]))).to.throw(
      "index 0 (at place 0) is out of range; the table has no rows",
    );
  });

  it("says what table and indices must be", () => {
    expect(() => embedding(table, tensor([0]))).to.throw(
      "the indices must be int32 and are float32 of shape [1]",
    );
    expect(() => embedding(zeros([3]), int([0]))).to.throw(
      "embedding: the table has shape [3]; it must be [rows, width]",
    );
  });
});
