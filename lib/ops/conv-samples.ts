// Convolutions at which operations are checked: odd sizes, sizes of 1 and 0, every option, and several at once.
import type { ConvGeometry } from "../kernels/convolution.ts";
import type { Random } from "../random/random.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import {
  type ConvOptions,
  type ConvTransposeOptions,
  convGeometry,
  transposeGeometry,
} from "./conv-geometry.ts";
import { draw } from "./samples.ts";

export interface ConvSample {
  readonly x: Tensor;
  readonly w: Tensor;
  readonly geometry: ConvGeometry;
}

type Case<O> = readonly [x: Shape, w: Shape, options?: O];

const CONVOLUTIONS: readonly Case<ConvOptions>[] = [
  [
    [1, 1, 1, 1],
    [1, 1, 1, 1],
  ],
  [
    [2, 3, 5, 1],
    [2, 3, 1, 2],
  ],
  [
    [1, 4, 3, 2],
    [1, 1, 2, 3],
  ],
  [[2, 4, 4, 2], [3, 3, 2, 1], { padding: "same" }],
  [[1, 5, 4, 3], [3, 3, 3, 2], { padding: 1 }],
  [[1, 5, 7, 1], [3, 2, 1, 2], { stride: 2 }],
  [[1, 6, 5, 2], [3, 3, 2, 2], { stride: 2, padding: "same" }],
  [[2, 5, 5, 1], [2, 2, 1, 2], { stride: 3, padding: 1 }],
  [[1, 3, 3, 1], [3, 3, 1, 2], { padding: 3 }],
  [
    [1, 4, 4, 2],
    [2, 3, 2, 1],
    {
      padding: [
        [1, 0],
        [0, 2],
      ],
    },
  ],
  [[1, 4, 5, 1], [2, 2, 1, 2], { padding: [0, 2] }],
  [[1, 6, 6, 1], [3, 2, 1, 2], { dilation: 2 }],
  [[1, 5, 7, 1], [2, 3, 1, 1], { dilation: [1, 3], padding: "same" }],
  [[1, 7, 7, 1], [2, 2, 1, 2], { dilation: 2, stride: 2, padding: 1 }],
  [[1, 3, 4, 4], [2, 2, 2, 2], { groups: 2 }],
  [[2, 3, 3, 3], [3, 3, 1, 3], { groups: 3, padding: 1 }],
  [[1, 4, 4, 2], [2, 2, 1, 4], { groups: 2, stride: 2 }],
  [[1, 5, 5, 4], [2, 2, 1, 4], { groups: 4, dilation: 2 }],
  [[1, 6, 6, 4], [3, 3, 2, 6], { groups: 2, stride: 2, padding: "same" }],
  [[3, 1, 7, 1], [1, 3, 1, 2], { padding: "same" }],
  [[1, 9, 1, 1], [4, 1, 1, 1], { stride: [3, 1] }],
  [[0, 4, 4, 2], [3, 3, 2, 2], { padding: 1 }],
  [
    [1, 3, 3, 0],
    [2, 2, 0, 2],
  ],
  [
    [1, 3, 3, 2],
    [2, 2, 2, 0],
  ],
];

export function convSamples(random: Random): ConvSample[] {
  return CONVOLUTIONS.map(([x, w, options = {}]) => ({
    x: draw(random, x),
    w: draw(random, w),
    geometry: convGeometry("conv2d", x, w, options),
  }));
}

const TRANSPOSED: readonly Case<ConvTransposeOptions>[] = [
  [
    [1, 1, 1, 1],
    [1, 1, 1, 1],
  ],
  [
    [2, 2, 3, 1],
    [2, 3, 2, 1],
  ],
  [
    [1, 3, 2, 2],
    [1, 1, 3, 2],
  ],
  [[1, 2, 2, 2], [3, 3, 1, 2], { padding: "same" }],
  [[1, 3, 3, 1], [3, 3, 2, 1], { padding: 1 }],
  [[1, 2, 3, 1], [2, 2, 1, 1], { stride: 2 }],
  [[1, 2, 2, 2], [3, 3, 2, 2], { stride: 2, padding: 1, outputPadding: 1 }],
  [[1, 3, 2, 1], [3, 3, 1, 1], { stride: 2, padding: "same" }],
  [[1, 2, 3, 1], [4, 3, 2, 1], { stride: [3, 2], padding: [1, 0], outputPadding: [2, 0] }],
  [[1, 2, 2, 1], [2, 2, 1, 1], { stride: 3 }],
  [[1, 2, 2, 1], [2, 2, 1, 1], { stride: 3, padding: "same" }],
  [[1, 3, 3, 1], [2, 3, 1, 1], { dilation: 2 }],
  [[1, 3, 3, 2], [3, 2, 1, 2], { dilation: 2, padding: [1, 0] }],
  [[1, 2, 2, 2], [2, 2, 1, 2], { groups: 2 }],
  [[1, 2, 3, 4], [3, 3, 2, 4], { groups: 2, stride: 2, padding: 1, outputPadding: 1 }],
  [[2, 2, 2, 3], [2, 2, 1, 3], { groups: 3, stride: 2 }],
  [
    [1, 4, 1, 1],
    [3, 1, 1, 1],
    {
      padding: [
        [2, 0],
        [0, 0],
      ],
    },
  ],
  [[3, 1, 1, 2], [3, 2, 1, 2], { stride: 2 }],
  [[1, 2, 5, 1], [1, 4, 1, 1], { stride: [1, 2] }],
  [
    [2, 3, 1, 1],
    [2, 5, 1, 1],
    {
      padding: [
        [0, 1],
        [1, 2],
      ],
    },
  ],
  [[0, 2, 2, 1], [2, 2, 2, 1], { stride: 2 }],
  [
    [1, 2, 2, 0],
    [2, 2, 2, 0],
  ],
  [
    [1, 2, 2, 2],
    [2, 2, 0, 2],
  ],
];

export function transposeSamples(random: Random): ConvSample[] {
  return TRANSPOSED.map(([x, w, options = {}]) => ({
    x: draw(random, x),
    w: draw(random, w),
    geometry: transposeGeometry("conv2dTranspose", x, w, options),
  }));
}
