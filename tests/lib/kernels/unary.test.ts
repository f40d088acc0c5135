import { expect } from "chai";
import { erf, erfc } from "../../../lib/kernels/erf.ts";
import { type UnaryOp, unary } from "../../../lib/kernels/unary.ts";
import { FROM_OUTPUT, type UnaryGradOp, unaryGrad } from "../../../lib/kernels/unary-grad.ts";
import { bothTwins, expectClose, expectTwins, numbers, SIZES, zeros } from "./twins.ts";

/** Where each function is looked at, with its parameters. */
const RANGES: Readonly<Record<UnaryOp, readonly [low: number, high: number, a?: number, b?: number]>> = {
  abs: [-3, 3],
  affine: [-3, 3, 1.5, -0.25],
  atan: [-30, 30],
  ceil: [-3, 3],
  clip: [-3, 3, -1, 2],
  cos: [-30, 30],
  elu: [-10, 3, 0.7],
  erf: [-4, 4],
  exp: [-87, 88],
  expm1: [-20, 20],
  floor: [-3, 3],
  gelu: [-12, 6],
  geluTanh: [-6, 6],
  isNaN: [-3, 3],
  leaky: [-3, 3, 0.01],
  log: [1e-6, 10],
  log1p: [-0.99, 10],
  neg: [-3, 3],
  not: [-3, 3],
  reciprocal: [0.1, 5],
  relu: [-3, 3],
  rsqrt: [0.1, 5],
  sigmoid: [-80, 20],
  sign: [-3, 3],
  silu: [-80, 20],
  sin: [-30, 30],
  softplus: [-80, 20],
  sqrt: [0, 100],
  square: [-3, 3],
  tanh: [-12, 12],
  truth: [-3, 3],
};
const OPS = Object.keys(RANGES) as UnaryOp[];

const SPECIAL: readonly number[] = [
  0,
  -0,
  1,
  -1,
  Infinity,
  -Infinity,
  Number.NaN,
  1e-45,
  -1e-45,
  1e-40,
  1.2e-38,
  -1.2e-38,
  3.4e38,
  -3.4e38,
  88.7,
  88.8,
  89.5,
  -87.4,
  -95,
  -103.9,
  -110,
  0.625,
  9.5,
  -9.5,
  8191,
  8193,
  1e10,
  1e-4,
  -1e-4,
  1e-8,
];

describe("functions of one number", () => {
  for (const op of OPS) {
    const [low, high, a, b] = RANGES[op];
    it(`give the same in both twins: ${op}`, () => {
      for (const size of SIZES) {
        expectTwins(`${op} of ${size}`, (make) => {
          const y = make(zeros(size));
          unary(op, make(numbers(size, low, high)), y, a, b);
          return { y };
        });
      }
    });

    it(`are within a few last digits of double precision: ${op}`, () => {
      const x = numbers(20_000, low, high);
      const { plain, wasm } = bothTwins((make) => {
        const y = make(zeros(x.length));
        unary(op, make(x), y, a, b);
        return { y };
      });
      // Near 0, sums and arguments show what float32 lost before.
      const floor = ["affine", "cos", "sin"].includes(op) ? 0.1 : 1e-37;
      expectClose(op, wasm.y!, plain.y!, op === "geluTanh" ? 4e-6 : 1e-6, floor);
    });

    it(`agree at 0, ±∞, NaN, denormals and where they overflow: ${op}`, () => {
      expectTwins(
        op,
        (make) => {
          const y = make(zeros(SPECIAL.length));
          unary(op, make(SPECIAL), y, a, b);
          return { y };
        },
        1e-5,
        1e-36,
      );
    });
  }

  it("may write over their input", () => {
    expectTwins("exp in place", (make) => {
      const x = make(numbers(13));
      unary("exp", x, x);
      return { x };
    });
  });

  it("know erf and erfc to fifteen digits", () => {
    // Python's math.erf and math.erfc.
    expect(erf(0.1)).to.be.closeTo(0.1124629160182849, 1e-16);
    expect(erf(0.5)).to.be.closeTo(0.5204998778130465, 2e-16);
    expect(erf(-1.5)).to.be.closeTo(-0.9661051464753108, 4e-16);
    expect(erfc(10) / 2.088487583762545e-45).to.be.closeTo(1, 1e-14);
    expect(erfc(-Infinity)).to.equal(2);
  });
});

const GRADS: readonly UnaryGradOp[] = [
  "abs",
  "clip",
  "cos",
  "elu",
  "exp",
  "gelu",
  "geluTanh",
  "leaky",
  "log",
  "reciprocal",
  "relu",
  "rsqrt",
  "sigmoid",
  "silu",
  "sin",
  "softplus",
  "sqrt",
  "square",
  "tanh",
];

describe("gradients of functions of one number", () => {
  for (const op of GRADS) {
    const [low, high, a = 0, b = 0] = RANGES[op];
    it(`give the same in both twins: ${op}`, () => {
      for (const size of SIZES) {
        const x = numbers(size, Math.max(low, -20), Math.min(high, 20));
        expectTwins(
          `${op} of ${size}`,
          (make) => {
            const saved = make(x);
            if (FROM_OUTPUT.has(op)) unary(op, saved, saved, a, b);
            const dx = make(zeros(size));
            unaryGrad(op, make(numbers(size, -2, 2, 7)), saved, dx, a, b);
            return { dx };
          },
          1e-5,
          0.1,
        );
      }
    });

    it(`are those of central differences: ${op}`, () => {
      const x = numbers(50, Math.max(low, -3) + 0.05, Math.min(high, 3)).filter(
        (value) => Math.abs(value) > 1e-3,
      );
      const at = (values: readonly number[]): number[] => {
        const block = { dtype: "float64", length: values.length, address: 0 } as const;
        const [from, to] = [Float64Array.from(values), new Float64Array(values.length)];
        unary(op, { ...block, array: () => from }, { ...block, array: () => to }, a, b);
        return Array.from(to);
      };
      const step = 1e-5;
      const [above, below] = [at(x.map((v) => v + step)), at(x.map((v) => v - step))];
      const saved = Float64Array.from(FROM_OUTPUT.has(op) ? at(x) : x);
      const [g, dx] = [new Float64Array(x.length).fill(1), new Float64Array(x.length)];
      const block = { dtype: "float64", length: x.length, address: 0 } as const;
      unaryGrad(
        op,
        { ...block, array: () => g },
        { ...block, array: () => saved },
        { ...block, array: () => dx },
        a,
        b,
      );
      const slopes = above.map((value, i) => (value - below[i]!) / (2 * step));
      expectClose(op, Array.from(dx), slopes, 1e-7, 1);
    });
  }

  it("of flat ends are 0 or 1, not NaN", () => {
    for (const op of ["gelu", "geluTanh", "silu"] as const) {
      expectTwins(op, (make) => {
        const dx = make(zeros(4));
        unaryGrad(op, make([1, 1, 1, 1]), make([Infinity, -Infinity, 1e30, -1e30]), dx);
        expectClose(op, Array.from(dx.array()), [1, 0, 1, 0]);
        return { dx };
      });
    }
  });
});
