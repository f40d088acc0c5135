import type { Shape } from "../tensor/shape.ts";
import type { Block } from "./block.ts";
import { type Axis, commonAxes, walkRows } from "./broadcast.ts";
import { enter, GRAIN, leave, place, result, run } from "./dispatch.ts";
import type { Engine } from "./engine.ts";

/** Functions of two numbers that have a wasm twin (wasm/binary.ts); the plain twins are in elementwise.ts. */
const IN_WASM: ReadonlySet<string> = new Set(["add", "div", "maximum", "minimum", "mul", "pow", "sub"]);

/** z = f(x, y), the shapes stretched to `shapeZ`, in wasm; false, with nothing done, where the plain twin has to compute. */
export function binaryInWasm(
  name: string,
  x: Block,
  shapeX: Shape,
  y: Block,
  shapeY: Shape,
  z: Block,
  shapeZ: Shape,
): boolean {
  const count = z.length;
  if (!IN_WASM.has(name)) return false;
  const e = enter(count, [x, y, z]);
  if (!e) return false;
  if (count === 0) return true;
  // Alike, or one number on a side: one long axis, which is rows of one.
  if ((x.length === count || x.length === 1) && (y.length === count || y.length === 1)) {
    const rowX = x.length === 1 ? 0 : 1;
    const rowY = y.length === 1 ? 0 : 1;
    run(e, `binary_${name}`, count, GRAIN, 1, place(e, x), rowX, 0, place(e, y), rowY, 0, result(z));
  } else inRows(e, name, place(e, x), place(e, y), result(z), commonAxes([shapeX, shapeY], shapeZ));
  leave(e);
  return true;
}

/** The last two axes are one call; the ones before turn here. */
function inRows(e: Engine, name: string, x: number, y: number, z: number, axes: readonly Axis[]): void {
  const [outer, inner] = axes.slice(-2) as [Axis, Axis];
  const width = inner.length;
  const grain = Math.max(1, Math.ceil(GRAIN / width));
  walkRows([...axes.slice(0, -2), { length: outer.length * width, steps: [0, 0] }], ([i, j], k) => {
    const rest = [x + 4 * i!, outer.steps[0]!, inner.steps[0]!, y + 4 * j!, outer.steps[1]!, inner.steps[1]!];
    run(e, `binary_${name}`, outer.length, grain, width, ...rest, z + 4 * k);
  });
}
