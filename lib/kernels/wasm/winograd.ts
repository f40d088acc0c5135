// 3×3 convolutions at stride 1 by Winograd's minimal filtering (Lavin and Gray, "Fast algorithms for convolutional
// neural networks", 2015): F(2×2, 3×3) makes 2×2 results of 4×4 pixels with 16 multiplications instead of 36. Pixels d,
// filters w and results y are transformed, and between them stand sixteen matrix products, one for each place p:
//
//     V = Bᵀ d B     U = G w Gᵀ     M_p = V_p · U_p     y = Aᵀ M A
//
//          ⎡ 1  0 -1  0 ⎤        ⎡  1   0   0 ⎤        ⎡ 1  1  1  0 ⎤
//     Bᵀ = ⎢ 0  1  1  0 ⎥    G = ⎢  ½   ½   ½ ⎥   Aᵀ = ⎣ 0  1 -1 -1 ⎦
//          ⎢ 0 -1  1  0 ⎥        ⎢  ½  -½   ½ ⎥
//          ⎣ 0  1  0 -1 ⎦        ⎣  0   0   1 ⎦
//
// The filter's gradient is the same backwards: dU_p = V_pᵀ · (A dy Aᵀ)_p, dw = Gᵀ dU G. The images' gradient is a
// convolution with the filters turned around. Channels come in fours.
import { scratch } from "./scratch";
import { PANEL_B, TILE_ROWS, wholeTile } from "./tile";
import { LONG_PLACE, LONG_STRIP, PATCH, PLACE, STRIP, STRIPS, TILE } from "./winograd-room";
import { ROW, wideTile } from "./winograd-tiles";

/** The images and the windows, as they are handed over by number. */
@unmanaged
class Sizes {
  height: i32;
  width: i32;
  channels: i32;
  outHeight: i32;
  outWidth: i32;
  outChannels: i32;
  padTop: i32;
  padLeft: i32;
}

/** Tiles [from, to) of the batch: y = x ∗ w, then + bias (0: none), then ReLU. */
export function winogradForward(
  from: i32,
  to: i32,
  sizes: usize,
  x: usize,
  filters: usize,
  y: usize,
  bias: usize,
  relu: bool,
): void {
  const g = changetype<Sizes>(sizes);
  const v = scratch + STRIPS;
  const m = v + 16 * PLACE;
  const panel: usize = 32 * g.channels;
  const place: usize = ((g.outChannels + 7) >> 3) * panel;
  for (let first = from; first < to; first += STRIP) {
    const tiles = min(STRIP, to - first);
    for (let t = 0; t < tiles; t++) {
      const row = v + <usize>t * ROW;
      for (let i = 0; i < 4; i++) pixelRow(g, x, first + t, i, i == 0, row + 4 * <usize>i * PLACE, PLACE);
    }
    for (let p: usize = 0; p < 16; p++) {
      const left = v + p * PLACE;
      const to = m + p * PLACE;
      for (let j: usize = 0; j < <usize>g.outChannels; j += 8) {
        const right = filters + p * place + (j >> 3) * panel;
        for (let t = 0; t < tiles; t += 6) {
          const at = <usize>t * ROW;
          wideTile(g.channels, left + at, right, to + at + 4 * j);
        }
      }
    }
    for (let t = 0; t < tiles; t++) results(g, m + <usize>t * ROW, y, first + t, bias, relu);
  }
}

/** Rows [from, to) of the four of dU, which lies at `filters`. */
export function winogradFilterGradient(
  from: i32,
  to: i32,
  sizes: usize,
  batch: i32,
  x: usize,
  dy: usize,
  filters: usize,
): void {
  const g = changetype<Sizes>(sizes);
  const v = scratch + STRIPS;
  const m = v + 4 * LONG_PLACE;
  const line: usize = 4 * ((g.outChannels + 7) & ~7);
  const place: usize = <usize>((g.channels + 5) / 6) * 6 * line;
  memory.fill(filters + 4 * <usize>from * place, 0, 4 * <usize>(to - from) * place);
  const all = batch * ((g.outHeight + 1) >> 1) * ((g.outWidth + 1) >> 1);
  const tile = scratch + TILE;
  for (let first = 0; first < all; first += LONG_STRIP) {
    const tiles = min(LONG_STRIP, all - first);
    for (let i = from; i < to; i++) {
      for (let t = 0; t < tiles; t++) {
        pixelRow(g, x, first + t, i, true, v + <usize>t * ROW, LONG_PLACE);
        slopeRow(g, dy, first + t, i, m + <usize>t * ROW);
      }
      for (let s: usize = 0; s < 4; s++) {
        const sum = filters + (4 * <usize>i + s) * place;
        for (let j: usize = 0; j < <usize>g.outChannels; j += 8) {
          const right = m + s * LONG_PLACE + 4 * j;
          for (let c: usize = 0; c < <usize>g.channels; c += 6) {
            wholeTile(tiles, v + s * LONG_PLACE + 4 * c, ROW, right, ROW, tile, PANEL_B);
            let at = sum + c * line + 4 * j;
            for (let k: usize = 0; k < TILE_ROWS * PANEL_B; k += PANEL_B) {
              v128.store(at, f32x4.add(v128.load(at), v128.load(tile + k)));
              v128.store(at, f32x4.add(v128.load(at, 16), v128.load(tile + k, 16)), 16);
              at += line;
            }
          }
        }
      }
    }
  }
}

