import type { Params } from "../autodiff/grad.ts";

/**
 * ‖Δw‖/‖w‖ of every parameter in one step: about 10⁻³ is healthy; much more and the rate is too high, much less and it
 * is too low. A parameter that was 0 (a fresh bias) has no ratio: NaN.
 *
 * @example updateRatios(before, after) // { W: 0.0012, b: 0.0008 }
 */
export function updateRatios(before: Params, after: Params): Record<string, number> {
  const ratios: Record<string, number> = {};
  for (const [name, { storage }] of Object.entries(before)) {
    const [from, to] = [storage.array(), after[name]?.storage.array()];
    if (to?.length !== from.length) {
      throw new RangeError(
        `updateRatios: "${name}" has ${from.length} numbers before and ${to?.length ?? 0} after.`,
      );
    }
    let [moved, size] = [0, 0];
    for (let i = 0; i < from.length; i++) {
      moved += (to[i]! - from[i]!) ** 2;
      size += from[i]! ** 2;
    }
    ratios[name] = size === 0 ? Number.NaN : Math.sqrt(moved / size);
  }
  return ratios;
}
