import {
  type ConvOptions,
  type ConvTransposeOptions,
  convGeometry,
  imageShape,
  resultShape,
  transposeGeometry,
} from "../../ops/conv-geometry.ts";
import { type Conv1dOptions, conv1d as conv1dOp } from "../../ops/conv1d.ts";
import { conv2d as conv2dOp } from "../../ops/conv2d.ts";
import { conv2dTranspose as conv2dTransposeOp } from "../../ops/conv2d-transpose.ts";
import { depthwiseConv2d as depthwiseOp } from "../../ops/separable-conv2d.ts";
import { type Both, checkImages } from "../../ops/windows.ts";
import { formatShape, type Shape, ShapeError, sizeOf } from "../../tensor/shape.ts";
import { type Block, block, type Layer, type Parameter, type Start } from "../module.ts";
import { he, zero } from "../starts.ts";

/** What all convolutions take. */
interface Common {
  readonly bias?: boolean;
  /** Whether max(0, ·) ends it, computed in the same pass. */
  readonly relu?: boolean;
  /** How the filters begin; by He's rule, if nothing is said. */
  readonly start?: Start;
}

export interface Conv2dLayerOptions extends ConvOptions, Common {}

const pair = (size: Both): readonly [number, number] => (typeof size === "number" ? [size, size] : size);

/** How many channels a group has; throws unless all fall into groups. */
function inGroup(kind: string, channels: number, groups = 1): number {
  if (Number.isInteger(groups) && groups > 0 && channels % groups === 0) return channels / groups;
  throw new ShapeError(`${kind}: ${channels} channels do not fall into ${groups} groups.`);
}

function withBias(weight: Parameter, bias: boolean, channels: number): Record<string, Parameter> {
  return bias ? { weight, bias: { shape: [channels], start: zero } } : { weight };
}

/**
 * A convolution of images [batch, height, width, channels] with so many filters of this size. Its parameters are
 * `weight` [height, width, channels / groups, filters] and `bias`.
 * @example conv2d(64, 3, { padding: 1, relu: true })
 */
export function conv2d(
  filters: number,
  size: Both,
  { bias = true, relu = false, start, ...windows }: Conv2dLayerOptions = {},
): Layer {
  const [height, width] = pair(size);
  const weightOf = (x: Shape): Shape => [height, width, inGroup("conv2d", x[3]!, windows.groups), filters];
  return {
    kind: "conv2d",
    parameters([x]) {
      const shape = weightOf(x!);
      return withBias({ shape, start: start ?? he(sizeOf(shape.slice(0, 3))) }, bias, filters);
    },
    outputs([x]) {
      checkImages("conv2d", { shape: x! });
      return [resultShape(convGeometry("conv2d", x!, weightOf(x!), windows))];
    },
    multiplyAdds: ([x], [y]) => sizeOf(y!) * sizeOf(weightOf(x!).slice(0, 3)),
    apply: ({ weight, bias: b }, [x]) => [conv2dOp(x!, weight!, { ...windows, bias: b, relu })],
  };
}

export interface DepthwiseLayerOptions extends Omit<ConvOptions, "groups">, Common {
  /** Filters for each channel; default 1. */
  readonly multiplier?: number;
}

/** Each channel convolved by itself; `weight` is [height, width, channels, multiplier]. @example depthwiseConv2d(3, { padding: 1 }) */
export function depthwiseConv2d(
  size: Both,
  { multiplier = 1, bias = true, relu = false, start, ...windows }: DepthwiseLayerOptions = {},
): Layer {
  const [height, width] = pair(size);
  return {
    kind: "depthwiseConv2d",
    parameters: ([x]) =>
      withBias(
        { shape: [height, width, x![3]!, multiplier], start: start ?? he(height * width) },
        bias,
        x![3]! * multiplier,
      ),
    outputs([x]) {
      const channels = x![3] ?? 0;
      const filters = [height, width, 1, channels * multiplier];
      return [resultShape(convGeometry("depthwiseConv2d", x!, filters, { ...windows, groups: channels }))];
    },
    multiplyAdds: (_, [y]) => sizeOf(y!) * height * width,
    apply: ({ weight, bias: b }, [x]) => [depthwiseOp(x!, weight!, { ...windows, bias: b, relu })],
  };
}

