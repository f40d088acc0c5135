// Eigenvalues of any square matrix: reflections make it Hessenberg (zero below the first subdiagonal), and Francis's
// double-shift QR iteration splits off one or two eigenvalues at a time (Golub and Van Loan, 7.5; EISPACK's hqr).
import type { Tensor } from "../tensor/tensor.ts";
import { gather, LinalgError, type Matrix, matrix, squareBatchOf } from "./matrix.ts";
import { type Reflection, reflection, reflectRows } from "./qr.ts";

/** Eigenvalues by their parts; those that are not real come in pairs, real ± i·imaginary. */
export interface Eigenvalues {
  readonly real: Tensor;
  readonly imaginary: Tensor;
}

/**
 * The eigenvalues of a square matrix [..., n, n], by falling magnitude. A real matrix may have complex ones, so each has
 * two parts. For a symmetric matrix, `eigh` also gives the eigenvectors.
 *
 * @example
 * const { real, imaginary } = eigvals(W);
 * const radius = Math.hypot(real.data[0], imaginary.data[0]); // the spectral radius
 */
export function eigvals(A: Tensor): Eigenvalues {
  const batch = squareBatchOf("eigvals", A);
  const results = batch.matrices.map((a) => {
    const found = francis(hessenberg(a));
    const size = ([x, y]: Complex): number => x * x + y * y;
    // Pairs stay together, the positive imaginary part first.
    return found.sort((x, y) => size(y) - size(x) || y[0] - x[0] || y[1] - x[1]);
  });
  const part = (n: 0 | 1): Tensor =>
    gather(
      batch,
      [batch.rows],
      results.map((values) => Float64Array.from(values, (value) => value[n])),
    );
  return { real: part(0), imaginary: part(1) };
}

type Complex = [real: number, imaginary: number];

function hessenberg(a: Matrix): Matrix {
  const n = a.rows;
  const h = matrix(n, n, a.data.slice());
  for (let k = 0; k < n - 2; k++) {
    const { v, tau } = reflectBelow(h, k);
    // H·A·H: from the left above, and here from the right.
    for (let i = 0; i < n; i++) {
      const row = h.data.subarray(i * n + k + 1, (i + 1) * n);
      let sum = 0;
      for (let j = 0; j < v.length; j++) sum += row[j]! * v[j]!;
      for (let j = 0; j < v.length; j++) row[j]! -= tau * sum * v[j]!;
    }
  }
  return h;
}

/** Makes column `k` 0 below the subdiagonal by a reflection of the rows. */
function reflectBelow(h: Matrix, k: number): Reflection {
  const n = h.rows;
  const found = reflection(Float64Array.from({ length: n - k - 1 }, (_, i) => h.data[(k + 1 + i) * n + k]!));
  reflectRows(h, found, k + 1, k);
  for (let i = k + 2; i < n; i++) h.data[i * n + k] = 0;
  return found;
}

const EPSILON = 2 ** -52;
const STEPS = 100;

function francis({ rows: size, data }: Matrix): Complex[] {
  const h = (i: number, j: number): number => data[i * size + j]!;
  const values: Complex[] = [];
  const norm = data.reduce((sum, value) => sum + Math.abs(value), 0);
  let shifted = 0;
  let steps = 0;
  for (let n = size - 1; n >= 0; ) {
    // The block that ends at n begins where the entry below the diagonal is 0 as far as doubles can tell.
    let l = n;
    for (; l > 0; l--) {
      const beside = Math.abs(h(l - 1, l - 1)) + Math.abs(h(l, l)) || norm;
      if (Math.abs(h(l, l - 1)) <= EPSILON * beside) break;
    }
    if (l === n) {
      values.push([h(n, n) + shifted, 0]);
      n -= 1;
      steps = 0;
    } else if (l === n - 1) {
      values.push(...pair(h(n - 1, n - 1), h(n - 1, n), h(n, n - 1), h(n, n), shifted));
      n -= 2;
      steps = 0;
    } else {
      if (++steps > STEPS) throw new LinalgError(`eigvals: no end after ${STEPS} steps for eigenvalue ${n}.`);
      let [x, y, w] = [h(n, n), h(n - 1, n - 1), h(n, n - 1) * h(n - 1, n)];
      if (steps % 10 === 0) {
        // An exceptional shift, against going in circles.
        shifted += x;
        for (let i = 0; i <= n; i++) data[i * size + i]! -= x;
        const s = Math.abs(h(n, n - 1)) + Math.abs(h(n - 1, n - 2));
        [x, y, w] = [0.75 * s, 0.75 * s, -0.4375 * s * s];
      }
      step(data, size, l, n, x, y, w);
    }
  }
  return values;
}

