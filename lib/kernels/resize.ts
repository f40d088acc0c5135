import type { Block } from "./block.ts";

/** For each place of a longer or shorter axis: the two old places around it, and how far it is from the first of them. */
export interface Between {
  readonly low: Int32Array;
  readonly high: Int32Array;
  readonly share: Float64Array;
}

/** Images [batch, height, width, channels] to [batch, rows, columns, channels]. */
export interface ResizeGeometry {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly rows: Between;
  readonly columns: Between;
}

/** y = the four neighbours, each by how near it is. */
export function resizeForward(g: ResizeGeometry, x: Block, y: Block): void {
  const [from, to] = [x.array(), y.array()];
  eachPixel(g, (a, b, c, d, right, down, out) => {
    for (let i = 0; i < g.channels; i++) {
      const top = from[a + i]! + (from[b + i]! - from[a + i]!) * right;
      const bottom = from[c + i]! + (from[d + i]! - from[c + i]!) * right;
      to[out + i] = top + (bottom - top) * down;
    }
  });
}

/** dx: dy goes back to the four, in the same parts. */
export function resizeGradient(g: ResizeGeometry, dy: Block, dx: Block): void {
  const [from, to] = [dy.array(), dx.array()];
  to.fill(0);
  eachPixel(g, (a, b, c, d, right, down, out) => {
    for (let i = 0; i < g.channels; i++) {
      const value = from[out + i]!;
      const bottom = value * down;
      const top = value - bottom;
      to[a + i]! += top * (1 - right);
      to[b + i]! += top * right;
      to[c + i]! += bottom * (1 - right);
      to[d + i]! += bottom * right;
    }
  });
}

/** Where the channels of the four old pixels around each new one begin, its distances from the first, and its own. */
function eachPixel(
  { batch, height, width, channels, rows, columns }: ResizeGeometry,
  visit: (a: number, b: number, c: number, d: number, right: number, down: number, out: number) => void,
): void {
  for (let n = 0, out = 0; n < batch; n++) {
    for (let i = 0; i < rows.share.length; i++) {
      const top = (n * height + rows.low[i]!) * width;
      const bottom = (n * height + rows.high[i]!) * width;
      for (let j = 0; j < columns.share.length; j++, out += channels) {
        const [left, right] = [columns.low[j]!, columns.high[j]!];
        visit(
          (top + left) * channels,
          (top + right) * channels,
          (bottom + left) * channels,
          (bottom + right) * channels,
          columns.share[j]!,
          rows.share[i]!,
          out,
        );
      }
    }
  }
}
