import { expect } from "chai";
import {
  adam,
  ClassSampler,
  characters,
  embedding,
  negativeSampling,
  Random,
  skipGramPairs,
  subsample,
  tensor,
  Vocabulary,
  valueAndGrad,
  WordVectors,
  words,
} from "../../../lib/index.ts";

describe("vocabularies", () => {
  it("cut text into whole characters and into words", () => {
    expect(characters("a🙂")).to.deep.equal(["a", "🙂"]);
    expect(words("Call me Ishmael. Don't!")).to.deep.equal(["call", "me", "ishmael", ".", "don't", "!"]);
    expect(words("")).to.deep.equal([]);
  });

  it("go from tokens to numbers and back, the most frequent first", () => {
    const text = words("b a b c b a");
    const vocabulary = Vocabulary.of(text);
    expect(vocabulary.tokens).to.deep.equal(["b", "a", "c"]);
    expect([...vocabulary.encode(text).data]).to.deep.equal([0, 1, 0, 2, 0, 1]);
    expect(vocabulary.decode(vocabulary.encode(text))).to.deep.equal(text);
    expect([...vocabulary.counts(text)]).to.deep.equal([3, 2, 1]);
  });

  it("keep special tokens first and know what they do not know", () => {
    const options = { special: ["<pad>"], unknown: "<unknown>", minCount: 2, size: 3 };
    const vocabulary = Vocabulary.of(words("b a b c b a"), options);
    expect(vocabulary.tokens).to.deep.equal(["<pad>", "<unknown>", "b"]);
    expect([...vocabulary.encode(["a", "b"]).data]).to.deep.equal([1, 2]);
    const { tokens, ...rest } = JSON.parse(JSON.stringify(vocabulary)) as {
      tokens: string[];
      unknown: string;
    };
    expect(new Vocabulary(tokens, rest).number("never seen")).to.equal(1);
  });

  it("say which token is missing or named twice", () => {
    const vocabulary = new Vocabulary(["a"]);
    expect(() => vocabulary.encode(["z"])).to.throw(
      '"z" is not one of its 1 tokens; a vocabulary with `unknown`',
    );
    expect(() => vocabulary.decode([3])).to.throw("there is no token 3; they are 0 … 0");
    expect(() => Vocabulary.of(["a"], { size: Number.NaN })).to.throw("0 or more; they are 1 and NaN");
    expect(() => subsample([0], [1], { random: new Random(1), threshold: 0 })).to.throw("above 0; it is 0");
    expect(() => new Vocabulary(["a", "a"])).to.throw('the token "a" is named twice');
  });
});

