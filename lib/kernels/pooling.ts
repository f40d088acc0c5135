import type { TypedArray } from "../tensor/dtype.ts";
import type { Block } from "./block.ts";
import { enter, leave, place, placeIndices, result, share } from "./dispatch.ts";

/** Windows over images [batch, height, width, channels]; what lies outside an image belongs to no window. */
export interface PoolGeometry {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly windowHeight: number;
  readonly windowWidth: number;
  readonly strideY: number;
  readonly strideX: number;
  readonly padTop: number;
  readonly padLeft: number;
}

/** Elements read below which a call costs more than it saves, and above which another thread pays. */
const WORTH_WASM = 256;
const WORTH_THREADS = 200_000;

const readsOf = (g: PoolGeometry): number =>
  g.batch * g.outHeight * g.outWidth * g.channels * g.windowHeight * g.windowWidth;

/** y = the greatest of each window, channel by channel. NaN counts as greatest; a window wholly outside has −∞. */
export function maxPoolForward(g: PoolGeometry, x: Block, y: Block): void {
  if (onWasm("maxPoolForward", g, [x], y)) return;
  const [from, to] = [x.array(), y.array()];
  to.fill(-Infinity);
  eachWindow(g, (input, output) => {
    for (let c = 0; c < g.channels; c++) {
      const value = from[input + c]!;
      if (value > to[output + c]! || Number.isNaN(value)) to[output + c] = value;
    }
  });
}

/** Where in x the greatest of each window lies, the first of equals; −1 for a window wholly outside. */
export function maxPoolPlaces(g: PoolGeometry, x: Block, y: Block, places: Block): void {
  const [from, greatest, to] = [x.array(), y.array(), places.array()];
  to.fill(-1);
  eachWindow(g, (input, output) => {
    for (let c = 0; c < g.channels; c++) {
      const isIt = from[input + c] === greatest[output + c] || Number.isNaN(from[input + c]!);
      if (isIt && to[output + c] === -1) to[output + c] = input + c;
    }
  });
}

/**
 * dx: each dy goes to the first x of its window that is the greatest, y. Looking for it again costs less than to have
 * kept where it was: four channels are compared at once, and nothing is scattered.
 */
export function maxPoolGradient(g: PoolGeometry, x: Block, y: Block, dy: Block, dx: Block): void {
  if (onWasm("maxPoolGradient", g, [x, y, dy], dx)) return;
  const places: TypedArray = new Float64Array(y.length);
  const block = { dtype: "float64", length: places.length, address: 0, array: () => places } as const;
  maxPoolPlaces(g, x, y, block);
  const [from, to] = [dy.array(), dx.array()];
  to.fill(0);
  for (let i = 0; i < from.length; i++) if (places[i]! >= 0) to[places[i]!]! += from[i]!;
}

/** y = the mean over what of each window lies inside the image; 0 where nothing does. */
export function averagePoolForward(g: PoolGeometry, x: Block, y: Block): void {
  if (onWasm("averagePoolForward", g, [x], y)) return;
  const [from, to] = [x.array(), y.array()];
  to.fill(0);
  eachWindow(g, (input, output, share) => {
    for (let c = 0; c < g.channels; c++) to[output + c]! += from[input + c]! * share;
  });
}

/** dx: every element of a window has an equal share of its dy. */
export function averagePoolGradient(g: PoolGeometry, dy: Block, dx: Block): void {
  if (onWasm("averagePoolGradient", g, [dy], dx)) return;
  const [from, to] = [dy.array(), dx.array()];
  to.fill(0);
  eachWindow(g, (input, output, share) => {
    for (let c = 0; c < g.channels; c++) to[input + c]! += from[output + c]! * share;
  });
}

/** Every element of every window that lies inside, by where its channels begin, and 1 / how many those are. */
function eachWindow(g: PoolGeometry, visit: (input: number, output: number, share: number) => void): void {
  for (let n = 0, output = 0; n < g.batch; n++) {
    for (let oy = 0; oy < g.outHeight; oy++) {
      const [top, bottom] = inside(oy * g.strideY - g.padTop, g.windowHeight, g.height);
      for (let ox = 0; ox < g.outWidth; ox++, output += g.channels) {
        const [left, right] = inside(ox * g.strideX - g.padLeft, g.windowWidth, g.width);
        const share = 1 / ((bottom - top) * (right - left));
        for (let iy = top; iy < bottom; iy++) {
          for (let ix = left; ix < right; ix++) {
            visit(((n * g.height + iy) * g.width + ix) * g.channels, output, share);
          }
        }
      }
    }
  }
}

function inside(start: number, length: number, size: number): [number, number] {
  return [Math.max(start, 0), Math.min(start + length, size)];
}

/** All of them run over images, read the geometry first, and take what they read before what they write. */
function onWasm(name: string, g: PoolGeometry, reads: readonly Block[], written: Block): boolean {
  const work = readsOf(g);
  const geometry = asBlock(g);
  const e = work < WORTH_WASM ? undefined : enter(work, [...reads, written], geometry);
  if (!e) return false;
  const args = [placeIndices(e, geometry), ...reads.map((block) => place(e, block)), result(written)];
  share(e, name, g.batch, { much: work >= WORTH_THREADS, pieces: 1, unit: 1 }, args);
  leave(e);
  return true;
}

/** As the wasm kernels read it (wasm/pooling.ts). */
function asBlock(g: PoolGeometry): Block {
  const numbers = Int32Array.of(
    g.batch,
    g.height,
    g.width,
    g.channels,
    g.outHeight,
    g.outWidth,
    g.windowHeight,
    g.windowWidth,
    g.strideY,
    g.strideX,
    g.padTop,
    g.padLeft,
  );
  return { dtype: "int32", length: numbers.length, address: 0, array: () => numbers };
}
