import type { TypedArray } from "../tensor/dtype.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Block } from "./block.ts";
import { type Axis, commonAxes, walkRows } from "./broadcast.ts";
import { enter, GRAIN, leave, loopAround, place, result, run } from "./dispatch.ts";

/** Functions of two numbers; comparisons give 1 or 0. */
export type BinaryOp =
  | "add"
  | "div"
  | "equal"
  | "greater"
  | "greaterEqual"
  | "less"
  | "lessEqual"
  | "max"
  | "min"
  | "mul"
  | "notEqual"
  | "pow"
  | "squaredDifference"
  | "sub";

const FUNCTIONS: Readonly<Record<BinaryOp, (x: number, y: number) => number>> = {
  add: (x, y) => x + y,
  div: (x, y) => x / y,
  equal: (x, y) => (x === y ? 1 : 0),
  greater: (x, y) => (x > y ? 1 : 0),
  greaterEqual: (x, y) => (x >= y ? 1 : 0),
  less: (x, y) => (x < y ? 1 : 0),
  lessEqual: (x, y) => (x <= y ? 1 : 0),
  max: (x, y) => Math.max(x, y),
  min: (x, y) => Math.min(x, y),
  mul: (x, y) => x * y,
  notEqual: (x, y) => (x !== y ? 1 : 0),
  pow: (x, y) => x ** y,
  squaredDifference: (x, y) => (x - y) * (x - y),
  sub: (x, y) => x - y,
};

/** Their results are bools, which live outside the engine's memory. */
const COMPARISONS: ReadonlySet<BinaryOp> = new Set<BinaryOp>([
  "equal",
  "greater",
  "greaterEqual",
  "less",
  "lessEqual",
  "notEqual",
]);

/** `count` results from z[k] on; x and y go on by one (step 1) or stay (step 0). */
type Loop = (
  x: TypedArray,
  i: number,
  stepX: number,
  y: TypedArray,
  j: number,
  stepY: number,
  z: TypedArray,
  k: number,
  count: number,
) => void;
const LOOP = `(x, i, stepX, y, j, stepY, z, k, count) => {
  for (let n = 0; n < count; n++) { z[k + n] = f(x[i], y[j]); i += stepX; j += stepY; }
}`;
const loops = new Map<BinaryOp, Loop>();

function plainBinary(op: BinaryOp): Loop {
  let loop = loops.get(op);
  if (loop === undefined) {
    loop = loopAround<Loop>(LOOP, FUNCTIONS[op]);
    loops.set(op, loop);
  }
  return loop;
}

/** z = f(x, y), the shapes broadcast to `shapeZ`, which the caller has checked; `z` may be an operand of its size. */
export function binary(
  op: BinaryOp,
  x: Block,
  shapeX: Shape,
  y: Block,
  shapeY: Shape,
  z: Block,
  shapeZ: Shape,
): void {
  const count = z.length;
  if (count === 0) return;
  const e = COMPARISONS.has(op) ? undefined : enter(count, [x, y, z]);
  // Alike, or one number on a side: one long axis.
  if ((x.length === count || x.length === 1) && (y.length === count || y.length === 1)) {
    const stepX = x.length === 1 ? 0 : 1;
    const stepY = y.length === 1 ? 0 : 1;
    if (e) {
      run(e, `binary_${op}`, count, GRAIN, place(e, x), stepX, place(e, y), stepY, result(z));
      leave(e);
    } else plainBinary(op)(x.array(), 0, stepX, y.array(), 0, stepY, z.array(), 0, count);
    return;
  }
  const axes = commonAxes([shapeX, shapeY], shapeZ);
  if (e && axes.length <= 6) {
    strided(e, op, place(e, x), place(e, y), result(z), axes);
    leave(e);
    return;
  }
  const loop = plainBinary(op);
  const [a, b, c] = [x.array(), y.array(), z.array()];
  const { length, steps } = axes.at(-1)!;
  walkRows(axes, ([i, j], k) => loop(a, i!, steps[0]!, b, j!, steps[1]!, c, k, length));
}

/** The last two axes are one call; the ones before turn here. */
function strided(
  e: NonNullable<ReturnType<typeof enter>>,
  op: BinaryOp,
  x: number,
  y: number,
  z: number,
  axes: readonly Axis[],
): void {
  const [outer, inner] = axes.slice(-2) as [Axis, Axis];
  const width = inner.length;
  const plane = outer.length * width;
  const rows = Math.max(1, Math.ceil(GRAIN / width));
  walkRows([...axes.slice(0, -2), { length: plane, steps: [0, 0] }], ([i, j], k) => {
    const rest = [x + 4 * i!, outer.steps[0]!, inner.steps[0]!, y + 4 * j!, outer.steps[1]!, inner.steps[1]!];
    run(e, `binaryRows_${op}`, outer.length, rows, width, ...rest, z + 4 * k);
  });
}

/** z = condition ? x : y, the shapes broadcast to `shapeZ`. */
export function where(
  condition: Block,
  shapeCondition: Shape,
  x: Block,
  shapeX: Shape,
  y: Block,
  shapeY: Shape,
  z: Block,
  shapeZ: Shape,
): void {
  if (z.length === 0) return;
  const [c, a, b, out] = [condition.array(), x.array(), y.array(), z.array()];
  const axes = commonAxes([shapeCondition, shapeX, shapeY], shapeZ);
  const { length, steps } = axes.at(-1)!;
  const [stepC, stepA, stepB] = steps as [number, number, number];
  walkRows(axes, ([i, j, k], at) => {
    for (let n = 0; n < length; n++) {
      out[at + n] = c[i! + n * stepC]! !== 0 ? a[j! + n * stepA]! : b[k! + n * stepB]!;
    }
  });
}
