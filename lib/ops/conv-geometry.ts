import type { ConvGeometry } from "../kernels/convolution.ts";
import { formatShape, type Shape, ShapeError } from "../tensor/shape.ts";
import { around, type Both, both, checkImages, countWindows, lines, type Padding } from "./windows.ts";

/** How a convolution's windows lie, and which channels meet. */
export interface ConvOptions {
  /** From one window to the next; default 1. */
  readonly stride?: Both;
  /** Default "valid": none. */
  readonly padding?: Padding;
  /** From one tap of the filter to the next; default 1. */
  readonly dilation?: Both;
  /** Parts into which the channels are split, each with filters of its own; default 1. */
  readonly groups?: number;
}

/** The sizes of a convolution of images x with filters w, checked. */
export function convGeometry(
  op: string,
  x: Shape,
  w: Shape,
  { stride = 1, padding = "valid", dilation = 1, groups = 1 }: ConvOptions,
): ConvGeometry {
  checkImages(op, { shape: x });
  checkFilters(op, w, "[height, width, channels / groups, outChannels]");
  const [batch = 0, height = 0, width = 0, channels = 0] = x;
  const [kernelHeight = 0, kernelWidth = 0, depth = 0, outChannels = 0] = w;
  checkGroups(op, groups, outChannels);
  if (channels !== depth * groups) {
    const inGroups = groups === 1 ? "" : ` in ${groups} groups`;
    throw new ShapeError(
      `${op}: images of shape ${formatShape(x)} have ${channels} channels, and filters of shape ${formatShape(w)}` +
        `${inGroups} read ${depth * groups}; ${
          channels % groups === 0
            ? `filters of shape ${formatShape([kernelHeight, kernelWidth, channels / groups, outChannels])} would fit.`
            : `${channels} channels do not fall into ${groups} groups.`
        }`,
    );
  }
  const window = [kernelHeight, kernelWidth] as const;
  const [y, across] = lines(op, [height, width], window, { stride, dilation, padding });
  return {
    batch,
    height,
    width,
    channels,
    outHeight: countWindows(op, "height", height, y),
    outWidth: countWindows(op, "width", width, across),
    outChannels,
    kernelHeight,
    kernelWidth,
    strideY: y.stride,
    strideX: across.stride,
    padTop: y.before,
    padLeft: across.before,
    dilationY: y.dilation,
    dilationX: across.dilation,
    groups,
  };
}

/** How a transposed convolution's windows lie. */
export interface ConvTransposeOptions extends ConvOptions {
  /** Rows and columns at the end that several sizes of image would have left out; default 0, below the stride. */
  readonly outputPadding?: Both;
}

/**
 * The sizes of the convolution whose transpose maps x to larger images: what it reads are the results, and what it
 * writes are the x. A stride that is not 1 leaves open how large those were; `outputPadding` settles it.
 */
export function transposeGeometry(
  op: string,
  x: Shape,
  w: Shape,
  { stride = 1, padding = "valid", dilation = 1, groups = 1, outputPadding = 0 }: ConvTransposeOptions,
): ConvGeometry {
  checkImages(op, { shape: x });
  checkFilters(op, w, "[height, width, outChannels / groups, channels]");
  const [batch = 0, outHeight = 0, outWidth = 0, outChannels = 0] = x;
  const [kernelHeight = 0, kernelWidth = 0, depth = 0, read = 0] = w;
  checkGroups(op, groups, outChannels);
  if (read !== outChannels) {
    throw new ShapeError(
      `${op}: images of shape ${formatShape(x)} have ${outChannels} channels, and filters of shape ${formatShape(w)} ` +
        `read ${read}; filters of shape ${formatShape([kernelHeight, kernelWidth, depth, outChannels])} would fit.`,
    );
  }
  const strides = both(op, "stride", stride, 1);
  const dilations = both(op, "dilation", dilation, 1);
  const more = both(op, "outputPadding", outputPadding, 0);
  const side = (axis: 0 | 1, name: string): { length: number; before: number } => {
    const [stride, dilation, added] = [strides[axis], dilations[axis], more[axis]];
    if (added >= Math.max(stride, dilation)) {
      throw new ShapeError(
        `${op}: outputPadding ${added} must be below the stride (${stride}) or the dilation (${dilation}) of its axis.`,
      );
    }
    const extent = ([kernelHeight, kernelWidth][axis]! - 1) * dilation + 1;
    const count = [outHeight, outWidth][axis]!;
    const spanned = (count - 1) * stride + extent;
    const [before, after] = around(op, padding, axis, () => Math.max(spanned - count * stride, 0));
    const length = (padding === "same" ? count * stride : spanned - before - after) + added;
    if (length > 0 && count > 0 && extent > 0) return { length, before };
    throw new ShapeError(
      `${op}: nothing is left of the ${name}: ${count} windows of ${extent} at stride ${stride} span ` +
        `${Math.max(spanned, 0)}, and padding takes ${before + after} away; less padding would fit.`,
    );
  };
  const [height, width] = [side(0, "height"), side(1, "width")];
  return {
    batch,
    height: height.length,
    width: width.length,
    channels: depth * groups,
    outHeight,
    outWidth,
    outChannels,
    kernelHeight,
    kernelWidth,
    strideY: strides[0],
    strideX: strides[1],
    padTop: height.before,
    padLeft: width.before,
    dilationY: dilations[0],
    dilationX: dilations[1],
    groups,
  };
}

function checkFilters(op: string, shape: Shape, wanted: string): void {
  if (shape.length === 4) return;
  throw new ShapeError(`${op}: filters have shape ${wanted}, and these have ${formatShape(shape)}.`);
}

function checkGroups(op: string, groups: number, filters: number): void {
  if (Number.isInteger(groups) && groups >= 1 && filters % groups === 0) return;
  throw new ShapeError(
    `${op}: ${filters} filters do not fall into ${groups} groups; groups must be a whole number that divides them.`,
  );
}

/** [batch, height, width, channels] of what is read. */
export const imageShape = (g: ConvGeometry): Shape => [g.batch, g.height, g.width, g.channels];
/** [batch, outHeight, outWidth, outChannels] of the results. */
export const resultShape = (g: ConvGeometry): Shape => [g.batch, g.outHeight, g.outWidth, g.outChannels];
/** [kernelHeight, kernelWidth, channels / groups, outChannels] of the filters. */
export const filterShape = (g: ConvGeometry): Shape => [
  g.kernelHeight,
  g.kernelWidth,
  g.channels / g.groups,
  g.outChannels,
];
