import type { Block } from "./block.ts";
import type { ConvGeometry } from "./convolution.ts";

/**
 * Every window of the images laid out as a row (im2col), its pixels in the order of a filter: rows, columns, channels.
 * What lies outside the image is 0.
 */
export function takePatches(g: ConvGeometry, x: Block, y: Block): void {
  const [from, to] = [x.array(), y.array()];
  to.fill(0);
  eachPixel(g, (pixel, place) => {
    for (let c = 0; c < g.channels; c++) to[place + c] = from[pixel + c]!;
  });
}

/** The transpose: every number of the rows added to the pixel it was taken from (col2im). */
export function foldPatches(g: ConvGeometry, y: Block, x: Block): void {
  const [from, to] = [y.array(), x.array()];
  to.fill(0);
  eachPixel(g, (pixel, place) => {
    for (let c = 0; c < g.channels; c++) to[pixel + c]! += from[place + c]!;
  });
}

/** Every pixel of every window that lies inside the image: where it begins in the images, and where in the rows. */
function eachPixel(g: ConvGeometry, visit: (pixel: number, place: number) => void): void {
  let place = 0;
  for (let n = 0; n < g.batch; n++) {
    for (let oy = 0; oy < g.outHeight; oy++) {
      for (let ox = 0; ox < g.outWidth; ox++) {
        for (let ky = 0; ky < g.kernelHeight; ky++) {
          const row = oy * g.strideY - g.padTop + ky * g.dilationY;
          for (let kx = 0; kx < g.kernelWidth; kx++, place += g.channels) {
            const column = ox * g.strideX - g.padLeft + kx * g.dilationX;
            if (row < 0 || row >= g.height || column < 0 || column >= g.width) continue;
            visit(((n * g.height + row) * g.width + column) * g.channels, place);
          }
        }
      }
    }
  }
}
