import { Random } from "../lib/random/random.ts";
import { adopt } from "../lib/tensor/create.ts";
import type { Tensor } from "../lib/tensor/tensor.ts";
import { checkCount, checkNoise } from "./points.ts";

/** Pictures of coloured shapes, with what is where. */
export interface Shapes {
  /** float32 [count, side, side, 3], from 0 to 1. */
  readonly images: Tensor;
  /** For each picture the corners [n, 4] of the boxes around its shapes, in pixels, and int32 [n] which they are. */
  readonly truth: readonly { readonly boxes: Tensor; readonly labels: Tensor }[];
  /** int32 [count, side, side]: 0 for the ground, 1 + the class on a shape. */
  readonly masks: Tensor;
  readonly names: readonly string[];
}

export interface ShapesOptions {
  readonly count?: number;
  readonly side?: number;
  /** At most so many shapes in a picture, and at least one. */
  readonly most?: number;
  /** The standard deviation of the noise on every number. */
  readonly noise?: number;
  readonly seed?: number;
}

const NAMES: readonly string[] = ["disc", "square", "triangle"];

/** Whether a place, from −1 to 1 across and down the box, lies on the shape. */
const INSIDE: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => x * x + y * y <= 1,
  () => true,
  (x, y) => Math.abs(x) <= (y + 1) / 2,
];

/**
 * Discs, squares and triangles of random colours and sizes on a dark ground, which do not overlap: for detection (boxes)
 * and segmentation (masks).
 *
 * @example const { images, truth, masks } = shapes({ count: 500, side: 64 });
 */
export function shapes({
  count = 100,
  side = 64,
  most = 3,
  noise = 0.03,
  seed = 1,
}: ShapesOptions = {}): Shapes {
  checkCount("shapes", count);
  checkNoise("shapes", noise);
  if (!(Number.isInteger(side) && side >= 16 && Number.isInteger(most) && most >= 1)) {
    throw new RangeError(
      `shapes: the side is 16 or more and there is 1 shape or more; they are ${side} and ${most}.`,
    );
  }
  const size = side * side;
  const pixels = new Float32Array(count * size * 3);
  const masks = new Int32Array(count * size);
  const truth = new Random(seed).split(count).map((random, picture) => {
    const ground = 0.1 + 0.2 * random.next();
    const own = pixels.subarray(picture * size * 3, (picture + 1) * size * 3).fill(ground);
    const mask = masks.subarray(picture * size, (picture + 1) * size);
    const boxes: number[][] = [];
    const labels: number[] = [];
    const wanted = 1 + random.integer(most);
    for (let tries = 0; boxes.length < wanted && (tries < 50 || boxes.length === 0); tries++) {
      const length = Math.round(side * (0.18 + 0.24 * random.next()));
      const [left, top] = [random.integer(side - length + 1), random.integer(side - length + 1)];
      const box = [left, top, left + length, top + length];
      if (boxes.some((other) => touch(box, other))) continue;
      const label = random.integer(NAMES.length);
      const colour = [0, 1, 2].map(() => 0.4 + 0.6 * random.next());
      paint(own, mask, side, box, label, colour);
      boxes.push(box);
      labels.push(label);
    }
    const moved = random.normal([own.length], { std: noise }).data;
    for (let i = 0; i < own.length; i++) own[i] = Math.max(0, Math.min(1, own[i]! + moved[i]!));
    return {
      boxes: adopt(Float32Array.from(boxes.flat()), [boxes.length, 4]),
      labels: adopt(Int32Array.from(labels), [labels.length]),
    };
  });
  return {
    images: adopt(pixels, [count, side, side, 3]),
    truth,
    masks: adopt(masks, [count, side, side]),
    names: NAMES,
  };
}

function touch(a: readonly number[], b: readonly number[]): boolean {
  return a[0]! < b[2]! && b[0]! < a[2]! && a[1]! < b[3]! && b[1]! < a[3]!;
}

function paint(
  pixels: Float32Array,
  mask: Int32Array,
  side: number,
  [left = 0, top = 0, right = 0, bottom = 0]: readonly number[],
  label: number,
  colour: readonly number[],
): void {
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const across = (2 * (x + 0.5 - left)) / (right - left) - 1;
      const down = (2 * (y + 0.5 - top)) / (bottom - top) - 1;
      if (!INSIDE[label]!(across, down)) continue;
      mask[y * side + x] = 1 + label;
      pixels.set(colour, 3 * (y * side + x));
    }
  }
}
