// The first convolutional networks for digits and for ImageNet. Inputs are [batch, height, width, channels]; each model
// ends with logits.
import { relu, tanh } from "../layers/activation.ts";
import { conv2d } from "../layers/convolution.ts";
import { dropout } from "../layers/dropout.ts";
import { linear } from "../layers/linear.ts";
import { localResponseNorm } from "../layers/norms.ts";
import { avgPool, maxPool } from "../layers/pooling.ts";
import { flatten } from "../layers/shape.ts";
import type { Block, Layer, Module } from "../module.ts";
import { sequential } from "../sequential.ts";
import { subsample, tableConv2d } from "./lenet-layers.ts";

/** What models for pictures take. */
export interface ClassifierOptions {
  readonly classes?: number;
  /** In training; the paper's, if nothing is said. */
  readonly dropout?: number;
}

/**
 * LeNet-5 (LeCun, Bottou, Bengio and Haffner, 1998, figure 2) for [batch, 32, 32, 1]. As it is built today: every map of C3
 * sees all of S2, subsampling is a mean without weights, and the last layer is linear. With `original`, C3 sees what the
 * paper's table I says, and each map's subsampling has a weight and a bias.
 */
export function lenet5({
  classes = 10,
  original = false,
}: {
  classes?: number;
  original?: boolean;
} = {}): Block {
  const s = (): Module => (original ? subsample() : avgPool(2));
  return sequential({
    c1: conv2d(6, 5),
    s2: s(),
    act1: tanh(),
    c3: original ? tableConv2d() : conv2d(16, 5),
    s4: s(),
    act2: tanh(),
    flat: flatten(),
    c5: linear(120),
    act3: tanh(),
    f6: linear(84),
    act4: tanh(),
    output: linear(classes),
  });
}

const head = (classes: number, rate: number): Record<string, Layer> => ({
  flat: flatten(),
  drop6: dropout(rate),
  fc6: linear(4096, { relu: true }),
  drop7: dropout(rate),
  fc7: linear(4096, { relu: true }),
  fc8: linear(classes),
});

/**
 * AlexNet (Krizhevsky, Sutskever and Hinton, 2012) for [batch, 227, 227, 3]: two halves of the channels that meet only in
 * places, local response normalization, overlapping pooling.
 */
export function alexnet({ classes = 1000, dropout: rate = 0.5 }: ClassifierOptions = {}): Block {
  return sequential({
    conv1: conv2d(96, 11, { stride: 4, relu: true }),
    norm1: localResponseNorm(),
    pool1: maxPool(3, { stride: 2 }),
    conv2: conv2d(256, 5, { padding: 2, groups: 2, relu: true }),
    norm2: localResponseNorm(),
    pool2: maxPool(3, { stride: 2 }),
    conv3: conv2d(384, 3, { padding: 1, relu: true }),
    conv4: conv2d(384, 3, { padding: 1, groups: 2, relu: true }),
    conv5: conv2d(256, 3, { padding: 1, groups: 2, relu: true }),
    pool5: maxPool(3, { stride: 2 }),
    ...head(classes, rate),
  });
}

/** ZFNet (Zeiler and Fergus, 2013, figure 3) for [batch, 224, 224, 3]: AlexNet with a finer first layer, in one half. */
export function zfnet({ classes = 1000, dropout: rate = 0.5 }: ClassifierOptions = {}): Block {
  return sequential({
    conv1: conv2d(96, 7, { stride: 2, padding: 1, relu: true }),
    pool1: maxPool(3, {
      stride: 2,
      padding: [
        [0, 1],
        [0, 1],
      ],
    }),
    norm1: localResponseNorm(),
    conv2: conv2d(256, 5, { stride: 2, relu: true }),
    pool2: maxPool(3, {
      stride: 2,
      padding: [
        [0, 1],
        [0, 1],
      ],
    }),
    norm2: localResponseNorm(),
    conv3: conv2d(384, 3, { padding: 1, relu: true }),
    conv4: conv2d(384, 3, { padding: 1, relu: true }),
    conv5: conv2d(256, 3, { padding: 1, relu: true }),
    pool5: maxPool(3, { stride: 2 }),
    ...head(classes, rate),
  });
}

const VGG = {
  16: [2, 2, 3, 3, 3],
  19: [2, 2, 4, 4, 4],
} as const;

function vgg(depth: 16 | 19, { classes = 1000, dropout: rate = 0.5 }: ClassifierOptions = {}): Block {
  const parts: Record<string, Module> = {};
  VGG[depth].forEach((count, stage) => {
    for (let i = 1; i <= count; i++) {
      parts[`conv${stage + 1}_${i}`] = conv2d(Math.min(512, 64 * 2 ** stage), 3, { padding: 1, relu: true });
    }
    parts[`pool${stage + 1}`] = maxPool(2);
  });
  return sequential({ ...parts, ...head(classes, rate) });
}

/** VGG-16 (Simonyan and Zisserman, 2014, configuration D) for [batch, 224, 224, 3]. */
export function vgg16(options: ClassifierOptions = {}): Block {
  return vgg(16, options);
}

/** VGG-19 (Simonyan and Zisserman, 2014, configuration E) for [batch, 224, 224, 3]. */
export function vgg19(options: ClassifierOptions = {}): Block {
  return vgg(19, options);
}

/** Linear layers with an activation between: a multilayer perceptron. @example mlp([64, 64, 10]) */
export function mlp(units: readonly number[], activation: () => Layer = relu): Block {
  const parts: Record<string, Module> = {};
  units.forEach((count, i) => {
    parts[`fc${i + 1}`] = linear(count);
    if (i < units.length - 1) parts[`act${i + 1}`] = activation();
  });
  return sequential(parts);
}
