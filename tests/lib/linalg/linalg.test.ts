import { expect } from "chai";
import {
  exp,
  matmul,
  mul,
  Random,
  ShapeError,
  Tensor,
  tensor,
  transpose,
  zeros,
} from "../../../lib/index.ts";
import {
  cholesky,
  cond,
  det,
  eigh,
  eigvals,
  inv,
  LinalgError,
  lstsq,
  norm,
  pinv,
  qr,
  solve,
  svd,
} from "../../../lib/linalg/index.ts";

const random = (seed: number, ...shape: number[]): Tensor =>
  new Random(seed).normal(shape, { dtype: "float64" });
const f64 = (values: number[][] | number[]): Tensor => tensor(values, { dtype: "float64" });

/** The largest difference between two tensors. */
function apart(a: Tensor, b: Tensor): number {
  expect(a.shape).to.deep.equal(b.shape);
  return Array.from(a.data, (value, i) => Math.abs(value - b.data[i]!)).reduce((x, y) => Math.max(x, y), 0);
}

const eye = (n: number): Tensor =>
  f64(Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => Number(i === j))));
const scaledColumns = (U: Tensor, S: Tensor): Tensor =>
  f64((U.toArray() as number[][]).map((row) => row.map((value, j) => value * (S.data[j] ?? 0))));

/** Matrix `n` of a batch [count, rows, columns]. */
function part({ data, shape: [, rows = 0, columns = 0] }: Tensor, n: number): Tensor {
  return new Tensor(data.slice(n * rows * columns, (n + 1) * rows * columns), [rows, columns]);
}

describe("svd", () => {
  it("gives orthonormal factors that multiply back, whatever the shape", () => {
    for (const [m, n] of [
      [6, 6],
      [9, 4],
      [4, 9],
      [1, 1],
      [1, 6],
      [40, 33],
      [70, 60],
    ] as const) {
      const A = random(m + n, m, n);
      const { U, S, Vt } = svd(A);
      const k = Math.min(m, n);
      expect(apart(matmul(scaledColumns(U, S), Vt), A)).to.be.below(1e-12);
      expect(apart(matmul(transpose(U), U), eye(k))).to.be.below(1e-13);
      expect(apart(matmul(Vt, transpose(Vt)), eye(k))).to.be.below(1e-13);
      expect([...S.data].every((s, i) => s >= (S.data[i + 1] ?? 0))).to.equal(true);
    }
  });

  it("keeps them orthonormal where the rank is short, and square where asked", () => {
    const lowRank = matmul(random(1, 6, 2), random(2, 2, 4));
    for (const A of [lowRank, transpose(lowRank), zeros([4, 3], "float64")]) {
      const [m = 0, n = 0] = A.shape;
      const { U, Vt } = svd(A, { full: true });
      expect(apart(matmul(transpose(U), U), eye(m))).to.be.below(1e-13);
      expect(apart(matmul(Vt, transpose(Vt)), eye(n))).to.be.below(1e-13);
      expect(apart(matmul(svd(A).Vt, transpose(svd(A).Vt)), eye(Math.min(m, n)))).to.be.below(1e-13);
    }
  });

  it("ends where columns are 0 or the same, as in pictures", () => {
    const noise = random(5, 200, 64);
    const A = f64(
      Array.from({ length: 200 }, (_, i) =>
        Array.from({ length: 64 }, (_, j) =>
          j % 3 === 0 ? 0 : noise.data[i * 64 + j - Number(j % 7 === 2)]!,
        ),
      ),
    );
    const { U, S, Vt } = svd(A);
    expect(apart(matmul(mul(U, S), Vt), A)).to.be.below(1e-12);
    expect(apart(matmul(U, U, { transposeA: true }), eye(64))).to.be.below(1e-12);
    expect(apart(matmul(Vt, Vt, { transposeB: true }), eye(64))).to.be.below(1e-12);
    expect(S.data[63]).to.be.below(1e-12);
  });

  it("takes very many rows", () => {
    const A = random(6, 200_000, 3);
    const { U, S, Vt } = svd(A);
    expect(apart(matmul(mul(U, S), Vt), A)).to.be.below(1e-12);
    expect(apart(matmul(U, U, { transposeA: true }), eye(3))).to.be.below(1e-12);
  });

  it("finds singular values from 1e150 to 1e-150", () => {
    for (const scale of [1e150, 1e-150]) {
      const { S } = svd(
        f64([
          [3 * scale, 0],
          [4 * scale, 5 * scale],
        ]),
      );
      expect(S.data[0]! / scale).to.be.closeTo(Math.sqrt(45), 1e-12);
      expect(S.data[1]! / scale).to.be.closeTo(Math.sqrt(5), 1e-12);
    }
  });

  it("works through a batch, and in float32 where float32 came", () => {
    const A = new Random(3).normal([2, 3, 4, 2]);
    const { U, S, Vt } = svd(A);
    expect([U.shape, S.shape, Vt.shape]).to.deep.equal([
      [2, 3, 4, 2],
      [2, 3, 2],
      [2, 3, 2, 2],
    ]);
    expect(U.dtype).to.equal("float32");
  });
});

