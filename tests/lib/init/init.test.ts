import { expect } from "chai";
import { init, matmul, Random, relu, type Tensor, transpose } from "../../../lib/index.ts";

const spread = (tensor: Tensor): number => {
  const data = Array.from(tensor.data);
  const mean = data.reduce((total, value) => total + value, 0) / data.length;
  return Math.sqrt(data.reduce((total, value) => total + (value - mean) ** 2, 0) / data.length);
};

describe("fans", () => {
  it("are those of PyTorch's layers, whose weights lie the other way round", () => {
    expect(init.fans([784, 100])).to.deep.equal({ fanIn: 784, fanOut: 100 });
    expect(init.fans([3, 5, 64, 128])).to.deep.equal({ fanIn: 960, fanOut: 1920 });
    expect(init.fans([3, 3, 1, 32], { groups: 32 })).to.deep.equal({ fanIn: 9, fanOut: 9 });
    expect(init.fans([2, 2, 8, 16], { transposed: true })).to.deep.equal({ fanIn: 64, fanOut: 32 });
    expect(init.fans([7])).to.deep.equal({ fanIn: 7, fanOut: 1 });
    expect(() => init.fans([])).to.throw("fans: a scalar has no fans");
    expect(() => init.fans([3, 3, 1, 32], { groups: 5 })).to.throw("5 groups do not divide the 32 outputs");
  });
});

describe("an initializer", () => {
  const shape = [3, 3, 40, 90];
  const WANTED = {
    lecunNormal: Math.sqrt(1 / 360),
    lecunUniform: Math.sqrt(1 / 360),
    glorotNormal: Math.sqrt(2 / (360 + 810)),
    glorotUniform: Math.sqrt(2 / (360 + 810)),
    heNormal: Math.sqrt(2 / 360),
    heUniform: Math.sqrt(2 / 360),
  } as const;
  for (const name of Object.keys(WANTED) as (keyof typeof WANTED)[]) {
    it(`${name} spreads as its formula says`, () => {
      const weights = init[name](shape, new Random(1));
      expect(weights.shape).to.deep.equal(shape);
      expect(spread(weights) / WANTED[name]).to.be.closeTo(1, 0.01);
      const wide = init[name](shape, new Random(1), { gain: 3, dtype: "float64" });
      expect(spread(wide) / WANTED[name]).to.be.closeTo(3, 0.03);
      const most = Array.from(wide.data).reduce((far, value) => Math.max(far, Math.abs(value)), 0);
      const bound = 3 * WANTED[name] * Math.sqrt(3);
      if (name.endsWith("Uniform")) expect(most).to.be.within(0.999 * bound, bound);
      else expect(most).to.be.above(bound);
    });
  }

  it("is the same for the same seed", () => {
    const of = (seed: number): number[] => [...init.heNormal([5, 5], new Random(seed)).data];
    expect(of(3)).to.deep.equal(of(3)).and.not.to.deep.equal(of(4));
  });

  it("can be constant, uniform, Gaussian, and Gaussian without tails", () => {
    const random = new Random(2);
    expect([...init.zeros([2], random).data]).to.deep.equal([0, 0]);
    expect([...init.ones([2], random).data]).to.deep.equal([1, 1]);
    expect([...init.constant(0.5)([2], random, { dtype: "float64" }).data]).to.deep.equal([0.5, 0.5]);
    expect(spread(init.normal({ std: 0.02 })([200, 200], random))).to.be.closeTo(0.02, 3e-4);
    expect(spread(init.uniform({ low: -1, high: 1 })([200, 200], random))).to.be.closeTo(
      Math.sqrt(1 / 3),
      5e-3,
    );
    const cut = init.truncated({ std: 0.1 })([200, 200], random);
    // The standard deviation of a Gaussian cut at ±2.
    expect(spread(cut)).to.be.closeTo(0.1 * 0.8796, 1e-3);
    expect(Math.max(...cut.data)).to.be.at.most(0.2);
  });

  for (const shape of [
    [6, 6],
    [9, 4],
    [4, 9],
    [3, 3, 2, 5],
    [1, 1],
  ]) {
    it(`orthogonal of shape [${shape}] has orthonormal rows or columns`, () => {
      const weights = init.orthogonal(shape, new Random(5), { gain: 2, dtype: "float64" });
      const out = shape.at(-1)!;
      const rows = weights.size / out;
      const at = (i: number, j: number): number => weights.data[i * out + j]!;
      const wide = out > rows;
      const count = wide ? rows : out;
      for (let a = 0; a < count; a++) {
        for (let b = 0; b < count; b++) {
          let product = 0;
          for (let k = 0; k < (wide ? out : rows); k++)
            product += wide ? at(a, k) * at(b, k) : at(k, a) * at(k, b);
          expect(product).to.be.closeTo(a === b ? 4 : 0, 1e-12);
        }
      }
    });
  }

  it("orthogonal favours no direction: each corner of Q is as often positive as negative", () => {
    const random = new Random(6);
    let positive = 0;
    for (let i = 0; i < 400; i++) positive += Number(init.orthogonal([3, 3], random).data[0]! > 0);
    expect(positive).to.be.within(160, 240);
  });

  it("identity is one, and in the middle of a window", () => {
    expect(init.identity([2, 3]).toArray()).to.deep.equal([
      [1, 0, 0],
      [0, 1, 0],
    ]);
    const filters = init.identity([3, 3, 2, 2], undefined, { gain: 0.5 });
    expect(Array.from(filters.data).reduce((total, value) => total + value, 0)).to.equal(1);
    expect([filters.data[16], filters.data[19]]).to.deep.equal([0.5, 0.5]);
    expect(() => init.identity([3])).to.throw("identity: shape [3] is no matrix");
    expect(() => init.orthogonal([3], new Random(1))).to.throw("orthogonal: shape [3] is no matrix");
  });
});

