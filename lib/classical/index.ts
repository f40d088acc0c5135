export { tsneAffinities } from "./affinities.ts";
export {
  type BanditPolicy,
  type BanditRun,
  discountedReturns,
  epsilonGreedy,
  gradientBandit,
  playBandit,
  policyGradientLoss,
  upperConfidenceBound,
} from "./bandit.ts";
export { type Clusters, type KMeansOptions, kMeans } from "./k-means.ts";
export { LDA, lda } from "./lda.ts";
export { type LinearSvm, linearSvm, type SvmOptions } from "./linear-svm.ts";
export { PCA, type PcaOptions, pca } from "./pca.ts";
export { rescale, type Scaling, standardize } from "./scaling.ts";
export { type TsneMap, type TsneOptions, tsne } from "./tsne.ts";
export { tsneLoss } from "./tsne-loss.ts";
