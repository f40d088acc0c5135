import { expect } from "chai";
import {
  accuracy,
  bootstrap,
  chanceOfChange,
  chooseModel,
  classificationReport,
  confusion,
  disagreement,
  errorAnalysis,
  errorLadder,
  f1,
  kFold,
  lookOf,
  mcnemar,
  movingAverage,
  Random,
  rocCurve,
  splitIndices,
  tensor,
  wilcoxon,
} from "../../../lib/index.ts";

const sorted = (values: ArrayLike<number>): number[] => Array.from(values).sort((a, b) => a - b);
const all = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe("splits", () => {
  it("put every example into one part, by its share", () => {
    for (const random of [undefined, new Random(1)]) {
      const options = random === undefined ? {} : { random };
      const { train, dev, test } = splitIndices(1003, { train: 0.6, dev: 0.2, test: 0.2 }, options);
      expect([train.size, dev.size, test.size]).to.deep.equal([602, 201, 200]);
      expect(sorted([...train.data, ...dev.data, ...test.data])).to.deep.equal(all(1003));
    }
  });

  it("keep the order where no source of randomness is given, and are the same for the same seed", () => {
    expect([...splitIndices(5, { train: 0.6, test: 0.4 }).train.data]).to.deep.equal([0, 1, 2]);
    const draw = (): number[] => [...splitIndices(50, { a: 0.5, b: 0.5 }, { random: new Random(7) }).a.data];
    expect(draw()).to.deep.equal(draw()).and.not.to.deep.equal(all(25));
  });

  it("give every part its share of every class when stratified", () => {
    const random = new Random(2);
    const labels = Int32Array.from({ length: 1000 }, (_, i) => (i % 10 === 0 ? 1 : i % 50 === 1 ? 2 : 0));
    const parts = splitIndices(1000, { train: 0.7, dev: 0.2, test: 0.1 }, { random, labels });
    const counts = (rows: ArrayLike<number>): number[] =>
      [0, 1, 2].map((c) => Array.from(rows).filter((i) => labels[i] === c).length);
    expect(sorted(Object.values(parts).flatMap(({ data }) => [...data]))).to.deep.equal(all(1000));
    expect(parts.train.size).to.equal(700);
    const shares = { train: 0.7, dev: 0.2, test: 0.1 };
    for (const name of ["train", "dev", "test"] as const) {
      const total = counts(all(1000));
      counts(parts[name].data).forEach((count, c) => {
        expect(Math.abs(count - shares[name] * total[c]!), `${name}, class ${c}`).to.be.below(2);
      });
    }
  });

  it("in k folds test every example once and never train on it", () => {
    const random = new Random(3);
    for (const labels of [undefined, Int32Array.from({ length: 47 }, (_, i) => i % 3)]) {
      const folds = kFold(47, 5, { random, ...(labels && { labels }) });
      expect(sorted(folds.flatMap(({ test }) => [...test.data]))).to.deep.equal(all(47));
      for (const { train, test } of folds)
        expect(sorted([...train.data, ...test.data])).to.deep.equal(all(47));
    }
  });

  it("say what is wrong with shares, folds and labels", () => {
    expect(() => splitIndices(10, { train: 0.6, test: 0.6 })).to.throw("train: 0.6, test: 0.6 } sums to 1.2");
    expect(() => kFold(3, 5)).to.throw("kFold: 5 folds need 5 examples or more; there are 3.");
    expect(() => kFold(4, 2, { labels: [0, 1] })).to.throw("4 examples and 2 labels");
  });
});

describe("metrics", () => {
  it("take tensors and arrays", () => {
    const labels = tensor([0, 1, 1], { dtype: "int32" });
    expect(confusion(labels, [0, 1, 0]).toArray()).to.deep.equal([
      [1, 0],
      [1, 1],
    ]);
    expect(accuracy(labels, labels)).to.equal(1);
    expect(f1(labels, [0, 0, 0])).to.equal(0);
  });

  it("show the report as a table", () => {
    const report = classificationReport([0, 1], [0, 1], { names: ["cat", "dog"] });
    expect(lookOf(report)?.["text/html"]).to.include("<td>dog</td>");
  });

  it("say what does not fit", () => {
    expect(() => accuracy([1, 2], [1])).to.throw(
      "accuracy: truth and prediction belong together one by one, and there are 2",
    );
    expect(() => accuracy([0.5], [1])).to.throw("argmax() makes them");
    expect(() => f1([0, 1, 2], [0, 1, 2])).to.throw(
      'there are 3 classes; say which average is meant, "macro"',
    );
    expect(() => confusion([3], [0], { classes: 2 })).to.throw("class 3 is not one of the classes 0 … 1");
    expect(() => rocCurve([1, 1], [0, 1])).to.throw("2 positives and 0 negatives");
    expect(() => rocCurve([1, 0], [Number.NaN, 1])).to.throw("score 0 is NaN");
  });
});

