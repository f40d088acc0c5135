import { expect } from "chai";
import {
  add,
  crossEntropy,
  decayed,
  elasticPenalty,
  grad,
  gradCheck,
  l1Penalty,
  l2Penalty,
  limitNorms,
  matmul,
  mul,
  type Params,
  priorStrength,
  Random,
  square,
  sub,
  sum,
  tensor,
} from "../../../lib/index.ts";
import { inv } from "../../../lib/linalg/index.ts";

function params(): { W: Params[string]; b: Params[string] } {
  const random = new Random(4);
  return { W: random.normal([5, 3], { dtype: "float64" }), b: random.normal([3], { dtype: "float64" }) };
}

describe("a penalty", () => {
  it("counts weights and not biases, unless it is told otherwise", () => {
    const at = params();
    const squares = (values: ArrayLike<number>): number =>
      Array.from(values).reduce((total, value) => total + value * value, 0);
    expect(l2Penalty(at, { strength: 0.1 }).item()).to.be.closeTo(0.05 * squares(at.W.data), 1e-14);
    expect(l2Penalty(at, { strength: 0.1, examples: 50 }).item()).to.be.closeTo(
      0.001 * squares(at.W.data),
      1e-14,
    );
    expect(l2Penalty(at, { strength: 2, only: (name) => name === "b" }).item()).to.be.closeTo(
      squares(at.b.data),
      1e-14,
    );
    expect(l1Penalty({ b: at.b }, { strength: 2 }).item()).to.equal(0);
    const absolute = Array.from(at.W.data).reduce((total, value) => total + Math.abs(value), 0);
    expect(l1Penalty(at, { strength: 2 }).item()).to.be.closeTo(2 * absolute, 1e-13);
    expect(elasticPenalty(at, { strength: 2, ratio: 0.25 }).item()).to.be.closeTo(
      0.5 * absolute + 0.75 * squares(at.W.data),
      1e-13,
    );
  });

  it("passes the gradient check, alone and in a whole model's loss", () => {
    const X = new Random(1).normal([7, 5], { dtype: "float64" });
    const labels = tensor([0, 1, 2, 0, 1, 2, 1], { dtype: "int32" });
    for (const penalty of [
      (at: Params) => l2Penalty(at, { strength: 0.3 }),
      (at: Params) => l1Penalty(at, { strength: 0.3 }),
      (at: Params) => elasticPenalty(at, { strength: 0.3, ratio: 0.4 }),
    ]) {
      gradCheck(penalty, params()).assert();
      gradCheck(
        (at) => add(crossEntropy(add(matmul(X, at.W), at.b), labels), penalty(at)),
        params(),
      ).assert();
    }
  });

  it("is what decayed gradients follow", () => {
    const at = params();
    const loss = (p: Params): Params[string] => sum(square(sub(p.W!, 1)));
    const strength = 0.3;
    const one = decayed(grad(loss, at), at, { strength });
    const other = grad((p) => add(loss(p), l2Penalty(p, { strength })), at);
    for (const name of ["W", "b"] as const) {
      one[name].data.forEach((value, i) => {
        expect(value).to.be.closeTo(other[name].data[i]!, 1e-14);
      });
    }
  });

  it("stands for a Gaussian prior: its minimum is the mean of the posterior", () => {
    const random = new Random(8);
    const X = random.normal([30, 2], { dtype: "float64" });
    const y = random.normal([30, 1], { dtype: "float64" });
    const strength = priorStrength({ noise: 0.5, weights: 2 });
    expect(strength).to.equal(1 / 16);
    // (XᵀX + λI)⁻¹ Xᵀy
    const XT = tensor(
      [0, 1].map((c) => Array.from({ length: 30 }, (_, r) => X.data[2 * r + c]!)),
      {
        dtype: "float64",
      },
    );
    const ridge = tensor([strength, 0, 0, strength], { shape: [2, 2], dtype: "float64" });
    const W = matmul(inv(add(matmul(XT, X), ridge)), matmul(XT, y));
    const slope = grad(
      (at) => add(mul(sum(square(sub(matmul(X, at.W!), y))), 0.5), l2Penalty(at, { strength })),
      { W },
    ).W!;
    for (const value of slope.data) expect(value).to.be.closeTo(0, 1e-12);
  });

  it("says what makes no sense", () => {
    expect(() => l2Penalty(params(), { strength: -1 })).to.throw(
      "l2Penalty: strength is -1; it must be 0 or more",
    );
    expect(() => l1Penalty(params(), { strength: 1, examples: 0 })).to.throw("examples is 0");
    expect(() => elasticPenalty(params(), { strength: 1, ratio: 2 })).to.throw("ratio is 2");
    expect(() => priorStrength({ noise: 1, weights: 0 })).to.throw("standard deviations");
    expect(() => limitNorms(params(), { limit: 0 })).to.throw("limit is 0");
  });
});

describe("limitNorms", () => {
  it("shortens what is too long and leaves the rest", () => {
    const W = tensor([
      [3, 0.1],
      [4, 0.2],
    ]);
    const b = tensor([100, 100]);
    limitNorms({ W, b }, { limit: 1 });
    const [a = 0, c = 0, d = 0, e = 0] = W.data;
    expect([a, d]).to.deep.equal([Math.fround(0.6), Math.fround(0.8)]);
    expect([c, e]).to.deep.equal([Math.fround(0.1), Math.fround(0.2)]);
    expect([...b.data]).to.deep.equal([100, 100]);
  });

  it("does so in large filters, over all but the last axis", () => {
    const filters = new Random(3).normal([3, 3, 20, 8]);
    limitNorms({ filters }, { limit: 2 });
    for (let unit = 0; unit < 8; unit++) {
      let squares = 0;
      for (let i = unit; i < filters.size; i += 8) squares += filters.data[i]! ** 2;
      expect(Math.sqrt(squares)).to.be.closeTo(2, 1e-5);
    }
  });
});