describe("qr", () => {
  it("is square where asked, and upper triangular to the last bit", () => {
    const A = random(5, 5, 3);
    const { Q, R } = qr(A, { full: true });
    expect([Q.shape, R.shape]).to.deep.equal([
      [5, 5],
      [5, 3],
    ]);
    expect(apart(matmul(Q, R), A)).to.be.below(1e-14);
    expect(apart(matmul(transpose(Q), Q), eye(5))).to.be.below(1e-14);
    for (let i = 0; i < 5; i++)
      for (let j = 0; j < Math.min(i, 3); j++) expect(R.data[i * 3 + j]).to.equal(0);
  });
});

describe("solve, inv and det", () => {
  it("take one right side, several, and batches", () => {
    const A = random(6, 4, 3, 3);
    const b = random(7, 4, 3, 2);
    const x = solve(A, b);
    for (let n = 0; n < 4; n++) {
      expect(apart(matmul(part(A, n), part(x, n)), part(b, n))).to.be.below(1e-12);
      expect(apart(part(inv(A), n), inv(part(A, n)))).to.equal(0);
    }
    expect(det(A).shape).to.deep.equal([4]);
    expect(
      solve(
        f64([
          [2, 0],
          [0, 4],
        ]),
        f64([2, 4]),
      ).toArray(),
    ).to.deep.equal([1, 1]);
  });

  it("exchange rows where the diagonal begins with 0", () => {
    expect(
      inv(
        f64([
          [0, 1],
          [1, 0],
        ]),
      ).toArray(),
    ).to.deep.equal([
      [0, 1],
      [1, 0],
    ]);
    expect(
      det(
        f64([
          [0, 1],
          [1, 0],
        ]),
      ).item(),
    ).to.equal(-1);
  });

  it("are 1 and empty for an empty matrix", () => {
    expect(det(zeros([0, 0])).item()).to.equal(1);
    expect(inv(zeros([0, 0])).shape).to.deep.equal([0, 0]);
    expect(solve(zeros([0, 0]), zeros([0])).shape).to.deep.equal([0]);
  });

  it("refuse a singular matrix, and one that is singular but for rounding", () => {
    expect(() =>
      inv(
        f64([
          [1, 2],
          [2, 4],
        ]),
      ),
    ).to.throw(
      LinalgError,
      "inv: the matrix is singular: column 1 depends on those before it. lstsq or pinv give the best there is.",
    );
    expect(() =>
      solve(
        f64([
          [1, 1],
          [1, 1 + 2 ** -52],
        ]),
        f64([1, 2]),
      ),
    ).to.throw(
      LinalgError,
      "solve: the matrix is singular as far as float64 can tell (condition number about",
    );
    expect(
      det(
        f64([
          [1, 2],
          [2, 4],
        ]),
      ).item(),
    ).to.equal(0);
    expect(
      solve(
        f64([
          [1e-200, 0],
          [0, 1e-200],
        ]),
        f64([1e-200, 0]),
      ).toArray(),
    ).to.deep.equal([1, 0]);
  });

  it("say what would fit", () => {
    expect(() => solve(zeros([2, 3]), zeros([2]))).to.throw(
      ShapeError,
      "solve: the matrix must be square; this is [2, 3]",
    );
    expect(() => solve(eye(2), zeros([3]))).to.throw(
      "solve: A is [2, 2] and b is [3]; b should be [2] or [2, k], one column for each right side.",
    );
    expect(() => inv(zeros([4]))).to.throw(
      "inv: a matrix [rows, columns] is wanted, or a batch of them; this is [4]",
    );
    expect(() =>
      inv(
        f64([
          [1, Number.NaN],
          [0, 1],
        ]),
      ),
    ).to.throw(LinalgError, "inv: element [0, 1] of the matrix is NaN");
  });
});

describe("cholesky", () => {
  it("refuses what is not symmetric or not positive definite, and says where", () => {
    expect(() =>
      cholesky(
        f64([
          [1, 2],
          [0, 1],
        ]),
      ),
    ).to.throw(LinalgError, "cholesky: the matrix is not symmetric: element [1, 0] is 0 and [0, 1] is 2.");
    expect(() =>
      cholesky(
        f64([
          [1, 2],
          [2, 1],
        ]),
      ),
    ).to.throw(LinalgError, "cholesky: the matrix is not positive definite: the leading 2×2 part");
  });
});

