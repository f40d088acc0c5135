import { expect } from "chai";
import {
  add,
  argmax,
  argmin,
  argsort,
  concat,
  cumsum,
  einsum,
  expandDims,
  gather,
  gradCheck,
  greater,
  less,
  linspace,
  logicalNot,
  masked,
  matmul,
  mul,
  pad,
  prod,
  Random,
  reshape,
  scatterAdd,
  slice,
  sort,
  split,
  squeeze,
  stack,
  std,
  sub,
  sum,
  type Tensor,
  takeAlong,
  tensor,
  topK,
  unstack,
  variance,
  where,
  zeros,
} from "../../../lib/index.ts";

const int = (values: number[]) => tensor(values, { dtype: "int32" });
const grid = reshape(linspace(0, 11, 12), [3, 4]);

describe("slice", () => {
  it("takes one place, a range, a step, from either end", () => {
    expect(slice(grid, -1).toArray()).to.deep.equal([8, 9, 10, 11]);
    expect(slice(grid, [0, 2], 1).toArray()).to.deep.equal([1, 5]);
    expect(slice(grid, null, [1, -1]).toArray()).to.deep.equal([
      [1, 2],
      [5, 6],
      [9, 10],
    ]);
    expect(slice(grid, [null, null, -2], [null, null, 3]).toArray()).to.deep.equal([
      [8, 11],
      [0, 3],
    ]);
    expect(slice(grid, [5, 9]).shape).to.deep.equal([0, 4]);
    expect(slice(grid, 1, 2).item()).to.equal(6);
  });

  it("says which places there are", () => {
    expect(() => slice(grid, 3)).to.throw("slice: no place 3 along axis 0 of [3, 4]; places are -3 to 2.");
    const wrong = { start: [0, 0], size: [1, 2] } as never;
    expect(() => slice(grid, wrong)).to.throw(
      TypeError,
      'slice: {"start":[0,0],"size":[1,2]} is no range; each axis takes a place (a number), [from, to, step], or null',
    );
    expect(() => slice(grid, "1" as never)).to.throw('slice: "1" is no range');
    expect(() => slice(grid, [0, 1, 1, 1] as never)).to.throw("slice: [0,1,1,1] is no range");
    expect(() => slice(grid, 0, 0, 0)).to.throw("3 ranges for shape [3, 4], which has 2 axes");
    expect(() => slice(grid, [0, 2, 0])).to.throw("the step is not 0");
  });
});

describe("picking by index and mask", () => {
  it("gathers along any axis with indices of any shape", () => {
    expect(gather(grid, tensor([[3], [0]], { dtype: "int32" }), { axis: 1 }).shape).to.deep.equal([3, 2, 1]);
    expect(gather(grid, int([3, 0]), { axis: -1 }).toArray()).to.deep.equal([
      [3, 0],
      [7, 4],
      [11, 8],
    ]);
  });

  it("adds up what goes to one place", () => {
    expect(scatterAdd(tensor([1, 2, 3]), int([1, 1, 0]), 3).toArray()).to.deep.equal([3, 3, 0]);
  });

  it("takes what a mask marks, elements or rows", () => {
    expect(masked(grid, greater(grid, 8)).toArray()).to.deep.equal([9, 10, 11]);
    expect(masked(grid, tensor([true, false, true])).shape).to.deep.equal([2, 4]);
    expect(() => masked(grid, tensor([1, 0, 1]))).to.throw("the mask must be bool");
  });

  it("chooses by a condition", () => {
    const small = less(grid, 2);
    expect(sum(where(small, grid, -1)).item()).to.equal(1 - 10);
    expect(sum(logicalNot(small)).item()).to.equal(10);
  });
});

describe("joining and cutting", () => {
  it("joins, stacks, splits and pads", () => {
    expect(concat([grid, grid], { axis: 1 }).shape).to.deep.equal([3, 8]);
    expect(stack([tensor([1, 2]), tensor([3, 4])], { axis: -1 }).toArray()).to.deep.equal([
      [1, 3],
      [2, 4],
    ]);
    expect(unstack(grid, { axis: 1 })[1]!.toArray()).to.deep.equal([1, 5, 9]);
    expect(split(grid, [1, 3], { axis: 1 }).map(({ shape }) => shape)).to.deep.equal([
      [3, 1],
      [3, 3],
    ]);
    expect(pad(tensor([1, 2]), [[1, 2]], 9).toArray()).to.deep.equal([9, 1, 2, 9, 9]);
    expect(squeeze(expandDims(grid, 1)).shape).to.deep.equal([3, 4]);
  });

  it("says what does not fit", () => {
    expect(() => concat([grid, zeros([2, 3])])).to.throw(
      "concat: shapes [3, 4] and [2, 3] do not join along axis 0",
    );
    expect(() => split(grid, 2)).to.throw("split: axis 0 of [3, 4] does not fall into 2");
    expect(() => pad(grid, [[1, 1]])).to.throw("pad: [[1,1]] does not fit [3, 4]");
    expect(() => squeeze(grid, 0)).to.throw("axis 0 of [3, 4] is not of length 1");
  });
});

