// The one module: every kernel's exports, by file.
export * from "./binary";
export * from "./copies";
export * from "./dropout";
export * from "./embedding";
export * from "./gemm";
export * from "./gru";
export * from "./lstm";
export * from "./norm";
export * from "./optimizers";
export { packPanels } from "./panels";
export * from "./reductions";
export { staticsEnd, useScratch } from "./scratch";
export * from "./softmax";
// Not for callers: what is exported is not inlined, and a loop in a function of its own keeps its registers.
export { packedTile, stridedTile } from "./tile";
export * from "./unary";
export * from "./unary-grad";