/**
 * Row i of V = Bᵀ d B for one tile, all channels, into four places. Where the 4×4 pixels are not all inside the image,
 * they are put into a patch with zeros around: by the first row (`fresh`) for the other three.
 */
function pixelRow(g: Sizes, x: usize, tile: i32, i: i32, fresh: bool, to: usize, place: usize): void {
  const across = (g.outWidth + 1) >> 1;
  const down = (g.outHeight + 1) >> 1;
  const tx = tile % across;
  const ty = (tile / across) % down;
  const n = tile / (across * down);
  const left = 2 * tx - g.padLeft;
  const top = 2 * ty - g.padTop;
  let pixel: usize = 4 * g.channels;
  let line: usize = pixel * <usize>g.width;
  let at = x + 4 * <usize>((n * g.height + top) * g.width + left) * <usize>g.channels;
  if (left < 0 || top < 0 || left + 4 > g.width || top + 4 > g.height) {
    const patch = scratch + PATCH;
    if (fresh) copyPatch(g.height, g.width, pixel, at, top, left, 4, patch);
    at = patch;
    line = 4 * pixel;
  }
  const end = to + pixel;
  if (i == 1) {
    let a = at + line;
    let b = a + line;
    for (; to < end; to += 16) {
      across4(
        f32x4.add(v128.load(a), v128.load(b)),
        f32x4.add(v128.load(a + pixel), v128.load(b + pixel)),
        f32x4.add(v128.load(a + 2 * pixel), v128.load(b + 2 * pixel)),
        f32x4.add(v128.load(a + 3 * pixel), v128.load(b + 3 * pixel)),
        to,
        place,
      );
      a += 16;
      b += 16;
    }
    return;
  }
  let a = i == 0 ? at : i == 2 ? at + 2 * line : at + line;
  let b = i == 0 ? at + 2 * line : i == 2 ? at + line : at + 3 * line;
  for (; to < end; to += 16) {
    across4(
      f32x4.sub(v128.load(a), v128.load(b)),
      f32x4.sub(v128.load(a + pixel), v128.load(b + pixel)),
      f32x4.sub(v128.load(a + 2 * pixel), v128.load(b + 2 * pixel)),
      f32x4.sub(v128.load(a + 3 * pixel), v128.load(b + 3 * pixel)),
      to,
      place,
    );
    a += 16;
    b += 16;
  }
}

/** The same along the other axis. */
function across4(d0: v128, d1: v128, d2: v128, d3: v128, to: usize, place: usize): void {
  v128.store(to, f32x4.sub(d0, d2));
  v128.store(to + place, f32x4.add(d1, d2));
  v128.store(to + 2 * place, f32x4.sub(d2, d1));
  v128.store(to + 3 * place, f32x4.sub(d1, d3));
}

/** side×side pixels, zero where they lie outside the image. */
function copyPatch(
  height: i32,
  width: i32,
  pixel: usize,
  from: usize,
  top: i32,
  left: i32,
  side: i32,
  to: usize,
): void {
  for (let r = 0; r < side; r++) {
    for (let s = 0; s < side; s++) {
      if (<u32>(top + r) < <u32>height && <u32>(left + s) < <u32>width) {
        const at = from + <usize>(r * width + s) * pixel;
        for (let c: usize = 0; c < pixel; c += 16) v128.store(to + c, v128.load(at + c));
      } else memory.fill(to, 0, pixel);
      to += pixel;
    }
  }
}

