import { expect } from "chai";
import {
  elu,
  erf,
  gelu,
  grad,
  leakyRelu,
  logSigmoid,
  logSoftmax,
  maxout,
  prelu,
  silu,
  softmax,
  softplus,
  sum,
  tensor,
  zeros,
} from "../../../lib/index.ts";

const far = tensor([-1e4, -1000, 0, 1000, 1e4], { dtype: "float64" });
const slopes = (f: (x: typeof far) => typeof far) =>
  Array.from(grad(({ x }) => sum(f(x)), { x: far }).x.data);

describe("activations far out", () => {
  it("neither overflow nor turn into NaN, nor do their gradients", () => {
    expect(silu(far).toArray()).to.deep.equal([-0, -0, 0, 1000, 1e4]);
    expect(gelu(far).toArray()).to.deep.equal([-0, -0, 0, 1000, 1e4]);
    expect(gelu(far, { approximate: "tanh" }).toArray()).to.deep.equal([-0, -0, 0, 1000, 1e4]);
    expect(softplus(far).toArray()).to.deep.equal([0, 0, Math.LN2, 1000, 1e4]);
    expect(logSigmoid(far).toArray()).to.deep.equal([-1e4, -1000, -Math.LN2, -0, -0]);
    expect(elu(far, { alpha: 2 }).toArray()).to.deep.equal([-2, -2, 0, 1000, 1e4]);
    expect(erf(far).toArray()).to.deep.equal([-1, -1, 0, 1, 1]);
    for (const f of [silu, softplus, elu, gelu, (x: typeof far) => gelu(x, { approximate: "tanh" })]) {
      const [left, , , , right] = slopes(f);
      expect([Math.abs(left!), right]).to.deep.equal([0, 1]);
    }
  });

  it("hand NaN on", () => {
    const x = tensor([Number.NaN]);
    for (const f of [silu, gelu, softplus, elu, leakyRelu, logSigmoid, erf]) expect(f(x).item()).to.be.NaN;
  });
});

describe("erf and GELU", () => {
  it("are right to the last digits of float64", () => {
    // Abramowitz and Stegun, table 7.1.
    const x = tensor([0.5, 1, 2], { dtype: "float64" });
    [0.5204998778130465, 0.8427007929497149, 0.9953222650189527].forEach((wanted, i) => {
      expect(erf(x).data[i]).to.be.closeTo(wanted, 2e-16);
    });
    expect(gelu(tensor(1, { dtype: "float64" })).item()).to.be.closeTo(0.8413447460685429, 2e-16);
  });
});

describe("leakyRelu, prelu and elu", () => {
  it("are x above 0 and small below", () => {
    const x = tensor([-2, 3], { dtype: "float64" });
    expect(leakyRelu(x).toArray()).to.deep.equal([-0.02, 3]);
    expect(prelu(x, tensor(0.25, { dtype: "float64" })).toArray()).to.deep.equal([-0.5, 3]);
    expect(prelu(x, tensor([0.25, 9], { dtype: "float64" })).toArray()).to.deep.equal([-0.5, 3]);
    expect(elu(x).data[0]).to.be.closeTo(Math.expm1(-2), 1e-15);
  });

  it("make floats of whole numbers", () => {
    expect(leakyRelu(tensor([-2, 3], { dtype: "int32" })).dtype).to.equal("float32");
    expect(elu(tensor([-2, 3], { dtype: "int32" })).dtype).to.equal("float32");
  });

  it("say which parameters they take", () => {
    const x = zeros([2, 3]);
    expect(() => leakyRelu(x, { slope: Number.NaN })).to.throw(
      "leakyRelu: the slope is NaN; it must be a finite",
    );
    expect(() => elu(x, { alpha: -1 })).to.throw("elu: alpha is -1; it must be a finite number, 0 or more");
    expect(() => softplus(x, { beta: 0 })).to.throw("softplus: beta is 0; it must be above 0");
    expect(() => gelu(x, { approximate: "erf" as never })).to.throw(
      'gelu: approximate is "erf"; it is "none" or "tanh"',
    );
    expect(() => prelu(x, zeros([2]))).to.throw("prelu: shapes [2, 3] and [2] do not fit together");
    expect(() => prelu(x, zeros([4, 1, 3]))).to.throw(
      "prelu: slopes of shape [4, 1, 3] do not fit x of shape [2, 3]; one for all, [], or one a channel, [3], would fit",
    );
  });
});

describe("maxout", () => {
  it("takes the greatest of every few neighbours", () => {
    expect(maxout(tensor([[1, 5, 4, 2]]), { pieces: 2 }).toArray()).to.deep.equal([[5, 4]]);
  });

  it("sends the gradient to the one that was chosen", () => {
    const x = tensor([1, 5, 4, 2]);
    expect(grad(({ x }) => sum(maxout(x, { pieces: 2 })), { x }).x.toArray()).to.deep.equal([0, 1, 1, 0]);
  });

  it("shares it evenly where two tie, by either way back", () => {
    const x = tensor([3, 3, 1, 2]);
    const f = ({ x }: { x: typeof far }) => sum(maxout(x, { pieces: 2 }));
    expect(grad(f, { x }).x.toArray()).to.deep.equal([0.5, 0.5, 0, 1]);
    grad(
      ({ y }) => {
        expect(grad(f, { x: y }).x.toArray()).to.deep.equal([0.5, 0.5, 0, 1]);
        return sum(y);
      },
      { y: x },
    );
  });

  it("needs an axis that divides", () => {
    expect(() => maxout(zeros([2, 5]), { pieces: 2 })).to.throw(
      "maxout: the last axis of [2, 5] does not divide into units of 2 pieces",
    );
    expect(() => maxout(zeros([]), { pieces: 1 })).to.throw("maxout: the last axis of [] does not divide");
    expect(() => maxout(zeros([4]), { pieces: 0 })).to.throw("units of 0 pieces");
  });
});

describe("softmax along an axis", () => {
  const x = tensor([
    [1, 2],
    [3, 2],
  ]);

  it("sums to 1 along it", () => {
    expect(sum(softmax(x, { axis: 0 }), { axis: 0 }).toArray()).to.deep.equal([1, 1]);
    expect(softmax(x, { axis: 1 }).toArray()).to.deep.equal(softmax(x).toArray());
    expect(logSoftmax(x, { axis: -2 }).data[1]).to.be.closeTo(-Math.LN2, 1e-7);
  });

  it("says which axes there are", () => {
    expect(() => softmax(x, { axis: 2 })).to.throw("softmax: no axis 2; a tensor of rank 2 has axes -2 to 1");
    expect(() => logSoftmax(x, { axis: -3 })).to.throw("logSoftmax: no axis -3");
  });
});
