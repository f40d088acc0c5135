// Models whose result lies over the picture: U-Net, and the head of a YOLO.
import { concat } from "../layers/combine.ts";
import { conv2d, conv2dTranspose } from "../layers/convolution.ts";
import { cropTo } from "../layers/crop.ts";
import { maxPool } from "../layers/pooling.ts";
import { reshape } from "../layers/shape.ts";
import { type Block, block } from "../module.ts";
import { sequential } from "../sequential.ts";

export interface UnetOptions {
  readonly classes?: number;
  /** Channels at full size; default 64. */
  readonly width?: number;
  /** How often the picture is halved; default 4. */
  readonly depth?: number;
  /** "valid" as in the paper, where the result is smaller than the picture; default "same". */
  readonly padding?: "valid" | "same";
}

/**
 * U-Net (Ronneberger, Fischer and Brox, 2015): down by convolutions and pooling, up by transposed convolutions, and at
 * every size what was found on the way down joined to the way up. [batch, height, width, channels] → logits for every
 * pixel. The sides must be multiples of 2^depth (572 in the paper, with padding "valid").
 */
export function unet({ classes = 2, width = 64, depth = 4, padding = "same" }: UnetOptions = {}): Block {
  const twice = (filters: number): Block =>
    sequential({
      conv1: conv2d(filters, 3, { padding, relu: true }),
      conv2: conv2d(filters, 3, { padding, relu: true }),
    });
  return block("unet", (net, x) => {
    const found = [];
    let y = x!;
    for (let level = 0; level < depth; level++) {
      y = net.call(`down${level + 1}`, twice(width * 2 ** level), y);
      found.push(y);
      y = net.use(maxPool(2), y);
    }
    y = net.call("bottom", twice(width * 2 ** depth), y);
    for (let level = depth - 1; level >= 0; level--) {
      y = net.call(`up${level + 1}`, conv2dTranspose(width * 2 ** level, 2, { stride: 2 }), y);
      const beside = net.use(cropTo(), found[level]!, y);
      y = net.call(`join${level + 1}`, twice(width * 2 ** level), net.use(concat(), beside, y));
    }
    return net.call("head", conv2d(classes, 1), y);
  });
}

/**
 * The head of a YOLO (Redmon and Farhadi, 2016): features [batch, rows, columns, channels] → [batch, rows, columns, anchors,
 * 5 + classes], for every cell and anchor tx, ty, tw, th, the logit that something is there, and the classes'.
 */
export function yoloHead({
  anchors,
  classes,
}: {
  readonly anchors: number;
  readonly classes: number;
}): Block {
  return block("yoloHead", (net, x) => {
    const y = net.call("conv", conv2d(anchors * (5 + classes), 1), x!);
    const [, rows, columns] = net.shapeOf(y);
    return net.use(reshape([rows!, columns!, anchors, 5 + classes]), y);
  });
}
