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

export function maxPoolForward(from: i32, to: i32, geometry: usize, x: usize, y: usize, argmax: usize): void {
  const g = changetype<Windows>(geometry);
  const outImage = g.outHeight * g.outWidth * g.channels;
  let out = from * outImage;
  for (let n = from; n < to; n++) {
    for (let oy = 0; oy < g.outHeight; oy++) {
      const top = max(oy * g.strideY - g.padTop, 0);
      const bottom = min(oy * g.strideY - g.padTop + g.windowHeight, g.height);
      for (let ox = 0; ox < g.outWidth; ox++) {
        const left = max(ox * g.strideX - g.padLeft, 0);
        const right = min(ox * g.strideX - g.padLeft + g.windowWidth, g.width);
        const none = top >= bottom || left >= right;
        const first = none ? -1 : ((n * g.height + top) * g.width + left) * g.channels;
        let c = 0;
        if (!none) {
          const lanes = i32x4(0, 1, 2, 3);
          for (; c + 4 <= g.channels; c += 4) {
            let greatest = v128.load(x + 4 * <usize>(first + c));
            let places = i32x4.add(i32x4.splat(first + c), lanes);
            for (let iy = top; iy < bottom; iy++) {
              let at = ((n * g.height + iy) * g.width + left) * g.channels + c;
              for (let ix = left; ix < right; ix++) {
                const value = v128.load(x + 4 * <usize>at);
                // Greater, or NaN where none was yet: "not less or equal", and the greatest so far a number.
                const taken = v128.andnot(f32x4.eq(greatest, greatest), f32x4.le(value, greatest));
                greatest = v128.bitselect(value, greatest, taken);
                places = v128.bitselect(i32x4.add(i32x4.splat(at), lanes), places, taken);
                at += g.channels;
              }
            }
            v128.store(y + 4 * <usize>(out + c), greatest);
            v128.store(argmax + 4 * <usize>(out + c), places);
          }
        }
        for (; c < g.channels; c++) {
          let greatest: f32 = none ? -Infinity : load<f32>(x + 4 * <usize>(first + c));
          let place = none ? -1 : first + c;
          for (let iy = top; iy < bottom; iy++) {
            let at = ((n * g.height + iy) * g.width + left) * g.channels + c;
            for (let ix = left; ix < right; ix++) {
              const value = load<f32>(x + 4 * <usize>at);
              if (!(value <= greatest) && greatest == greatest) {
                greatest = value;
                place = at;
              }
              at += g.channels;
            }
          }
          store<f32>(y + 4 * <usize>(out + c), greatest);
          store<i32>(argmax + 4 * <usize>(out + c), place);
        }
        out += g.channels;
      }
    }
  }
}

export function maxPoolGradient(
  from: i32,
  to: i32,
  geometry: usize,
  dy: usize,
  argmax: usize,
  dx: usize,
): void {
  const g = changetype<Windows>(geometry);
  clearImages(g, from, to, dx);
  const outImage = g.outHeight * g.outWidth * g.channels;
  const end = to * outImage;
  for (let i = from * outImage; i < end; i++) {
    const place = load<i32>(argmax + 4 * <usize>i);
    if (place < 0) continue;
    const at = dx + 4 * <usize>place;
    store<f32>(at, load<f32>(at) + load<f32>(dy + 4 * <usize>i));
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
