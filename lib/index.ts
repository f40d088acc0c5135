/** Deep learning from scratch: what the lessons import as `gradbook`. */
export * from "./autodiff/index.ts";
export * from "./classical/index.ts";
export type { MimeBundle } from "./display.ts";
export { display, lookOf, showAs } from "./display.ts";
export * from "./evaluate/index.ts";
export * as init from "./init/index.ts";
export * from "./io/index.ts";
export { type Backend, backend } from "./kernels/backend.ts";
export * from "./linalg/index.ts";
export * from "./losses/index.ts";
export * as nn from "./nn/index.ts";
export * from "./ops/index.ts";
/** Of the two, the one that has a gradient; `gradbook/linalg` has a norm of every kind. */
export { norm } from "./ops/norm.ts";
export * from "./optim/index.ts";
export * from "./plots/index.ts";
export * from "./random/index.ts";
export * from "./sequence/index.ts";
export * from "./tensor/index.ts";
export * from "./text/index.ts";
export * from "./train/index.ts";
export * from "./vision/index.ts";
