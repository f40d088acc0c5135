import { binaryCrossEntropyOp } from "../losses/binary-cross-entropy.ts";
import { crossEntropyOp } from "../losses/cross-entropy.ts";
import { hingeOp } from "../losses/hinge.ts";
import { huberOp } from "../losses/huber.ts";
import { klDivergenceOp } from "../losses/kl-divergence.ts";
import { maeOp } from "../losses/mae.ts";
import { mseOp } from "../losses/mse.ts";
import { pathLogProbabilityOp } from "../losses/path.ts";
import { squaredHingeOp } from "../losses/squared-hinge.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { absOp } from "./abs.ts";
import { addOp } from "./add.ts";
import { atanOp } from "./atan.ts";
import { attentionOp, selfAttentionOp } from "./attention.ts";
import { avgPoolOp } from "./avg-pool.ts";
import { batchNormInferenceOp, batchNormOp } from "./batch-norm.ts";
import { broadcastToOp } from "./broadcast-to.ts";
import { castOp } from "./cast.ts";
import { clipOp } from "./clip.ts";
import { concatOp } from "./concat.ts";
import { convFilterGradientOp } from "./conv-filter-gradient.ts";
import { conv2dBiasOp, conv2dOp } from "./conv2d.ts";
import { conv2dTransposeOp } from "./conv2d-transpose.ts";
import { cosOp } from "./cos.ts";
import { cumprodOp } from "./cumprod.ts";
import { cumsumOp } from "./cumsum.ts";
import { divOp } from "./div.ts";
import { dropoutOp } from "./dropout.ts";
import { eluOp } from "./elu.ts";
import { embeddingOp } from "./embedding.ts";
import { erfOp } from "./erf.ts";
import { expOp } from "./exp.ts";
import { expm1Op } from "./expm1.ts";
import { gatherOp, scatterAddOp } from "./gather.ts";
import { geluOp } from "./gelu.ts";
import { groupNormOp } from "./group-norm.ts";
import { gruOp } from "./gru.ts";
import { layerNormOp } from "./layer-norm.ts";
import { leakyReluOp } from "./leaky-relu.ts";
import { linearOp } from "./linear.ts";
import { localResponseNormOp } from "./local-response-norm.ts";
import { logOp } from "./log.ts";
import { logSigmoidOp } from "./log-sigmoid.ts";
import { logSoftmaxOp } from "./log-softmax.ts";
import { log1pOp } from "./log1p.ts";
import { lstmOp } from "./lstm.ts";
import { matmulOp } from "./matmul.ts";
import { maxOp } from "./max.ts";
import { maxPoolOp } from "./max-pool.ts";
import { maximumOp } from "./maximum.ts";
import { maxoutOp } from "./maxout.ts";
import { meanOp } from "./mean.ts";
import { minOp } from "./min.ts";
import { minimumOp } from "./minimum.ts";
import { mulOp } from "./mul.ts";
import type { OpName } from "./names.ts";
import { negOp } from "./neg.ts";
import { normOp } from "./norm.ts";
import type { Op } from "./op.ts";
import { foldPatchesOp, patchesOp } from "./patches.ts";
import { placeOp } from "./place.ts";
import { powOp } from "./pow.ts";
import { preluOp } from "./prelu.ts";
import { prodOp } from "./prod.ts";
import { reciprocalOp } from "./reciprocal.ts";
import { reluOp } from "./relu.ts";
import { reshapeOp } from "./reshape.ts";
import { resizeBilinearOp } from "./resize-bilinear.ts";
import { rnnOp } from "./rnn.ts";
import { rowsOp } from "./rows.ts";
import { sigmoidOp } from "./sigmoid.ts";
import { signOp } from "./sign.ts";
import { siluOp } from "./silu.ts";
import { sinOp } from "./sin.ts";
import { sliceOp } from "./slice.ts";
import { softmaxOp } from "./softmax.ts";
import { softplusOp } from "./softplus.ts";
import { sqrtOp } from "./sqrt.ts";
import { squareOp } from "./square.ts";
import { subOp } from "./sub.ts";
import { sumOp } from "./sum.ts";
import { tanhOp } from "./tanh.ts";
import { transposeOp } from "./transpose.ts";
import { whereOp } from "./where.ts";

/**
 * Every operation, under its name. The type demands a row for each `OpName`, and each row a forward computation, a
 * gradient for every input, samples and a tfjs counterpart: an operation that lacks one does not compile. The
 * gradient checks, the comparisons with tfjs and the list of operations are made from this table.
 */
export const OPS: { readonly [N in OpName]: Op<N, readonly Tensor[], unknown> } = {
  abs: absOp,
  add: addOp,
  atan: atanOp,
  attention: attentionOp,
  avgPool: avgPoolOp,
  batchNorm: batchNormOp,
  batchNormInference: batchNormInferenceOp,
  binaryCrossEntropy: binaryCrossEntropyOp,
  broadcastTo: broadcastToOp,
  cast: castOp,
  clip: clipOp,
  concat: concatOp,
  conv2d: conv2dOp,
  conv2dBias: conv2dBiasOp,
  conv2dTranspose: conv2dTransposeOp,
  convFilterGradient: convFilterGradientOp,
  cos: cosOp,
  crossEntropy: crossEntropyOp,
  cumprod: cumprodOp,
  cumsum: cumsumOp,
  div: divOp,
  dropout: dropoutOp,
  elu: eluOp,
  embedding: embeddingOp,
  erf: erfOp,
  exp: expOp,
  expm1: expm1Op,
  foldPatches: foldPatchesOp,
  gather: gatherOp,
  gelu: geluOp,
  groupNorm: groupNormOp,
  gru: gruOp,
  hinge: hingeOp,
  huber: huberOp,
  klDivergence: klDivergenceOp,
  layerNorm: layerNormOp,
  leakyRelu: leakyReluOp,
  localResponseNorm: localResponseNormOp,
  log1p: log1pOp,
  linear: linearOp,
  log: logOp,
  logSigmoid: logSigmoidOp,
  logSoftmax: logSoftmaxOp,
  lstm: lstmOp,
  mae: maeOp,
  matmul: matmulOp,
  max: maxOp,
  maximum: maximumOp,
  maxout: maxoutOp,
  maxPool: maxPoolOp,
  mean: meanOp,
  min: minOp,
  minimum: minimumOp,
  mse: mseOp,
  mul: mulOp,
  neg: negOp,
  norm: normOp,
  patches: patchesOp,
  pathLogProbability: pathLogProbabilityOp,
  place: placeOp,
  pow: powOp,
  prelu: preluOp,
  prod: prodOp,
  reciprocal: reciprocalOp,
  relu: reluOp,
  reshape: reshapeOp,
  resizeBilinear: resizeBilinearOp,
  rnn: rnnOp,
  rows: rowsOp,
  scatterAdd: scatterAddOp,
  selfAttention: selfAttentionOp,
  sigmoid: sigmoidOp,
  sign: signOp,
  silu: siluOp,
  sin: sinOp,
  slice: sliceOp,
  softmax: softmaxOp,
  softplus: softplusOp,
  sqrt: sqrtOp,
  square: squareOp,
  squaredHinge: squaredHingeOp,
  sub: subOp,
  sum: sumOp,
  tanh: tanhOp,
  transpose: transposeOp,
  where: whereOp,
};
