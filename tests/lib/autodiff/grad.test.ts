import { createContext, runInContext } from "node:vm";
import { expect } from "chai";
import {
  add,
  cast,
  div,
  exp,
  grad,
  matmul,
  mean,
  mul,
  neg,
  relu,
  reshape,
  rows,
  sub,
  sum,
  type Tensor,
  tensor,
  transpose,
  valueAndGrad,
} from "../../../lib/index.ts";

const x = tensor([1, 2, 3]);

describe("grad", () => {
  it("differentiates a polynomial", () => {
    const { value, grads } = valueAndGrad(({ x }) => sum(mul(mul(x, x), x)), { x });
    expect(value.item()).to.equal(36);
    expect(grads.x.toArray()).to.deep.equal([3, 12, 27]);
  });

  it("adds up what comes back from every use of a value", () => {
    const f = ({ a }: { a: Tensor }): Tensor => {
      const shared = exp(a);
      return sum(add(mul(shared, shared), shared)); // e^2a + e^a
    };
    const [slope] = [grad(f, { a: tensor(0.5, { dtype: "float64" }) }).a.item()];
    expect(slope).to.be.closeTo(2 * Math.exp(1) + Math.exp(0.5), 1e-12);
  });

  it("adds up a value that meets itself", () => {
    expect(grad(({ x }) => sum(add(x, x)), { x }).x.toArray()).to.deep.equal([2, 2, 2]);
    expect(grad(({ x }) => sum(div(x, x)), { x }).x.toArray()).to.deep.equal([0, 0, 0]);
    expect(grad(({ x }) => sum(sub(x, x)), { x }).x.toArray()).to.deep.equal([0, 0, 0]);
  });

  it("follows a diamond whose branches have unequal depth", () => {
    const f = ({ x }: { x: Tensor }): Tensor => {
      const left = mul(x, 2);
      const right = neg(mul(left, left));
      return sum(add(left, right)); // 2x − 4x²
    };
    expect(grad(f, { x }).x.toArray()).to.deep.equal([-6, -14, -22]);
  });

  it("ignores what the result does not depend on", () => {
    const f = ({ x, y }: { x: Tensor; y: Tensor }): Tensor => {
      exp(mul(y, 1000)); // computed, and not used
      return sum(x);
    };
    const grads = grad(f, { x, y: x });
    expect(grads.x.toArray()).to.deep.equal([1, 1, 1]);
    expect(grads.y.toArray()).to.deep.equal([0, 0, 0]);
  });

  it("keeps one tensor under two names apart", () => {
    const grads = grad(({ a, b }) => sum(mul(a, b)), { a: x, b: x });
    expect(grads.a.toArray()).to.deep.equal([1, 2, 3]);
    expect(grads.b.toArray()).to.deep.equal([1, 2, 3]);
  });

  it("holds what the function closes over constant", () => {
    expect(grad(({ y }) => sum(mul(y, x)), { y: x }).y.toArray()).to.deep.equal([1, 2, 3]);
  });

  it("sums over the axes that broadcasting stretched", () => {
    const grads = grad(({ X, b }) => sum(mul(add(X, b), 2)), {
      X: tensor([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
      b: tensor([1, 1]),
    });
    expect(grads.b.toArray()).to.deep.equal([6, 6]);
    expect(grads.X.shape).to.deep.equal([3, 2]);
  });

  it("gives each gradient its parameter's shape and element type", () => {
    const { W } = grad(({ W }) => mean(cast(matmul(W, transpose(W)), "float64")), { W: tensor([[1, 2, 3]]) });
    expect(W.dtype).to.equal("float32");
    expect(W.toArray()).to.deep.equal([[2, 4, 6]]);
  });

  it("passes through reshaped and sliced memory that is shared", () => {
    const f = ({ x }: { x: Tensor }): Tensor =>
      sum(mul(rows(reshape(x, [3, 1]), 1, 3), tensor([[10], [100]])));
    expect(grad(f, { x }).x.toArray()).to.deep.equal([0, 10, 100]);
  });

  it("takes 0 at the kink of relu", () => {
    expect(grad(({ x }) => sum(relu(x)), { x: tensor([-1, 0, 2]) }).x.toArray()).to.deep.equal([0, 0, 1]);
  });

  it("leaves no tape running after an error", () => {
    expect(() =>
      grad(
        () => {
          throw new Error("stop");
        },
        { x },
      ),
    ).to.throw("stop");
    expect(grad(({ x }) => sum(x), { x }).x.toArray()).to.deep.equal([1, 1, 1]);
  });

  it("is right again after an interrupt in the middle of it", async () => {
    const forever = (): Tensor => {
      for (;;) grad(({ x }) => sum(mul(x, x)), { x });
    };
    const context = createContext({ run: () => grad(forever, { x }) });
    for (let i = 0; i < 20; i++) {
      expect(() => runInContext("run()", context, { timeout: 5 + (i % 4) })).to.throw("timed out");
      await Promise.resolve();
      expect(grad(({ x }) => sum(mul(x, x)), { x }).x.toArray()).to.deep.equal([2, 4, 6]);
    }
  });

  it("does not keep what was computed: 600 steps leave the heap where it was", function () {
    this.timeout(90_000);
    let W = tensor(new Float32Array(20_000));
    const step = (): void => {
      W = sub(W, mul(0.1, grad(({ W }) => mean(mul(W, W)), { W }).W));
    };
    for (let i = 0; i < 50; i++) step();
    const collect = (globalThis as { gc?: () => void }).gc;
    collect?.();
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 600; i++) step();
    collect?.();
    // 600 steps make over 300 MB of arrays.
    expect(process.memoryUsage().arrayBuffers - before).to.be.below(100e6);
  });
});

describe("grad refuses", () => {
  it("a result that is not one number", () => {
    expect(() => grad(({ x }) => exp(x), { x })).to.throw(
      "the function returned shape [3]; a gradient is of one number, so end with sum() or mean()",
    );
  });

  it("a parameter that is not a float", () => {
    expect(() => grad(({ n }) => sum(n), { n: tensor([1], { dtype: "int32" }) })).to.throw(
      "parameter n is int32; only float32 and float64 have gradients",
    );
  });

  it("an async function", () => {
    // @ts-expect-error the compiler refuses it as well
    expect(() => grad(async ({ x }) => sum(x), { x })).to.throw("an async function cannot be recorded");
  });
});
