export type { Grads, Params, ScalarFunction, WithAux } from "./grad.ts";
export { grad, valueAndGrad, vjp } from "./grad.ts";
export type { GradCheckOptions, ParameterCheck, WorstComponent } from "./gradcheck.ts";
export { epsilonSweep, GradCheck, gradCheck } from "./gradcheck.ts";
export { type Hessian, hessian, hvp, jacobian, jvp } from "./products.ts";