describe("skip-gram", () => {
  it("pairs each word with its neighbours", () => {
    const { centers, contexts } = skipGramPairs([7, 8, 9], { window: 1 });
    expect([...centers.data]).to.deep.equal([7, 8, 8, 9]);
    expect([...contexts.data]).to.deep.equal([8, 7, 9, 8]);
    expect(skipGramPairs([], { window: 2 }).centers.size).to.equal(0);
  });

  it("draws windows so that near neighbours count more", () => {
    const tokens = Array.from({ length: 2000 }, (_, i) => i);
    const { centers, contexts } = skipGramPairs(tokens, { window: 4, random: new Random(1) });
    const at = (distance: number): number =>
      centers.data.filter((center, i) => Math.abs(center - contexts.data[i]!) === distance).length / 4000;
    for (const distance of [1, 2, 3, 4]) expect(at(distance)).to.be.closeTo((5 - distance) / 4, 0.03);
  });

  it("leaves out frequent words as often as the formula says", () => {
    const tokens = Array.from({ length: 10_000 }, (_, i) => (i % 10 === 0 ? 1 : 0));
    const kept = subsample(tokens, [9000, 1000], { random: new Random(2), threshold: 0.1 }).data;
    const share = (token: number, of: number): number => kept.filter((one) => one === token).length / of;
    expect(share(0, 9000)).to.be.closeTo(Math.sqrt(0.1 / 0.9), 0.02);
    expect(share(1, 1000)).to.equal(1);
  });

  it("draws noise by its weights", () => {
    const noise = ClassSampler.unigram([81, 16, 0, 1]);
    expect([...noise.probabilities].map((p) => p * 36)).to.deep.equal([27, 8, 0, 1]);
    const drawn = noise.draw([100, 90], new Random(3));
    expect(drawn.shape).to.deep.equal([100, 90]);
    const share = drawn.data.filter((c) => c === 0).length / 9000;
    expect(share).to.be.closeTo(0.75, 0.02);
    expect(drawn.data.includes(2)).to.equal(false);
    const zipf = ClassSampler.logUniform(10).probabilities;
    expect(zipf[0]).to.be.closeTo(Math.log(2) / Math.log(11), 1e-15);
  });

  it("draws different classes however unlikely some are", () => {
    const { classes, chance } = new ClassSampler([1e15, 2, 1, 1]).drawDistinct(4, new Random(5));
    expect([...classes.data].sort()).to.deep.equal([0, 1, 2, 3]);
    expect(chance?.(0)).to.equal(1);
    expect(chance?.(1)).to.be.within(0.05, 1);
    // The wait that is computed is as long as the one that is drawn: 1/s draws for classes of share s.
    const waits = Array.from({ length: 400 }, (_, seed) => {
      const drawn = new ClassSampler([999, 1]).drawDistinct(2, new Random(seed));
      return Math.log1p(-(drawn.chance?.(1) ?? 0)) / Math.log1p(-1 / 1000);
    });
    expect(waits.reduce((sum, wait) => sum + wait / 400, 0)).to.be.within(850, 1150);
  });

  it("learns from a text which words mean alike", () => {
    // Fruit and colours each come among their own kind.
    const random = new Random(4);
    const kinds = [
      ["apple", "pear", "plum", "fig"],
      ["red", "green", "blue", "grey"],
    ];
    const text = Array.from({ length: 1200 }, (_, i) => kinds[Math.floor(i / 8) % 2]![random.integer(4)]!);
    const vocabulary = Vocabulary.of(text);
    const { centers, contexts } = skipGramPairs(vocabulary.encode(text), { window: 2, random });
    const noise = ClassSampler.unigram(vocabulary.counts(text));
    const params = { V: random.normal([8, 6], { std: 0.3 }), U: random.normal([8, 6], { std: 0.3 }) };
    const optimizer = adam({ rate: 0.03 });
    for (let step = 0; step < 60; step++) {
      const drawn = noise.draw([centers.size, 4], random);
      const { grads } = valueAndGrad(
        ({ V, U }) => negativeSampling(embedding(V, centers), embedding(U, contexts), embedding(U, drawn)),
        params,
      );
      optimizer.step(params, grads);
    }
    const vectors = new WordVectors(vocabulary, params.V);
    const near = vectors.nearest("apple", 3).map(({ word }) => word);
    expect(near).to.have.members(["pear", "plum", "fig"]);
    expect(vectors.similarity("red", "blue")).to.be.above(vectors.similarity("red", "fig") + 0.3);
  });
});

describe("word vectors", () => {
  const vocabulary = new Vocabulary(["man", "woman", "king", "queen", "apple"]);
  const vectors = new WordVectors(
    vocabulary,
    tensor([
      [1, 0, 0],
      [1, 1, 0],
      [1, 0, 1],
      [1, 1, 1],
      [-1, 0, 0.1],
    ]),
  );

  it("find neighbours and analogies", () => {
    expect(vectors.analogy("man", "king", "woman")[0]?.word).to.equal("queen");
    expect(vectors.nearest("king", 1)[0]?.word).to.equal("queen");
    expect(vectors.nearest(tensor([5, 0, 0]), 1)[0]).to.deep.equal({ word: "man", similarity: 1 });
    expect(vectors.similarity("man", "king")).to.be.closeTo(Math.SQRT1_2, 1e-6);
  });

  it("take a number of words and a vector that fit", () => {
    expect(vectors.nearest("king", 0)).to.deep.equal([]);
    expect(vectors.nearest("king", 99)).to.have.length(4);
    for (const count of [Number.NaN, -1, 2.5]) {
      expect(() => vectors.nearest("king", count)).to.throw(`nearest: ${count} is no number of words`);
    }
    expect(() => vectors.nearest(tensor([1, 2]))).to.throw(
      "these words have vectors [3], and this one is [2]",
    );
    expect(() => vectors.nearest(tensor([1, Number.NaN, 0]))).to.throw("nearest: the vector has NaN in it");
  });

  it("need a row for each word", () => {
    expect(() => new WordVectors(vocabulary, tensor([[1, 2]]))).to.throw(
      "5 words need vectors [5, d]; these are [1, 2]",
    );
    expect(() => vectors.nearest("pear")).to.throw('"pear" is not one of its 5 tokens');
  });
});
