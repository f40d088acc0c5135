import { expect } from "chai";
import {
  binaryCrossEntropy,
  grad,
  huber,
  klDivergence,
  logSoftmax,
  mae,
  mse,
  softmax,
  type Tensor,
  tensor,
  zeros,
} from "../../../lib/index.ts";

describe("mae and huber", () => {
  it("are the mean of |e|, and of a parabola that goes on straight", () => {
    expect(mae(tensor([1, 2]), tensor([1, 4])).item()).to.equal(1);
    expect(huber(tensor([0.5, 3]), tensor([0, 0])).item()).to.equal((0.125 + 2.5) / 2);
    expect(huber(tensor([3]), tensor([0]), { delta: 2 }).item()).to.equal(4);
  });

  it("pull at a wild target no harder than at the next", () => {
    const at = (loss: (p: Tensor, t: Tensor) => Tensor) =>
      grad(({ p }) => loss(p, tensor([0, 0])), { p: tensor([5, 500]) }).p.toArray();
    expect(at(mae)).to.deep.equal([0.5, 0.5]);
    expect(at(huber)).to.deep.equal([0.5, 0.5]);
    expect(at(mse)).to.deep.equal([5, 500]);
  });

  it("say what delta must be", () => {
    expect(() => huber(zeros([1]), zeros([1]), { delta: 0 })).to.throw(
      "huber: delta is 0; it is the error up to which",
    );
  });
});

describe("binaryCrossEntropy", () => {
  it("is −ln p of the right answer", () => {
    expect(binaryCrossEntropy(tensor(0), tensor(1)).item()).to.be.closeTo(Math.LN2, 1e-7);
    const p = 1 / (1 + Math.exp(-2));
    const wanted = -(0.3 * Math.log(p) + 0.7 * Math.log(1 - p));
    const [z, y] = [2, 0.3].map((value) => tensor([value], { dtype: "float64" }));
    expect(binaryCrossEntropy(z!, y!).item()).to.be.closeTo(wanted, 1e-15);
  });

  it("keeps its digits where it is nearly 0, and stays finite where it is large", () => {
    expect(binaryCrossEntropy(tensor([30]), tensor([1])).item()).to.be.closeTo(Math.exp(-30), 1e-19);
    expect(binaryCrossEntropy(tensor([-1e4]), tensor([1])).item()).to.equal(1e4);
    expect(binaryCrossEntropy(tensor([Infinity]), tensor([1])).item()).to.equal(0);
  });

  it("takes probabilities for targets", () => {
    expect(() => binaryCrossEntropy(zeros([2]), tensor([0, 2]))).to.throw(
      "binaryCrossEntropy: the target at place 1 is 2; it is the probability of a yes, from 0 to 1",
    );
    expect(() => binaryCrossEntropy(zeros([1]), tensor([-1]))).to.throw("the target at place 0 is -1");
  });
});

describe("klDivergence", () => {
  const logits = tensor([[2, 1, 0]], { dtype: "float64" });

  it("is 0 between equals and above 0 between others", () => {
    expect(klDivergence(logSoftmax(logits), softmax(logits)).item()).to.be.closeTo(0, 1e-15);
    expect(klDivergence(logSoftmax(zeros([1, 3], "float64")), softmax(logits)).item()).to.be.above(0.1);
  });

  it("counts nothing where p is 0", () => {
    expect(klDivergence(tensor([[Math.log(0.5), -Infinity]]), tensor([[1, 0]])).item()).to.be.closeTo(
      Math.LN2,
      1e-7,
    );
  });

  it("takes rows of probabilities", () => {
    expect(() => klDivergence(logSoftmax(logits), tensor([[1, -1, 1]]))).to.throw(
      "klDivergence: p at place 1 is -1",
    );
    expect(() => klDivergence(tensor(0), tensor(1))).to.throw("klDivergence: shape [] holds no distribution");
  });
});

describe("losses of pairs", () => {
  const losses = { mse, mae, huber, binaryCrossEntropy, klDivergence };

  for (const [name, loss] of Object.entries(losses)) {
    it(`${name} refuses other shapes, nothing, and NaN in the target`, () => {
      expect(() => loss(zeros([3, 1]), zeros([3]))).to.throw(
        `${name}: the prediction has shape [3, 1] and the target [3]; they must be equal`,
      );
      expect(() => loss(zeros([0, 2]), zeros([0, 2]))).to.throw(
        `${name}: shape [0, 2] has no elements to take a mean of`,
      );
      expect(() => loss(zeros([2]), tensor([0.5, Number.NaN]))).to.throw(
        `${name}: the target at place 1 of shape [2] is NaN`,
      );
    });

    it(`${name} hands a prediction's NaN on`, () => {
      expect(loss(tensor([Number.NaN]), tensor([0.5])).item()).to.be.NaN;
    });
  }
});
