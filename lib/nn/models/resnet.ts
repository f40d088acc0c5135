import { basicBlock, bottleneck } from "../blocks/convolutional.ts";
import { relu } from "../layers/activation.ts";
import { conv2d } from "../layers/convolution.ts";
import { linear } from "../layers/linear.ts";
import { batchNorm } from "../layers/norms.ts";
import { globalAveragePool, maxPool } from "../layers/pooling.ts";
import { type Block, block, type Module } from "../module.ts";

export interface ResnetOptions {
  readonly classes?: number;
  /** Channels of the first stage; 64, as in the paper, unless a small one is wanted. */
  readonly width?: number;
  /** Whether the first convolution is 3×3 without pooling, for pictures as small as 32×32. */
  readonly small?: boolean;
}

type Unit = (filters: number, options: { stride: number }) => Module;

function resnet(
  unit: Unit,
  depths: readonly number[],
  { classes = 1000, width = 64, small = false }: ResnetOptions = {},
): Block {
  return block("resnet", (net, x) => {
    const first = small
      ? conv2d(width, 3, { padding: 1, bias: false })
      : conv2d(width, 7, { stride: 2, padding: 3, bias: false });
    let y = net.use(relu(), net.call("bn1", batchNorm(), net.call("conv1", first, x!)));
    if (!small) y = net.use(maxPool(3, { stride: 2, padding: 1 }), y);
    depths.forEach((depth, stage) => {
      y = net.within(`layer${stage + 1}`, (inner) => {
        let z = y;
        for (let i = 0; i < depth; i++) {
          z = inner.call(String(i), unit(width * 2 ** stage, { stride: stage > 0 && i === 0 ? 2 : 1 }), z);
        }
        return z;
      });
    });
    return net.call("fc", linear(classes), net.use(globalAveragePool(), y));
  });
}

/** ResNet-18 (He et al., 2015, table 1) for [batch, 224, 224, 3]; parts are named as in torchvision. */
export function resnet18(options: ResnetOptions = {}): Block {
  return resnet(basicBlock, [2, 2, 2, 2], options);
}

/** ResNet-34 (He et al., 2015, table 1): 3, 4, 6 and 3 basic blocks, y = relu(x + f(x)). */
export function resnet34(options: ResnetOptions = {}): Block {
  return resnet(basicBlock, [3, 4, 6, 3], options);
}

/** ResNet-50 (He et al., 2015, table 1): 3, 4, 6 and 3 bottlenecks, with the stride in the 3×3 as in torchvision. */
export function resnet50(options: ResnetOptions = {}): Block {
  return resnet(bottleneck, [3, 4, 6, 3], options);
}
