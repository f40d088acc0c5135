import { expect } from "chai";
import {
  between,
  borderWarnings,
  coarseToFine,
  gridConfigs,
  narrow,
  oneOf,
  Random,
  randomConfigs,
  search,
  type Tensor,
  tensor,
} from "../../../lib/index.ts";

const space = {
  rate: between(1e-4, 1, { log: true }),
  units: between(4, 8, { whole: true }),
  activation: oneOf(["relu", "tanh"]),
};

describe("a space of hyperparameters", () => {
  it("has a grid with its ends, even on each scale", () => {
    const configs = gridConfigs(space, 5);
    expect(configs).to.have.length(50);
    const rates = [...new Set(configs.map(({ rate }) => rate))];
    rates.forEach((rate, i) => {
      expect(rate).to.be.closeTo(10 ** (i - 4), 1e-12);
    });
    expect([...new Set(configs.map(({ units }) => units))]).to.deep.equal([4, 5, 6, 7, 8]);
    expect(gridConfigs({ x: between(0, 1) }, 1)).to.deep.equal([{ x: 0.5 }]);
  });

  it("is drawn from at random, evenly on its scale, and the same for the same seed", () => {
    const configs = randomConfigs(space, 4000, new Random(1));
    const share = (is: (config: (typeof configs)[number]) => boolean): number =>
      configs.filter(is).length / 4000;
    for (const decade of [1e-4, 1e-3, 1e-2, 1e-1]) {
      expect(share(({ rate }) => rate >= decade && rate < 10 * decade)).to.be.closeTo(0.25, 0.03);
    }
    for (const units of [4, 5, 6, 7, 8])
      expect(share((config) => config.units === units)).to.be.closeTo(0.2, 0.03);
    expect(share(({ activation }) => activation === "tanh")).to.be.closeTo(0.5, 0.03);
    expect(randomConfigs(space, 3, new Random(1))).to.deep.equal(configs.slice(0, 3));
  });

  it("is narrowed to where the best lay", () => {
    const fine = narrow(space, [
      { rate: 0.01, units: 5, activation: "tanh" },
      { rate: 0.02, units: 6, activation: "tanh" },
    ]);
    expect(fine.rate.low).to.be.within(0.005, 0.01);
    expect(fine.rate.high).to.be.within(0.02, 0.04);
    expect(fine.activation.values).to.deep.equal(["tanh"]);
    expect(fine.units).to.include({ low: 5, high: 6, whole: true });
  });

  it("warns when the best lies at an end", () => {
    expect(borderWarnings(space, { rate: 0.9, units: 6, activation: "relu" })).to.deep.equal([
      "rate: the best value, 0.9, lies at the upper end, 1; widen the range there.",
    ]);
    expect(borderWarnings(space, { rate: 0.01, units: 4, activation: "relu" })[0]).to.include("lower end, 4");
  });

  it("says what is no range", () => {
    expect(() => between(0, 1, { log: true })).to.throw("from 0 to 1 is no range on a log scale");
    expect(() => between(2, 1)).to.throw("low must be below high.");
    expect(() => oneOf([])).to.throw("nothing to choose from");
  });
});

describe("search", () => {
  const valley = ({ rate }: { readonly rate: number }): number => (Math.log10(rate) + 2) ** 2;

  it("puts the best first and failures last, as a frame", async () => {
    const result = await search({
      space,
      configs: gridConfigs(space, 3),
      run: ({ rate, units, activation }) => {
        if (activation === "tanh") throw new Error("no tanh today");
        return (Math.log10(rate) + 2) ** 2 + units / 100;
      },
    });
    expect(result.best.config).to.deep.include({ units: 4, activation: "relu" });
    expect(result.best.config.rate).to.be.closeTo(0.01, 1e-9);
    expect(result.trials.at(-1)).to.deep.include({ score: Number.NaN, error: "no tanh today" });
    expect(result.columns).to.deep.equal(["rate", "units", "activation", "score", "seconds"]);
    expect(result.warnings[0]).to.match(/^units: the best value, 4/);
    expect(String(result)).to.match(/^18 trials, the best first\nrate/);
  });

  it("gives the same scores from threads", async () => {
    const configs = randomConfigs({ rate: space.rate }, 6, new Random(2));
    const shared = { x: tensor([1, 2, 3]) };
    const run = {
      space: { rate: space.rate },
      configs,
      shared,
      run: (
        { rate }: { rate: number },
        tools: { lib: typeof import("../../../lib/index.ts"); shared: object },
      ) => tools.lib.sum(tools.lib.mul((tools.shared as { x: Tensor }).x, rate)).item(),
    };
    const [alone, together] = [await search(run), await search({ ...run, workers: 2 })];
    expect(together.trials.map(({ config, score }) => [config, score])).to.deep.equal(
      alone.trials.map(({ config, score }) => [config, score]),
    );
    const failed = await search({ ...run, run: () => valley({ rate: 1 }), workers: 1 });
    expect(() => failed.best).to.throw("no trial has a score; the first failed: valley is not defined");
  });

  it("outlives trials that end their thread or give what is no score, and says how many failed", async () => {
    const whole = { n: between(0, 5, { whole: true }) };
    const result = await search({
      space: whole,
      configs: gridConfigs(whole, 6),
      workers: 1,
      run: ({ n }) => {
        if (n === 1) process.exit(3);
        if (n === 2) return (() => 1) as never;
        if (n === 3) return "good" as never;
        return n;
      },
    });
    expect(result.trials.map(({ score }) => score)).to.deep.equal([0, 4, 5, ...Array(3).fill(Number.NaN)]);
    expect(result.trials.slice(3).map(({ error }) => error)).to.satisfy(([ended, fn, text]: string[]) => {
      expect(ended).to.match(/^Workers: the thread has ended \(exit code 3\)/);
      expect(fn).to.include("a task gives back numbers, text, tensors");
      expect(text).to.equal("search: run gave good; it must give a number, the score.");
      return true;
    });
    expect(String(result)).to.match(/3 of 6 trials failed: Workers: the thread has ended \(exit code 3\)/);
    expect(result.toHtml()).to.include("<p>n: the best value, 0, lies at the lower end, 0; widen");
  });

  it("gets closer from coarse to fine than at random", async () => {
    const options = { space: { rate: between(1e-6, 10, { log: true }) }, run: valley };
    const fine = await coarseToFine({ ...options, rounds: 3, trials: 8, random: new Random(4) });
    const configs = randomConfigs(options.space, 24, new Random(4));
    const coarse = await search({ ...options, configs });
    expect(fine.trials).to.have.length(24);
    expect(fine.best.score).to.be.below(coarse.best.score);
    expect(fine.warnings).to.deep.equal([]);
  });

  it("narrows a space by trials that have a score only", async () => {
    const space = { x: between(0, 1) };
    const options = { space, rounds: 2, trials: 8, random: new Random(1) };
    const half = await coarseToFine({
      ...options,
      run: ({ x }) => {
        if (x < 0.5) throw new Error("too small");
        return x;
      },
    });
    expect(half.best.score).to.be.within(0.5, 0.7);
    const none = await coarseToFine({ ...options, run: () => Number.NaN });
    expect(none.trials).to.have.length(16);
    expect(() => none.best).to.throw("search: no trial has a score.");
  });

  it("may look for the highest", async () => {
    const result = await search({
      space: { x: between(0, 1) },
      configs: gridConfigs({ x: between(0, 1) }, 5),
      run: ({ x }) => x * (1 - x),
      best: "highest",
    });
    expect(result.best.config.x).to.equal(0.5);
  });
});
