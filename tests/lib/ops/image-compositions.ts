// What images go through that is made of operations: convolutions of other kinds, global pooling, moving pixels.
import {
  conv1d,
  crop,
  depthwiseConv2d,
  flip,
  globalAveragePool,
  globalMaxPool,
  mirrorPad,
  type Random,
  separableConv2d,
  type Tensor,
  upsample,
} from "../../../lib/index.ts";
import { distinct, draw } from "../../../lib/ops/samples.ts";
import type { Shape } from "../../../lib/tensor/shape.ts";
import { composition, type TfTensor } from "./compositions.ts";
import type { Composition } from "./proof.ts";

/** Odd sizes, sizes of 1, no images, several channels. */
const IMAGES: readonly Shape[] = [
  [1, 1, 1, 1],
  [1, 2, 3, 1],
  [2, 3, 2, 2],
  [1, 4, 4, 3],
  [3, 5, 1, 1],
  [1, 1, 7, 2],
  [0, 3, 3, 2],
];
const images = Array.from({ length: 21 }, (_, i) => ({ shape: IMAGES[i % 7]!, turn: Math.floor(i / 7) }));

const withEach = <O>(
  random: Random,
  options: (shape: Shape, turn: number, i: number) => O,
  make: (random: Random, shape: Shape) => Tensor = draw,
): { inputs: [Tensor]; options: O }[] =>
  images.map(({ shape, turn }, i) => ({
    inputs: [make(random, shape)],
    options: options(shape, turn, i),
  }));

interface Windows {
  readonly stride: number;
  readonly padding: "same" | "valid";
}
type Image = import("@tensorflow/tfjs").Tensor4D;

/** Channels, multiplier, and the size of filters that fit. */
const filtersFor = ([, height, width]: Shape, turn: number): [number, number] => [
  Math.min(height!, 1 + turn),
  Math.min(width!, 2 + (turn % 2)),
];

