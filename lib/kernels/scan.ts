import type { Block } from "./block.ts";

/** Which way a running fold goes, and whether an element is left out of its own. */
export interface ScanOptions {
  readonly reverse: boolean;
  readonly exclusive: boolean;
}

/** y[o, k, i] = Σ or Π of x[o, ·, i] up to k (from k on, where it runs in reverse); in doubles. */
export function scanKernel(
  name: "sum" | "prod",
  x: Block,
  length: number,
  inner: number,
  y: Block,
  { reverse, exclusive }: ScanOptions,
): void {
  const [from, to] = [x.array(), y.array()];
  const step = reverse ? -inner : inner;
  for (let line = 0; line < from.length / Math.max(length, 1); line++) {
    const first =
      Math.floor(line / inner) * length * inner + (line % inner) + (reverse ? (length - 1) * inner : 0);
    let soFar = name === "sum" ? 0 : 1;
    for (let k = 0, at = first; k < length; k++, at += step) {
      const before = soFar;
      soFar = name === "sum" ? soFar + from[at]! : soFar * from[at]!;
      to[at] = exclusive ? before : soFar;
    }
  }
}
