// The one module: every kernel's exports, by file.
export * from "./binary";
export * from "./copies";
export * from "./dropout";
export * from "./embedding";
export * from "./gemm";
export * from "./optimizers";
export * from "./reductions";
export { staticsEnd, useScratch } from "./scratch";
export * from "./softmax";
export * from "./unary";
export * from "./unary-grad";
