export {
  elementwise,
  elu,
  gelu,
  leakyRelu,
  maxout,
  prelu,
  relu,
  relu6,
  sigmoid,
  silu,
  softmax,
  tanh,
} from "./activation.ts";
export {
  type AttendOptions,
  additiveAttention,
  attendTo,
  attendToItself,
  dotAttention,
} from "./attention.ts";
export { add, concat, mul } from "./combine.ts";
export {
  type Conv1dLayerOptions,
  type Conv2dLayerOptions,
  type Conv2dTransposeLayerOptions,
  conv1d,
  conv2d,
  conv2dTranspose,
  type DepthwiseLayerOptions,
  depthwiseConv2d,
  separableConv2d,
} from "./convolution.ts";
export { dropout, dropPath } from "./dropout.ts";
export {
  type EmbeddingLayer,
  embedding,
  learnedPositions,
  sinusoidalPositions,
  sinusoids,
} from "./embedding.ts";
export { type LinearLayerOptions, linear } from "./linear.ts";
export { type LocallyConnected2dLayerOptions, locallyConnected2d } from "./locally-connected.ts";
export { computedOnce, withoutMemory } from "./memory.ts";
export {
  type BatchNormLayerOptions,
  batchNorm,
  type ChannelNormOptions,
  groupNorm,
  instanceNorm,
  type LayerNormLayerOptions,
  layerNorm,
  localResponseNorm,
  type NormLayerOptions,
} from "./norms.ts";
export { avgPool, globalAveragePool, globalMaxPool, maxPool, resizeBilinear, upsample } from "./pooling.ts";
export { type GruLayerOptions, gru, lstm, type RecurrentLayerOptions, rnn } from "./recurrent.ts";
export { flatten, reshape } from "./shape.ts";
