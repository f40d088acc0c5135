// 2-D convolution in strips of patches, each of which is multiplied while it is in the cache.
import { depthwise, INTO_W, INTO_X, INTO_Y, isDepthwise } from "./depthwise";
import { epilogue, GEMM_SCRATCH, multiply } from "./gemm";
import { Geometry, gatherPlanes, inPlanes, movePatches } from "./patches";
import { SCRATCH_BYTES, scratch } from "./scratch";

/** Bytes of a strip: half of a second cache of 1 MB. */
const STRIP: i32 = 1 << 19;
/** Rows below which packing the filter for a strip costs more than a strip that leaves the cache. */
const FEWEST: i32 = 96;

/** Rows of a strip whose rows have so many numbers. */
function stripRows(columns: i32): i32 {
  const wanted = max(STRIP / (4 * columns), FEWEST);
  return max(min(wanted, <i32>(SCRATCH_BYTES - GEMM_SCRATCH) / (4 * columns)), 1);
}

/** Pixels of a strip of planes, whose rows lie so far apart that they do not meet in one set of the first cache. */
const PLANE: i32 = 1024;
const PITCH: i32 = PLANE + 16;

/** One strip holds all taps of so large a kernel. */
function planesFit(g: Geometry): bool {
  return inPlanes(g) && g.kernelHeight * g.kernelWidth * PITCH * 4 <= STRIP;
}

/** Output pixels [from, to) of the batch: y = x ∗ w, then + bias, then ReLU. */
export function convForward(
  from: i32,
  to: i32,
  geometry: usize,
  x: usize,
  w: usize,
  y: usize,
  bias: usize,
  relu: bool,
): void {
  const g = changetype<Geometry>(geometry);
  if (isDepthwise(g)) {
    const target = y + 4 * <usize>(from * g.channels);
    memory.fill(target, 0, 4 * <usize>((to - from) * g.channels));
    depthwise(g, from, to, 0, g.kernelHeight * g.kernelWidth, x, w, y, INTO_Y);
    if (bias != 0 || relu) epilogue(to - from, g.channels, target, g.channels, bias, relu);
    return;
  }
  const depth = g.channels / g.groups;
  const filters = g.outChannels / g.groups;
  const taps = g.kernelHeight * g.kernelWidth;
  const columns = taps * depth;
  const strip = scratch + GEMM_SCRATCH;
  const planes = planesFit(g);
  const most = planes ? PLANE : stripRows(columns);
  for (let first = from; first < to; first += most) {
    const rows = min(most, to - first);
    if (planes) {
      const target = y + 4 * <usize>(first * g.outChannels);
      gatherPlanes(g, x, 0, taps, first, rows, strip, PITCH);
      multiply(rows, filters, taps, strip, 1, PITCH, w, filters, 1, target, filters, false, bias, relu);
      continue;
    }
    for (let group = 0; group < g.groups; group++) {
      movePatches(g, x, group, 0, taps, first, rows, strip, false);
      const across = 4 * <usize>(group * filters);
      multiply(
        rows,
        filters,
        columns,
        strip,
        columns,
        1,
        w + across,
        g.outChannels,
        1,
        y + 4 * <usize>(first * g.outChannels) + across,
        g.outChannels,
        false,
        bias == 0 ? 0 : bias + across,
        relu,
      );
    }
  }
}

/** Images [from, to): dx = the transpose of the convolution, applied to dy. */
export function convInputGradient(from: i32, to: i32, geometry: usize, dy: usize, w: usize, dx: usize): void {
  const g = changetype<Geometry>(geometry);
  const depth = g.channels / g.groups;
  const filters = g.outChannels / g.groups;
  const taps = g.kernelHeight * g.kernelWidth;
  const columns = taps * depth;
  const strip = scratch + GEMM_SCRATCH;
  const most = stripRows(columns);
  const image = g.height * g.width * g.channels;
  memory.fill(dx + 4 * <usize>(from * image), 0, 4 * <usize>((to - from) * image));
  const begin = from * g.outHeight * g.outWidth;
  const last = to * g.outHeight * g.outWidth;
  if (isDepthwise(g)) {
    depthwise(g, begin, last, 0, taps, dx, w, dy, INTO_X);
    return;
  }
  for (let first = begin; first < last; first += most) {
    const rows = min(most, last - first);
    for (let group = 0; group < g.groups; group++) {
      const across = 4 * <usize>(group * filters);
      multiply(
        rows,
        columns,
        filters,
        dy + 4 * <usize>(first * g.outChannels) + across,
        g.outChannels,
        1,
        w + across,
        1,
        g.outChannels,
        strip,
        columns,
        false,
        0,
        false,
      );
      movePatches(g, dx, group, 0, taps, first, rows, strip, true);
    }
  }
}

/** Taps [from, to) of the kernel: dw = patchesᵀ·dy, over the whole batch. */
export function convFilterGradient(
  from: i32,
  to: i32,
  geometry: usize,
  x: usize,
  dy: usize,
  dw: usize,
): void {
  const g = changetype<Geometry>(geometry);
  if (isDepthwise(g)) {
    memory.fill(dw + 4 * <usize>(from * g.channels), 0, 4 * <usize>((to - from) * g.channels));
    depthwise(g, 0, g.batch * g.outHeight * g.outWidth, from, to, x, dw, dy, INTO_W);
    return;
  }
  const depth = g.channels / g.groups;
  const filters = g.outChannels / g.groups;
  const columns = (to - from) * depth;
  const strip = scratch + GEMM_SCRATCH;
  const planes = planesFit(g);
  const most = planes ? PLANE : stripRows(columns);
  const pixels = g.batch * g.outHeight * g.outWidth;
  const target = dw + 4 * <usize>(from * depth * g.outChannels);
  for (let first = 0; first < pixels; first += most) {
    const rows = min(most, pixels - first);
    if (planes) {
      const back = dy + 4 * <usize>(first * filters);
      gatherPlanes(g, x, from, to, first, rows, strip, PITCH);
      multiply(
        columns,
        filters,
        rows,
        strip,
        PITCH,
        1,
        back,
        filters,
        1,
        target,
        filters,
        first > 0,
        0,
        false,
      );
      continue;
    }
    for (let group = 0; group < g.groups; group++) {
      const across = 4 * <usize>(group * filters);
      movePatches(g, x, group, from, to, first, rows, strip, false);
      multiply(
        columns,
        filters,
        rows,
        strip,
        1,
        columns,
        dy + 4 * <usize>(first * g.outChannels) + across,
        g.outChannels,
        1,
        target + across,
        g.outChannels,
        first > 0,
        0,
        false,
      );
    }
  }
}