describe("tests of significance", () => {
  it("count where two models disagree", () => {
    const found = disagreement([1, 1, 0, 0], [1, 0, 0, 1], [1, 1, 1, 1]);
    expect(found).to.deep.equal({ onlyFirst: 1, onlySecond: 1 });
    expect(mcnemar(found).pValue).to.equal(1);
  });

  it("say so where there is nothing to test", () => {
    expect(() => wilcoxon([1, 2], [1, 2])).to.throw("the two are equal");
    expect(() => wilcoxon([1, 2], [1])).to.throw("belong together");
  });

  it("are wrong as often as they say: p below 0.05 in about 5 % of comparisons of equals", () => {
    const random = new Random(4);
    let wrong = 0;
    for (let i = 0; i < 1000; i++) {
      const first = random.normal([12], { dtype: "float64" });
      const second = random.normal([12], { dtype: "float64" });
      if (wilcoxon(first, second).pValue < 0.05) wrong++;
    }
    expect(wrong / 1000).to.be.within(0.03, 0.065);
  });

  it("show that the rule of 30 holds where few are wrong, and fails near one half", () => {
    expect(chanceOfChange({ size: 3000, accuracy: 0.97, changed: 30 })).to.be.below(0.01);
    expect(chanceOfChange({ size: 3000, accuracy: 0.5, changed: 30 })).to.be.above(0.2);
  });

  it("give bootstrap intervals that hold the truth about as often as they say", () => {
    const random = new Random(5);
    let held = 0;
    for (let i = 0; i < 200; i++) {
      const x = random.normal([40], { dtype: "float64" }).data;
      const mean = (rows: Int32Array): number => rows.reduce((sum, row) => sum + x[row]!, 0) / rows.length;
      const { low, high } = bootstrap(40, mean, {
        random,
        resamples: 300,
        method: i % 2 ? "bca" : "percentile",
      });
      if (low <= 0 && 0 <= high) held++;
    }
    expect(held / 200).to.be.within(0.88, 0.99);
  });
});

describe("a moving average", () => {
  it("is right from the first value on where it is corrected, and too small where it is not", () => {
    expect([...movingAverage([4, 4, 4], 0.9)].map((v) => Math.round(v * 1e9) / 1e9)).to.deep.equal([4, 4, 4]);
    const plain = movingAverage([4, 4, 4], 0.9, { corrected: false });
    [0.4, 0.76, 1.084].forEach((value, i) => {
      expect(plain[i]).to.be.closeTo(value, 1e-12);
    });
    expect(() => movingAverage([1], 1)).to.throw("β must be 0 or more and below 1; it is 1");
  });
});

describe("choosing a model", () => {
  const models = {
    small: { accuracy: 0.9, milliseconds: 80 },
    middle: { accuracy: 0.92, milliseconds: 95 },
    large: { accuracy: 0.95, milliseconds: 1500 },
  };

  it("takes the best by one metric among those that are good enough by the others", () => {
    expect(chooseModel(models, { optimize: "accuracy" })).to.equal("large");
    const satisfy = { milliseconds: { atMost: 100 } };
    expect(chooseModel(models, { optimize: "accuracy", satisfy })).to.equal("middle");
    expect(chooseModel(models, { optimize: "milliseconds", toward: "min" })).to.equal("small");
    expect(chooseModel(models, { optimize: "accuracy", satisfy: { accuracy: { atLeast: 0.99 } } })).to.equal(
      undefined,
    );
  });

  it("says which number is missing", () => {
    const broken = { one: { accuracy: Number.NaN } };
    expect(() => chooseModel({ ...broken, two: { accuracy: 1 } }, { optimize: "accuracy" })).to.throw(
      '"one" has no number for "accuracy", but NaN',
    );
  });
});

describe("error analysis", () => {
  it("names the widest gap and what helps", () => {
    expect(errorLadder({ human: 0.01, train: 0.08, dev: 0.1 }).widest.name).to.equal("avoidable bias");
    const ladder = errorLadder({ human: 0.01, train: 0.02, trainDev: 0.03, dev: 0.1, test: 0.11 });
    expect(ladder.rungs.map(({ name }) => name)).to.deep.equal([
      "avoidable bias",
      "variance",
      "data mismatch",
      "overfitting the dev set",
    ]);
    expect(ladder.widest.name).to.equal("data mismatch");
    expect(String(ladder)).to.include("7.00 %");
    expect(() => errorLadder({ train: 8, dev: 10 })).to.throw(
      "the error rate train must lie between 0 and 1; it is 8",
    );
  });

  it("counts tags and says what mending each could gain", () => {
    const [blurry, cat] = errorAnalysis([["blurry"], ["cat", "blurry"], ["blurry"], []], 0.1);
    expect(blurry).to.deep.include({ tag: "blurry", count: 3, share: 0.75 });
    expect(blurry?.remaining).to.be.closeTo(0.025, 1e-12);
    expect(cat?.count).to.equal(1);
  });
});
