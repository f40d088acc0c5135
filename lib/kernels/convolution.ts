import type { TypedArray } from "../tensor/dtype.ts";
import type { Block } from "./block.ts";
import { enter, leave, place, placeIndices, result, share } from "./dispatch.ts";
import type { Engine } from "./engine.ts";
import {
  isWinograd,
  winogradFilterGradient,
  winogradForward,
  winogradInputGradient,
  winogradSizes,
} from "./winograd.ts";

/**
 * A 2-D convolution (cross-correlation, as everywhere in deep learning): images [batch, height, width, channels],
 * filters [kernelHeight, kernelWidth, channels / groups, outChannels], results [batch, outHeight, outWidth,
 * outChannels]. Output pixel (oy, ox) looks at rows oy·strideY − padTop + ky·dilationY, and columns likewise.
 */
export interface ConvGeometry {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly outChannels: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly strideY: number;
  readonly strideX: number;
  readonly padTop: number;
  readonly padLeft: number;
  readonly dilationY: number;
  readonly dilationX: number;
  /** Group i maps its own channels / groups channels to its own outChannels / groups; depthwise: groups = channels. */
  readonly groups: number;
}

/** What is added to the result of a convolution, and whether max(0, ·) ends it. */
export interface ConvEpilogue {
  readonly bias?: Block | undefined;
  readonly relu?: boolean;
}

/** Multiply-adds below which a call costs more than it saves. */
const WORTH_WASM = 512;
/** Multiply-adds (about 40 µs) above which waking another thread pays. */
const WORTH_THREADS = 1_000_000;

const workOf = (g: ConvGeometry): number =>
  g.batch *
  g.outHeight *
  g.outWidth *
  g.outChannels *
  ((g.kernelHeight * g.kernelWidth * g.channels) / g.groups);

/** y = x ∗ w, then + bias, then ReLU. */
export function convForward(
  g: ConvGeometry,
  x: Block,
  w: Block,
  y: Block,
  { bias, relu = false }: ConvEpilogue = {},
): void {
  const quick = isWinograd(g);
  const sizes = sizesOf(g, quick);
  const e = enterConvolution(g, [x, w, y, bias], sizes);
  if (e) {
    const reads = [placeIndices(e, sizes), place(e, x), place(e, w)] as const;
    const ends = { bias: bias ? place(e, bias) : 0, relu };
    if (quick) winogradForward(e, g, reads, result(y), ends);
    else {
      const pixels = g.batch * g.outHeight * g.outWidth;
      share(e, "convForward", pixels, inPieces(g, 4), [...reads, result(y), ends.bias, Number(relu)]);
    }
    leave(e);
    return;
  }
  const [from, filter, to] = [x.array(), w.array(), y.array()];
  const offsets = bias?.array();
  for (let i = 0; i < to.length; i++) to[i] = offsets ? offsets[i % g.outChannels]! : 0;
  eachTap(g, (input, weight, output, depth, filters) => {
    for (let c = 0; c < depth; c++) {
      const value = from[input + c]!;
      const row = weight + c * g.outChannels;
      for (let o = 0; o < filters; o++) to[output + o]! += value * filter[row + o]!;
    }
  });
  if (relu) for (let i = 0; i < to.length; i++) to[i] = Math.max(to[i]!, 0);
}

/** The gradient to the images: dx_input = Σ over the taps that read it of w·dy. */
export function convInputGradient(g: ConvGeometry, dy: Block, w: Block, dx: Block): void {
  const quick = isWinograd(g);
  const sizes = sizesOf(g, quick, true);
  const e = enterConvolution(g, [dy, w, dx], sizes);
  if (e) {
    const reads = [placeIndices(e, sizes), place(e, dy), place(e, w)] as const;
    if (quick) winogradInputGradient(e, g, reads, result(dx));
    else share(e, "convInputGradient", g.batch, inPieces(g, 4), [...reads, result(dx)]);
    leave(e);
    return;
  }
  const [from, filter, to] = [dy.array(), w.array(), dx.array()];
  to.fill(0);
  eachTap(g, (input, weight, output, depth, filters) => {
    for (let c = 0; c < depth; c++) {
      const row = weight + c * g.outChannels;
      let sum = 0;
      for (let o = 0; o < filters; o++) sum += from[output + o]! * filter[row + o]!;
      to[input + c]! += sum;
    }
  });
}

