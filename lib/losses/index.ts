export { binaryCrossEntropy } from "./binary-cross-entropy.ts";
export type { CrossEntropyOptions, Reduction } from "./class-targets.ts";
export { contrastive } from "./contrastive.ts";
export { crossEntropy } from "./cross-entropy.ts";

export { type DiceOptions, diceLoss } from "./dice.ts";

export {
  type ClassTree,
  hierarchicalLogProbability,
  hierarchicalSoftmax,
  huffmanTree,
} from "./hierarchical-softmax.ts";

export { hinge } from "./hinge.ts";
export { type HuberOptions, huber } from "./huber.ts";
export { klDivergence } from "./kl-divergence.ts";
export { mae } from "./mae.ts";
export type { MarginOptions } from "./margins.ts";
export { mse } from "./mse.ts";
export { multiTaskLoss } from "./multi-task.ts";
export { pathLogProbability } from "./path.ts";
export {
  decayed,
  elasticPenalty,
  l1Penalty,
  l2Penalty,
  limitNorms,
  type MaxNormOptions,
  type PenaltyOptions,
  priorStrength,
} from "./penalties.ts";
export { squaredHinge } from "./squared-hinge.ts";
export {
  batchTripletLoss,
  type Mining,
  type MiningOptions,
  mineTriplets,
  type Triplets,
  tripletLoss,
} from "./triplet.ts";
