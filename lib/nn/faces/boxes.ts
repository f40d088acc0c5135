// Rectangles in a picture, in pixels.

/** The corner nearest to (0, 0), and the sides. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A box, and how sure the network is, from 0 to 1. */
export interface FaceBox extends Box {
  readonly score: number;
}

/** The part of a box inside a picture, in whole pixels. */
export function insidePicture({ x, y, width, height }: Box, [rows, columns]: readonly [number, number]): Box {
  const [left, top] = [Math.max(x, 0), Math.max(y, 0)];
  return {
    x: Math.floor(left),
    y: Math.floor(top),
    width: Math.floor(Math.min(x + width - left, columns - left)),
    height: Math.floor(Math.min(y + height - top, rows - top)),
  };
}
