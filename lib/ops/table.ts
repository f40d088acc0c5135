import { crossEntropyOp } from "../losses/cross-entropy.ts";
import { hingeOp } from "../losses/hinge.ts";
import { mseOp } from "../losses/mse.ts";
import { squaredHingeOp } from "../losses/squared-hinge.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { addOp } from "./add.ts";
import { castOp } from "./cast.ts";
import { divOp } from "./div.ts";
import { expOp } from "./exp.ts";
import { gatherOp } from "./gather.ts";
import { logOp } from "./log.ts";
import { logSoftmaxOp } from "./log-softmax.ts";
import { matmulOp } from "./matmul.ts";
import { maxOp } from "./max.ts";
import { meanOp } from "./mean.ts";
import { mulOp } from "./mul.ts";
import { negOp } from "./neg.ts";
import type { Op, OpName } from "./op.ts";
import { reluOp } from "./relu.ts";
import { reshapeOp } from "./reshape.ts";
import { rowsOp } from "./rows.ts";
import { softmaxOp } from "./softmax.ts";
import { subOp } from "./sub.ts";
import { sumOp } from "./sum.ts";
import { transposeOp } from "./transpose.ts";

/**
 * Every operation, under its name. The type demands a row for each `OpName`, and each row a forward computation, a
 * gradient for every input, samples and a tfjs counterpart: an operation that lacks one does not compile. The
 * gradient checks, the comparisons with tfjs and the list of operations are made from this table.
 */
export const OPS: { readonly [N in OpName]: Op<N, readonly Tensor[], unknown> } = {
  add: addOp,
  cast: castOp,
  crossEntropy: crossEntropyOp,
  div: divOp,
  exp: expOp,
  gather: gatherOp,
  hinge: hingeOp,
  log: logOp,
  logSoftmax: logSoftmaxOp,
  matmul: matmulOp,
  max: maxOp,
  mean: meanOp,
  mse: mseOp,
  mul: mulOp,
  neg: negOp,
  relu: reluOp,
  reshape: reshapeOp,
  rows: rowsOp,
  softmax: softmaxOp,
  squaredHinge: squaredHingeOp,
  sub: subOp,
  sum: sumOp,
  transpose: transposeOp,
};
