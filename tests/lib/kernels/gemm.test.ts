import { expect } from "chai";
import { type GemmOptions, gemm } from "../../../lib/kernels/gemm.ts";
import { difference, inside, noise, outside, using } from "./blocks.ts";

const SIZES: readonly (readonly [m: number, n: number, k: number])[] = [
  [0, 3, 2],
  [3, 0, 2],
  [2, 3, 0],
  [1, 1, 1],
  [1, 40, 33],
  [33, 1, 40],
  [3, 5, 300],
  [5, 3, 300],
  [6, 8, 16],
  [7, 9, 17],
  [13, 11, 64],
  [24, 24, 24],
  [25, 25, 25],
  [128, 10, 784],
  [97, 49, 257],
  [100, 521, 31],
  [31, 70, 520],
];
const LAYOUTS = [
  { a: "as it lies", b: "as it lies" },
  { a: "transposed", b: "as it lies" },
  { a: "as it lies", b: "transposed" },
  { a: "transposed", b: "transposed" },
] as const;

describe("gemm", () => {
  for (const { a: layoutA, b: layoutB } of LAYOUTS) {
    it(`has equal twins at every size, A ${layoutA}, B ${layoutB}`, () => {
      for (const [m, n, k] of SIZES) {
        for (const [accumulate, bias, relu] of [
          [false, false, false],
          [true, true, true],
        ]) {
          const [a, b, c, offsets] = [noise(m * k), noise(k * n), noise(m * n), noise(n)];
          const compute = (block: typeof outside) => {
            const options: GemmOptions = {
              accumulate: accumulate!,
              relu: relu!,
              ...(bias ? { bias: block(offsets) } : {}),
            };
            const out = block(c.slice());
            const left = layoutA === "transposed" ? { row: 1, column: m } : { row: k, column: 1 };
            const right = layoutB === "transposed" ? { row: 1, column: k } : { row: n, column: 1 };
            gemm(
              m,
              n,
              k,
              { block: block(a), ...left },
              { block: block(b), ...right },
              { block: out, row: n },
              options,
            );
            return out.array().slice();
          };
          const expected = using("plain", () => compute(outside));
          const actual = using("wasm", () => compute(inside as typeof outside));
          expect(difference(actual, expected), `${m}×${k}·${k}×${n}`).to.be.lessThan(1e-5);
          const lent = using("wasm", () => compute(outside));
          expect(difference(lent, expected), `${m}×${k}·${k}×${n}, lent`).to.be.lessThan(1e-5);
        }
      }
    });
  }

  it("reads and writes parts of larger matrices, and nothing beside them", () => {
    const compute = (block: typeof outside) => {
      const c = block(new Float32Array(40 * 50).fill(7));
      const [a, b] = [block(A), block(B)];
      const left = { block: a, offset: 5, row: 60, column: 1 };
      gemm(30, 21, 45, left, { block: b, offset: 3, row: 30, column: 1 }, { block: c, offset: 2, row: 50 });
      return c.array().slice();
    };
    const [A, B] = [noise(60 * 60), noise(60 * 30)];
    const expected = using("plain", () => compute(outside));
    const actual = using("wasm", () => compute(inside as typeof outside));
    expect(difference(actual, expected)).to.be.lessThan(1e-5);
    expect(actual[1]).to.equal(7);
    expect(actual[2 + 21]).to.equal(7);
  });

  it("computes a batch, also one in which a matrix is shared", () => {
    const [batch, m, n, k] = [7, 19, 23, 34];
    const [A, B] = [noise(batch * m * k), noise(k * n)];
    const compute = (block: typeof outside) => {
      const c = block(new Float32Array(batch * m * n));
      const a = { block: block(A), row: k, column: 1, next: m * k };
      gemm(m, n, k, a, { block: block(B), row: n, column: 1 }, { block: c, row: n, next: m * n }, { batch });
      return c.array().slice();
    };
    const expected = using("plain", () => compute(outside));
    expect(
      difference(
        using("wasm", () => compute(inside as typeof outside)),
        expected,
      ),
    ).to.be.lessThan(1e-5);
  });

  it("keeps doubles double", () => {
    const a = outside(Float64Array.of(1, 1e-12));
    const c = outside(new Float64Array(1));
    gemm(
      1,
      1,
      2,
      { block: a, row: 2, column: 1 },
      { block: outside(Float64Array.of(1, 1)), row: 1, column: 1 },
      { block: c, row: 1 },
    );
    expect(c.array()[0]).to.equal(1 + 1e-12);
  });

  it("lets NaN through ReLU", () => {
    for (const block of [outside, inside as typeof outside]) {
      const c = block(new Float32Array(32 * 32));
      const a = block(noise(32 * 32).fill(Number.NaN, 0, 1));
      const view = { block: a, row: 32, column: 1 };
      gemm(
        32,
        32,
        32,
        view,
        { block: block(noise(32 * 32)), row: 32, column: 1 },
        { block: c, row: 32 },
        { relu: true },
      );
      expect(Number.isNaN(c.array()[5])).to.equal(true);
    }
  });
});
