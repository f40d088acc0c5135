import type { Block } from "./block.ts";
import { enter, GRAIN, leave, place, placeIndices, result, run, update } from "./dispatch.ts";

/** y[i] = table[indices[i]], rows of `width`; the caller has checked the indices. */
export function gatherRows(table: Block, indices: Block, width: number, y: Block): void {
  const e = enter(y.length, [table, y], indices);
  if (e) {
    const grain = Math.max(1, Math.ceil(GRAIN / width));
    const args = [place(e, table), placeIndices(e, indices), result(y), width];
    run(e, "gatherRows", indices.length, grain, ...args);
    leave(e);
    return;
  }
  const [from, places, to] = [table.array(), indices.array(), y.array()];
  for (let i = 0; i < places.length; i++) {
    const start = places[i]! * width;
    for (let j = 0; j < width; j++) to[i * width + j] = from[start + j]!;
  }
}

/** table[indices[i]] += g[i], in the order of i; `table` is not cleared first. */
export function scatterAddRows(g: Block, indices: Block, width: number, table: Block): void {
  const e = enter(g.length, [g, table], indices);
  if (e) {
    const rows = table.length / width;
    // A thread reads all indices for its part of the table: worth it only where there is much to add.
    const grain = g.length < GRAIN ? rows : Math.ceil(rows / 4);
    const args = [update(e, table), placeIndices(e, indices), indices.length, place(e, g), width];
    run(e, "scatterAddRows", rows, grain, ...args);
    leave(e);
    return;
  }
  const [from, places, to] = [g.array(), indices.array(), table.array()];
  for (let i = 0; i < places.length; i++) {
    const start = places[i]! * width;
    for (let j = 0; j < width; j++) to[start + j]! += from[i * width + j]!;
  }
}
