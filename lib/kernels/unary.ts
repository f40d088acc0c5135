import type { TypedArray } from "../tensor/dtype.ts";
import type { Block } from "./block.ts";
import { enter, FINE_GRAIN, GRAIN, leave, loopAround, place, result, run } from "./dispatch.ts";
import { erf, normalBelow } from "./erf.ts";

/** Functions of one number. */
export type UnaryOp =
  | "abs"
  | "affine"
  | "atan"
  | "ceil"
  | "clip"
  | "cos"
  | "elu"
  | "erf"
  | "exp"
  | "expm1"
  | "floor"
  | "gelu"
  | "geluTanh"
  | "isNaN"
  | "leaky"
  | "log"
  | "log1p"
  | "neg"
  | "not"
  | "reciprocal"
  | "relu"
  | "rsqrt"
  | "sigmoid"
  | "sign"
  | "silu"
  | "sin"
  | "softplus"
  | "sqrt"
  | "square"
  | "tanh"
  | "truth";

/** σ(x), as eˣ / (1 + eˣ) below 0, where 1 + e⁻ˣ would overflow. */
export function sigmoidOf(x: number): number {
  const e = Math.exp(-Math.abs(x));
  return (x < 0 ? e : 1) / (1 + e);
}

/** 2u = 2 √(2/π) (x + 0.044715 x³): then ½ (1 + tanh u) = σ(2u). */
export function geluArgument(x: number): number {
  return 2 * Math.sqrt(2 / Math.PI) * x * (1 + 0.044715 * x * x);
}

// −∞ · 0 is NaN; the greatest finite number gives the limit, 0.
const finite = (x: number): number => Math.max(x, -Number.MAX_VALUE);

/** y = f(x; a, b). */
const FUNCTIONS: Readonly<Record<UnaryOp, (x: number, a: number, b: number) => number>> = {
  abs: (x) => Math.abs(x),
  affine: (x, a, b) => a * x + b,
  atan: (x) => Math.atan(x),
  ceil: (x) => Math.ceil(x),
  clip: (x, low, high) => Math.min(Math.max(x, low), high),
  cos: (x) => Math.cos(x),
  elu: (x, alpha) => (x > 0 ? x : alpha * Math.expm1(x)),
  erf: (x) => erf(x),
  exp: (x) => Math.exp(x),
  expm1: (x) => Math.expm1(x),
  floor: (x) => Math.floor(x),
  gelu: (x) => finite(x) * normalBelow(x),
  geluTanh: (x) => finite(x) * sigmoidOf(geluArgument(x)),
  isNaN: (x) => (Number.isNaN(x) ? 1 : 0),
  leaky: (x, slope) => (x > 0 ? x : slope * x),
  log: (x) => Math.log(x),
  log1p: (x) => Math.log1p(x),
  neg: (x) => -x,
  not: (x) => (x === 0 ? 1 : 0),
  reciprocal: (x) => 1 / x,
  relu: (x) => Math.max(x, 0),
  rsqrt: (x) => 1 / Math.sqrt(x),
  sigmoid: (x) => sigmoidOf(x),
  sign: (x) => Math.sign(x),
  silu: (x) => finite(x) * sigmoidOf(x),
  sin: (x) => Math.sin(x),
  softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  sqrt: (x) => Math.sqrt(x),
  square: (x) => x * x,
  tanh: (x) => Math.tanh(x),
  truth: (x) => (x === 0 ? 0 : 1),
};

/** Those that only read, compute a step or two, and write: memory is what limits them. */
const CHEAP: ReadonlySet<UnaryOp> = new Set<UnaryOp>([
  "abs",
  "affine",
  "ceil",
  "clip",
  "floor",
  "leaky",
  "neg",
  "reciprocal",
  "relu",
  "sign",
  "sqrt",
  "square",
]);

/** Those without a wasm twin: results that are bools live outside the engine's memory, and atan is of a few boxes. */
const PLAIN_ONLY: ReadonlySet<UnaryOp> = new Set<UnaryOp>(["atan", "isNaN", "not", "truth"]);

type Loop = (x: TypedArray, y: TypedArray, a: number, b: number) => void;
const loops = new Map<UnaryOp, Loop>();

function plainUnary(op: UnaryOp): Loop {
  let loop = loops.get(op);
  if (loop === undefined) {
    loop = loopAround<Loop>(
      "(x, y, a, b) => { for (let i = 0; i < y.length; i++) y[i] = f(x[i], a, b); }",
      FUNCTIONS[op],
    );
    loops.set(op, loop);
  }
  return loop;
}

/**
 * y[i] = f(x[i]); `y` may be `x`. The parameters: affine's a and b (ax + b), clip's least and greatest, elu's α,
 * leaky's slope.
 */
export function unary(op: UnaryOp, x: Block, y: Block, a = 0, b = 0): void {
  const e = PLAIN_ONLY.has(op) ? undefined : enter(x.length, [x, y]);
  if (!e) {
    plainUnary(op)(x.array(), y.array(), a, b);
    return;
  }
  run(e, `unary_${op}`, x.length, CHEAP.has(op) ? GRAIN : FINE_GRAIN, place(e, x), result(y), a, b);
  leave(e);
}
