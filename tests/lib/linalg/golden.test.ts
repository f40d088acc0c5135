import { expect } from "chai";
import { type Tensor, tensor } from "../../../lib/index.ts";
import {
  cholesky,
  det,
  eigh,
  eigvals,
  inv,
  lstsq,
  matrixRank,
  type NormKind,
  norm,
  pinv,
  qr,
  solve,
  svd,
} from "../../../lib/linalg/index.ts";
import { readGolden } from "../golden/read.ts";

interface Stored {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

interface Case {
  readonly name: string;
  readonly A: Stored;
  readonly b: Stored;
  readonly qr: { Q: Stored; R: Stored };
  readonly svd: { S: Stored; U?: Stored; Vt?: Stored };
  readonly pinv: Stored;
  readonly lstsq: Stored;
  readonly rank: number;
  readonly norm?: Record<string, number>;
  readonly det?: number;
  readonly eigvals?: { real: Stored; imaginary: Stored };
  readonly solve?: Stored;
  readonly inv?: Stored;
  readonly eigh?: { values: Stored; vectors: Stored };
  readonly cholesky?: Stored;
}

const restored = ({ shape, values }: Stored): Tensor => tensor(Float64Array.from(values), { shape });
const largest = (values: ArrayLike<number>): number =>
  Math.max(0, ...Array.from(values, (value) => Math.abs(value)));

/** Equal to 1e-10 of the largest value. */
function near(ours: Tensor, theirs: Stored, what: string, tolerance = 1e-10): void {
  expect(ours.shape, what).to.deep.equal(theirs.shape);
  expect(ours.dtype, what).to.equal("float64");
  const off = largest(Array.from(ours.data, (value, i) => value - theirs.values[i]!));
  expect(off, what).to.be.at.most(tolerance * Math.max(1, largest(theirs.values)));
}

describe("linear algebra equals NumPy's", () => {
  for (const stored of readGolden<Case[]>("linalg")) {
    it(stored.name, () => {
      const [A, b] = [restored(stored.A), restored(stored.b)];
      // How far rounding in A moves the answer.
      const s = stored.svd.S.values;
      const condition = Math.max(1, (s[0] ?? 1) / (s[stored.rank - 1] ?? 1));
      const { U, S, Vt } = svd(A);
      near(S, stored.svd.S, "S");
      if (stored.svd.U) near(U, stored.svd.U, "U");
      if (stored.svd.Vt) near(Vt, stored.svd.Vt, "Vt");
      if (stored.rank === Math.min(...A.shape)) near(qr(A).Q, stored.qr.Q, "Q");
      near(qr(A).R, stored.qr.R, "R");
      near(pinv(A), stored.pinv, "pinv", 1e-10 * Math.max(1, condition * 1e-4));
      expect(matrixRank(A).item()).to.equal(stored.rank);
      near(lstsq(A, b).x, stored.lstsq, "lstsq", 1e-10 * Math.max(1, condition * 1e-4));
      for (const [kind, value] of Object.entries(stored.norm ?? {})) {
        const named = (kind === "1" || kind === "2" ? Number(kind) : kind) as NormKind;
        expect(norm(A, named).item(), `norm ${kind}`).to.be.closeTo(value, 1e-10 * Math.max(1, value));
      }
      if (stored.det !== undefined) {
        expect(det(A).item()).to.be.closeTo(stored.det, 1e-10 * Math.max(1, Math.abs(stored.det)));
      }
      if (stored.solve) near(solve(A, b), stored.solve, "solve", 1e-10 * Math.max(1, condition * 1e-4));
      if (stored.inv) near(inv(A), stored.inv, "inv", 1e-10 * Math.max(1, condition * 1e-4));
      if (stored.eigh) {
        near(eigh(A).values, stored.eigh.values, "eigenvalues");
        near(eigh(A).vectors, stored.eigh.vectors, "eigenvectors");
      }
      if (stored.cholesky) near(cholesky(A), stored.cholesky, "cholesky");
      if (stored.eigvals) sameEigenvalues(eigvals(A), stored.eigvals, stored.rank);
    });
  }
});

/** Each of ours has a partner among theirs. */
function sameEigenvalues(
  ours: { real: Tensor; imaginary: Tensor },
  theirs: { real: Stored; imaginary: Stored },
  rank: number,
): void {
  const left = theirs.real.values.map((re, i) => [re, theirs.imaginary.values[i]!] as const);
  const scale = Math.max(1, largest(theirs.real.values));
  // A multiple eigenvalue 0 is only as exact as the square root of the rounding.
  const tolerance = rank < left.length ? 1e-7 : 1e-10;
  for (const [i, re] of Array.from(ours.real.data).entries()) {
    const im = ours.imaginary.data[i]!;
    const partner = left.findIndex(([x, y]) => Math.hypot(x - re, y - im) <= tolerance * scale);
    expect(partner, `${re} + ${im}i in ${JSON.stringify(left)}`).to.be.at.least(0);
    left.splice(partner, 1);
  }
  expect(left).to.deep.equal([]);
}
