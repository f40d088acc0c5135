import { expect } from "chai";
import {
  beamSearch,
  bestOfMany,
  type Candidate,
  exhaustiveSearch,
  greedySearch,
  nextTokenBatches,
  padSequences,
  Random,
  restrictLogits,
  type SequenceModel,
  sampleSequence,
  sampleToken,
  sequenceLogProbability,
  softmax,
  tensor,
} from "../../../lib/index.ts";

/** A model with its own logits after every prefix, from a seed; token 0 ends. */
function tree(seed: number, tokens: number): SequenceModel<readonly number[]> {
  const logits = (prefix: readonly number[]): Float64Array => {
    const place = prefix.reduce((all, token) => all * 31 + token + 1, seed * 7919);
    return new Random(place).normal([tokens], { std: 2, dtype: "float64" }).data as Float64Array;
  };
  return {
    start: { logits: logits([]), state: [] },
    next: (prefix, token) => ({ logits: logits([...prefix, token]), state: [...prefix, token] }),
  };
}

/** The textbook's case: the likelier first step leads to even chances, the other one to a sure thing. */
const trap: SequenceModel<number> = {
  start: { logits: [Math.log(0.6), Math.log(0.4)], state: 0 },
  next: (_, token) => ({ logits: token === 0 ? [0, 0] : [Math.log(0.99), Math.log(0.01)], state: token }),
};