/** The gradient to the filters: dw_tap = Σ over all output pixels of x·dy. */
export function convFilterGradient(g: ConvGeometry, x: Block, dy: Block, dw: Block): void {
  const quick = isWinograd(g);
  const sizes = sizesOf(g, quick);
  const e = enterConvolution(g, [x, dy, dw], sizes);
  if (e) {
    const reads = [placeIndices(e, sizes), place(e, x), place(e, dy)] as const;
    const taps = g.kernelHeight * g.kernelWidth;
    if (quick) winogradFilterGradient(e, g, reads, result(dw));
    else share(e, "convFilterGradient", taps, inPieces(g, 1), [...reads, result(dw)]);
    leave(e);
    return;
  }
  const [from, back] = [x.array(), dy.array()];
  const to: TypedArray = dw.array();
  // Thousands of pixels meet in one number: the sum is kept in doubles.
  const sums = new Float64Array(to.length);
  eachTap(g, (input, weight, output, depth, filters) => {
    for (let c = 0; c < depth; c++) {
      const value = from[input + c]!;
      const row = weight + c * g.outChannels;
      for (let o = 0; o < filters; o++) sums[row + o]! += value * back[output + o]!;
    }
  });
  to.set(sums);
}

/**
 * The definition of all three: every tap of every output pixel and group that lies inside the image, by where its
 * input channels, its weights and its output channels begin.
 */
function eachTap(
  g: ConvGeometry,
  visit: (input: number, weight: number, output: number, depth: number, filters: number) => void,
): void {
  const depth = g.channels / g.groups;
  const filters = g.outChannels / g.groups;
  for (let n = 0, pixel = 0; n < g.batch; n++) {
    for (let oy = 0; oy < g.outHeight; oy++) {
      for (let ox = 0; ox < g.outWidth; ox++, pixel++) {
        for (let ky = 0; ky < g.kernelHeight; ky++) {
          const iy = oy * g.strideY - g.padTop + ky * g.dilationY;
          if (iy < 0 || iy >= g.height) continue;
          for (let kx = 0; kx < g.kernelWidth; kx++) {
            const ix = ox * g.strideX - g.padLeft + kx * g.dilationX;
            if (ix < 0 || ix >= g.width) continue;
            const input = ((n * g.height + iy) * g.width + ix) * g.channels;
            const weight = (ky * g.kernelWidth + kx) * depth * g.outChannels;
            for (let group = 0; group < g.groups; group++) {
              const across = group * filters;
              visit(input + group * depth, weight + across, pixel * g.outChannels + across, depth, filters);
            }
          }
        }
      }
    }
  }
}

/** The engine, where the convolution is worth a call. */
function enterConvolution(
  g: ConvGeometry,
  blocks: readonly (Block | undefined)[],
  sizes: Block,
): Engine | undefined {
  return workOf(g) < WORTH_WASM ? undefined : enter(workOf(g), blocks, sizes);
}

/** So many for each thread: who is held up then holds up the others less. */
const inPieces = (g: ConvGeometry, pieces: number) => ({ much: workOf(g) >= WORTH_THREADS, pieces, unit: 1 });

/** As the wasm kernel that computes reads it. */
function sizesOf(g: ConvGeometry, quick: boolean, around = false): Block {
  return quick ? winogradSizes(g, around) : asBlock(g);
}

/** As the kernels by patches read it (wasm/patches.ts). */
function asBlock(g: ConvGeometry): Block {
  const numbers = Int32Array.of(
    g.batch,
    g.height,
    g.width,
    g.channels,
    g.outHeight,
    g.outWidth,
    g.outChannels,
    g.kernelHeight,
    g.kernelWidth,
    g.strideY,
    g.strideX,
    g.padTop,
    g.padLeft,
    g.dilationY,
    g.dilationX,
    g.groups,
  );
  return { dtype: "int32", length: numbers.length, address: 0, array: () => numbers };
}
