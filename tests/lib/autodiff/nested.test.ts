import { expect } from "chai";
import {
  add,
  crossEntropy,
  exp,
  grad,
  gradCheck,
  hessian,
  hvp,
  jacobian,
  jvp,
  log,
  matmul,
  mul,
  ones,
  Random,
  softmax,
  square,
  sum,
  type Tensor,
  tanh,
  tensor,
  valueAndGrad,
  vjp,
} from "../../../lib/index.ts";

const x = tensor([1, 2, 3], { dtype: "float64" });
const cube = ({ x }: { x: Tensor }): Tensor => sum(mul(x, mul(x, x)));

describe("a gradient inside a gradient", () => {
  it("is the second derivative, and the third", () => {
    const first = (at: { x: Tensor }): Tensor => sum(grad(cube, at).x);
    const second = (at: { x: Tensor }): Tensor => sum(grad(first, at).x);
    expect(grad(first, { x }).x.toArray()).to.deep.equal([6, 12, 18]);
    expect(grad(second, { x }).x.toArray()).to.deep.equal([6, 6, 6]);
  });

  it("follows what the inner function closes over", () => {
    // d/da of a·d/db(a·b²) = 2ab·a is 4ab
    const f = ({ a }: { a: Tensor }): Tensor =>
      mul(a, grad(({ b }) => mul(a, mul(b, b)), { b: tensor(3, { dtype: "float64" }) }).b);
    expect(grad(f, { a: tensor(5, { dtype: "float64" }) }).a.item()).to.equal(4 * 5 * 3);
  });

  it("keeps the levels apart where both take the same tensor", () => {
    // d/dx of x·(d/dy of x·y at y = x) = x·x is 2x; perturbations must not be confused
    const f = ({ x }: { x: Tensor }): Tensor => sum(mul(x, grad(({ y }) => sum(mul(x, y)), { y: x }).y));
    expect(grad(f, { x }).x.toArray()).to.deep.equal([2, 4, 6]);
  });

  it("goes through fused operations by what they are made of", () => {
    const random = new Random(3);
    const W = random.normal([4, 3], { dtype: "float64" });
    const X = random.normal([5, 4], { dtype: "float64" });
    const labels = tensor([0, 2, 1, 1, 0], { dtype: "int32" });
    const loss = ({ W }: { W: Tensor }): Tensor => crossEntropy(tanh(matmul(X, W)), labels);
    const norm = (at: { W: Tensor }): Tensor => sum(square(grad(loss, at).W));
    gradCheck(norm, { W }).assert();
  });

  it("penalizes a gradient in a training step", () => {
    const penalty = ({ x }: { x: Tensor }): Tensor => {
      const { value, grads } = valueAndGrad(cube, { x });
      return add(value, sum(square(grads.x)));
    };
    gradCheck(penalty, { x }).assert();
  });

  it("leaves no tape behind when the inner function throws", () => {
    const broken = (): Tensor => {
      throw new Error("stop");
    };
    expect(() => grad(({ x }) => sum(grad(broken, { x }).x), { x })).to.throw("stop");
    expect(grad(cube, { x }).x.toArray()).to.deep.equal([3, 12, 27]);
  });
});

describe("products with derivatives", () => {
  const f = ({ x }: { x: Tensor }): Tensor => softmax(mul(x, x));
  const v = { x: tensor([0.5, -1, 2], { dtype: "float64" }) };

  it("jvp moves the output along the vector", () => {
    const { value, tangent } = jvp(f, { x }, v);
    expect(value.toArray()).to.deep.equal(f({ x }).toArray());
    const h = 1e-6;
    const at = (s: number): Tensor => f({ x: add(x, mul(s, v.x)) });
    const [up, down] = [at(h).data, at(-h).data];
    tangent.data.forEach((t, i) => {
      expect(t).to.be.closeTo((up[i]! - down[i]!) / (2 * h), 1e-8);
    });
  });

  it("vjp pulls a vector back, again and again", () => {
    const { value, pullback } = vjp(({ x }) => mul(x, x), { x });
    expect(value.toArray()).to.deep.equal([1, 4, 9]);
    expect(pullback(ones([3], "float64")).x.toArray()).to.deep.equal([2, 4, 6]);
    expect(pullback(tensor([0, 1, 0], { dtype: "float64" })).x.toArray()).to.deep.equal([0, 4, 0]);
    expect(() => pullback(ones([2]))).to.throw("vjp: the vector has shape [2] and the function's value [3]");
  });

  it("hvp is the Hessian times the vector", () => {
    expect(hvp(cube, { x }, v).x.toArray()).to.deep.equal([3, -12, 36]);
  });

  it("jacobian and hessian have the shapes [...output, ...parameter]", () => {
    const A = tensor(
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      { dtype: "float64" },
    );
    const J = jacobian(({ z }) => matmul(A, z), { z: ones([2, 1], "float64") }).z;
    expect(J.shape).to.deep.equal([3, 1, 2, 1]);
    expect([...J.data]).to.deep.equal([1, 2, 3, 4, 5, 6]);
    const H = hessian(({ a, b }) => sum(mul(mul(a, a), b)), { a: x, b: v.x });
    expect(H.a.b.toArray()).to.deep.equal([
      [2, 0, 0],
      [0, 4, 0],
      [0, 0, 6],
    ]);
    expect(H.b.b.toArray()).to.deep.equal([
      [0, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });

  it("work inside a gradient", () => {
    const inner = ({ x }: { x: Tensor }): Tensor =>
      sum(jvp(({ y }) => log(exp(mul(y, y))), { y: x }, { y: x }).tangent);
    grad(inner, { x }).x.data.forEach((g, i) => {
      expect(g).to.be.closeTo(4 * (i + 1), 1e-9); // Σ 2x·x
    });
  });
});

describe("valueAndGrad with aux", () => {
  it("hands on what the function returns beside its value", () => {
    const { value, grads, aux } = valueAndGrad(
      ({ x }) => {
        const squares = mul(x, x);
        return { value: sum(squares), aux: { squares } };
      },
      { x },
    );
    expect(value.item()).to.equal(14);
    expect(grads.x.toArray()).to.deep.equal([2, 4, 6]);
    expect(aux.squares.toArray()).to.deep.equal([1, 4, 9]);
  });
});
