export type { Grads, Params, ScalarFunction } from "./grad.ts";
export { grad, valueAndGrad } from "./grad.ts";
export type { GradCheckOptions, ParameterCheck, WorstComponent } from "./gradcheck.ts";
export { epsilonSweep, GradCheck, gradCheck } from "./gradcheck.ts";