describe("searching sequences", () => {
  it("greedily falls into a trap that a beam of two sees", () => {
    const greedy = greedySearch(trap, { length: 2 });
    const [best] = beamSearch(trap, { width: 2, length: 2 });
    expect(Math.exp(greedy.logProbability)).to.be.closeTo(0.3, 1e-12);
    expect(best?.tokens).to.deep.equal([1, 0]);
    expect(Math.exp(best!.logProbability)).to.be.closeTo(0.396, 1e-12);
  });

  it("by a beam of one is greedy search", () => {
    for (let seed = 0; seed < 20; seed++) {
      const model = tree(seed, 4);
      const [beam] = beamSearch(model, { width: 1, length: 6, end: 0 });
      expect(beam).to.deep.equal(greedySearch(model, { length: 6, end: 0 }));
    }
  });

  it("by a beam that is wide enough is exhaustive search, with length normalization and without", () => {
    for (const lengthPower of [0, 0.7, 1]) {
      for (let seed = 0; seed < 12; seed++) {
        const model = tree(seed, 3);
        const options = { length: 5, end: 0, lengthPower };
        const [beam] = beamSearch(model, { ...options, width: 3 ** 5 });
        const best = exhaustiveSearch(model, options);
        expect(beam?.tokens, `seed ${seed}, α ${lengthPower}`).to.deep.equal(best.tokens);
        expect(beam?.score).to.be.closeTo(best.score, 1e-12);
      }
    }
  });

  it("by a beam that is wide enough is exhaustive search among equals, too", () => {
    // Whole logits of 0, 1 or 2, so that many sequences are equally likely.
    const even = (seed: number, tokens: number): SequenceModel<readonly number[]> => {
      const { start, next } = tree(seed, tokens);
      const whole = (z: ArrayLike<number>): number[] =>
        Array.from(z, (value) => Math.abs(Math.round(value)) % 3);
      const rounded = (at: typeof start): typeof start => ({
        ...at,
        logits: whole(at.logits as Float64Array),
      });
      return { start: rounded(start), next: (prefix, token) => rounded(next(prefix, token)) };
    };
    for (let seed = 0; seed < 60; seed++) {
      const options = { length: 4, end: seed % 3, lengthPower: [0, 0.7, 1][seed % 3]! };
      // As wide as there are beginnings that are one token short.
      const [beam] = beamSearch(even(seed, 3), { ...options, width: 3 ** 3 });
      expect(beam, `seed ${seed}`).to.deep.equal(exhaustiveSearch(even(seed, 3), options));
    }
  });

  it("by wider beams finds better sequences on the whole", () => {
    const mean = (width: number): number => {
      let total = 0;
      for (let seed = 0; seed < 40; seed++) {
        total += beamSearch(tree(seed, 5), { width, length: 6 })[0]!.logProbability;
      }
      return total / 40;
    };
    expect(mean(3)).to.be.above(mean(1));
    expect(mean(20)).to.be.above(mean(3));
  });

  it("with length normalization prefers longer sequences", () => {
    const lengths = (lengthPower: number): number => {
      let total = 0;
      for (let seed = 0; seed < 30; seed++) {
        total += exhaustiveSearch(tree(seed, 3), { length: 5, end: 0, lengthPower }).tokens.length;
      }
      return total;
    };
    expect(lengths(1)).to.be.above(lengths(0));
  });

  it("gives the probabilities that the model gives", () => {
    const model = tree(3, 4);
    for (const one of beamSearch(model, { width: 4, length: 5, end: 0, lengthPower: 0.5 })) {
      expect(sequenceLogProbability(model, one.tokens)).to.be.closeTo(one.logProbability, 1e-12);
      expect(one.score).to.be.closeTo(one.logProbability / Math.sqrt(one.tokens.length), 1e-12);
      expect(one.ended).to.equal(one.tokens.at(-1) === 0);
    }
  });

  it("shows its candidates, what was kept and what was pruned", () => {
    const steps: (readonly Candidate[])[] = [];
    beamSearch(tree(1, 4), { width: 2, length: 3, onStep: (candidates) => steps.push(candidates) });
    expect(steps.map(({ length }) => length)).to.deep.equal([4, 8, 8]);
    for (const step of steps) expect(step.filter(({ kept }) => kept)).to.have.length(2);
  });

  it("never takes a token whose logit is −∞", () => {
    const model: SequenceModel<null> = {
      start: { logits: [-Infinity, 0, -Infinity], state: null },
      next: () => ({ logits: [0, -Infinity, -Infinity], state: null }),
    };
    expect(beamSearch(model, { width: 9, length: 2 }).map(({ tokens }) => tokens)).to.deep.equal([[1, 0]]);
  });

  it("by the best of many samples is better than one sample and never better than the best", () => {
    const model = tree(5, 4);
    const options = { length: 5, random: new Random(6) };
    const many = bestOfMany(model, { ...options, samples: 60 });
    expect(many).to.have.length(60);
    const best = exhaustiveSearch(model, { length: 5 }).logProbability;
    expect(many[0]!.logProbability)
      .to.be.above(many[30]!.logProbability)
      .and.at.most(best + 1e-12);
  });

  it("says what it needs", () => {
    expect(() => beamSearch(trap, { width: 0, length: 2 })).to.throw(
      "the width must be a whole number, 1 or more; it is 0",
    );
    expect(() => greedySearch(trap, { length: 0 })).to.throw(
      "the length must be a whole number, 1 or more; it is 0",
    );
    const broken = { start: { logits: [Number.NaN, Number.NaN], state: 0 }, next: trap.next };
    expect(() => greedySearch(broken, { length: 2 })).to.throw("one at least must be finite");
    expect(() => sequenceLogProbability(trap, [0, 7])).to.throw("the model has no token 7 (at place 1)");
  });
});

