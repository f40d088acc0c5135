import { expect } from "chai";
import {
  type Alternative,
  type Average,
  type AverageOptions,
  accuracy,
  type BootstrapMethod,
  balancedAccuracy,
  binomialCdf,
  binomialInterval,
  binomialPmf,
  binomialTest,
  bootstrapInterval,
  chanceOfChange,
  classificationReport,
  confusion,
  f1,
  fBeta,
  kFold,
  matthewsCorrelation,
  mcnemar,
  pairedTTest,
  precision,
  precisionRecallCurve,
  recall,
  rmse,
  rocCurve,
  rSquared,
  type WilcoxonOptions,
  wilcoxon,
} from "../../../lib/index.ts";
import { type GoldenNumber, readGolden } from "../golden/read.ts";

type Row = readonly GoldenNumber[];
type Pair = {
  readonly first: number[];
  readonly second: number[];
  readonly statistic: number;
  readonly pValue: number;
};

interface Golden {
  readonly classes: readonly {
    truth: number[];
    predicted: number[];
    confusionMatrix: number[][];
    classes: number;
    accuracy: number;
    balancedAccuracy: number;
    matthewsCorrelation: number;
    averages: Record<Average, { precision: number; recall: number; f1: number; f2: number }>;
    report: Row[];
  }[];
  readonly curves: readonly ({
    truth: number[];
    scores: number[];
    area: number;
    averagePrecision: number;
  } & Record<"falsePositiveRate" | "truePositiveRate" | "thresholds" | "precision" | "recall", Row>)[];
  readonly regression: readonly { truth: number[]; predicted: number[]; rmse: number; rSquared: number }[];
  readonly folds: readonly { count: number; folds: number; labels?: number[]; tests: number[][] }[];
  readonly zeroDivision: readonly {
    truth: number[];
    predicted: number[];
    options: AverageOptions;
    scores: number[];
  }[];
  readonly wilcoxon: readonly (Pair & { options: WilcoxonOptions })[];
  readonly mcnemar: readonly {
    onlyFirst: number;
    onlySecond: number;
    exact: number;
    corrected?: [number, number];
    "chi-square"?: [number, number];
  }[];
  readonly tTest: readonly (Pair & { alternative: Alternative })[];
  readonly binomial: readonly {
    successes: number;
    trials: number;
    p: number;
    pmf: number;
    cdf: number;
    pValue: Record<Alternative, number>;
    interval: Record<string, [number, number]>;
  }[];
  readonly ruleOf30: readonly { size: number; accuracy: number; changed: number; chance: number }[];
  readonly bootstrap: readonly {
    method: BootstrapMethod;
    level: number;
    estimate: number;
    without: number[];
    distribution: number[];
    low: number;
    high: number;
  }[];
}

const golden = readGolden<Golden>("evaluate");

/** Equal to 1e-9, relative where the value is small, so that a p-value of 1e-12 counts too. */
function near(ours: number, theirs: GoldenNumber, what: string): void {
  const value = Number(theirs);
  if (!Number.isFinite(value)) expect(ours, what).to.equal(value);
  else
    expect(Math.abs(ours - value), `${what}: ${ours} for ${value}`).to.be.at.most(
      1e-9 * Math.abs(value) + 1e-300,
    );
}

function nearRow(ours: ArrayLike<number>, theirs: Row, what: string): void {
  expect(ours.length, what).to.equal(theirs.length);
  theirs.forEach((value, i) => {
    near(ours[i]!, value, `${what}[${i}]`);
  });
}

