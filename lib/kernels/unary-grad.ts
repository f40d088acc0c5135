import type { TypedArray } from "../tensor/dtype.ts";
import type { Block } from "./block.ts";
import { enter, FINE_GRAIN, GRAIN, leave, loopAround, place, result, run } from "./dispatch.ts";
import { normalBelow } from "./erf.ts";
import { geluArgument, sigmoidOf } from "./unary.ts";

/** Functions of one number whose gradient has a loop of its own. */
export type UnaryGradOp =
  | "abs"
  | "clip"
  | "cos"
  | "elu"
  | "exp"
  | "gelu"
  | "geluTanh"
  | "leaky"
  | "log"
  | "reciprocal"
  | "relu"
  | "rsqrt"
  | "sigmoid"
  | "silu"
  | "sin"
  | "softplus"
  | "sqrt"
  | "square"
  | "tanh";

/** Whose gradient is computed from the output y; that of the others is from the input x. */
export const FROM_OUTPUT: ReadonlySet<UnaryGradOp> = new Set<UnaryGradOp>([
  "elu",
  "exp",
  "reciprocal",
  "relu",
  "rsqrt",
  "sigmoid",
  "sqrt",
  "tanh",
]);

/** Those that compute exponentials or sines; of the others memory is the limit. */
const COSTLY: ReadonlySet<UnaryGradOp> = new Set<UnaryGradOp>([
  "cos",
  "gelu",
  "geluTanh",
  "silu",
  "sin",
  "softplus",
]);

type Slope = (g: number, s: number, a: number, b: number) => number;

// x or y far out, where the slope is flat and ±∞ · 0 would be NaN.
const within = (x: number, limit: number): number => Math.min(Math.max(x, -limit), limit);

const siluSlope: Slope = (g, x) => {
  const s = sigmoidOf(x);
  return g * s * (1 + within(x, 1000) * (1 - s));
};

const geluTanhSlope: Slope = (g, wide) => {
  const x = within(wide, 1000);
  const s = sigmoidOf(geluArgument(x));
  return g * s * (1 + x * (1 - s) * 2 * Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x * x));
};

const geluSlope: Slope = (g, wide) => {
  const x = within(wide, 1000);
  return g * (normalBelow(x) + (x * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI));
};

/** g f′, from s: y where `FROM_OUTPUT` says so, else x. */
const SLOPES: Readonly<Record<UnaryGradOp, Slope>> = {
  abs: (g, x) => (x > 0 ? g : x < 0 ? -g : 0),
  clip: (g, x, low, high) => (x >= low && x <= high ? g : 0),
  cos: (g, x) => -g * Math.sin(x),
  elu: (g, y, alpha) => (y > 0 ? g : g * (y + alpha)),
  exp: (g, y) => g * y,
  gelu: geluSlope,
  geluTanh: geluTanhSlope,
  leaky: (g, x, slope) => (x > 0 ? g : g * slope),
  log: (g, x) => g / x,
  reciprocal: (g, y) => -g * (y * y),
  relu: (g, y) => (y > 0 ? g : 0),
  rsqrt: (g, y) => -0.5 * g * (y * y * y),
  sigmoid: (g, y) => g * (y * (1 - y)),
  silu: siluSlope,
  sin: (g, x) => g * Math.cos(x),
  softplus: (g, x) => g * sigmoidOf(x),
  sqrt: (g, y) => (0.5 * g) / y,
  square: (g, x) => g * (x + x),
  tanh: (g, y) => g * (1 - y * y),
};

type Loop = (g: TypedArray, s: TypedArray, dx: TypedArray, a: number, b: number) => void;
const loops = new Map<UnaryGradOp, Loop>();

function plainUnaryGrad(op: UnaryGradOp): Loop {
  let loop = loops.get(op);
  if (loop === undefined) {
    loop = loopAround<Loop>(
      "(g, s, dx, a, b) => { for (let i = 0; i < dx.length; i++) dx[i] = f(g[i], s[i], a, b); }",
      SLOPES[op],
    );
    loops.set(op, loop);
  }
  return loop;
}

/** dx[i] = g[i] f′, from `saved` (see `FROM_OUTPUT`), with the parameters of the forward pass. */
export function unaryGrad(op: UnaryGradOp, g: Block, saved: Block, dx: Block, a = 0, b = 0): void {
  const e = enter(g.length, [g, saved, dx]);
  if (!e) {
    plainUnaryGrad(op)(g.array(), saved.array(), dx.array(), a, b);
    return;
  }
  const grain = COSTLY.has(op) ? FINE_GRAIN : GRAIN;
  run(e, `slope_${op}`, g.length, grain, place(e, g), place(e, saved), result(dx), a, b);
  leave(e);
}
