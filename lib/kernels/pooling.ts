import type { Block } from "./block.ts";
import { backend } from "./engine.ts";
import { allFloat32, onEngine } from "./stage.ts";

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

/**
 * y = the greatest of each window, channel by channel; `argmax` (int32) keeps where it lies in x, the first of
 * equals, for the way back. NaN counts as greatest. A window wholly outside has −∞ and the index −1.
 */
export function maxPoolForward(g: PoolGeometry, x: Block, y: Block, argmax: Block): void {
  if (onWasm("maxPoolForward", g, [x], [y, argmax])) return;
  const [from, to, places] = [x.array(), y.array(), argmax.array()];
  to.fill(-Infinity);
  places.fill(-1);
  eachWindow(g, (input, output) => {
    for (let c = 0; c < g.channels; c++) {
      const value = from[input + c]!;
      const at = output + c;
      if (value > to[at]! || places[at] === -1 || (Number.isNaN(value) && !Number.isNaN(to[at]!))) {
        to[at] = value;
        places[at] = input + c;
      }
    }
  });
}

/** dx: each dy goes to where the greatest came from. */
export function maxPoolGradient(g: PoolGeometry, dy: Block, argmax: Block, dx: Block): void {
  if (onWasm("maxPoolGradient", g, [dy, argmax], [dx])) return;
  const [from, places, to] = [dy.array(), argmax.array(), dx.array()];
  to.fill(0);
  for (let i = 0; i < from.length; i++) if (places[i]! >= 0) to[places[i]!]! += from[i]!;
}

/** y = the mean over what of each window lies inside the image; 0 where nothing does. */
export function averagePoolForward(g: PoolGeometry, x: Block, y: Block): void {
  if (onWasm("averagePoolForward", g, [x], [y])) return;
  const [from, to] = [x.array(), y.array()];
  to.fill(0);
  eachWindow(g, (input, output, share) => {
    for (let c = 0; c < g.channels; c++) to[output + c]! += from[input + c]! * share;
  });
}

/** dx: every element of a window has an equal share of its dy. */
export function averagePoolGradient(g: PoolGeometry, dy: Block, dx: Block): void {
  if (onWasm("averagePoolGradient", g, [dy], [dx])) return;
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
function onWasm(name: string, g: PoolGeometry, reads: readonly Block[], writes: readonly Block[]): boolean {
  const [values, result] = [reads[0], writes[0]];
  if (readsOf(g) < WORTH_WASM || !allFloat32(values, result)) return false;
  return onEngine([asBlock(g), ...reads], writes, (engine, [geometry, ...from], to) => {
    const args = [geometry!, ...from, ...to];
    if (readsOf(g) < WORTH_THREADS || backend.threads === 1) engine.exports[name]!(0, g.batch, ...args);
    else engine.parallel(name, g.batch, Math.ceil(g.batch / backend.threads), ...args);
  });
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