describe("drawing tokens", () => {
  const logits = tensor([Math.log(0.5), Math.log(0.3), Math.log(0.15), Math.log(0.05)], { dtype: "float64" });
  const chances = (options: Parameters<typeof restrictLogits>[1]): number[] =>
    Array.from(softmax(restrictLogits(logits, options)).data, (p) => Math.round(p * 1e6) / 1e6);

  it("by temperature, top-k and nucleus", () => {
    expect(chances({})).to.deep.equal([0.5, 0.3, 0.15, 0.05]);
    expect(chances({ topK: 2 })).to.deep.equal([0.625, 0.375, 0, 0]);
    expect(chances({ topP: 0.6 })).to.deep.equal([0.625, 0.375, 0, 0]);
    expect(chances({ topP: 0.01 })).to.deep.equal([1, 0, 0, 0]);
    expect(chances({ temperature: 0 })).to.deep.equal([1, 0, 0, 0]);
    const squares = [0.25, 0.09, 0.0225, 0.0025].map((p) => Math.round((p / 0.365) * 1e6) / 1e6);
    expect(chances({ temperature: 0.5 })).to.deep.equal(squares);
  });

  it("as often as their probabilities say", () => {
    const random = new Random(8);
    const batch = tensor(
      Float64Array.from({ length: 40_000 }, (_, i) => logits.data[i % 4]!),
      { shape: [10_000, 4] },
    );
    const drawn = sampleToken(batch, { random, topK: 3 });
    expect(drawn.shape).to.deep.equal([10_000]);
    const share = (token: number): number => drawn.data.filter((one) => one === token).length / 10_000;
    expect(share(0)).to.be.closeTo(0.5 / 0.95, 0.015);
    expect(share(2)).to.be.closeTo(0.15 / 0.95, 0.015);
    expect(share(3)).to.equal(0);
  });

  it("the same for the same seed, up to the end token", () => {
    const draw = () =>
      sampleSequence(tree(2, 5), { length: 50, end: 0, random: new Random(9), temperature: 1.5 });
    const { tokens, ended } = draw();
    expect(draw().tokens).to.deep.equal(tokens);
    expect(ended).to.equal(true);
    expect(tokens.indexOf(0)).to.equal(tokens.length - 1);
  });

  it("refuses a temperature below 0 and a nucleus of nothing", () => {
    expect(() => restrictLogits(logits, { temperature: -1 })).to.throw(
      "the temperature must be 0 or more; it is -1",
    );
    expect(() => restrictLogits(logits, { topP: 0 })).to.throw("topP must be above 0");
    expect(() => restrictLogits(logits, { topK: 0 })).to.throw("topK must be a whole number");
  });

  it("at the ends of the scale of temperatures takes the likeliest, or any that can come", () => {
    const row = tensor([1, 3, Number.NEGATIVE_INFINITY, 2]);
    for (const temperature of [0, 1e-300, 1e-12]) {
      const shares = softmax(restrictLogits(row, { temperature }));
      expect([...shares.data], `temperature ${temperature}`).to.deep.equal([0, 1, 0, 0]);
    }
    const even = softmax(restrictLogits(row, { temperature: Number.POSITIVE_INFINITY }));
    expect(even.data[2]).to.equal(0);
    for (const at of [0, 1, 3]) expect(even.data[at]).to.be.closeTo(1 / 3, 1e-6);
  });

  it("refuses logits of which nothing can be drawn, at every temperature", () => {
    const random = new Random(1);
    for (const temperature of [0, 1]) {
      const drawn =
        (...row: number[]) =>
        () =>
          sampleToken(tensor(row), { random, temperature });
      expect(drawn(Number.NaN, 1)).to.throw("logit 0 of row 0 is NaN");
      expect(drawn(Number.NEGATIVE_INFINITY)).to.throw("every logit of row 0 is -Infinity");
    }
    const batch = {
      logits: tensor([
        [1, 2],
        [3, 4],
      ]),
      state: 0,
    };
    expect(() => greedySearch({ start: batch, next: () => batch }, { length: 2 })).to.throw(
      "[tokens] or [1, tokens]; these are [2, 2]",
    );
  });
});

describe("sequences as tensors", () => {
  it("are windows over a text, each target one place on, none twice", () => {
    const tokens = tensor(Int32Array.from({ length: 103 }, (_, i) => i));
    const seen = new Set<number>();
    let batches = 0;
    for (const { inputs, targets } of nextTokenBatches(tokens, {
      batch: 4,
      length: 5,
      random: new Random(1),
    })) {
      expect(inputs.shape).to.deep.equal([4, 5]);
      inputs.data.forEach((token, i) => {
        expect(targets.data[i]).to.equal(token + 1);
        expect(seen.has(token)).to.equal(false);
        seen.add(token);
      });
      batches++;
    }
    expect(batches).to.equal(5);
    expect(() => [...nextTokenBatches(tokens, { batch: 30, length: 5, random: new Random(1) })]).to.throw(
      "which takes 151",
    );
  });

  it("are filled up at their ends", () => {
    const { tokens, lengths, mask } = padSequences([[5, 2], [7], []], { value: 9 });
    expect(tokens.toArray()).to.deep.equal([
      [5, 2],
      [7, 9],
      [9, 9],
    ]);
    expect([...lengths.data]).to.deep.equal([2, 1, 0]);
    expect([...mask.data]).to.deep.equal([1, 1, 1, 0, 0, 0]);
    for (const dtype of ["float32", "float64", "int32", "bool"] as const) {
      expect(padSequences([[5]], { dtype }).mask.dtype).to.equal(dtype);
    }
  });
});