/** The eigenvalues of [[a, b], [c, d]], plus the shift. */
function pair(a: number, b: number, c: number, d: number, shift: number): [Complex, Complex] {
  const p = (a - d) / 2;
  const w = b * c;
  const q = p * p + w;
  const root = Math.sqrt(Math.abs(q));
  if (q < 0)
    return [
      [d + p + shift, root],
      [d + p + shift, -root],
    ];
  const z = p < 0 ? p - root : p + root;
  const first = d + z + shift;
  return [
    [first, 0],
    [z === 0 ? first : d - w / z + shift, 0],
  ];
}

/** One double step of QR on the block from l to n, with the shifts that have sum x + y and product x·y − w. */
function step(data: Float64Array, size: number, l: number, n: number, x: number, y: number, w: number): void {
  const h = (i: number, j: number): number => data[i * size + j]!;
  let [p, q, r] = [0, 0, 0];
  // Two small entries below the diagonal in a row let the step begin at m.
  let m = n - 2;
  for (; ; m--) {
    const z = h(m, m);
    p = ((x - z) * (y - z) - w) / h(m + 1, m) + h(m, m + 1);
    q = h(m + 1, m + 1) - z - (x - z) - (y - z);
    r = h(m + 2, m + 1);
    const s = Math.abs(p) + Math.abs(q) + Math.abs(r);
    [p, q, r] = [p / s, q / s, r / s];
    if (m === l) break;
    const before = Math.abs(h(m, m - 1)) * (Math.abs(q) + Math.abs(r));
    const around = Math.abs(h(m - 1, m - 1)) + Math.abs(z) + Math.abs(h(m + 1, m + 1));
    if (before <= EPSILON * Math.abs(p) * around) break;
  }
  for (let i = m + 2; i <= n; i++) {
    data[i * size + i - 2] = 0;
    if (i > m + 2) data[i * size + i - 3] = 0;
  }
  for (let k = m; k < n; k++) {
    const isLast = k === n - 1;
    let scale = 1;
    if (k > m) {
      [p, q, r] = [h(k, k - 1), h(k + 1, k - 1), isLast ? 0 : h(k + 2, k - 1)];
      scale = Math.abs(p) + Math.abs(q) + Math.abs(r);
      if (scale === 0) continue;
      [p, q, r] = [p / scale, q / scale, r / scale];
    }
    if (isLast) r = 0;
    const length = Math.sqrt(p * p + q * q + r * r);
    const s = p < 0 ? -length : length;
    if (s === 0) continue;
    if (k > m) data[k * size + k - 1] = -s * scale;
    else if (l < m) data[k * size + k - 1]! *= -1;
    reflectThree(data, size, k, l, n, [(p + s) / s, q / s, r / s], [q / (p + s), r / (p + s)], isLast);
  }
}

/** The reflection of rows, then columns, k to k + 2 (k + 1 at the end of the block). */
function reflectThree(
  data: Float64Array,
  size: number,
  k: number,
  l: number,
  n: number,
  [x, y, z]: readonly [number, number, number],
  [q, r]: readonly [number, number],
  isLast: boolean,
): void {
  for (let j = k; j <= n; j++) {
    const at = k * size + j;
    const sum = data[at]! + q * data[at + size]! + (isLast ? 0 : r * data[at + 2 * size]!);
    data[at]! -= sum * x;
    data[at + size]! -= sum * y;
    if (!isLast) data[at + 2 * size]! -= sum * z;
  }
  for (let i = l; i <= Math.min(n, k + 3); i++) {
    const at = i * size + k;
    const sum = x * data[at]! + y * data[at + 1]! + (isLast ? 0 : z * data[at + 2]!);
    data[at]! -= sum;
    data[at + 1]! -= sum * q;
    if (!isLast) data[at + 2]! -= sum * r;
  }
}
