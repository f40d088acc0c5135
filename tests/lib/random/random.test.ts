import { expect } from "chai";
import { Random } from "../../../lib/index.ts";
import { exactLog, normalQuantile } from "../../../lib/random/normal.ts";
import { stateFrom, step } from "../../../lib/random/xoshiro.ts";

const mean = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((a, b) => a + b, 0) / values.length;

// Worked out by an independent program in Python.
const PERMUTATION = [1, 0, 9, 6, 2, 5, 3, 7, 8, 4];
const UNIFORMS = [0.4137016681565887, 0.003983993377814743, 0.6500837027638867];
const NORMALS = [-0.21803308124002718, -2.6534233399524183, 0.38554645624019085, 0.4806068265045508];
const QUANTILES: [number, number][] = [
  [1e-20, -9.262340089798405],
  [1e-9, -5.9978070150076865],
  [0.001, -3.090232306167813],
  [0.05, -1.6448536269514726],
  [0.075, -1.4395314709384557],
  [0.25, -0.6744897501960817],
  [0.5, 0.0],
  [0.6, 0.2533471031357998],
  [0.9, 1.2815515655446008],
  [0.975, 1.9599639845400536],
  [0.999999, 4.753424308817089],
];

describe("random numbers", () => {
  it("are those of the authors' xoshiro128**", () => {
    // Made with the C reference by github.com/edorfaus/xoshiro-6502.
    const state = Uint32Array.of(0x964d4a0c, 0xd40ab895, 0xad7fdecb, 0x3006f0f0);
    expect([step(state), step(state), step(state), step(state)]).to.deep.equal([
      0xf1391922, 0x6fe53806, 0xa5be2840, 0xf510ee70,
    ]);
  });

  it("are seeded by SplitMix64", () => {
    // The first outputs for seed 1234567, in the list at rosettacode.org/wiki/Pseudo-random_numbers/Splitmix64.
    const [a, b, c, d] = stateFrom(1234567);
    expect([(BigInt(b!) << 32n) | BigInt(a!), (BigInt(d!) << 32n) | BigInt(c!)]).to.deep.equal([
      6457827717110365317n,
      3203168211198807973n,
    ]);
  });

  it("are the same for the same seed, today and on every machine", () => {
    expect(Array.from(new Random(42).permutation(10).data)).to.deep.equal(PERMUTATION);
    expect(Array.from(new Random(42).normal([4], { dtype: "float64" }).data)).to.deep.equal(NORMALS);
    expect(Array.from(new Random(42).uniform([3], { dtype: "float64" }).data)).to.deep.equal(UNIFORMS);
  });

  it("differ for neighbouring seeds", () => {
    expect(new Random(1).next()).not.to.equal(new Random(2).next());
  });

  it("fill the interval evenly", () => {
    const { data } = new Random(3).uniform([20_000], { low: -2, high: 4 });
    expect(Math.min(...data)).to.be.within(-2, -1.99);
    expect(Math.max(...data)).to.be.within(3.99, 4);
    expect(mean(data)).to.be.closeTo(1, 0.05);
  });

  it("have the mean, the spread and the tails of a Gaussian", () => {
    const { data } = new Random(4).normal([50_000], { mean: 3, std: 2 });
    expect(mean(data)).to.be.closeTo(3, 0.03);
    expect(Math.sqrt(mean(data.map((x) => (x - 3) ** 2)))).to.be.closeTo(2, 0.03);
    expect(data.filter((x) => Math.abs(x - 3) > 4).length / data.length).to.be.closeTo(0.0455, 0.004);
  });

  it("permute every number once, in every order alike", () => {
    const { data } = new Random(5).permutation(1000);
    expect([...data].sort((a, b) => a - b)).to.deep.equal(Array.from({ length: 1000 }, (_, i) => i));
    const random = new Random(6);
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const order = random.permutation(3).data.join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect([...counts.values()]).to.have.length(6);
    for (const count of counts.values()) expect(count).to.be.within(880, 1120);
  });

  it("refuse a seed or a bound that is no whole number", () => {
    expect(() => new Random(0.5)).to.throw("the seed must be a whole number, not 0.5");
    expect(() => new Random(1).integer(0)).to.throw("the bound must be a whole number");
  });
});

describe("the normal quantile", () => {
  it("agrees with Python's statistics.NormalDist().inv_cdf", () => {
    for (const [p, x] of QUANTILES)
      expect(normalQuantile(p)).to.be.closeTo(x, 2e-15 * Math.max(1, Math.abs(x)));
  });

  it("takes its logarithm without the machine's, to the last digits", () => {
    for (const x of [1e-300, 1e-16, 0.003, 0.5, 0.7, 0.71, 0.99]) {
      expect(exactLog(x)).to.be.closeTo(Math.log(x), 4e-16 * Math.max(1, Math.abs(Math.log(x))));
    }
  });
});