describe("eigh", () => {
  it("ends where nearly all eigenvalues are 0, of rows that differ by many orders", () => {
    for (const [n, rank, seed] of [
      [300, 5, 2],
      [300, 100, 4],
    ] as const) {
      const source = new Random(seed);
      const rows = source.normal([n, rank], { dtype: "float64" });
      const B = mul(rows, exp(mul(source.normal([n, 1], { dtype: "float64" }), 8)));
      const A = matmul(B, B, { transposeB: true });
      const { values, vectors } = eigh(A);
      const largest = Array.from(A.data).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      expect(apart(matmul(A, vectors), mul(vectors, values)) / largest).to.be.below(1e-12);
      expect(apart(matmul(vectors, vectors, { transposeA: true }), eye(n))).to.be.below(1e-12);
    }
  });

  it("gives orthonormal vectors, also where values are equal", () => {
    const B = random(9, 30, 30);
    for (const A of [matmul(B, transpose(B)), eye(5), zeros([3, 3], "float64"), f64([[7]])]) {
      const { values, vectors } = eigh(A);
      const n = A.shape[0]!;
      expect(apart(matmul(transpose(vectors), vectors), eye(n))).to.be.below(1e-13);
      expect(apart(matmul(scaledColumns(vectors, values), transpose(vectors)), A)).to.be.below(1e-11);
    }
  });
});

describe("eigvals", () => {
  it("are those of the Schur form: their sum is the trace, their product the determinant", () => {
    for (const n of [2, 3, 10, 40]) {
      const A = random(n, n, n);
      const { real, imaginary } = eigvals(A);
      let [re, im] = [1, 0];
      real.data.forEach((x, i) => {
        const y = imaginary.data[i]!;
        [re, im] = [re * x - im * y, re * y + im * x];
      });
      const trace = Array.from({ length: n }, (_, i) => A.data[i * n + i]!).reduce((x, y) => x + y);
      expect(Array.from(real.data).reduce((x, y) => x + y)).to.be.closeTo(trace, 1e-11);
      const scale = Math.abs(det(A).item());
      expect(re).to.be.closeTo(det(A).item(), 1e-10 * scale);
      expect(im).to.be.closeTo(0, 1e-10 * scale);
    }
  });
});

describe("least squares, pseudo-inverse and condition", () => {
  it("fit a line, and say how far off it is", () => {
    const X = f64([
      [1, 0],
      [1, 1],
      [1, 2],
      [1, 3],
    ]);
    const { x, residual, rank } = lstsq(X, f64([1, 3, 5, 8]));
    expect(x.data[0]).to.be.closeTo(0.8, 1e-12);
    expect(x.data[1]).to.be.closeTo(2.3, 1e-12);
    expect(residual.item()).to.be.closeTo(0.3, 1e-12);
    expect(rank).to.equal(2);
  });

  it("treat what is below float32's rounding as 0 in a float32 matrix", () => {
    const A = tensor([
      [1, 1],
      [1, 1 + 2 ** -23],
    ]);
    expect(pinv(A).data[0]).to.be.closeTo(0.25, 1e-6);
    expect(
      cond(
        f64([
          [1, 0],
          [0, 1e-3],
        ]),
      ).item(),
    ).to.be.closeTo(1000, 1e-9);
    expect(cond(zeros([2, 2])).item()).to.equal(Number.POSITIVE_INFINITY);
  });

  it("say what would fit", () => {
    expect(() => lstsq(zeros([3, 2]), zeros([2]))).to.throw(
      "A is [3, 2] and b is [2]; A should be [m, n] and b [m] or [m, k]",
    );
  });
});

describe("norm", () => {
  it("is the length of all elements where no kind is named", () => {
    expect(
      norm(
        tensor([
          [3, 0],
          [0, 4],
        ]),
      ).item(),
    ).to.equal(5);
    expect(norm(f64([3e200, 4e200])).item() / 1e200).to.be.closeTo(5, 1e-12);
    expect(norm(zeros([2, 0, 3])).item()).to.equal(0);
    expect(norm(tensor([1, Number.NaN])).item()).to.be.NaN;
  });

  it("takes vectors, matrices and batches", () => {
    expect(norm(f64([3, -4]), 1).item()).to.equal(7);
    expect(norm(f64([3, -4]), "inf").item()).to.equal(4);
    expect(norm(random(1, 5, 2, 3), "frobenius").shape).to.deep.equal([5]);
    expect(() => norm(f64([1, 2]), "nuclear")).to.throw(
      'norm: "nuclear" is a norm of matrices; this is a vector [2]',
    );
  });
});
