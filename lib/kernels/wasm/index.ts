// The one module: every kernel's exports, by file.
export { convFilterGradient, convForward, convInputGradient } from "./convolution";
export { gemm, gemmBatch, gemmColumns } from "./gemm";
export { averagePoolForward, averagePoolGradient, maxPoolForward, maxPoolGradient } from "./pooling";
export { staticsEnd, useScratch } from "./scratch";
// Not for callers: what is exported is not inlined, and a loop in a function of its own keeps its registers.
export { packedTile, stridedTile } from "./tile";
