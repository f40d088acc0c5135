// 3×3 convolutions at stride 1 with fewer multiplications (wasm/winograd.ts), on the engine's addresses. Differences of
// pixels go into the products, so an infinity comes out as NaN, in all four results of its tiles.
import type { Block } from "./block.ts";
import type { ConvGeometry } from "./convolution.ts";
import { share } from "./dispatch.ts";
import { backend, type Engine } from "./engine.ts";

/** Channels on either side from which the sixteen products outweigh the transforms, and up to which U fits. */
const FEWEST = 8;
const MOST = 128;
/** Numbers of one of the sixteen places of U, or of dU with its rows rounded up to six. */
const ROOM = 16_896;
/** Tiles of 2×2 results from which transforming the filters pays, and above which another thread does. */
const WORTH = 32;
const WORTH_THREADS = 64;

const tilesOf = (height: number, width: number): number => Math.ceil(height / 2) * Math.ceil(width / 2);

/** Whole strips, four times as many as threads, so that who is held up holds up the others less. */
const inStrips = (tiles: number) => ({ much: tiles >= WORTH_THREADS, pieces: 4, unit: 48 });

/** Whether this convolution and both its gradients may be computed so. */
export function isWinograd(g: ConvGeometry): boolean {
  const { channels, outChannels } = g;
  return (
    g.kernelHeight === 3 &&
    g.kernelWidth === 3 &&
    g.strideY === 1 &&
    g.strideX === 1 &&
    g.dilationY === 1 &&
    g.dilationX === 1 &&
    g.groups === 1 &&
    channels % 4 === 0 &&
    outChannels % 4 === 0 &&
    Math.min(channels, outChannels) >= FEWEST &&
    Math.max(channels, outChannels) <= MOST &&
    Math.ceil(channels / 6) * 6 * Math.ceil(outChannels / 8) * 8 <= ROOM &&
    g.batch * tilesOf(g.outHeight, g.outWidth) >= WORTH
  );
}

/** As the wasm kernels read it; turned around, the convolution that gives the images' gradient. */
export function winogradSizes(g: ConvGeometry, around = false): Block {
  const numbers = around
    ? [g.outHeight, g.outWidth, g.outChannels, g.height, g.width, g.channels, 2 - g.padTop, 2 - g.padLeft]
    : [g.height, g.width, g.channels, g.outHeight, g.outWidth, g.outChannels, g.padTop, g.padLeft];
  const array = Int32Array.from(numbers);
  return { dtype: "int32", length: array.length, address: 0, array: () => array };
}

/** What `winogradForward` takes after the sizes. */
interface Ends {
  readonly bias: number;
  readonly relu: boolean;
}

export function winogradForward(
  engine: Engine,
  g: ConvGeometry,
  [sizes, x, w]: readonly [sizes: number, x: number, w: number],
  y: number,
  { bias, relu }: Ends,
): void {
  const { channels, outChannels } = g;
  const filters = engine.exports.winogradFilters!(w, channels, outChannels, 0);
  const tiles = g.batch * tilesOf(g.outHeight, g.outWidth);
  share(engine, "winogradForward", tiles, inStrips(tiles), [sizes, x, filters, y, bias, Number(relu)]);
}

/** A convolution of dy with the filters turned around, from outChannels to channels. */
export function winogradInputGradient(
  engine: Engine,
  g: ConvGeometry,
  [sizes, dy, w]: readonly [sizes: number, dy: number, w: number],
  dx: number,
): void {
  const { channels, outChannels } = g;
  const filters = engine.exports.winogradFilters!(w, outChannels, channels, 1);
  const tiles = g.batch * tilesOf(g.height, g.width);
  share(engine, "winogradForward", tiles, inStrips(tiles), [sizes, dy, filters, dx, 0, 0]);
}

export function winogradFilterGradient(
  engine: Engine,
  g: ConvGeometry,
  [sizes, x, dy]: readonly [sizes: number, x: number, dy: number],
  dw: number,
): void {
  const { channels, outChannels, batch } = g;
  const space = engine.exports.winogradSpace!();
  const args = [sizes, batch, x, dy, space];
  const tiles = batch * tilesOf(g.outHeight, g.outWidth);
  if (tiles < WORTH_THREADS || backend.threads === 1) engine.exports.winogradFilterGradient!(0, 4, ...args);
  else engine.parallel("winogradFilterGradient", 4, backend.threads === 2 ? 2 : 1, ...args);
  engine.exports.winogradFilterBack!(channels, outChannels, space, dw);
}
