export {
  type BinomialIntervalOptions,
  type Bounds,
  binomialInterval,
  binomialTest,
  type Change,
  chanceOfChange,
} from "./binomial.ts";
export {
  type BootstrapIntervalOptions,
  type BootstrapMethod,
  type BootstrapOptions,
  type Bootstrapped,
  bootstrap,
  bootstrapInterval,
} from "./bootstrap.ts";
export { type Bound, type ChoiceOptions, chooseModel } from "./choose-model.ts";
export { accuracy, balancedAccuracy, confusion, matthewsCorrelation } from "./confusion.ts";
export {
  type PrecisionRecallCurve,
  precisionRecallCurve,
  type RocCurve,
  rocCurve,
} from "./curves.ts";
export { binomialCdf, binomialPmf } from "./distributions.ts";
export {
  type ErrorKind,
  ErrorLadder,
  type ErrorRates,
  errorAnalysis,
  errorLadder,
  type Rung,
} from "./error-ladder.ts";
export { movingAverage } from "./moving-average.ts";
export {
  type Average,
  type AverageOptions,
  ClassificationReport,
  type ClassScore,
  classificationReport,
  f1,
  fBeta,
  precision,
  recall,
} from "./precision-recall.ts";
export { rmse, rSquared } from "./regression.ts";
export {
  type Alternative,
  type Disagreement,
  disagreement,
  type McNemarOptions,
  mcnemar,
  pairedTTest,
  type TestResult,
  type WilcoxonOptions,
  wilcoxon,
} from "./significance.ts";
export { type Fold, kFold, type SplitOptions, splitIndices } from "./splits.ts";
export type { Values } from "./values.ts";