/** A depthwise convolution, and a 1×1 one that mixes the channels (Sifre, 2014). @example separableConv2d(64, 3, { padding: 1 }) */
export function separableConv2d(
  filters: number,
  size: Both,
  { multiplier = 1, bias = true, relu = false, ...windows }: Omit<DepthwiseLayerOptions, "start"> = {},
): Block {
  const depthwise = depthwiseConv2d(size, { ...windows, multiplier, bias: false });
  const pointwise = conv2d(filters, 1, { bias, relu });
  return block("separableConv2d", (net, x) =>
    net.call("pointwise", pointwise, net.call("depthwise", depthwise, x!)),
  );
}

export interface Conv2dTransposeLayerOptions extends ConvTransposeOptions, Omit<Common, "relu"> {}

/**
 * A transposed convolution, to so many channels: at stride s, images come out s times as large. `weight` is [height,
 * width, filters / groups, channels].
 * @example conv2dTranspose(64, 2, { stride: 2 })
 */
export function conv2dTranspose(
  filters: number,
  size: Both,
  { bias = true, start, ...windows }: Conv2dTransposeLayerOptions = {},
): Layer {
  const [height, width] = pair(size);
  const weightOf = (x: Shape): Shape => [
    height,
    width,
    inGroup("conv2dTranspose", filters, windows.groups),
    x[3]!,
  ];
  return {
    kind: "conv2dTranspose",
    parameters([x]) {
      const [sy, sx] = pair(windows.stride ?? 1);
      const fanIn = (height * width * x![3]!) / (sy * sx * (windows.groups ?? 1));
      return withBias({ shape: weightOf(x!), start: start ?? he(fanIn) }, bias, filters);
    },
    outputs: ([x]) => [imageShape(transposeGeometry("conv2dTranspose", x!, weightOf(x!), windows))],
    multiplyAdds: ([x]) => sizeOf(x!) * sizeOf(weightOf(x!).slice(0, 3)),
    apply: ({ weight, bias: b }, [x]) => [conv2dTransposeOp(x!, weight!, { ...windows, bias: b })],
  };
}

export interface Conv1dLayerOptions extends Omit<Conv1dOptions, "bias">, Common {}

/** A convolution of signals [batch, length, channels]; `weight` is [size, channels / groups, filters]. @example conv1d(32, 5, { padding: "causal" }) */
export function conv1d(
  filters: number,
  size: number,
  { bias = true, relu = false, start, ...windows }: Conv1dLayerOptions = {},
): Layer {
  const { groups = 1, stride = 1, padding = "valid", dilation = 1 } = windows;
  const weightOf = (x: Shape): Shape => [size, inGroup("conv1d", x[2]!, groups), filters];
  return {
    kind: "conv1d",
    parameters([x]) {
      const shape = weightOf(x!);
      return withBias({ shape, start: start ?? he(shape[0]! * shape[1]!) }, bias, filters);
    },
    outputs([x]) {
      if (x!.length !== 3) {
        throw new ShapeError(
          `conv1d: signals have shape [batch, length, channels], and these have ${formatShape(x!)}.`,
        );
      }
      const around = padding === "causal" ? ([(size - 1) * dilation, 0] as const) : padding;
      const image = [x![0]!, 1, x![1]!, x![2]!];
      const options: ConvOptions = {
        groups,
        stride: [1, stride],
        dilation: [1, dilation],
        padding: typeof around === "string" ? around : [0, around],
      };
      const [n, , length, channels] = resultShape(
        convGeometry("conv1d", image, [1, ...weightOf(x!)], options),
      );
      return [[n!, length!, channels!]];
    },
    multiplyAdds: ([x], [y]) => sizeOf(y!) * sizeOf(weightOf(x!).slice(0, 2)),
    apply: ({ weight, bias: b }, [x]) => [conv1dOp(x!, weight!, { ...windows, bias: b, relu })],
  };
}
