// Depthwise convolution: every channel has a filter of its own, so there is no sum over channels and no matrix
// product. Forward and both gradients add the product of two rows of channels to a third, at every tap.
import { Geometry } from "./patches";
import { Lanes } from "./lanes";

/** The row that is added to; the other two are multiplied. */
export const INTO_Y: i32 = 0;
export const INTO_X: i32 = 1;
export const INTO_W: i32 = 2;

export function isDepthwise(g: Geometry): bool {
  return g.channels > 1 && g.groups == g.channels && g.outChannels == g.channels;
}

/** Output pixels [first, last) of the batch, taps [tap, lastTap); what is added to was cleared before. */
export function depthwise(
  g: Geometry,
  first: i32,
  last: i32,
  tap: i32,
  lastTap: i32,
  x: usize,
  w: usize,
  y: usize,
  into: i32,
): void {
  const bytes = 4 * <usize>g.channels;
  let ox = first % g.outWidth;
  let oy = (first / g.outWidth) % g.outHeight;
  let image = (first / (g.outWidth * g.outHeight)) * g.height;
  const firstKy = tap / g.kernelWidth;
  const firstKx = tap % g.kernelWidth;
  for (let pixel = first; pixel < last; pixel++) {
    const atY = y + <usize>pixel * bytes;
    let ky = firstKy;
    let kx = firstKx;
    for (let t = tap; t < lastTap; t++) {
      const iy = oy * g.strideY - g.padTop + ky * g.dilationY;
      const ix = ox * g.strideX - g.padLeft + kx * g.dilationX;
      if (<u32>iy < <u32>g.height && <u32>ix < <u32>g.width) {
        const atX = x + <usize>((image + iy) * g.width + ix) * bytes;
        const atW = w + <usize>t * bytes;
        if (into == INTO_Y) addProduct(atY, atX, atW, g.channels);
        else if (into == INTO_X) addProduct(atX, atY, atW, g.channels);
        else addProduct(atW, atX, atY, g.channels);
      }
      if (++kx == g.kernelWidth) {
        kx = 0;
        ky++;
      }
    }
    if (++ox == g.outWidth) {
      ox = 0;
      if (++oy == g.outHeight) {
        oy = 0;
        image += g.height;
      }
    }
  }
}

/** to += a·b, number by number. */
function addProduct(to: usize, a: usize, b: usize, count: i32): void {
  for (; count >= 4; count -= 4) {
    v128.store(to, Lanes.madd(v128.load(a), v128.load(b), v128.load(to)));
    to += 16;
    a += 16;
    b += 16;
  }
  for (; count > 0; count--) {
    store<f32>(to, load<f32>(to) + load<f32>(a) * load<f32>(b));
    to += 4;
    a += 4;
    b += 4;
  }
}
