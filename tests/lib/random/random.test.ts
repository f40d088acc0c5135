import { expect } from "chai";
import { Random, type RandomState, tensor, zeros } from "../../../lib/index.ts";
import { exactLog, normalQuantile } from "../../../lib/random/normal.ts";
import { fill, stateFrom, step } from "../../../lib/random/xoshiro.ts";

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

const PINNED = {
  uniform: [0.4137016534805298, 0.9697872400283813, 0.003983974456787109],
  truncated: [0.09926824004532829, 0.23990023516420278, 0.056689676491848306],
  exponential: [0.38296163968111563, 1.3172515436159382],
  bernoulli: [0, 1, 1, 0, 1, 0, 1, 1],
  integers: [1, 0, 0, 3, -2],
  categorical: [2, 2, 1, 2, 2, 1],
  multinomial: [21, 25, 54],
  shuffle: [
    [1, 2],
    [5, 6],
    [3, 4],
  ],
  child: [0.40536590621017343, 0.14674516995825604],
  state: [3040687641, 2155341853, 217419781, 3330501995],
};

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

  it("draw Gaussians in runs as they would one by one", () => {
    const [whole, single] = [new Random(6), new Random(6)];
    const one = (): number => single.normal([], { mean: 3, std: 2, dtype: "float64" }).item();
    const { data } = whole.normal([5001], { mean: 3, std: 2, dtype: "float64" });
    expect(Array.from(data)).to.deep.equal(Array.from({ length: 5001 }, one));
    expect(whole.state).to.deep.equal(single.state);
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

describe("kinds of random numbers", () => {
  it("come in bulk as they come one by one", () => {
    const [one, many] = [stateFrom(9), stateFrom(9)];
    const words = new Uint32Array(1000);
    fill(many, words);
    expect(Array.from(words, () => step(one))).to.deep.equal(Array.from(words));
    expect(one).to.deep.equal(many);
  });

  it("are pinned: these numbers never change", () => {
    const random = new Random(42);
    const drawn = {
      uniform: [...random.uniform([3]).data],
      truncated: [...random.truncatedNormal([3], { dtype: "float64" }).data],
      exponential: [...random.exponential([2], { dtype: "float64" }).data],
      bernoulli: [...random.bernoulli([8], 0.5).data],
      integers: [...random.integers([5], { low: -3, high: 4 }).data],
      categorical: [...random.categorical(tensor([0, 1, 2]), 6).data],
      multinomial: [...random.multinomial(100, tensor([1, 2, 3])).data],
      shuffle: random
        .shuffle(
          tensor([
            [1, 2],
            [3, 4],
            [5, 6],
          ]),
        )
        .toArray(),
      child: random.split(2).map((child) => child.next()),
      state: random.state,
    };
    expect(drawn).to.deep.equal(PINNED);
  });

  it("never reach the upper end, though float32 rounds", () => {
    for (const [low, high] of [
      [0, 1],
      [1, 1 + 2 ** -22],
      [0, 0.1],
      [16777215, 16777216],
    ] as const) {
      const { data } = new Random(1).uniform([10_000], { low, high });
      for (const value of data) expect(value).to.be.least(low).and.below(high);
    }
    expect(new Random(1).uniform([2], { low: 3, high: 3 }).toArray()).to.deep.equal([3, 3]);
  });

  it("stay within the bound when truncated, with the spread that theory gives", () => {
    const { data } = new Random(2).truncatedNormal([50_000], { mean: 1, std: 3 });
    expect(Math.max(...Array.from(data, (x) => Math.abs(x - 1)))).to.be.at.most(6);
    // Var = 1 − 2·2·φ(2)/(2Φ(2) − 1) = 0.774
    expect(mean(data.map((x) => (x - 1) ** 2)) / 9).to.be.closeTo(0.774, 0.01);
  });

  it("follow their probabilities", () => {
    const random = new Random(3);
    expect(mean(random.bernoulli([50_000], 0.3).data)).to.be.closeTo(0.3, 0.007);
    expect(mean(random.exponential([50_000], { rate: 4 }).data)).to.be.closeTo(0.25, 0.004);
    const draws = random.categorical(tensor([[0, Math.log(3), Number.NEGATIVE_INFINITY]]), 20_000);
    expect(draws.shape).to.deep.equal([1, 20_000]);
    expect(mean(draws.data)).to.be.closeTo(0.75, 0.01);
    expect(Math.max(...draws.data)).to.equal(1);
    const counts = random.multinomial(20_000, tensor([1, 0, 3])).data;
    expect([counts[0]! + counts[2]!, counts[1]]).to.deep.equal([20_000, 0]);
    expect(counts[0]! / 20_000).to.be.closeTo(0.25, 0.01);
    expect(random.bernoulli([100], 0).data.every((x) => x === 0)).to.equal(true);
    expect(random.bernoulli([100], 1).data.every((x) => x === 1)).to.equal(true);
  });

  it("go on from a saved state, and from nothing else", () => {
    const random = new Random(4);
    random.normal([7]);
    const saved = JSON.parse(JSON.stringify(random.state));
    const expected = random.normal([5]);
    expect(Random.from(saved).normal([5])).to.deep.equal(expected);
    for (const state of [
      [0, 0, 0, 0],
      [1, 2, 3],
      [1, 2, 3, -1],
      [1, 2, 3, 0.5],
    ]) {
      expect(() => Random.from(state as unknown as RandomState)).to.throw(
        "a state is four whole numbers below 2^32",
      );
    }
  });

  it("are unrelated in sources that were split", () => {
    const sources = [...new Random(5).split(3), new Random(5)];
    const draws = sources.map((source) => source.normal([20_000], { dtype: "float64" }).data);
    for (const [i, a] of draws.entries()) {
      for (const b of draws.slice(i + 1)) {
        expect(mean(Array.from(a, (x, n) => x * b[n]!))).to.be.closeTo(0, 0.03);
      }
    }
    const [first] = new Random(5).split(1);
    expect(first!.next()).to.equal(new Random(5).split(3)[0]!.next());
  });

  it("keep the pairs of a shuffled table together", () => {
    const shuffled = new Random(6).shuffle(
      tensor([
        [1, 10],
        [2, 20],
        [3, 30],
        [4, 40],
      ]),
    );
    const rows = shuffled.toArray() as number[][];
    expect(rows.map(([a = 0, b = 0]) => b / a)).to.deep.equal([10, 10, 10, 10]);
    expect(new Random(6).shuffle(zeros([0, 3])).shape).to.deep.equal([0, 3]);
  });

  it("refuse what has no meaning", () => {
    const random = new Random(7);
    expect(() => random.uniform([2], { low: 1, high: 0 })).to.throw("low must not be above high");
    expect(() => random.bernoulli([2], 1.5)).to.throw("p must lie between 0 and 1; it is 1.5");
    expect(() => random.integers([2], { low: 3, high: 3 })).to.throw(
      "from 3 up to 3 there are no int32 numbers",
    );
    expect(() => random.truncatedNormal([2], { bound: 0 })).to.throw(
      "the bound must be 0.05 standard deviations",
    );
    expect(() => random.exponential([2], { rate: 0 })).to.throw("the rate must be above 0");
    expect(() => random.categorical(tensor([Number.NaN]))).to.throw("logit 0 is NaN");
    expect(() => random.categorical(zeros([2, 0]))).to.throw("logits are [..., classes]; these are [2, 0]");
    expect(() => random.multinomial(2, tensor([1, -1]))).to.throw("weight 1 is -1");
    expect(() => random.multinomial(2, tensor([0, 0]))).to.throw("the weights sum to 0");
    expect(() => random.permutation(-1)).to.throw("permutation: [-1] is no shape");
    expect(() => random.permutation(Number.NaN)).to.throw("permutation: [NaN] is no shape");
    expect(() => random.normal([2], { std: -1 })).to.throw("normal: mean is 0 and std -1; both are finite");
    expect(() => random.normal([2], { mean: Number.NaN })).to.throw("normal: mean is NaN");
    expect(() => random.truncatedNormal([2], { std: Infinity })).to.throw(
      "truncatedNormal: mean is 0 and std Infinity",
    );
    expect(() => random.normal(3 as never)).to.throw("normal: 3 is no shape; a shape is a list of lengths");
    expect(() => random.shuffle(tensor(1))).to.throw("a scalar has no axis to shuffle along");
  });
});

describe("the normal quantile", () => {
  it("agrees with Python's statistics.NormalDist().inv_cdf", () => {
    for (const [p, x] of QUANTILES)
      expect(normalQuantile(p)).to.be.closeTo(x, 2e-15 * Math.max(1, Math.abs(x)));
  });

  it("takes its logarithm without the machine's, to the last digits", () => {
    for (const x of [1e-300, 1e-16, 0.003, 0.5, 0.7, 0.71, 0.99, 1, 1.4, 1.5, 40, 1e300]) {
      expect(exactLog(x)).to.be.closeTo(Math.log(x), 4e-16 * Math.max(1, Math.abs(Math.log(x))));
    }
  });
});
