import type { Block } from "./block.ts";

/** y_u = max of the `pieces` neighbours from x_{u·pieces} on; NaN where one is. */
export function maxoutUnits(x: Block, pieces: number, y: Block): void {
  const [from, to] = [x.array(), y.array()];
  for (let u = 0, i = 0; u < to.length; u++) {
    let greatest = from[i++]!;
    for (const end = (u + 1) * pieces; i < end; i++) greatest = Math.max(greatest, from[i]!);
    to[u] = greatest;
  }
}

/** dx = g where x is its unit's y, shared evenly where several are, and 0 elsewhere. */
export function maxoutUnitsGrad(g: Block, x: Block, y: Block, pieces: number, dx: Block): void {
  const [up, from, greatest, to] = [g.array(), x.array(), y.array(), dx.array()];
  for (let u = 0; u < up.length; u++) {
    const [start, end] = [u * pieces, (u + 1) * pieces];
    let ties = 0;
    for (let i = start; i < end; i++) if (from[i] === greatest[u]) ties++;
    const share = up[u]! / ties;
    for (let i = start; i < end; i++) to[i] = from[i] === greatest[u] ? share : 0;
  }
}
