import { inception } from "../blocks/convolutional.ts";
import { conv2d } from "../layers/convolution.ts";
import { dropout } from "../layers/dropout.ts";
import { linear } from "../layers/linear.ts";
import { localResponseNorm } from "../layers/norms.ts";
import { avgPool, globalAveragePool, maxPool } from "../layers/pooling.ts";
import { flatten } from "../layers/shape.ts";
import { type Block, block, type Module } from "../module.ts";
import { sequential } from "../sequential.ts";
import type { ClassifierOptions } from "./classic.ts";

/** Table 1 of the paper: #1×1, #3×3 reduce, #3×3, #5×5 reduce, #5×5, pool proj. */
const BLOCKS = {
  "3a": [64, 96, 128, 16, 32, 32],
  "3b": [128, 128, 192, 32, 96, 64],
  "4a": [192, 96, 208, 16, 48, 64],
  "4b": [160, 112, 224, 24, 64, 64],
  "4c": [128, 128, 256, 24, 64, 64],
  "4d": [112, 144, 288, 32, 64, 64],
  "4e": [256, 160, 320, 32, 128, 128],
  "5a": [256, 160, 320, 32, 128, 128],
  "5b": [384, 192, 384, 48, 128, 128],
} as const;

const half = { stride: 2, padding: "same" } as const;

/**
 * GoogLeNet (Szegedy et al., 2014) for [batch, 224, 224, 3]: nine inception blocks. With `auxiliary`, two more classifiers
 * in the middle, whose logits a run keeps as "auxiliary1" and "auxiliary2"; their losses count 0.3 each in training.
 */
export function googlenet({
  classes = 1000,
  dropout: rate = 0.4,
  auxiliary = false,
}: ClassifierOptions & { readonly auxiliary?: boolean } = {}): Block {
  return block("googlenet", (net, x) => {
    let y = net.call("stem", stem(), x!);
    for (const [name, [one, reduce3, three, reduce5, five, pool]] of Object.entries(BLOCKS)) {
      y = net.call(`inception${name}`, inception({ one, reduce3, three, reduce5, five, pool }), y);
      if (name === "3b" || name === "4e") y = net.use(maxPool(3, half), y);
      if (!auxiliary || (name !== "4a" && name !== "4d")) continue;
      const which = name === "4a" ? "auxiliary1" : "auxiliary2";
      net.keep(which, net.call(which, auxiliaryHead(classes), y));
    }
    y = net.use(dropout(rate), net.use(globalAveragePool(), y));
    return net.call("fc", linear(classes), y);
  });
}

function stem(): Module {
  return sequential({
    conv1: conv2d(64, 7, { stride: 2, padding: 3, relu: true }),
    pool1: maxPool(3, half),
    norm1: localResponseNorm(),
    reduce2: conv2d(64, 1, { relu: true }),
    conv2: conv2d(192, 3, { padding: 1, relu: true }),
    norm2: localResponseNorm(),
    pool2: maxPool(3, half),
  });
}

/** 5×5 means at stride 3, a 1×1 convolution with 128 filters, 1024 units, 70 % dropout, the classes. */
function auxiliaryHead(classes: number): Module {
  return sequential({
    pool: avgPool(5, { stride: 3 }),
    conv: conv2d(128, 1, { relu: true }),
    flat: flatten(),
    fc1: linear(1024, { relu: true }),
    drop: dropout(0.7),
    fc2: linear(classes),
  });
}
