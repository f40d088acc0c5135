import type { Block } from "./block.ts";
import { channelAffine, channelGrad, channelStatistics, channelSums } from "./channels.ts";
import { filled, partOf } from "./dispatch.ts";

/**
 * An array [samples, rows, channels], channels last, and how many groups of neighbouring channels are normalized
 * together, sample by sample. Group norm as it is; instance norm: groups = channels; batch norm: one sample, all
 * images' pixels its rows, and groups = channels.
 */
export interface Groups {
  readonly samples: number;
  readonly rows: number;
  readonly channels: number;
  readonly groups: number;
}

/**
 * y = (x − mean) / √(variance + ε) · γ + β with mean and variance of each sample's groups, which are kept
 * ([samples · groups] each). γ and β, one a channel, may be left out.
 */
export function groupNorm(
  x: Block,
  layout: Groups,
  gamma: Block | undefined,
  beta: Block | undefined,
  epsilon: number,
  y: Block,
  means: Block,
  variances: Block,
): void {
  const { samples, rows, channels, groups } = layout;
  const size = rows * channels;
  const wide = channels / groups;
  const [mean, variance] = [filled(x.dtype, channels, 0), filled(x.dtype, channels, 0)];
  const shift = beta ?? filled(x.dtype, channels, 0);
  for (let s = 0; s < samples; s++) {
    const from = partOf(x, s * size, size);
    channelStatistics(from, channels, mean, variance);
    const [m, v] = [mean.array(), variance.array()];
    if (wide > 1) joinGroups(m, v, wide);
    for (let group = 0; group < groups; group++) {
      means.array()[s * groups + group] = m[group * wide]!;
      variances.array()[s * groups + group] = v[group * wide]!;
    }
    channelAffine(from, mean, scales(variance, gamma, epsilon), shift, partOf(y, s * size, size));
  }
}

/** Each channel's mean and variance become those of its group: var = mean of (var_c + (mean_c − mean)²). */
function joinGroups(
  m: { [c: number]: number; length: number },
  v: { [c: number]: number; length: number },
  wide: number,
): void {
  for (let start = 0; start < m.length; start += wide) {
    let centre = 0;
    for (let c = start; c < start + wide; c++) centre += m[c]! / wide;
    let spread = 0;
    for (let c = start; c < start + wide; c++) spread += (v[c]! + (m[c]! - centre) ** 2) / wide;
    for (let c = start; c < start + wide; c++) {
      m[c] = centre;
      v[c] = spread;
    }
  }
}

/** γ / √(variance + ε) of every channel. */
function scales(variances: Block, gamma: Block | undefined, epsilon: number): Block {
  const out = filled(variances.dtype, variances.length, 1);
  const [to, v, g] = [out.array(), variances.array(), gamma?.array()];
  for (let c = 0; c < to.length; c++) to[c] = (g?.[c] ?? 1) / Math.sqrt(v[c]! + epsilon);
  return out;
}

/** The same with means and variances that are given, one a channel: batch norm once it is trained. */
export function normalizeChannels(
  x: Block,
  means: Block,
  variances: Block,
  gamma: Block | undefined,
  beta: Block | undefined,
  epsilon: number,
  y: Block,
): void {
  const shift = beta ?? filled(x.dtype, means.length, 0);
  channelAffine(x, means, scales(variances, gamma, epsilon), shift, y);
}

/**
 * The gradients of `groupNorm`, with n = (x − mean) · inv and h = g γ: dx = inv (h − mean h − n · mean (h n)), the
 * means over a sample's group; dγ = Σ g n, dβ = Σ g.
 */
export function groupNormGrad(
  g: Block,
  x: Block,
  layout: Groups,
  gamma: Block | undefined,
  epsilon: number,
  means: Block,
  variances: Block,
  dx: Block,
  dgamma: Block,
  dbeta: Block,
): void {
  const { samples, rows, channels, groups } = layout;
  const size = rows * channels;
  const wide = channels / groups;
  const small = (): Block => filled(x.dtype, channels, 0);
  const [mean, products, sums, first, second, third] = [small(), small(), small(), small(), small(), small()];
  const [scale, shift] = [new Float64Array(channels), new Float64Array(channels)];
  const factor = gamma?.array();
  for (let s = 0; s < samples; s++) {
    const [up, from] = [partOf(g, s * size, size), partOf(x, s * size, size)];
    const centre = mean.array();
    for (let c = 0; c < channels; c++) centre[c] = means.array()[s * groups + Math.floor(c / wide)]!;
    channelSums(up, from, mean, products, sums);
    const [p, t] = [products.array(), sums.array()];
    const [a, b, k] = [first.array(), second.array(), third.array()];
    for (let start = 0; start < channels; start += wide) {
      // One element alone is β whatever it is: its gradient is 0, and not the rounding of g − g.
      const alone = rows * wide === 1;
      const inv = alone ? 0 : 1 / Math.sqrt(variances.array()[s * groups + start / wide]! + epsilon);
      let [h, hn] = [0, 0];
      for (let c = start; c < start + wide; c++) {
        const gain = factor?.[c] ?? 1;
        h += (gain * t[c]!) / (rows * wide);
        hn += (gain * p[c]! * inv) / (rows * wide);
        scale[c]! += p[c]! * inv;
        shift[c]! += t[c]!;
      }
      for (let c = start; c < start + wide; c++) {
        a[c] = inv * (factor?.[c] ?? 1);
        b[c] = -inv * inv * hn;
        k[c] = -inv * h;
      }
    }
    channelGrad(up, from, mean, first, second, third, partOf(dx, s * size, size));
  }
  dgamma.array().set(scale);
  dbeta.array().set(shift);
}

/** The gradients of `normalizeChannels`, whose means and variances are constants: dx = g γ inv. */
export function normalizeChannelsGrad(
  g: Block,
  x: Block,
  means: Block,
  variances: Block,
  gamma: Block | undefined,
  epsilon: number,
  dx: Block,
  dgamma: Block,
  dbeta: Block,
): void {
  const zero = filled(x.dtype, means.length, 0);
  channelSums(g, x, means, dgamma, dbeta);
  const [scale, v] = [dgamma.array(), variances.array()];
  for (let c = 0; c < scale.length; c++) scale[c]! /= Math.sqrt(v[c]! + epsilon);
  channelGrad(g, x, means, scales(variances, gamma, epsilon), zero, zero, dx);
}