describe("evaluation equals scikit-learn's", () => {
  it("in confusion, accuracy, precision, recall and F", () => {
    for (const one of golden.classes) {
      const { truth, predicted } = one;
      expect(confusion(truth, predicted, one).toArray()).to.deep.equal(one.confusionMatrix);
      near(accuracy(truth, predicted), one.accuracy, "accuracy");
      near(balancedAccuracy(truth, predicted), one.balancedAccuracy, "balanced accuracy");
      near(matthewsCorrelation(truth, predicted), one.matthewsCorrelation, "Matthews");
      for (const [average, expected] of Object.entries(one.averages) as [
        Average,
        typeof one.averages.macro,
      ][]) {
        near(precision(truth, predicted, { average }), expected.precision, `precision, ${average}`);
        near(recall(truth, predicted, { average }), expected.recall, `recall, ${average}`);
        near(f1(truth, predicted, { average }), expected.f1, `f1, ${average}`);
        near(fBeta(truth, predicted, 2, { average }), expected.f2, `f2, ${average}`);
      }
      const report = classificationReport(truth, predicted).classes;
      report.forEach((score, c) => {
        nearRow(
          [score.precision, score.recall, score.f1, score.support],
          one.report[c]!,
          `class ${score.class}`,
        );
      });
    }
  });

  it("in ROC and precision-recall curves, with ties and without", () => {
    for (const one of golden.curves) {
      const roc = rocCurve(one.truth, one.scores);
      for (const axis of ["falsePositiveRate", "truePositiveRate", "thresholds"] as const) {
        nearRow(roc[axis], one[axis], axis);
      }
      near(roc.area, one.area, "area");
      const curve = precisionRecallCurve(one.truth, one.scores);
      nearRow(curve.precision, one.precision, "precision");
      nearRow(curve.recall, one.recall, "recall");
      near(curve.averagePrecision, one.averagePrecision, "average precision");
    }
  });

  it("in RMSE and R²", () => {
    for (const { truth, predicted, ...expected } of golden.regression) {
      near(rmse(truth, predicted), expected.rmse, "rmse");
      near(rSquared(truth, predicted), expected.rSquared, "R²");
    }
  });

  it("in folds, stratified and not", () => {
    for (const { count, folds, labels, tests } of golden.folds) {
      const ours = kFold(count, folds, labels === undefined ? {} : { labels });
      expect(ours.map(({ test }) => [...test.data])).to.deep.equal(tests);
    }
  });
});

describe("where nothing was called positive, or nothing is,", () => {
  it("scores are 0 or 1 as told, as scikit-learn's are", () => {
    expect(golden.zeroDivision.length).to.equal(24);
    for (const { truth, predicted, options, scores } of golden.zeroDivision) {
      const ours = [precision, recall, f1].map((score) => score(truth, predicted, options));
      nearRow(ours, scores, JSON.stringify([truth, predicted, options]));
    }
    expect(precision([0, 0], [0, 0], { zeroDivision: 1 })).to.equal(1);
    expect(() => f1([0, 1], [0, 1], { average: "mean" as Average })).to.throw(/not "mean"/);
  });
});

describe("tests equal SciPy's", () => {
  it("Wilcoxon's signed ranks: exact, with ties, approximated, with zeros", () => {
    expect(golden.wilcoxon.length).to.be.above(80);
    for (const { first, second, options, statistic, pValue } of golden.wilcoxon) {
      const ours = wilcoxon(first, second, options);
      const what = `${first.length} pairs, ${JSON.stringify(options)}`;
      near(ours.statistic, statistic, `statistic, ${what}`);
      near(ours.pValue, pValue, `p, ${what}`);
    }
  });

  it("McNemar: exact, corrected and not", () => {
    for (const one of golden.mcnemar) {
      near(mcnemar(one, { method: "exact" }).pValue, one.exact, `exact ${one.onlyFirst}, ${one.onlySecond}`);
      for (const method of ["corrected", "chi-square"] as const) {
        const expected = one[method];
        if (expected === undefined) continue;
        const { statistic, pValue } = mcnemar(one, { method });
        nearRow([statistic, pValue], expected, `${method} ${one.onlyFirst}, ${one.onlySecond}`);
      }
    }
  });

  it("paired t", () => {
    for (const { first, second, alternative, ...expected } of golden.tTest) {
      const { statistic, pValue } = pairedTTest(first, second, { alternative });
      near(statistic, expected.statistic, "t");
      near(pValue, expected.pValue, `p, ${alternative}, ${first.length}`);
    }
  });

  it("binomial, with its intervals", () => {
    for (const { successes: k, trials: n, p, pmf, cdf, pValue, interval } of golden.binomial) {
      near(binomialPmf(k, n, p), pmf, `pmf ${k} of ${n}`);
      near(binomialCdf(k, n, p), cdf, `cdf ${k} of ${n}`);
      for (const alternative of ["two-sided", "less", "greater"] as const) {
        near(
          binomialTest(k, n, { p, alternative }).pValue,
          pValue[alternative],
          `${k} of ${n}, ${alternative}`,
        );
      }
      for (const [name, [low, high]] of Object.entries(interval)) {
        const [method, level] = name.split(" ") as ["exact" | "wilson", string];
        const ours = binomialInterval(k, n, { method, level: Number(level) });
        nearRow([ours.low, ours.high], [low, high], `${k} of ${n}, ${name}`);
      }
    }
  });

  it("the binomial behind the rule of 30", () => {
    for (const one of golden.ruleOf30) near(chanceOfChange(one), one.chance, JSON.stringify(one));
  });

  it("bootstrap intervals of SciPy's own resamples", () => {
    for (const { distribution, without, low, high, ...options } of golden.bootstrap) {
      const ours = bootstrapInterval(Float64Array.from(distribution), {
        ...options,
        without: Float64Array.from(without),
      });
      nearRow([ours.low, ours.high], [low, high], options.method);
    }
  });
});