describe("order", () => {
  const x = tensor([
    [3, 1, 2],
    [0, 5, 5],
  ]);

  it("sorts along an axis, either way, NaN last", () => {
    expect(sort(x).toArray()).to.deep.equal([
      [1, 2, 3],
      [0, 5, 5],
    ]);
    expect(argsort(x, { descending: true }).toArray()).to.deep.equal([
      [0, 2, 1],
      [1, 2, 0],
    ]);
    expect(sort(x, { axis: 0 }).toArray()).to.deep.equal([
      [0, 1, 2],
      [3, 5, 5],
    ]);
    expect(takeAlong(x, argsort(x, { axis: 0 }), { axis: 0 }).toArray()).to.deep.equal(
      sort(x, { axis: 0 }).toArray(),
    );
    expect(argsort(tensor([Number.NaN, 2, 1])).toArray()).to.deep.equal([2, 1, 0]);
  });

  it("finds the k greatest and their places", () => {
    const { values, indices } = topK(x, 2);
    expect(values.toArray()).to.deep.equal([
      [3, 2],
      [5, 5],
    ]);
    expect(indices.toArray()).to.deep.equal([
      [0, 2],
      [1, 2],
    ]);
    expect(() => topK(x, 4)).to.throw("topK: k is 4; along axis 1 of [2, 3] there are 3 elements");
  });

  it("finds the greatest and the least along an axis", () => {
    expect(argmax(x, { axis: 0 }).toArray()).to.deep.equal([0, 1, 1]);
    expect(argmin(x).toArray()).to.deep.equal([1, 0]);
  });

  it("has gradients", () => {
    const weights = tensor([1, 10, 100], { dtype: "float64" });
    gradCheck(({ x }) => sum(mul(sort(x), weights)), { x: tensor([3, 1, 2]) }).assert();
  });
});

describe("folds", () => {
  it("multiply, accumulate, and measure spread", () => {
    expect(prod(tensor([2, 3, 4])).item()).to.equal(24);
    expect(cumsum(tensor([1, 2, 3]), { reverse: true }).toArray()).to.deep.equal([6, 5, 3]);
    expect(variance(tensor([1, 2, 3, 4])).item()).to.equal(1.25);
    expect(std(tensor([1, 2, 3, 4], { dtype: "float64" }), { correction: 1 }).item()).to.be.closeTo(
      1.2909944487358056,
      1e-15,
    );
    expect(() => variance(tensor([1]), { correction: 1 })).to.throw("needs more than that");
  });

  it("have the gradient of a product with a zero in it", () => {
    gradCheck(({ x }) => prod(x), { x: tensor([2, 0, 3]) }).assert();
  });
});

describe("einsum", () => {
  const random = new Random(5);
  const draw = (shape: number[]): Tensor => random.normal(shape, { dtype: "float64" });
  const [A, B] = [draw([3, 4]), draw([4, 5])];
  const near = (a: Tensor, b: Tensor): void => {
    expect(a.shape).to.deep.equal(b.shape);
    a.data.forEach((v, i) => {
      expect(v).to.be.closeTo(b.data[i]!, 1e-12);
    });
  };

  it("multiplies matrices, sums, turns, takes diagonals and outer products", () => {
    near(einsum("ij,jk->ik", A, B), matmul(A, B));
    near(einsum("ij,jk", A, B), matmul(A, B));
    near(einsum("ij->j", A), sum(A, { axis: 0 }));
    near(einsum("ij,ij->", A, A), sum(mul(A, A)));
    const S = draw([3, 3]);
    near(einsum("ii->", S), tensor(S.data[0]! + S.data[4]! + S.data[8]!, { dtype: "float64" }));
    expect(einsum("i,j->ji", draw([2]), draw([3])).shape).to.deep.equal([3, 2]);
  });

  it("works in batches and over three tensors", () => {
    const [q, k] = [draw([2, 3, 4]), draw([2, 5, 4])];
    near(einsum("bqd,bkd->bqk", q, k), matmul(q, k, { transposeB: true }));
    const C = draw([5, 2]);
    near(einsum("ij,jk,kl->il", A, B, C), matmul(matmul(A, B), C));
    gradCheck(({ A, C }) => sum(einsum("ij,jk,kl->li", A, B, C)), { A, C }).assert();
  });

  it("says what is wrong with an equation", () => {
    expect(() => einsum("ij,jk->ik", A)).to.throw("it names 2 tensors and got 1");
    expect(() => einsum("ij,jk->ik", A, A)).to.throw('the axes "j" are 4 and 3 long');
    expect(() => einsum("ijk->i", A)).to.throw('"ijk" names 3 axes and the tensor has shape [3, 4]');
    expect(() => einsum("ij->z", A)).to.throw('"z" in the result');
  });
});

describe("mixed element types", () => {
  it("give the wider one; a number takes the tensor's, a fraction beside int32 is float32", () => {
    expect(add(int([1]), 1).dtype).to.equal("int32");
    expect(add(int([1]), 0.5).dtype).to.equal("float32");
    expect(add(tensor([true]), 1).dtype).to.equal("float32");
    expect(add(tensor([true]), tensor([true])).toArray()).to.deep.equal([2]);
    expect(sub(tensor([1], { dtype: "float64" }), int([1])).dtype).to.equal("float64");
  });
});
