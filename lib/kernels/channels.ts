// What batch, group and instance norm do to [rows, channels], channels last.
import type { Block } from "./block.ts";
import { enter, GRAIN, leave, place, result, run } from "./dispatch.ts";

/** Channels of a strip; the same number stands in wasm/norm.ts. */
const STRIP = 16;

function stripGrain(rows: number): number {
  return Math.max(1, Math.ceil(GRAIN / (STRIP * Math.max(1, rows))));
}

/** The mean of every channel, and the mean of (x − mean)². */
export function channelStatistics(x: Block, channels: number, means: Block, variances: Block): void {
  const rows = x.length / channels;
  const e = enter(x.length, [x, means, variances]);
  if (e) {
    const args = [place(e, x), result(means), result(variances), rows, channels];
    run(e, "channelStatistics", Math.ceil(channels / STRIP), stripGrain(rows), ...args);
    leave(e);
    return;
  }
  const from = x.array();
  const [mean, variance] = [new Float64Array(channels), new Float64Array(channels)];
  for (let i = 0; i < from.length; i += channels) {
    for (let c = 0; c < channels; c++) mean[c]! += from[i + c]! / rows;
  }
  for (let i = 0; i < from.length; i += channels) {
    for (let c = 0; c < channels; c++) variance[c]! += (from[i + c]! - mean[c]!) ** 2 / rows;
  }
  means.array().set(mean);
  variances.array().set(variance);
}

/** y = (x − mean) · scale + shift, one of each a channel. */
export function channelAffine(x: Block, means: Block, scales: Block, shifts: Block, y: Block): void {
  const channels = means.length;
  const e = enter(x.length, [x, means, scales, shifts, y]);
  if (e) {
    const args = [place(e, x), place(e, means), place(e, scales), place(e, shifts), result(y), channels];
    run(e, "channelAffine", x.length / channels, Math.ceil(GRAIN / channels), ...args);
    leave(e);
    return;
  }
  const [from, to] = [x.array(), y.array()];
  const [mean, scale, shift] = [means.array(), scales.array(), shifts.array()];
  for (let i = 0; i < from.length; i += channels) {
    for (let c = 0; c < channels; c++) to[i + c] = (from[i + c]! - mean[c]!) * scale[c]! + shift[c]!;
  }
}

/** Σ g (x − mean) and Σ g of every channel. */
export function channelSums(g: Block, x: Block, means: Block, products: Block, sums: Block): void {
  const channels = means.length;
  const rows = x.length / channels;
  const e = enter(x.length, [g, x, means, products, sums]);
  if (e) {
    const args = [place(e, g), place(e, x), place(e, means), result(products), result(sums)];
    run(e, "channelSums", Math.ceil(channels / STRIP), stripGrain(rows), ...args, rows, channels);
    leave(e);
    return;
  }
  const [up, from, mean] = [g.array(), x.array(), means.array()];
  const [product, sum] = [new Float64Array(channels), new Float64Array(channels)];
  for (let i = 0; i < from.length; i += channels) {
    for (let c = 0; c < channels; c++) {
      product[c]! += up[i + c]! * (from[i + c]! - mean[c]!);
      sum[c]! += up[i + c]!;
    }
  }
  products.array().set(product);
  sums.array().set(sum);
}

/** dx = a g + b (x − mean) + c, one of each a channel. */
export function channelGrad(g: Block, x: Block, means: Block, a: Block, b: Block, c: Block, dx: Block): void {
  const channels = means.length;
  const e = enter(x.length, [g, x, means, a, b, c, dx]);
  if (e) {
    const args = [place(e, g), place(e, x), place(e, means), place(e, a), place(e, b), place(e, c)];
    run(e, "channelGrad", x.length / channels, Math.ceil(GRAIN / channels), ...args, result(dx), channels);
    leave(e);
    return;
  }
  const [up, from, to, mean] = [g.array(), x.array(), dx.array(), means.array()];
  const [first, second, third] = [a.array(), b.array(), c.array()];
  for (let i = 0; i < from.length; i += channels) {
    for (let j = 0; j < channels; j++) {
      to[i + j] = first[j]! * up[i + j]! + second[j]! * (from[i + j]! - mean[j]!) + third[j]!;
    }
  }
}
