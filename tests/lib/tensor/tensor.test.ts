import { expect } from "chai";
import { full, linspace, ones, ShapeError, Tensor, tensor, zeros } from "../../../lib/index.ts";

describe("tensor", () => {
  it("takes shape and element type from nested arrays", () => {
    const x = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(x.shape).to.deep.equal([2, 3]);
    expect(x.dtype).to.equal("float32");
    expect(x.toArray()).to.deep.equal([
      [1, 2, 3],
      [4, 5, 6],
    ]);
  });

  it("makes a scalar of a number and bool of booleans", () => {
    expect(tensor(3).shape).to.deep.equal([]);
    expect(tensor(3).item()).to.equal(3);
    expect(tensor([true, false]).dtype).to.equal("bool");
    expect(tensor([true, false]).toArray()).to.deep.equal([true, false]);
  });

  it("keeps the element type of a typed array and copies it", () => {
    const data = new Float64Array([1, 2, 3, 4]);
    const x = tensor(data, { shape: [2, 2] });
    data[0] = 9;
    expect(x.dtype).to.equal("float64");
    expect(x.toArray()).to.deep.equal([
      [1, 2],
      [3, 4],
    ]);
  });

  it("turns every non-zero number into true for bool", () => {
    expect(tensor([0, 0.5, -2], { dtype: "bool" }).toArray()).to.deep.equal([false, true, true]);
  });

  it("makes zeros, ones, constants and evenly spaced numbers", () => {
    expect(zeros([2]).toArray()).to.deep.equal([0, 0]);
    expect(ones([1, 2], "int32").toArray()).to.deep.equal([[1, 1]]);
    expect(full([2], 7).toArray()).to.deep.equal([7, 7]);
    expect(linspace(-1, 1, 5).toArray()).to.deep.equal([-1, -0.5, 0, 0.5, 1]);
  });

  it("keeps an axis of length 0", () => {
    expect(zeros([0, 3]).toArray()).to.deep.equal([]);
    expect(zeros([2, 0]).toArray()).to.deep.equal([[], []]);
  });

  it("refuses ragged arrays and says where they are ragged", () => {
    expect(() => tensor([[1, 2], [3]])).to.throw(
      ShapeError,
      "an array of 1 where an array of 2 should be at depth 1",
    );
    expect(() => tensor([[1], 2])).to.throw(ShapeError, "a number where an array of 1 should be at depth 1");
    expect(() => tensor([1, [2]])).to.throw(ShapeError, "an array of 1 where a number should be at depth 1");
  });

  it("refuses a shape that the values do not fill", () => {
    expect(() => tensor([1, 2, 3], { shape: [2, 2] })).to.throw(
      "3 values do not fill shape [2, 2], which holds 4",
    );
    expect(() => new Tensor(new Float32Array(3), [2])).to.throw(
      "shape [2] holds 2 elements and the data has 3",
    );
    expect(() => zeros([2, -1])).to.throw("zeros: [2, -1] is no shape");
  });

  it("gives the one number of a tensor that holds one, and of no other", () => {
    expect(tensor([[5]]).item()).to.equal(5);
    expect(() => tensor([1, 2]).item()).to.throw("item: a tensor of shape [2] holds 2 numbers, not one");
  });
});
