import {
  convBatchNorm,
  depthwiseSeparable,
  type InvertedResidualOptions,
  invertedResidual,
} from "../blocks/convolutional.ts";
import { relu, relu6, silu } from "../layers/activation.ts";
import { dropout } from "../layers/dropout.ts";
import { linear } from "../layers/linear.ts";
import { globalAveragePool } from "../layers/pooling.ts";
import type { Block, Module } from "../module.ts";
import { sequential } from "../sequential.ts";
import type { ClassifierOptions } from "./classic.ts";

export interface MobilenetOptions extends ClassifierOptions {
  /** All channels times this; default 1. */
  readonly width?: number;
}

/** Filters and strides of MobileNet v1's thirteen separable convolutions. */
const V1 = [
  [64, 1],
  [128, 2],
  [128, 1],
  [256, 2],
  [256, 1],
  [512, 2],
  [512, 1],
  [512, 1],
  [512, 1],
  [512, 1],
  [512, 1],
  [1024, 2],
  [1024, 1],
] as const;

/** MobileNet v1 (Howard et al., 2017, table 1) for [batch, 224, 224, 3]. */
export function mobilenetV1({
  classes = 1000,
  width = 1,
  dropout: rate = 0.001,
}: MobilenetOptions = {}): Block {
  const parts: Record<string, Module> = {
    conv0: convBatchNorm(Math.floor(32 * width), 3, { stride: 2, padding: "same", after: relu() }),
  };
  V1.forEach(([filters, stride], i) => {
    parts[`conv${i + 1}`] = depthwiseSeparable(Math.floor(filters * width), { stride });
  });
  return sequential({ ...parts, pool: globalAveragePool(), drop: dropout(rate), fc: linear(classes) });
}

/** A whole number of channels, a multiple of 8 and not less than nine tenths of what was wanted. */
function channels(wanted: number): number {
  const rounded = Math.max(8, Math.floor((wanted + 4) / 8) * 8);
  return rounded < 0.9 * wanted ? rounded + 8 : rounded;
}

/** t, c, n, s of the paper's table 2. */
const V2 = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const;

/** MobileNet v2 (Sandler et al., 2018) for [batch, 224, 224, 3]. */
export function mobilenetV2({
  classes = 1000,
  width = 1,
  dropout: rate = 0.2,
}: MobilenetOptions = {}): Block {
  const parts: Record<string, Module> = {
    conv0: convBatchNorm(channels(32 * width), 3, { stride: 2, padding: 1, after: relu6() }),
  };
  let at = 0;
  for (const [expand, filters, count, stride] of V2) {
    for (let i = 0; i < count; i++) {
      parts[`block${++at}`] = invertedResidual(channels(filters * width), {
        expand,
        stride: i === 0 ? stride : 1,
      });
    }
  }
  return sequential({
    ...parts,
    last: convBatchNorm(channels(1280 * Math.max(1, width)), 1, { after: relu6() }),
    pool: globalAveragePool(),
    drop: dropout(rate),
    fc: linear(classes),
  });
}

/** How EfficientNets grow: each by its own width, depth, size of picture and dropout. */
export interface Scaling {
  readonly width: number;
  readonly depth: number;
  readonly resolution: number;
  readonly dropout: number;
}

/** B0 to B7 as they were published. */
export const EFFICIENTNET_SCALING: readonly Scaling[] = [
  { width: 1, depth: 1, resolution: 224, dropout: 0.2 },
  { width: 1, depth: 1.1, resolution: 240, dropout: 0.2 },
  { width: 1.1, depth: 1.2, resolution: 260, dropout: 0.3 },
  { width: 1.2, depth: 1.4, resolution: 300, dropout: 0.3 },
  { width: 1.4, depth: 1.8, resolution: 380, dropout: 0.4 },
  { width: 1.6, depth: 2.2, resolution: 456, dropout: 0.4 },
  { width: 1.8, depth: 2.6, resolution: 528, dropout: 0.5 },
  { width: 2, depth: 3.1, resolution: 600, dropout: 0.5 },
];

/**
 * Compound scaling (Tan and Le, 2019): depth αᵠ, width βᵠ and resolution γᵠ with α = 1.2, β = 1.1, γ = 1.15, so that the
 * cost grows by (α β² γ²)ᵠ ≈ 2ᵠ.
 * @example compoundScaling(1) // { depth: 1.2, width: 1.1, resolution: 1.15, cost: 1.92 }
 */
export function compoundScaling(phi: number): {
  readonly depth: number;
  readonly width: number;
  readonly resolution: number;
  readonly cost: number;
} {
  const [depth, width, resolution] = [1.2 ** phi, 1.1 ** phi, 1.15 ** phi];
  return { depth, width, resolution, cost: depth * width ** 2 * resolution ** 2 };
}

/** expand, channels, count, stride, size of EfficientNet-B0's stages. */
const STAGES = [
  [1, 16, 1, 1, 3],
  [6, 24, 2, 2, 3],
  [6, 40, 2, 2, 5],
  [6, 80, 3, 2, 3],
  [6, 112, 3, 1, 5],
  [6, 192, 4, 2, 5],
  [6, 320, 1, 1, 3],
] as const;

/**
 * An EfficientNet (Tan and Le, 2019): inverted residuals with squeeze-and-excitation, as wide and deep as the scaling
 * says. @example efficientnet(EFFICIENTNET_SCALING[0]) // B0, for [batch, 224, 224, 3]
 */
export function efficientnet(
  { width, depth, dropout: rate }: Scaling = EFFICIENTNET_SCALING[0]!,
  { classes = 1000 }: Pick<ClassifierOptions, "classes"> = {},
): Block {
  const parts: Record<string, Module> = {
    stem: convBatchNorm(channels(32 * width), 3, { stride: 2, padding: 1, after: silu() }),
  };
  const counts = STAGES.map(([, , count]) => Math.ceil(count * depth));
  const total = counts.reduce((sum, n) => sum + n, 0);
  let at = 0;
  STAGES.forEach(([expand, filters, , stride, size], stage) => {
    for (let i = 0; i < counts[stage]!; i++) {
      const options: InvertedResidualOptions = {
        expand,
        size,
        stride: i === 0 ? stride : 1,
        activation: "silu",
        squeeze: 0.25,
        dropPath: (0.2 * at) / total,
      };
      parts[`block${++at}`] = invertedResidual(channels(filters * width), options);
    }
  });
  return sequential({
    ...parts,
    last: convBatchNorm(4 * channels(320 * width), 1, { after: silu() }),
    pool: globalAveragePool(),
    drop: dropout(rate),
    fc: linear(classes),
  });
}
