import { expect } from "chai";
import { add, dropout, grad, mean, mul, ones, sum, tensor, valueAndGrad, zeros } from "../../../lib/index.ts";

const x = ones([100_000]);
const kept = (y: { data: ArrayLike<number> }): boolean[] => Array.from(y.data, (value) => value !== 0);

describe("dropout", () => {
  it("drops its share and scales the others up, so that the mean stays", () => {
    for (const rate of [0.1, 0.5, 0.9]) {
      const y = dropout(x, { rate, seed: 7 });
      expect(new Set(y.data)).to.have.property("size", 2);
      expect(mean(y).item()).to.be.closeTo(1, (4 * Math.sqrt(rate / (1 - rate))) / Math.sqrt(1e5));
    }
  });

  it("drops the same for one seed, large or small tensor", () => {
    expect(kept(dropout(x, { rate: 0.5, seed: 3 }))).to.deep.equal(kept(dropout(x, { rate: 0.5, seed: 3 })));
    const few = kept(dropout(ones([50]), { rate: 0.5, seed: 3 }));
    expect(few).to.deep.equal(kept(dropout(x, { rate: 0.5, seed: 3 })).slice(0, 50));
  });

  it("drops something else for the next seed, and at neighbouring places", () => {
    const masks = [0, 1, 2, 2 ** 32, 2 ** 40].map((seed) => kept(dropout(x, { rate: 0.5, seed })));
    for (const [i, a] of masks.entries()) {
      for (const b of masks.slice(i + 1)) {
        for (const shift of [0, 1, 2, 4]) {
          const same = a.filter((value, at) => value === b[at ^ shift]).length;
          expect(same / 1e5).to.be.closeTo(0.5, 0.01);
        }
      }
    }
    const [mask] = masks;
    expect(mask!.filter((value, at) => value === mask![at + 1]).length / 1e5).to.be.closeTo(0.5, 0.01);
  });

  it("lets the gradient through where it let the value through", () => {
    const { value, grads } = valueAndGrad(({ x }) => sum(dropout(x, { rate: 0.25, seed: 9 })), { x });
    expect(kept(grads.x)).to.deep.equal(kept(dropout(x, { rate: 0.25, seed: 9 })));
    expect(sum(grads.x).item()).to.be.closeTo(value.item(), 1);
  });

  it("does nothing when it is not training or the rate is 0, and all when it is 1", () => {
    expect(dropout(x, { rate: 0.5, seed: 1, training: false })).to.equal(x);
    expect(dropout(x, { rate: 0, seed: 1 })).to.equal(x);
    expect(sum(dropout(tensor([1, Number.NaN]), { rate: 1, seed: 1 })).item()).to.equal(0);
    const same = grad(({ x }) => sum(mul(x, add(dropout(x, { rate: 0, seed: 1 }), 0))), { x: tensor([3]) });
    expect(same.x.item()).to.equal(6);
  });

  it("says what rate and seed must be", () => {
    expect(() => dropout(x, { rate: 50, seed: 1 })).to.throw(
      "dropout: the rate is 50; it is the share that is dropped",
    );
    expect(() => dropout(x, { rate: Number.NaN, seed: 1 })).to.throw("dropout: the rate is NaN");
    expect(() => dropout(x, { rate: 0.5, seed: 0.5 })).to.throw(
      "dropout: the seed is 0.5; it must be a whole number",
    );
    expect(() => dropout(x, { rate: 0.5, seed: -1 })).to.throw("dropout: the seed is -1");
    expect(() => dropout(zeros([3], "int32"), { rate: 0.5, seed: 1 })).to.throw(
      "dropout: x is int32; cast it",
    );
  });
});
