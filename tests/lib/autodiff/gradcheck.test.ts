import { expect } from "chai";
import {
  add,
  cast,
  crossEntropy,
  epsilonSweep,
  exp,
  full,
  grad,
  gradCheck,
  lookOf,
  matmul,
  mean,
  mul,
  Random,
  relu,
  sum,
  type Tensor,
  tensor,
  zeros,
} from "../../../lib/index.ts";

const random = new Random(7);
const X = random.normal([5, 3]);
const labels = tensor([0, 3, 1, 2, 3], { dtype: "int32" });
const params = { W: random.normal([3, 4], { std: 0.5 }), b: random.normal([4], { std: 0.5 }) };
const loss = ({ W, b }: { W: Tensor; b: Tensor }): Tensor => crossEntropy(add(matmul(X, W), b), labels);

describe("gradCheck", () => {
  it("passes a right gradient at 1e-7 and better, parameter by parameter", () => {
    const check = gradCheck(loss, params).assert();
    expect(check.passed).to.equal(true);
    expect(check.parameters.map(({ name }) => name)).to.deep.equal(["W", "b"]);
    for (const { relativeError, wrong, verdict } of check.parameters) {
      expect(relativeError).to.be.below(1e-8);
      expect(wrong).to.equal(0);
      expect(verdict).to.equal("good");
    }
  });

  it("catches a bug in one component and says where", () => {
    const check = gradCheck(loss, params, {
      gradient: (at) => {
        const { W, b } = grad(loss, at);
        W.data[6]! *= 1.5; // row 1, column 2
        return { W, b };
      },
    });
    const [W, b] = check.parameters;
    expect(check.passed).to.equal(false);
    expect(W?.worst.index).to.deep.equal([1, 2]);
    expect(W?.worst.gradient).to.be.closeTo(1.5 * W!.worst.numeric, 1e-6);
    expect(W?.wrong).to.equal(1);
    expect(W?.verdict).to.equal("wrong");
    expect(b?.passed).to.equal(true);
    expect(() => check.assert()).to.throw(/gradient check FAILED[\s\S]*W \[3, 4\].*1 of 12.*\[1, 2\]/);
  });

  it("judges by the usual bounds", () => {
    const scaled = (factor: number): string | undefined =>
      gradCheck(
        ({ x }) => sum(exp(x)),
        { x: tensor([0.1, 0.2]) },
        {
          gradient: ({ x }) => ({ x: mul(factor, exp(x)) }),
        },
      ).parameters[0]?.verdict;
    expect(scaled(1)).to.equal("good");
    expect(scaled(1 + 2e-5)).to.equal("too large, unless the function has a kink here");
    expect(scaled(1 + 2e-3)).to.equal("probably wrong");
    expect(scaled(2)).to.equal("wrong");
    expect(scaled(Number.NaN)).to.equal("wrong: not a number");
  });

  it("shows a kink where the point lies on one", () => {
    const check = gradCheck(({ x }) => sum(relu(x)), { x: tensor([0, 1, -1]) });
    expect(check.passed).to.equal(false);
    expect(check.parameters[0]?.worst).to.deep.include({ index: [0], gradient: 0 });
    expect(check.parameters[0]?.worst.numeric).to.be.closeTo(0.5, 1e-9);
  });

  it("passes a gradient that is zero to rounding", () => {
    const check = gradCheck(({ x }) => mean(add(mul(x, 0), 5)), { x: tensor([1, 2]) }).assert();
    expect(check.parameters[0]?.verdict).to.match(/^good/);
  });

  it("shows a table in notebooks", () => {
    const look = lookOf(gradCheck(loss, params));
    expect(look?.["text/html"]).to.match(/^<table>.*gradient check passed.*W \[3, 4\]/);
    expect(look?.["text/plain"]).to.include("relative error");
  });

  it("leaves the parameters as they were", () => {
    const before = params.W.toArray();
    gradCheck(loss, params);
    expect(params.W.toArray()).to.deep.equal(before);
  });

  it("refuses a function that is random, or that casts down", () => {
    const noisy = new Random(1);
    expect(() => gradCheck(({ x }) => mul(sum(x), noisy.next()), { x: full([2], 1) })).to.throw(
      "seed what is random inside",
    );
    expect(() => gradCheck(({ x }) => cast(sum(x), "float32"), { x: full([2], 1) })).to.throw(
      "something inside casts down",
    );
  });

  it("refuses a gradient of another shape", () => {
    expect(() => gradCheck(loss, params, { gradient: ({ b }) => ({ W: zeros([4, 3]), b }) })).to.throw(
      "the gradient of W has shape [4, 3]; it must be [3, 4]",
    );
  });
});

describe("epsilonSweep", () => {
  it("finds the valley between cutting corners and rounding", () => {
    const errors = new Map(
      epsilonSweep(loss, params, [1e-1, 1e-5, 1e-12]).map((p) => [p.epsilon, p.relativeError]),
    );
    expect(errors.get(1e-5)).to.be.below(errors.get(1e-1)! / 1e4);
    expect(errors.get(1e-5)).to.be.below(errors.get(1e-12)! / 1e4);
  });
});
