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

/** The area that two boxes share, over the area that they cover. */
function overlap(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (a.width * a.height + b.width * b.height - shared);
}

/** The surest boxes, without those that overlap a surer one by more than the threshold. */
export function suppress<B extends FaceBox>(boxes: readonly B[], threshold: number): B[] {
  const kept: B[] = [];
  for (const box of boxes.toSorted((a, b) => b.score - a.score)) {
    if (kept.every((surer) => overlap(surer, box) <= threshold)) kept.push(box);
  }
  return kept;
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
