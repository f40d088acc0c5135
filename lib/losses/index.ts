export { crossEntropy } from "./cross-entropy.ts";
export { hinge } from "./hinge.ts";
export type { MarginOptions } from "./margins.ts";
export { mse } from "./mse.ts";
export { squaredHinge } from "./squared-hinge.ts";
