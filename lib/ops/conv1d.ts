import { formatShape, ShapeError } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type Conv2dOptions, conv2d } from "./conv2d.ts";
import { reshape } from "./reshape.ts";

/** How a 1-D convolution's windows lie. "causal" puts all padding before, so that no result sees what comes after it. */
export interface Conv1dOptions extends Pick<Conv2dOptions, "bias" | "relu" | "groups"> {
  readonly stride?: number;
  readonly padding?: "valid" | "same" | "causal" | number | readonly [before: number, after: number];
  readonly dilation?: number;
}

/**
 * The convolution of signals [batch, length, channels] with filters [length, channels / groups, outChannels]: a 2-D one
 * of images one pixel high.
 *
 * @example conv1d(signals, w, { padding: "causal", dilation: 2 })
 */
export function conv1d(x: Tensor, w: Tensor, options: Conv1dOptions = {}): Tensor {
  const { stride = 1, padding = "valid", dilation = 1, ...rest } = options;
  if (x.rank !== 3 || w.rank !== 3) {
    throw new ShapeError(
      "conv1d: signals have shape [batch, length, channels] and filters [length, channels / groups, outChannels]; " +
        `these have ${formatShape(x.shape)} and ${formatShape(w.shape)}.`,
    );
  }
  const [batch = 0, length = 0, channels = 0] = x.shape;
  const causal = ((w.shape[0] ?? 1) - 1) * dilation;
  const around = padding === "causal" ? ([causal, 0] as const) : padding;
  const y = conv2d(reshape(x, [batch, 1, length, channels]), reshape(w, [1, ...w.shape]), {
    ...rest,
    stride: [1, stride],
    dilation: [1, dilation],
    padding: typeof around === "string" ? around : [0, around],
  });
  return reshape(y, [batch, y.shape[2]!, y.shape[3]!]);
}