export const IMAGE_COMPOSITIONS: readonly Composition[] = [
  composition<{ stride: number; padding: "valid" | "same" }>("conv1d", {
    inputs: ["x", "w"],
    compute: ([x, w], options) => conv1d(x!, w!, options),
    samples: (random) =>
      Array.from({ length: 24 }, (_, i) => {
        const [length, channels] = [3 + (i % 5), 1 + (i % 3)];
        const w = draw(random, [1 + (i % 3), channels, 1 + (i % 2)]);
        const x = draw(random, [i % 8 === 7 ? 0 : 1 + (i % 2), length, channels]);
        const padding = i % 4 < 2 ? "valid" : "same";
        return { inputs: [x, w], options: { stride: 1 + (i % 2), padding } };
      }),
    reference: (tf, [x, w], { stride, padding }) =>
      tf.conv1d(
        x as import("@tensorflow/tfjs").Tensor3D,
        w as import("@tensorflow/tfjs").Tensor3D,
        stride,
        padding,
      ),
  }),

  composition<Windows>("depthwiseConv2d", {
    inputs: ["x", "w"],
    compute: ([x, w], options) => depthwiseConv2d(x!, w!, options),
    samples: (random) =>
      images.map(({ shape, turn }, i) => ({
        inputs: [draw(random, shape), draw(random, [...filtersFor(shape, turn), shape[3]!, 1 + (i % 2)])],
        options: { stride: 1 + (i % 2), padding: i % 4 < 2 ? "valid" : "same" },
      })),
    reference: (tf, [x, w], { stride, padding }) =>
      x!.size === 0
        ? empty(tf, x!, w!, stride, padding)
        : tf.depthwiseConv2d(x as Image, w as Image, stride, padding),
  }),

  composition<Windows>("separableConv2d", {
    inputs: ["x", "depthwise", "pointwise"],
    compute: ([x, deep, point], options) => separableConv2d(x!, deep!, point!, options),
    samples: (random) =>
      images.map(({ shape, turn }, i) => {
        const multiplier = 1 + (i % 2);
        const deep = draw(random, [...filtersFor(shape, turn), shape[3]!, multiplier]);
        const point = draw(random, [1, 1, shape[3]! * multiplier, 3]);
        return { inputs: [draw(random, shape), deep, point], options: { stride: 1, padding: "same" } };
      }),
    reference: (tf, [x, deep, point], { stride, padding }) =>
      x!.size === 0
        ? tf.zeros([0, x!.shape[1]!, x!.shape[2]!, 3])
        : tf.conv2d(
            tf.depthwiseConv2d(x as Image, deep as Image, stride, padding) as Image,
            point as Image,
            1,
            "valid",
          ),
  }),

  composition<boolean>("globalAveragePool", {
    compute: ([x], keepDims) => globalAveragePool(x!, { keepDims }),
    samples: (random) => withEach(random, (_, __, i) => i % 2 === 0),
    reference: (tf, [x], keepDims) => tf.mean(x!, [1, 2], keepDims),
  }),

  composition<boolean>("globalMaxPool", {
    compute: ([x], keepDims) => globalMaxPool(x!, { keepDims }),
    samples: (random) => withEach(random, (_, __, i) => i % 2 === 0, distinct),
    reference: (tf, [x], keepDims) => tf.max(x!, [1, 2], keepDims),
  }),

  composition<readonly [number, number]>("upsample", {
    compute: ([x], factor) => upsample(x!, factor),
    samples: (random) => withEach(random, (_, turn, i) => [1 + turn, 1 + (i % 3)]),
    // The gradient of tfjs's resizeNearestNeighbor loses some of the copies, by rounding.
    reference: (tf, [x], factor) =>
      [1, 2].reduce((y: TfTensor, axis) => {
        const by = factor[axis - 1]!;
        const places = Array.from({ length: y.shape[axis]! * by }, (_, i) => Math.floor(i / by));
        return tf.gather(y, tf.tensor1d(places, "int32"), axis);
      }, x!),
  }),

  composition<{ size: [number, number]; corner: [number, number] }>("crop", {
    compute: ([x], { size, corner }) => crop(x!, size, corner),
    samples: (random) =>
      withEach(random, ([, height = 0, width = 0], turn) => {
        const corner: [number, number] = [Math.min(turn, height - 1), Math.min(1, width - 1)];
        return { size: [height - corner[0], Math.max(width - corner[1] - turn, 0)], corner };
      }),
    reference: (tf, [x], { size, corner }) =>
      tf.slice(x!, [0, ...corner, 0], [x!.shape[0]!, ...size, x!.shape[3]!]),
  }),

  composition<number[]>("flip", {
    compute: ([x], axes) => flip(x!, axes),
    samples: (random) => withEach(random, (_, turn) => [[1], [2], [1, 2]][turn]!),
    reference: (tf, [x], axes) => (x!.size === 0 ? tf.zerosLike(x!) : tf.reverse(x!, axes)),
  }),

  composition<"reflect" | "symmetric">("mirrorPad", {
    compute: ([x], mode) => mirrorPad(x!, aroundOf(x!, mode), mode),
    samples: (random) => withEach(random, (_, __, i) => (i % 2 === 0 ? "reflect" : "symmetric")),
    reference: (tf, [x], mode) => {
      const widths = aroundOf(x!, mode);
      return [1, 2].reduce((y: TfTensor, axis) => {
        const length = y.shape[axis]!;
        const period = Math.max(mode === "reflect" ? 2 * length - 2 : 2 * length, 1);
        const places = Array.from({ length: length + 2 * widths[axis]![0] }, (_, i) => {
          const at = (i - widths[axis]![0] + 2 * period) % period;
          return at < length ? at : mode === "reflect" ? period - at : period - 1 - at;
        });
        return tf.gather(y, tf.tensor1d(places, "int32"), axis);
      }, x!);
    },
  }),
];

/** As much as a mirror has to show, up to 2, along both axes of the images. */
function aroundOf({ shape }: { readonly shape: Shape }, mode: "reflect" | "symmetric"): [number, number][] {
  return shape.map((length, axis) => {
    const width = axis === 1 || axis === 2 ? Math.min(2, mode === "reflect" ? length - 1 : length) : 0;
    return [width, width];
  });
}

function empty(
  tf: typeof import("@tensorflow/tfjs"),
  x: TfTensor,
  w: TfTensor,
  stride: number,
  padding: "same" | "valid",
): TfTensor {
  const out = (axis: number): number =>
    padding === "same"
      ? Math.ceil(x.shape[axis]! / stride)
      : Math.floor((x.shape[axis]! - w.shape[axis - 1]!) / stride) + 1;
  return tf.zeros([0, out(1), out(2), w.shape[2]! * w.shape[3]!]);
}
