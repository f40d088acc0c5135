import { floatOf } from "../tensor/dtype.ts";
import { formatShape, ShapeError } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { batchOf, gather, type Matrix } from "./matrix.ts";
import { decompose } from "./svd.ts";

/** Which norm: of a vector Σ|x|, √Σx² or max|x|; of a matrix, see `norm`. */
export type NormKind = 1 | 2 | "inf" | "frobenius" | "nuclear";

/**
 * The length of a vector [n], or the size of matrices [..., m, n].
 *
 * | kind | vector | matrix |
 * |---|---|---|
 * | 1 | Σ\|x\| | the largest column sum of \|a\| |
 * | 2 | √Σx² | the largest singular value |
 * | "inf" | max\|x\| | the largest row sum of \|a\| |
 * | "frobenius" | √Σx² | √Σa² |
 * | "nuclear" | | the sum of the singular values |
 *
 * Without a kind it is √Σx² over all elements, whatever the shape.
 *
 * @example norm(gradient).item()
 */
export function norm(x: Tensor, kind?: NormKind): Tensor {
  if (kind === undefined) return scalar(x, lengthOf(Float64Array.from(x.data)));
  if (x.rank === 1) {
    if (kind === "nuclear") {
      throw new ShapeError(
        `norm: "nuclear" is a norm of matrices; this is a vector ${formatShape(x.shape)}.`,
      );
    }
    return scalar(x, vectorNorm(Float64Array.from(x.data), kind));
  }
  const batch = batchOf("norm", x);
  return gather(
    batch,
    [],
    batch.matrices.map((a) => Float64Array.of(matrixNorm(a, kind))),
  );
}

function scalar({ dtype }: Tensor, value: number): Tensor {
  return new Tensor(floatOf(dtype) === "float64" ? Float64Array.of(value) : Float32Array.of(value), []);
}

function vectorNorm(x: Float64Array, kind: Exclude<NormKind, "nuclear">): number {
  if (kind === 1) return x.reduce((sum, value) => sum + Math.abs(value), 0);
  return kind === "inf" ? largest(x) : lengthOf(x);
}

function matrixNorm(a: Matrix, kind: NormKind): number {
  const { rows, columns, data } = a;
  if (kind === "frobenius") return lengthOf(data);
  if (kind === 2) return decompose(a).s[0] ?? 0;
  if (kind === "nuclear") return decompose(a).s.reduce((sum, value) => sum + value, 0);
  const sums = new Float64Array(kind === 1 ? columns : rows);
  data.forEach((value, at) => {
    sums[kind === 1 ? at % columns : Math.floor(at / columns)]! += Math.abs(value);
  });
  return largest(sums);
}

/** √Σx², scaled so that no square overflows or vanishes. */
function lengthOf(x: Float64Array): number {
  const scale = largest(x);
  if (scale === 0 || !Number.isFinite(scale)) return scale;
  return scale * Math.sqrt(x.reduce((sum, value) => sum + (value / scale) ** 2, 0));
}

/** The largest magnitude; NaN where there is one. */
function largest(x: Float64Array): number {
  return x.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
}
