export { binaryCrossEntropy } from "./binary-cross-entropy.ts";
export type { CrossEntropyOptions, Reduction } from "./class-targets.ts";
export { crossEntropy } from "./cross-entropy.ts";
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
export { pathLogProbability } from "./path.ts";
export { squaredHinge } from "./squared-hinge.ts";
