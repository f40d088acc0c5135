export { abs } from "./abs.ts";
export { add } from "./add.ts";
export type { Affine, EpsilonOptions } from "./affine.ts";
export { atan } from "./atan.ts";
export { type AttentionOptions, attention, attentionWeights, selfAttention } from "./attention.ts";
export { mergeHeads, splitHeads } from "./attention-parts.ts";
export { avgPool, globalAveragePool } from "./avg-pool.ts";
export type { AxesOptions } from "./axes.ts";
export {
  type BatchNormOptions,
  type BatchNormTraining,
  batchNorm,
  batchNormInference,
  type Statistics,
} from "./batch-norm.ts";
export { broadcastTo } from "./broadcast-to.ts";
export { cast } from "./cast.ts";
export { argmax, argmin, oneHot } from "./choose.ts";
export { clip } from "./clip.ts";
export {
  equal,
  greater,
  greaterEqual,
  isNan,
  less,
  lessEqual,
  logicalAnd,
  logicalNot,
  logicalOr,
  notEqual,
} from "./compare.ts";
export { concat, split } from "./concat.ts";
export type { ConvOptions, ConvTransposeOptions } from "./conv-geometry.ts";
export { type Conv1dOptions, conv1d } from "./conv1d.ts";
export { type Conv2dOptions, conv2d } from "./conv2d.ts";
export { type Conv2dTransposeOptions, conv2dTranspose } from "./conv2d-transpose.ts";
export { cos } from "./cos.ts";
export { crop } from "./crop.ts";
export { cumprod } from "./cumprod.ts";
export { type CumulativeOptions, cumsum } from "./cumsum.ts";
export { div } from "./div.ts";
export { type DropoutOptions, dropout } from "./dropout.ts";
export { einsum } from "./einsum.ts";
export { type EluOptions, elu } from "./elu.ts";
export { embedding } from "./embedding.ts";
export { erf } from "./erf.ts";
export { exp } from "./exp.ts";
export { expm1 } from "./expm1.ts";
export { gather, scatterAdd } from "./gather.ts";
export { type GeluOptions, gelu } from "./gelu.ts";
export { type GroupNormOptions, groupNorm, instanceNorm } from "./group-norm.ts";
export {
  type GruOptions,
  type GruResult,
  type GruWeights,
  gru,
  gruCell,
  gruWeightsFromKeras,
} from "./gru.ts";
export { type LayerNormOptions, layerNorm } from "./layer-norm.ts";
export { type LeakyReluOptions, leakyRelu } from "./leaky-relu.ts";
export { type LinearOptions, linear } from "./linear.ts";
export { type LocalResponseOptions, localResponseNorm } from "./local-response-norm.ts";
export { type LocallyConnected2dOptions, locallyConnected2d } from "./locally-connected2d.ts";

export { log } from "./log.ts";
export { logSigmoid } from "./log-sigmoid.ts";
export { logSoftmax } from "./log-softmax.ts";
export { log1p } from "./log1p.ts";
export { type LstmOptions, type LstmResult, type LstmWeights, lstm, lstmCell } from "./lstm.ts";
export { type MatmulOptions, matmul } from "./matmul.ts";
export { max } from "./max.ts";
export { type GlobalPoolOptions, globalMaxPool, maxPool } from "./max-pool.ts";
export { maximum } from "./maximum.ts";
export { type MaxoutOptions, maxout } from "./maxout.ts";
export { mean } from "./mean.ts";
export { min } from "./min.ts";
export { minimum } from "./minimum.ts";
export { flip, mirrorPad } from "./mirror.ts";
export { mul } from "./mul.ts";
export { neg } from "./neg.ts";
export { norm } from "./norm.ts";
export type { Op, OpName, Sample, TensorLike } from "./op.ts";
export { foldPatches, type PatchOptions, patches } from "./patches.ts";
export { pad, type Widths } from "./place.ts";
export type { PoolOptions } from "./pool-geometry.ts";
export { pow } from "./pow.ts";
export { prelu } from "./prelu.ts";
export { prod } from "./prod.ts";
export { reciprocal } from "./reciprocal.ts";
export { relu } from "./relu.ts";
export { expandDims, flatten, reshape, squeeze } from "./reshape.ts";
export { type ResizeMode, resizeBilinear } from "./resize-bilinear.ts";
export {
  type RecurrentActivation,
  type RnnOptions,
  type RnnResult,
  type RnnWeights,
  rnn,
  rnnCell,
} from "./rnn.ts";
export { rows } from "./rows.ts";
export { depthwiseConv2d, separableConv2d } from "./separable-conv2d.ts";
export { sigmoid } from "./sigmoid.ts";
export { sign } from "./sign.ts";
export { silu } from "./silu.ts";
export { sin } from "./sin.ts";
export { type Range, slice } from "./slice.ts";
export { softmax } from "./softmax.ts";
export { softplus } from "./softplus.ts";
export { argsort, masked, type SortOptions, sort, takeAlong, topK } from "./sort.ts";
export { std, type VarianceOptions, variance } from "./spread.ts";
export { sqrt } from "./sqrt.ts";
export { square } from "./square.ts";
export { stack, unstack } from "./stack.ts";
export type { SequenceOptions } from "./steps.ts";
export { sub } from "./sub.ts";
export { sum } from "./sum.ts";
export { OPS } from "./table.ts";
export { tanh } from "./tanh.ts";
export { transpose } from "./transpose.ts";
export { upsample } from "./upsample.ts";
export { where } from "./where.ts";
export type { Both, Padding } from "./windows.ts";
