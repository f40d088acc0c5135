import { expect } from "chai";
import { binaryCrossEntropy, grad, gradCheck, multiTaskLoss, Random, tensor } from "../../../lib/index.ts";

const NONE = Number.NaN;
const random = new Random(5);

describe("the loss of several tasks", () => {
  it("is binary cross-entropy where every label is known", () => {
    const logits = random.normal([4, 3], { std: 3, dtype: "float64" });
    const labels = random.uniform([4, 3], { dtype: "float64" });
    const expected = binaryCrossEntropy(logits, labels).item();
    expect(multiTaskLoss(logits, labels).item()).to.be.closeTo(expected, 1e-12);
  });

  it("is the mean over the known labels, and no gradient reaches the logits of the others", () => {
    const logits = tensor(
      [
        [2, 100],
        [-1, 3],
      ],
      { dtype: "float64" },
    );
    const labels = tensor(
      [
        [1, NONE],
        [NONE, 0],
      ],
      { dtype: "float64" },
    );
    const known = binaryCrossEntropy(
      tensor([2, 3], { dtype: "float64" }),
      tensor([1, 0], { dtype: "float64" }),
    );
    expect(multiTaskLoss(logits, labels).item()).to.be.closeTo(known.item(), 1e-12);
    const { z } = grad((p: { z: typeof logits }) => multiTaskLoss(p.z, labels), { z: logits });
    expect([z.data[1], z.data[2]]).to.deep.equal([0, 0]);
    expect(z.data[0]).to.be.closeTo((1 / (1 + Math.exp(-2)) - 1) / 2, 1e-12);
  });

  it("has the gradient that differences have", () => {
    const labels = tensor(
      [
        [1, NONE, 0],
        [NONE, 0.3, 1],
      ],
      { dtype: "float64" },
    );
    const z = random.normal([2, 3], { dtype: "float64" });
    expect(gradCheck((p: { z: typeof z }) => multiTaskLoss(p.z, labels), { z }).passed).to.equal(true);
  });

  it("says what does not fit", () => {
    expect(() => multiTaskLoss(tensor([[1]]), tensor([[2]]))).to.throw("label at place 0 is 2");
    expect(() => multiTaskLoss(tensor([[1]]), tensor([[NONE]]))).to.throw("no label is known");
    expect(() => multiTaskLoss(tensor([[1]]), tensor([1]))).to.throw("[1, 1] and [1]");
  });
});
