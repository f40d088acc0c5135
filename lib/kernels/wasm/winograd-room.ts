// What Winograd's convolutions keep in a thread's scratch, and where (see winograd.ts).
import { ROW } from "./winograd-tiles";

/** Tiles of 2×2 results at a time: V and M of a strip stay in the second cache. */
export const STRIP: i32 = 48;
export const PLACE: usize = <usize>STRIP * ROW;
/** Of the filter's gradient, which has four of the sixteen places at a time. */
export const LONG_STRIP: i32 = 192;
export const LONG_PLACE: usize = <usize>LONG_STRIP * ROW;

/** The calling thread's scratch begins with U or dU, which all threads read; the rest is each thread's own. */
export const FILTERS: usize = 64 * 16_896;
export const PATCH: usize = FILTERS; // 4×4 pixels of up to 128 channels
export const TILE: usize = PATCH + 16 * 512;
export const STRIPS: usize = TILE + 256;

/** Where numbers on the way between two steps stand that nobody else needs: after all strips. */
export const TILE_LATER: usize = STRIPS + 32 * PLACE;