describe("a gain", () => {
  it("is what measurement says", () => {
    expect(init.measuredGain((z) => Math.max(0, z))).to.be.closeTo(init.gainOf("relu"), 1e-5);
    expect(init.measuredGain((z) => (z > 0 ? z : 0.2 * z))).to.be.closeTo(init.leakyGain(0.2), 1e-5);
    expect(init.measuredGain((z) => z)).to.be.closeTo(1, 1e-9);
    expect(init.measuredGain(Math.tanh)).to.be.closeTo(1.5925, 1e-3);
  });

  it("or a spread that is no number is refused, and so is an unknown activation", () => {
    const random = new Random(1);
    expect(() => init.heNormal([2, 2], random, { gain: Number.NaN })).to.throw("gain is NaN");
    expect(() => init.glorotUniform([2, 2], random, { gain: -1 })).to.throw("gain is -1");
    expect(() => init.normal({ std: -1 })).to.throw("std is -1; it must be a number, 0 or more");
    expect(() => init.gainOf("gelu" as "relu")).to.throw(
      '"gelu" is not one of linear, sigmoid, tanh, relu, selu',
    );
  });

  it("keeps the mean square through ten layers of ReLU, where 1/n halves it in each", () => {
    const meanSquare = (make: typeof init.heNormal): number => {
      const random = new Random(7);
      let x = random.normal([200, 256]);
      for (let layer = 0; layer < 10; layer++) x = relu(matmul(x, make([256, 256], random)));
      return Array.from(x.data).reduce((total, value) => total + value * value, 0) / x.size;
    };
    expect(meanSquare(init.heNormal)).to.be.within(0.25, 1);
    expect(meanSquare(init.lecunNormal) * 2 ** 10).to.be.within(0.25, 1);
    expect(transpose(init.orthogonal([4, 4], new Random(1))).shape).to.deep.equal([4, 4]);
  });
});
