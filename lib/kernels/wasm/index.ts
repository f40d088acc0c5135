// The one module: every kernel's exports, by file.
export * from "./gemm";
export { staticsEnd, useScratch } from "./scratch";
