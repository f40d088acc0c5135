import { expect } from "chai";
import { foldsOf, type ReductionOp, reduce, total } from "../../../lib/kernels/reductions.ts";
import { bothTwins, expectTwins, inside, numbers, outside, releaseAll, zeros } from "./twins.ts";

const OPS: readonly ReductionOp[] = ["sum", "mean", "sumSquares", "max", "min"];
const LAYOUTS: readonly (readonly [outer: number, axis: number, inner: number])[] = [
  [1, 1, 1],
  [1, 0, 1],
  [3, 0, 4],
  [0, 3, 4],
  [1, 7, 1],
  [5, 33, 1],
  [1, 1025, 1],
  [1, 9, 3],
  [2, 5, 16],
  [1, 130, 16],
  [3, 67, 21],
  [1, 64, 250],
  [2, 1, 5],
];

describe("reductions", () => {
  for (const op of OPS) {
    it(`give the same in both twins: ${op}`, () => {
      for (const [outer, axis, inner] of LAYOUTS) {
        expectTwins(
          `${op} of [${outer}, ${axis}, ${inner}]`,
          (make) => {
            const y = make(zeros(outer * inner));
            reduce(op, make(numbers(outer * axis * inner)), outer, axis, inner, y);
            return { y };
          },
          1e-5,
          1,
        );
      }
    });

    it(`hand on NaN and ±∞: ${op}`, () => {
      for (const inner of [1, 5]) {
        expectTwins(`${op}`, (make) => {
          const x = numbers(9 * inner);
          x[3] = Number.NaN;
          x[x.length - 1] = Infinity;
          const y = make(zeros(inner));
          reduce(op, make(x), 1, 9, inner, y);
          return { y };
        });
      }
    });
  }

  it("lose no digits over a million numbers", () => {
    const { wasm } = bothTwins((make) => {
      const [row, column] = [make([0]), make(zeros(4))];
      const x = make(new Float32Array(1 << 20).fill(0.1));
      reduce("sum", x, 1, 1 << 20, 1, row);
      reduce("sum", x, 1, 1 << 18, 4, column);
      return { row, column };
    });
    expect(wasm.row![0]! / (Math.fround(0.1) * 2 ** 20)).to.be.closeTo(1, 1e-6);
    expect(wasm.column![3]! / (Math.fround(0.1) * 2 ** 18)).to.be.closeTo(1, 1e-6);
  });

  it("sum everything in double precision", () => {
    const x = numbers(100_003);
    const exact = x.reduce((sum, value) => sum + value, 0);
    expect(total("sum", inside(x))).to.be.closeTo(exact, 1e-3);
    expect(total("sum", outside(Float64Array.from(x)))).to.equal(exact);
    expect(total("sumSquares", inside([3, 4]))).to.equal(25);
    releaseAll();
  });

  it("fold any axes, one run of neighbours at a time", () => {
    expect(foldsOf([2, 3, 4], [0, 1])).to.deep.equal([{ outer: 1, axis: 6, inner: 4 }]);
    expect(foldsOf([2, 3, 4], [0, 2])).to.deep.equal([
      { outer: 6, axis: 4, inner: 1 },
      { outer: 1, axis: 2, inner: 3 },
    ]);
    expect(foldsOf([2, 1, 4, 5], [0, 2])).to.deep.equal([{ outer: 1, axis: 8, inner: 5 }]);
    expect(foldsOf([2, 3], [])).to.deep.equal([]);
  });
});
