export type { Merge as BytePairMerge } from "./byte-pair-merges.ts";
export { type BytePairOptions, BytePairTokenizer, type StoredBytePairs } from "./byte-pairs.ts";
export { ClassSampler, type SampledClasses } from "./class-sampler.ts";
export { balancedTree, hierarchicalLogProbabilities } from "./class-tree.ts";
export { type ClassWeights, sampledSoftmax } from "./sampled-softmax.ts";
export { negativeSampling, type SkipGramPairs, skipGramPairs, subsample } from "./skip-gram.ts";
export { characters, Vocabulary, type VocabularyOptions, words } from "./vocabulary.ts";
export { cosineSimilarity, type Neighbour, WordVectors } from "./word-vectors.ts";
