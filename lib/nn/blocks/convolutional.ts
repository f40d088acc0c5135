// The blocks that convolutional networks are made of.
import { relu, relu6, sigmoid, silu } from "../layers/activation.ts";
import { add, mul } from "../layers/combine.ts";
import { type Conv2dLayerOptions, conv2d, depthwiseConv2d } from "../layers/convolution.ts";
import { dropPath } from "../layers/dropout.ts";
import { batchNorm } from "../layers/norms.ts";
import { globalAveragePool, maxPool } from "../layers/pooling.ts";
import { type Block, block, type Layer, type Net } from "../module.ts";
import { branches, sequential } from "../sequential.ts";

/** A convolution without bias and batch norm, whose β is the bias; then perhaps an activation. */
export function convBatchNorm(
  filters: number,
  size: number | readonly [number, number],
  { after, ...options }: Omit<Conv2dLayerOptions, "bias" | "relu"> & { readonly after?: Layer } = {},
): Block {
  return block("convBatchNorm", (net, x) => {
    const y = net.call(
      "bn",
      batchNorm(),
      net.call("conv", conv2d(filters, size, { ...options, bias: false }), x!),
    );
    return after === undefined ? y : net.use(after, y);
  });
}

/** What lies beside the body: nothing where shapes stay, else a 1×1 convolution with batch norm ("downsample.0" and ".1"). */
function shortcut<V extends object>(net: Net<V>, x: V, filters: number, stride: number): V {
  if (stride === 1 && net.shapeOf(x).at(-1) === filters) return x;
  return net.within("downsample", (inner) =>
    inner.call("1", batchNorm(), inner.call("0", conv2d(filters, 1, { stride, bias: false }), x)),
  );
}

/** Two 3×3 convolutions and a shortcut (He et al., 2015, figure 2). Names as in torchvision. */
export function basicBlock(filters: number, { stride = 1 }: { readonly stride?: number } = {}): Block {
  return block("basicBlock", (net, x) => {
    const conv = { padding: 1, bias: false } as const;
    let y = net.call("bn1", batchNorm(), net.call("conv1", conv2d(filters, 3, { ...conv, stride }), x!));
    y = net.call("bn2", batchNorm(), net.call("conv2", conv2d(filters, 3, conv), net.use(relu(), y)));
    return net.use(relu(), net.use(add(), y, shortcut(net, x!, filters, stride)));
  });
}

/** 1×1 to few channels, 3×3, 1×1 to four times as many (He et al., 2015, figure 5). The stride is in the 3×3. */
export function bottleneck(filters: number, { stride = 1 }: { readonly stride?: number } = {}): Block {
  return block("bottleneck", (net, x) => {
    const wide = 4 * filters;
    let y = net.call("bn1", batchNorm(), net.call("conv1", conv2d(filters, 1, { bias: false }), x!));
    const middle = conv2d(filters, 3, { padding: 1, stride, bias: false });
    y = net.call("bn2", batchNorm(), net.call("conv2", middle, net.use(relu(), y)));
    y = net.call("bn3", batchNorm(), net.call("conv3", conv2d(wide, 1, { bias: false }), net.use(relu(), y)));
    return net.use(relu(), net.use(add(), y, shortcut(net, x!, wide, stride)));
  });
}

/** How many filters the branches of an inception block have. */
export interface InceptionFilters {
  readonly one: number;
  readonly reduce3: number;
  readonly three: number;
  readonly reduce5: number;
  readonly five: number;
  readonly pool: number;
}

/** 1×1, 3×3, 5×5 and pooling side by side, the larger ones after a 1×1 that makes channels few (Szegedy et al., 2014). */
export function inception({ one, reduce3, three, reduce5, five, pool }: InceptionFilters): Block {
  return branches({
    one: conv2d(one, 1, { relu: true }),
    three: sequential([conv2d(reduce3, 1, { relu: true }), conv2d(three, 3, { padding: 1, relu: true })]),
    five: sequential([conv2d(reduce5, 1, { relu: true }), conv2d(five, 5, { padding: 2, relu: true })]),
    pool: sequential([maxPool(3, { stride: 1, padding: 1 }), conv2d(pool, 1, { relu: true })]),
  });
}

/** A depthwise 3×3 and a 1×1 convolution, each with batch norm and ReLU (Howard et al., 2017). */
export function depthwiseSeparable(
  filters: number,
  { stride = 1 }: { readonly stride?: number } = {},
): Block {
  return block("depthwiseSeparable", (net, x) => {
    const depthwise = depthwiseConv2d(3, { stride, padding: "same", bias: false });
    const y = net.use(relu(), net.call("bn1", batchNorm(), net.call("depthwise", depthwise, x!)));
    const pointwise = conv2d(filters, 1, { bias: false });
    return net.use(relu(), net.call("bn2", batchNorm(), net.call("pointwise", pointwise, y)));
  });
}

/** Channels weighed by what the whole image says: x·σ(W₂·silu(W₁·mean(x))) (Hu et al., 2018). */
export function squeezeExcite(squeezed: number): Block {
  return block("squeezeExcite", (net, x) => {
    const mean = net.use(globalAveragePool({ keepDims: true }), x!);
    const few = net.use(silu(), net.call("reduce", conv2d(squeezed, 1), mean));
    const channels = net.shapeOf(x!).at(-1)!;
    return net.use(mul(), x!, net.use(sigmoid(), net.call("expand", conv2d(channels, 1), few)));
  });
}

export interface InvertedResidualOptions {
  readonly stride?: number;
  /** How many times as many channels there are inside; default 6. */
  readonly expand?: number;
  readonly size?: number;
  /** MobileNet v2 has ReLU6, EfficientNet SiLU. */
  readonly activation?: "relu6" | "silu";
  /** Channels in the squeeze, as a share of the channels that come in; none, if left out. */
  readonly squeeze?: number;
  /** In training, how often the body is left out. */
  readonly dropPath?: number;
}

/**
 * Wide inside and narrow outside: 1×1 to many channels, depthwise, 1×1 to few, without an activation at the end, and a
 * residual where the shapes stay (Sandler et al., 2018).
 */
export function invertedResidual(
  filters: number,
  {
    stride = 1,
    expand = 6,
    size = 3,
    activation = "relu6",
    squeeze,
    dropPath: rate = 0,
  }: InvertedResidualOptions = {},
): Block {
  const bend = activation === "relu6" ? relu6() : silu();
  return block("invertedResidual", (net, x) => {
    const channels = net.shapeOf(x!).at(-1)!;
    const wide = channels * expand;
    let y = x!;
    if (expand !== 1) y = net.call("expand", convBatchNorm(wide, 1, { after: bend }), y);
    const depthwise = depthwiseConv2d(size, { stride, padding: Math.floor(size / 2), bias: false });
    y = net.use(bend, net.call("bn", batchNorm(), net.call("depthwise", depthwise, y)));
    if (squeeze !== undefined) {
      y = net.call("squeeze", squeezeExcite(Math.max(1, Math.floor(channels * squeeze))), y);
    }
    y = net.call("project", convBatchNorm(filters, 1), y);
    if (stride !== 1 || channels !== filters) return y;
    return net.use(add(), rate === 0 ? y : net.use(dropPath(rate), y), x!);
  });
}
