import { expect } from "chai";
import {
  crossEntropy,
  grad,
  hinge,
  log,
  mse,
  mul,
  oneHot,
  softmax,
  squaredHinge,
  sub,
  sum,
  tensor,
  zeros,
} from "../../../lib/index.ts";

const int = (values: number[]) => tensor(values, { dtype: "int32" });
const logits = tensor(
  [
    [2, 1, 0.5],
    [0, 3, -1],
  ],
  { dtype: "float64" },
);
const labels = int([0, 2]);

describe("crossEntropy", () => {
  it("is the mean of −ln p over the examples", () => {
    const [p] = [softmax(logits).data];
    expect(crossEntropy(logits, labels).item()).to.be.closeTo(
      -(Math.log(p[0]!) + Math.log(p[5]!)) / 2,
      1e-15,
    );
  });

  it("is ln 10 for ten equal logits, and 0 for a certain hit", () => {
    expect(crossEntropy(zeros([4, 10], "float64"), int([0, 3, 5, 9])).item()).to.be.closeTo(
      Math.log(10),
      1e-15,
    );
    expect(crossEntropy(tensor([[1000, 0]]), int([0])).item()).to.equal(0);
  });

  it("stays finite where the right class has probability 0", () => {
    expect(crossEntropy(tensor([[0, 1000]]), int([0])).item()).to.equal(1000);
  });

  it("has the gradient (p − y) / N", () => {
    const expected = sub(softmax(logits), oneHot(labels, 3)).data.map((v) => v / 2);
    const { z } = grad(({ z }) => crossEntropy(z, labels), { z: logits });
    z.data.forEach((v, i) => {
      expect(v).to.be.closeTo(expected[i]!, 1e-15);
    });
  });

  it("takes distributions as well as indices", () => {
    expect(crossEntropy(logits, oneHot(labels, 3)).item()).to.equal(crossEntropy(logits, labels).item());
    const p = softmax(logits);
    const entropy = -sum(mul(p, log(p))).item() / 2;
    expect(crossEntropy(logits, p).item()).to.be.closeTo(entropy, 1e-14);
  });

  it("says what labels must be", () => {
    expect(() => crossEntropy(logits, tensor([0, 2]))).to.throw(
      "crossEntropy: for logits of shape [2, 3] the labels must be int32 of shape [2], and they are float32 of shape [2]",
    );
    expect(() => crossEntropy(logits, int([0, 3]))).to.throw(
      "label 3 (at place 1) is not one of the classes 0 … 2",
    );
  });
});

describe("hinge and squaredHinge", () => {
  it("count only the classes nearer than the margin", () => {
    const scores = tensor([[3, 1, 2.5]]);
    expect(hinge(scores, int([0])).item()).to.equal(0.5);
    expect(squaredHinge(scores, int([0])).item()).to.equal(0.25);
    expect(hinge(scores, int([0]), { margin: 3 }).item()).to.equal(3.5);
    expect(hinge(scores, int([0]), { margin: 0.4 }).item()).to.equal(0);
  });

  it("are C − 1 for equal scores", () => {
    expect(hinge(zeros([2, 10]), int([3, 4])).item()).to.equal(9);
  });
});

describe("mse", () => {
  it("is the mean of the squared errors", () => {
    expect(mse(tensor([1, 2]), tensor([1, 4])).item()).to.equal(2);
  });

  it("refuses to broadcast", () => {
    expect(() => mse(zeros([3, 1]), zeros([3]))).to.throw(
      "mse: the prediction has shape [3, 1] and the target [3]; they must be equal",
    );
  });
});
