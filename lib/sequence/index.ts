export { type NextTokens, nextTokenBatches, type PaddedSequences, padSequences } from "./batches.ts";
export { type BeamOptions, beamSearch, type Candidate } from "./beam-search.ts";
export {
  type DecodingOptions,
  type FoundSequence,
  type Position,
  type SequenceModel,
  sequenceLogProbability,
} from "./model.ts";
export { restrictLogits, type SamplingOptions, sampleToken } from "./sampling.ts";
export { bestOfMany, exhaustiveSearch, greedySearch, type SampleOptions, sampleSequence } from "./search.ts";
