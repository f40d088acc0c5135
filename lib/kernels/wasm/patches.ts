// What a convolution reads and writes, seen as a matrix: one row an output pixel, its columns the taps of the kernel
// times the channels of a group ("im2col"). Only a strip that fits the second cache exists at a time.

/** Sixteen numbers as the library writes them (see convolution.ts); images are [batch, height, width, channels]. */
@unmanaged
export class Geometry {
  batch: i32;
  height: i32;
  width: i32;
  channels: i32;
  outHeight: i32;
  outWidth: i32;
  outChannels: i32;
  kernelHeight: i32;
  kernelWidth: i32;
  strideY: i32;
  strideX: i32;
  padTop: i32;
  padLeft: i32;
  dilationY: i32;
  dilationX: i32;
  groups: i32;
}

/**
 * For output pixels [first, first + pixels) of the whole batch, the taps [tap, lastTap) of one group: gathered from
 * the image `x` into the rows of `rows`, zero where the window hangs over the edge, or, with `scatter`, added from
 * the rows to the image. Taps that are neighbours in the image are moved as one run.
 */
export function movePatches(
  g: Geometry,
  x: usize,
  group: i32,
  tap: i32,
  lastTap: i32,
  first: i32,
  pixels: i32,
  rows: usize,
  scatter: bool,
): void {
  const depth = g.channels / g.groups;
  const inRuns = g.groups == 1 && g.dilationX == 1;
  const firstKy = tap / g.kernelWidth;
  const firstKx = tap % g.kernelWidth;
  let ox = first % g.outWidth;
  let oy = (first / g.outWidth) % g.outHeight;
  let image =
    x + 4 * (<usize>(first / (g.outWidth * g.outHeight)) * g.height * g.width * g.channels + group * depth);
  let row = rows;
  for (let pixel = 0; pixel < pixels; pixel++) {
    const left = ox * g.strideX - g.padLeft;
    const top = oy * g.strideY - g.padTop;
    let ky = firstKy;
    let kx = firstKx;
    for (let t = tap; t < lastTap; ) {
      const taps = inRuns ? min(g.kernelWidth - kx, lastTap - t) : 1;
      const iy = top + ky * g.dilationY;
      const ix = left + kx * g.dilationX;
      const bytes = 4 * <usize>(taps * depth);
      if (<u32>iy >= <u32>g.height) {
        if (!scatter) memory.fill(row, 0, bytes);
      } else {
        const skipped = min(max(-ix, 0), taps);
        const inside = max(min(taps, g.width - ix) - skipped, 0);
        const from = image + 4 * <usize>((iy * g.width + ix + skipped) * g.channels);
        const to = row + 4 * <usize>(skipped * depth);
        if (scatter) addRun(to, from, inside * depth);
        else {
          if (inside < taps) memory.fill(row, 0, bytes);
          copyRun(from, to, inside * depth);
        }
      }
      row += bytes;
      t += taps;
      kx += taps;
      if (kx == g.kernelWidth) {
        kx = 0;
        ky++;
      }
    }
    if (++ox == g.outWidth) {
      ox = 0;
      if (++oy == g.outHeight) {
        oy = 0;
        image += 4 * <usize>(g.height * g.width * g.channels);
      }
    }
  }
}

/** One channel and neighbouring windows: a tap reads whole stretches of a row, so patches are gathered by tap. */
export function inPlanes(g: Geometry): bool {
  return g.channels == 1 && g.strideX == 1;
}

/** The patches of one-channel images, transposed: one row a tap, `pitch` numbers apart, its columns the pixels. */
export function gatherPlanes(
  g: Geometry,
  x: usize,
  tap: i32,
  lastTap: i32,
  first: i32,
  pixels: i32,
  rows: usize,
  pitch: i32,
): void {
  for (let t = tap; t < lastTap; t++) {
    let ox = first % g.outWidth;
    let oy = (first / g.outWidth) % g.outHeight;
    let image = (first / (g.outWidth * g.outHeight)) * g.height;
    const left = (t % g.kernelWidth) * g.dilationX - g.padLeft;
    const top = (t / g.kernelWidth) * g.dilationY - g.padTop;
    let to = rows + 4 * <usize>((t - tap) * pitch);
    for (let rest = pixels; rest > 0; ) {
      const run = min(g.outWidth - ox, rest);
      const iy = oy * g.strideY + top;
      const ix = ox + left;
      const skipped = min(max(-ix, 0), run);
      const inside = <u32>iy < <u32>g.height ? max(min(run, g.width - ix) - skipped, 0) : 0;
      if (inside < run) memory.fill(to, 0, 4 * <usize>run);
      copyRun(x + 4 * <usize>((image + iy) * g.width + ix + skipped), to + 4 * <usize>skipped, inside);
      to += 4 * <usize>run;
      rest -= run;
      ox = 0;
      if (++oy == g.outHeight) {
        oy = 0;
        image += g.height;
      }
    }
  }
}

function copyRun(from: usize, to: usize, count: i32): void {
  for (; count >= 4; count -= 4) {
    v128.store(to, v128.load(from));
    from += 16;
    to += 16;
  }
  for (; count > 0; count--) {
    store<f32>(to, load<f32>(from));
    from += 4;
    to += 4;
  }
}

function addRun(from: usize, to: usize, count: i32): void {
  for (; count >= 4; count -= 4) {
    v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
    from += 16;
    to += 16;
  }
  for (; count > 0; count--) {
    store<f32>(to, load<f32>(to) + load<f32>(from));
    from += 4;
    to += 4;
  }
}
