export {
  basicBlock,
  bottleneck,
  convBatchNorm,
  depthwiseSeparable,
  type InceptionFilters,
  type InvertedResidualOptions,
  inception,
  invertedResidual,
  squeezeExcite,
} from "./convolutional.ts";
export { bidirectional, type MakeRecurrent, readBothWays, stacked } from "./recurrent.ts";
export {
  decoderLayer,
  feedForward,
  type MultiHeadOptions,
  multiHeadAttention,
  type TransformerOptions,
  transformerDecoder,
  transformerEncoder,
  transformerLayer,
} from "./transformer.ts";
