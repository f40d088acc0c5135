// Sliders: numbers between two others.
import { Control, type Get, type Labelled } from "./control.ts";
import { onGrid, readout, requireOrder, requireStep, roundStep, within, withoutNoise } from "./grid.ts";
import type { State } from "./models.ts";

export interface SliderOptions extends Labelled {
  /** Where it begins: the middle, unless given. */
  readonly value?: number;
  /** A hundredth of the way or less, unless given; with `log`, in powers of ten. */
  readonly step?: number;
  /** Whether equal ways are equal ratios. */
  readonly log?: boolean;
}

/** A number between two others. */
export function slider(min: number, max: number, options: SliderOptions = {}): Control<number> {
  requireOrder("slider", min, max);
  if (options.log) return logSlider(min, max, options);
  const { label = "", value } = options;
  const hold = (number: unknown): number => within("slider", number, min, max);
  const step = options.step ?? roundStep(min, max, value ?? min);
  const grid = { min, max, step };
  requireStep("slider", grid);
  const write = (next: number): State => ({ value: onGrid(hold(next), grid) });
  const state = { description: label, ...grid, readout_format: readout(grid) };
  const start = write(value ?? (min + max) / 2);
  return new Control("FloatSlider", { ...state, ...start }, (get) => hold(get("value")), write);
}

function logSlider(min: number, max: number, options: SliderOptions): Control<number> {
  if (min <= 0) throw new RangeError(`slider: with { log: true } it begins above 0, not at ${min}.`);
  const { label = "", value = Math.sqrt(min * max), step } = options;
  const hold = (number: unknown): number => within("slider", number, min, max);
  const ends = { min: Math.log10(min), max: Math.log10(max) };
  const grid = { ...ends, step: step ?? ratioStep(ends.min, ends.max, Math.log10(hold(value))) };
  requireStep("slider", grid);
  const write = (next: number): State => {
    const wanted = hold(next);
    const exponent = Math.log10(wanted);
    const place = onGrid(exponent, grid);
    return { value: Math.abs(place - exponent) < 1e-9 ? wanted : hold(10 ** place) };
  };
  const state = { description: label, ...grid, readout_format: ".3~g" };
  const read = (get: Get): number => withoutNoise(hold(get("value")));
  return new Control("FloatLogSlider", { ...state, ...write(value) }, read, write);
}

/** About a hundredth of the way, so that `value` is a whole number of steps from its beginning. */
function ratioStep(min: number, max: number, value: number): number {
  const rough = (max - min) / 100;
  return value === min ? rough : (value - min) / Math.max(1, Math.round((value - min) / rough));
}

export interface RangeOptions extends Labelled {
  readonly value?: readonly [number, number];
  readonly step?: number;
}

/** A part of what lies between two numbers. */
export function range(
  min: number,
  max: number,
  options: RangeOptions = {},
): Control<readonly [number, number]> {
  requireOrder("range", min, max);
  const { label = "", value = [min, max], step = roundStep(min, max, min) } = options;
  const grid = { min, max, step };
  requireStep("range", grid);
  const hold = (pair: unknown): readonly [number, number] => {
    const [from, to]: readonly unknown[] = Array.isArray(pair) ? pair : [];
    const held = [within("range", from, min, max), within("range", to, min, max)] as const;
    requireOrder("range", ...held, true);
    return held;
  };
  const write = (pair: readonly [number, number]): State => ({
    value: hold(pair).map((end) => onGrid(end, grid)),
  });
  const read = (get: Get): readonly [number, number] => hold(get("value"));
  const state = { description: label, ...grid, ...write(value), readout_format: readout(grid) };
  return new Control("FloatRangeSlider", state, read, write);
}
