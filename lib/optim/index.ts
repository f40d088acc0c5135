export { type AdamOptions, adam, adamw } from "./adam.ts";
export {
  type AdadeltaOptions,
  type AdagradOptions,
  adadelta,
  adagrad,
  type RmspropOptions,
  rmsprop,
} from "./adaptive.ts";
export { clipByGlobalNorm, clipByNorm, clipByValue, globalNorm } from "./clipping.ts";
export {
  gradientDescent,
  type MomentumForm,
  type MomentumOptions,
  momentum,
  type NesterovOptions,
  nesterov,
} from "./descent.ts";
export { type NewtonOptions, newton } from "./newton.ts";
export type { Minimized, Minimizer, Optimizer, OptimizerState } from "./optimizer.ts";
export { bfgs, type LbfgsOptions, lbfgs, type QuasiNewtonOptions, twoLoops } from "./quasi-newton.ts";
export {
  constantRate,
  cosineDecay,
  exponentialDecay,
  inverseDecay,
  inverseRootDecay,
  perEpoch,
  powerDecay,
  type Schedule,
  stepDecay,
  warmUp,
} from "./schedules.ts";
export { type SgdOptions, sgd } from "./sgd.ts";
