// The filters' side of Winograd's convolutions: U = G w Gᵀ, and back from dU to dw (see winograd.ts).
import { scratch } from "./scratch";
import { TILE_LATER } from "./winograd-room";

/**
 * U = G w Gᵀ of filters [3, 3, channels, outChannels], in panels of eight columns, or, `turned`, of filters
 * [3, 3, outChannels, channels] turned around by half a circle. Returns where it is.
 */
export function winogradFilters(w: usize, channels: i32, outChannels: i32, turned: bool): usize {
  const panel: usize = 32 * channels;
  const place: usize = ((outChannels + 7) >> 3) * panel;
  if (outChannels & 7) memory.fill(scratch, 0, 16 * place);
  // Four neighbours in memory at a time: of one row of U, or, turned, of one column.
  const lines = turned ? outChannels : channels;
  const neighbours = turned ? channels : outChannels;
  for (let line = 0; line < lines; line++) {
    for (let at = 0; at < neighbours; at += 4) {
      const c = turned ? at : line;
      const o = turned ? line : at;
      const to = scratch + (o >> 3) * panel + 32 * c + 4 * (o & 7);
      filterTile(w + 4 * (line * neighbours + at), 4 * lines * neighbours, turned, to, place);
    }
  }
  return scratch;
}

/** Four filters' G w Gᵀ: first G w, row by row, then its rows times Gᵀ. */
function filterTile(w: usize, tap: usize, turned: bool, to: usize, place: usize): void {
  const rows = scratch + TILE_LATER;
  const half = f32x4.splat(0.5);
  for (let b: usize = 0; b < 3; b++) {
    const from = turned ? w + (8 - b) * tap : w + b * tap;
    const step = turned ? 0 - 3 * tap : 3 * tap;
    const w0 = v128.load(from);
    const w1 = f32x4.mul(half, v128.load(from + step));
    const w2 = v128.load(from + 2 * step);
    const sum = f32x4.mul(half, f32x4.add(w0, w2));
    const at = rows + 16 * b;
    v128.store(at, w0);
    v128.store(at, f32x4.add(sum, w1), 48);
    v128.store(at, f32x4.sub(sum, w1), 96);
    v128.store(at, w2, 144);
  }
  for (let at = rows; at < rows + 192; at += 48) {
    const w0 = v128.load(at);
    const w1 = f32x4.mul(half, v128.load(at, 16));
    const w2 = v128.load(at, 32);
    const sum = f32x4.mul(half, f32x4.add(w0, w2));
    storeFour(to, w0, turned);
    storeFour(to + place, f32x4.add(sum, w1), turned);
    storeFour(to + 2 * place, f32x4.sub(sum, w1), turned);
    storeFour(to + 3 * place, w2, turned);
    to += 4 * place;
  }
}

/** Side by side in a row of a panel, or below each other. */
function storeFour(to: usize, four: v128, below: bool): void {
  if (!below) {
    v128.store(to, four);
    return;
  }
  v128.store_lane<f32>(to, four, 0);
  v128.store_lane<f32>(to, four, 1, 32);
  v128.store_lane<f32>(to, four, 2, 64);
  v128.store_lane<f32>(to, four, 3, 96);
}

/** dw = Gᵀ dU G. */
export function winogradFilterBack(channels: i32, outChannels: i32, filters: usize, dw: usize): void {
  const line: usize = 4 * ((outChannels + 7) & ~7);
  const place: usize = <usize>((channels + 5) / 6) * 6 * line;
  const tap: usize = 4 * channels * outChannels;
  const half = f32x4.splat(0.5);
  const rows = scratch + TILE_LATER;
  for (let c = 0; c < channels; c++) {
    for (let o = 0; o < outChannels; o += 4) {
      const from = filters + <usize>c * line + 4 * <usize>o;
      for (let s: usize = 0; s < 4; s++) {
        const at = from + s * place;
        const u1 = f32x4.mul(half, v128.load(at + 4 * place));
        const u2 = f32x4.mul(half, v128.load(at + 8 * place));
        const sum = f32x4.add(u1, u2);
        v128.store(rows + 16 * s, f32x4.add(v128.load(at), sum));
        v128.store(rows + 16 * s, f32x4.sub(u1, u2), 64);
        v128.store(rows + 16 * s, f32x4.add(v128.load(at + 12 * place), sum), 128);
      }
      let to = dw + 4 * <usize>(c * outChannels + o);
      for (let a: usize = 0; a < 192; a += 64) {
        const at = rows + a;
        const u1 = f32x4.mul(half, v128.load(at, 16));
        const u2 = f32x4.mul(half, v128.load(at, 32));
        const sum = f32x4.add(u1, u2);
        v128.store(to, f32x4.add(v128.load(at), sum));
        v128.store(to + tap, f32x4.sub(u1, u2));
        v128.store(to + 2 * tap, f32x4.add(v128.load(at, 48), sum));
        to += 3 * tap;
      }
    }
  }
}

/** Where `winogradFilterGradient` may put dU for `winogradFilterBack`: the calling thread's own. */
export function winogradSpace(): usize {
  return scratch;
}
