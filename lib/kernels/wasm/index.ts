// The one module: every kernel's exports, by file. This folder is AssemblyScript: TypeScript with machine types,
// compiled to WebAssembly by the set-up, once for engines with relaxed SIMD and once for those without.
export { adadelta, scaled } from "./adaptive";
export * from "./binary";
export { convFilterGradient, convForward, convInputGradient } from "./convolution";
export * from "./copies";
export * from "./dropout";
export * from "./embedding";
export { gemm, gemmBatch, gemmColumns } from "./gemm";
export * from "./gru";
export { attentionHeads, attentionHeadsGrad } from "./heads";
export * from "./lstm";
export * from "./norm";
export * from "./optimizers";
export { packPanels } from "./panels";
export { averagePoolForward, averagePoolGradient, maxPoolForward, maxPoolGradient } from "./pooling";
export * from "./reductions";
export { staticsEnd, useScratch } from "./scratch";
export * from "./softmax";
// Not for callers: what is exported is not inlined, and a loop in a function of its own keeps its registers.
export { stridedTile, wholeTile } from "./tile";
export * from "./unary";
export * from "./unary-grad";
export { winogradFilterGradient, winogradForward } from "./winograd";
export { winogradFilterBack, winogradFilters, winogradSpace } from "./winograd-filters";
export { wideTile } from "./winograd-tiles";
