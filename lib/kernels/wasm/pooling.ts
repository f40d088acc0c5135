// Maximum and mean over windows, four channels at a time. Every kernel runs over images [from, to).

/** Twelve numbers as the library writes them (see ../pooling.ts); images are [batch, height, width, channels]. */
@unmanaged
class Windows {
  batch: i32;
  height: i32;
  width: i32;
  channels: i32;
  outHeight: i32;
  outWidth: i32;
  windowHeight: i32;
  windowWidth: i32;
  strideY: i32;
  strideX: i32;
  padTop: i32;
  padLeft: i32;
}

export function maxPoolForward(from: i32, to: i32, geometry: usize, x: usize, y: usize): void {
  const g = changetype<Windows>(geometry);
  const pixel: usize = 4 * <usize>g.channels;
  const line: usize = pixel * <usize>g.width;
  let out = y + 4 * <usize>(from * g.outHeight * g.outWidth * g.channels);
  for (let n = from; n < to; n++) {
    for (let oy = 0; oy < g.outHeight; oy++) {
      const top = max(oy * g.strideY - g.padTop, 0);
      const bottom = min(oy * g.strideY - g.padTop + g.windowHeight, g.height);
      for (let ox = 0; ox < g.outWidth; ox++) {
        const left = max(ox * g.strideX - g.padLeft, 0);
        const right = min(ox * g.strideX - g.padLeft + g.windowWidth, g.width);
        const first = x + <usize>(n * g.height + top) * line + <usize>left * pixel;
        let c: usize = 0;
        for (; c + 16 <= pixel; c += 16) {
          let greatest = f32x4.splat(-Infinity);
          let row = first + c;
          for (let iy = top; iy < bottom; iy++) {
            let at = row;
            for (let ix = left; ix < right; ix++) {
              greatest = f32x4.max(greatest, v128.load(at)); // NaN counts as greatest
              at += pixel;
            }
            row += line;
          }
          v128.store(out + c, greatest);
        }
        for (; c < pixel; c += 4) {
          let greatest: f32 = -Infinity;
          let row = first + c;
          for (let iy = top; iy < bottom; iy++) {
            let at = row;
            for (let ix = left; ix < right; ix++) {
              greatest = max<f32>(greatest, load<f32>(at));
              at += pixel;
            }
            row += line;
          }
          store<f32>(out + c, greatest);
        }
        out += pixel;
      }
    }
  }
}

/** dx: each dy to the first x of its window that equals y. */
export function maxPoolGradient(
  from: i32,
  to: i32,
  geometry: usize,
  x: usize,
  y: usize,
  dy: usize,
  dx: usize,
): void {
  const g = changetype<Windows>(geometry);
  clearImages(g, from, to, dx);
  const pixel: usize = 4 * <usize>g.channels;
  const line: usize = pixel * <usize>g.width;
  const apart = dx - x;
  let out: usize = 4 * <usize>(from * g.outHeight * g.outWidth * g.channels);
  for (let n = from; n < to; n++) {
    for (let oy = 0; oy < g.outHeight; oy++) {
      const top = max(oy * g.strideY - g.padTop, 0);
      const bottom = min(oy * g.strideY - g.padTop + g.windowHeight, g.height);
      for (let ox = 0; ox < g.outWidth; ox++) {
        const left = max(ox * g.strideX - g.padLeft, 0);
        const right = min(ox * g.strideX - g.padLeft + g.windowWidth, g.width);
        const first = x + <usize>(n * g.height + top) * line + <usize>left * pixel;
        let c: usize = 0;
        for (; c + 16 <= pixel; c += 16) {
          const greatest = v128.load(y + out + c);
          let rest = v128.load(dy + out + c);
          let row = first + c;
          for (let iy = top; iy < bottom; iy++) {
            let at = row;
            for (let ix = left; ix < right; ix++) {
              const value = v128.load(at);
              const isIt = v128.or(f32x4.eq(value, greatest), f32x4.ne(value, value));
              v128.store(at + apart, f32x4.add(v128.load(at + apart), v128.and(rest, isIt)));
              rest = v128.andnot(rest, isIt); // given away once
              at += pixel;
            }
            row += line;
          }
        }
        for (; c < pixel; c += 4) {
          const greatest = load<f32>(y + out + c);
          let rest = load<f32>(dy + out + c);
          let row = first + c;
          for (let iy = top; iy < bottom; iy++) {
            let at = row;
            for (let ix = left; ix < right; ix++) {
              const value = load<f32>(at);
              if (value == greatest || value != value) {
                store<f32>(at + apart, load<f32>(at + apart) + rest);
                rest = 0;
              }
              at += pixel;
            }
            row += line;
          }
        }
        out += pixel;
      }
    }
  }
}

export function averagePoolForward(from: i32, to: i32, geometry: usize, x: usize, y: usize): void {
  average(from, to, geometry, x, y, false);
}

export function averagePoolGradient(from: i32, to: i32, geometry: usize, dy: usize, dx: usize): void {
  clearImages(changetype<Windows>(geometry), from, to, dx);
  average(from, to, geometry, dx, dy, true);
}

/** Means of windows of `x` into `y`, or, `back`, equal shares of `y` added to the windows of `x`. */
function average(from: i32, to: i32, geometry: usize, x: usize, y: usize, back: bool): void {
  const g = changetype<Windows>(geometry);
  let out = y + 4 * <usize>(from * g.outHeight * g.outWidth * g.channels);
  for (let n = from; n < to; n++) {
    for (let oy = 0; oy < g.outHeight; oy++) {
      const top = max(oy * g.strideY - g.padTop, 0);
      const bottom = min(oy * g.strideY - g.padTop + g.windowHeight, g.height);
      for (let ox = 0; ox < g.outWidth; ox++) {
        const left = max(ox * g.strideX - g.padLeft, 0);
        const right = min(ox * g.strideX - g.padLeft + g.windowWidth, g.width);
        const share: f32 = 1 / <f32>((bottom - top) * (right - left));
        if (!back) memory.fill(out, 0, 4 * <usize>g.channels);
        for (let iy = top; iy < bottom; iy++) {
          let at = x + 4 * <usize>(((n * g.height + iy) * g.width + left) * g.channels);
          for (let ix = left; ix < right; ix++) {
            if (back) addShare(out, at, g.channels, share);
            else addShare(at, out, g.channels, share);
            at += 4 * <usize>g.channels;
          }
        }
        out += 4 * <usize>g.channels;
      }
    }
  }
}

/** to += share·from. */
function addShare(from: usize, to: usize, count: i32, share: f32): void {
  const lanes = f32x4.splat(share);
  for (; count >= 4; count -= 4) {
    v128.store(to, f32x4.add(v128.load(to), f32x4.mul(v128.load(from), lanes)));
    from += 16;
    to += 16;
  }
  for (; count > 0; count--) {
    store<f32>(to, load<f32>(to) + load<f32>(from) * share);
    from += 4;
    to += 4;
  }
}

function clearImages(g: Windows, from: i32, to: i32, x: usize): void {
  const image = g.height * g.width * g.channels;
  memory.fill(x + 4 * <usize>(from * image), 0, 4 * <usize>((to - from) * image));
}
