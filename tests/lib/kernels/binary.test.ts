import { expect } from "chai";
import { type BinaryName, binaryKernel } from "../../../lib/kernels/elementwise.ts";
import { expectTwins, numbers, outside, SIZES, zeros } from "./twins.ts";

const OPS: readonly BinaryName[] = ["add", "sub", "mul", "div", "maximum", "minimum", "pow"];

const size = (shape: readonly number[]): number => shape.reduce((n, length) => n * length, 1);

const PAIRS: readonly (readonly [x: number[], y: number[], z: number[]])[] = [
  [[3, 5], [5], [3, 5]],
  [[5], [3, 5], [3, 5]],
  [
    [3, 5],
    [3, 1],
    [3, 5],
  ],
  [
    [7, 1],
    [1, 9],
    [7, 9],
  ],
  [
    [2, 3, 4],
    [2, 1, 4],
    [2, 3, 4],
  ],
  [
    [2, 1, 3, 1, 5],
    [4, 1, 6, 1],
    [2, 4, 3, 6, 5],
  ],
  [[], [2, 3], [2, 3]],
  [
    [2, 3],
    [1, 1, 1],
    [1, 2, 3],
  ],
  [[0, 3], [3], [0, 3]],
  [
    [2, 1, 2, 1, 2, 1, 2],
    [1, 2, 1, 2, 1, 2, 1],
    [2, 2, 2, 2, 2, 2, 2],
  ],
];

describe("functions of two numbers", () => {
  for (const op of OPS) {
    const low = op === "pow" || op === "div" ? 0.2 : -2;
    it(`give the same in both twins: ${op}`, () => {
      for (const count of SIZES) {
        for (const [left, right] of [
          [count, count],
          [count, 1],
          [1, count],
        ] as const) {
          expectTwins(`${op} of ${left} and ${right}`, (make) => {
            const z = make(zeros(count));
            const [x, y] = [make(numbers(left, low, 3)), make(numbers(right, low, 3, 5))];
            binaryKernel(op, x, [left], y, [right], z, [count]);
            return { z };
          });
        }
      }
    });

    it(`stretch rows, columns and any other axes: ${op}`, () => {
      for (const [shapeX, shapeY, shapeZ] of PAIRS) {
        expectTwins(`${op} of [${shapeX}] and [${shapeY}]`, (make) => {
          const z = make(zeros(size(shapeZ)));
          const [x, y] = [make(numbers(size(shapeX), low, 3)), make(numbers(size(shapeY), low, 3, 5))];
          binaryKernel(op, x, shapeX, y, shapeY, z, shapeZ);
          return { z };
        });
      }
    });
  }

  it("agree at 0, ±∞ and NaN", () => {
    const special = [0, -0, 1, -1, 2.5, -2, 3, Infinity, -Infinity, Number.NaN, 1e-42];
    for (const op of OPS) {
      expectTwins(op, (make) => {
        const z = make(zeros(special.length ** 2));
        const x = make(special.flatMap((value) => special.map(() => value)));
        binaryKernel(op, x, [121], make(special.flatMap(() => special)), [121], z, [121]);
        return { z };
      });
    }
  });

  it("compare", () => {
    const [x, y] = [outside(Float32Array.of(1, 2, Number.NaN)), outside(Float32Array.of(2, 2, Number.NaN))];
    const of = (op: BinaryName): number[] => {
      const z = outside(new Uint8Array(3));
      binaryKernel(op, x, [3], y, [3], z, [3]);
      return Array.from(z.array());
    };
    expect(of("greater")).to.deep.equal([0, 0, 0]);
    expect(of("greaterEqual")).to.deep.equal([0, 1, 0]);
    expect(of("equal")).to.deep.equal([0, 1, 0]);
    expect(of("notEqual")).to.deep.equal([1, 0, 1]);
  });
});