/** Row i of A dy Aᵀ for one tile, all channels, into four places. */
function slopeRow(g: Sizes, dy: usize, tile: i32, i: i32, to: usize): void {
  const across = (g.outWidth + 1) >> 1;
  const down = (g.outHeight + 1) >> 1;
  const left = 2 * (tile % across);
  const top = 2 * ((tile / across) % down);
  const n = tile / (across * down);
  const pixel: usize = 4 * g.outChannels;
  let line: usize = pixel * <usize>g.outWidth;
  let at = dy + <usize>((n * g.outHeight + top) * g.outWidth + left) * pixel;
  if (left + 2 > g.outWidth || top + 2 > g.outHeight) {
    const patch = scratch + PATCH;
    copyPatch(g.outHeight, g.outWidth, pixel, at, top, left, 2, patch);
    at = patch;
    line = 2 * pixel;
  }
  for (let c: usize = 0; c < pixel; c += 16) {
    let d0 = v128.load(at + c);
    let d1 = v128.load(at + c + pixel);
    if (i > 0) {
      const below0 = v128.load(at + c + line);
      const below1 = v128.load(at + c + line + pixel);
      d0 = i == 1 ? f32x4.add(d0, below0) : i == 2 ? f32x4.sub(d0, below0) : f32x4.neg(below0);
      d1 = i == 1 ? f32x4.add(d1, below1) : i == 2 ? f32x4.sub(d1, below1) : f32x4.neg(below1);
    }
    v128.store(to + c, d0);
    v128.store(to + c + LONG_PLACE, f32x4.add(d0, d1));
    v128.store(to + c + 2 * LONG_PLACE, f32x4.sub(d0, d1));
    v128.store(to + c + 3 * LONG_PLACE, f32x4.neg(d1));
  }
}

/** y = Aᵀ M A of one tile, with the epilogue. */
function results(g: Sizes, m: usize, y: usize, tile: i32, bias: usize, relu: bool): void {
  const across = (g.outWidth + 1) >> 1;
  const down = (g.outHeight + 1) >> 1;
  const left = 2 * (tile % across);
  const top = 2 * ((tile / across) % down);
  const n = tile / (across * down);
  const pixel: usize = 4 * g.outChannels;
  const line: usize = pixel * <usize>g.outWidth;
  const wide = left + 1 < g.outWidth;
  const high = top + 1 < g.outHeight;
  const at = y + <usize>((n * g.outHeight + top) * g.outWidth + left) * pixel;
  // No ReLU is a floor that nothing is below.
  const floor = f32x4.splat(relu ? 0 : -Infinity);
  for (let c: usize = 0; c < pixel; c += 16) {
    const a = m + c;
    const added = bias == 0 ? f32x4.splat(0) : v128.load(bias + c);
    let x0 = v128.load(a);
    let x1 = v128.load(a + 4 * PLACE);
    let x2 = v128.load(a + 8 * PLACE);
    let x3 = v128.load(a + 12 * PLACE);
    let sum = f32x4.add(x1, x2);
    let apart = f32x4.sub(x1, x2);
    let y00 = f32x4.add(f32x4.add(x0, sum), added);
    let y10 = f32x4.add(f32x4.sub(apart, x3), added);
    x0 = v128.load(a + PLACE);
    x1 = v128.load(a + 5 * PLACE);
    x2 = v128.load(a + 9 * PLACE);
    x3 = v128.load(a + 13 * PLACE);
    sum = f32x4.add(x1, x2);
    apart = f32x4.sub(x1, x2);
    x0 = f32x4.add(x0, sum);
    x3 = f32x4.sub(apart, x3);
    y00 = f32x4.add(y00, x0);
    y10 = f32x4.add(y10, x3);
    let y01 = f32x4.add(x0, added);
    let y11 = f32x4.add(x3, added);
    x0 = v128.load(a + 2 * PLACE);
    x1 = v128.load(a + 6 * PLACE);
    x2 = v128.load(a + 10 * PLACE);
    x3 = v128.load(a + 14 * PLACE);
    sum = f32x4.add(x1, x2);
    apart = f32x4.sub(x1, x2);
    x0 = f32x4.add(x0, sum);
    x3 = f32x4.sub(apart, x3);
    y00 = f32x4.add(y00, x0);
    y10 = f32x4.add(y10, x3);
    y01 = f32x4.sub(y01, x0);
    y11 = f32x4.sub(y11, x3);
    x0 = v128.load(a + 3 * PLACE);
    x1 = v128.load(a + 7 * PLACE);
    x2 = v128.load(a + 11 * PLACE);
    x3 = v128.load(a + 15 * PLACE);
    sum = f32x4.add(x1, x2);
    apart = f32x4.sub(x1, x2);
    y01 = f32x4.sub(y01, f32x4.add(x0, sum));
    y11 = f32x4.sub(y11, f32x4.sub(apart, x3));
    const to = at + c;
    v128.store(to, f32x4.max(y00, floor));
    if (wide) v128.store(to + pixel, f32x4.max(y01, floor));
    if (high) v128.store(to + line, f32x4.max(y10, floor));
    if (wide && high) v128.store(to + line + pixel, f32x4.max(y11, floor));
  }
}
