// The numbers that a slider can stand at: from its least one in equal steps, and its greatest. A page moves a slider that
// stands elsewhere to the nearest of them as soon as it shows it, so the kernel chooses none but these.

/** Of any number, so much is what arithmetic adds, not what somebody chose. */
const NOISE = 1e-9;

export interface Grid {
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

export function requireOrder(who: string, min: number, max: number, orEqual = false): void {
  if (Number.isFinite(min) && Number.isFinite(max) && (min < max || (orEqual && min === max))) return;
  throw new RangeError(`${who}: it goes from a number to a greater one, not from ${min} to ${max}.`);
}

export function requireStep(who: string, { min, max, step }: Grid): void {
  if (!(step > 0 && step < Infinity))
    throw new RangeError(`${who}: a step is a number above 0, not ${step}.`);
  if (step > (max - min) * (1 + NOISE))
    throw new RangeError(`${who}: a step of ${step} is more than the whole way, which is ${max - min}.`);
}

/** The number, if it is between the two; one that is beyond by its last digits is the end itself. */
export function within(who: string, value: unknown, min: number, max: number): number {
  const noise = NOISE * Math.max(Math.abs(min), Math.abs(max));
  if (typeof value === "number" && value >= min - noise && value <= max + noise)
    return Math.min(max, Math.max(min, value));
  throw new RangeError(`${who}: ${String(value)} is not between ${min} and ${max}.`);
}

export function isClose(a: number, b: number): boolean {
  return Object.is(a, b) || Math.abs(a - b) <= NOISE * Math.max(Math.abs(a), Math.abs(b));
}

/** A page computes a power of ten anew, and 0.3 comes back as 0.2999999999999993. */
export function withoutNoise(value: number): number {
  const plain = Number(value.toPrecision(12));
  return Math.abs(value - plain) < 1e-14 * Math.abs(value) ? plain : value;
}

/** The nearest place where a slider can stand. */
export function onGrid(value: number, { min, max, step }: Grid): number {
  const at = min + Math.round((value - min) / step) * step;
  // 15 digits are what a number surely has: 0.3, not 0.30000000000000004.
  return Math.abs(value - max) <= Math.abs(value - at) ? max : Number(at.toPrecision(15));
}

/** A step of which at least a hundred make the whole: a power of ten, up to two finer where `value` needs it. */
export function roundStep(min: number, max: number, value: number): number {
  const power = Math.floor(Math.log10((max - min) / 100) + 1e-9);
  const steps = [power, power - 1, power - 2].map((one) => (one < 0 ? 1 / 10 ** -one : 10 ** one));
  const fits = (step: number): boolean => isClose(onGrid(value, { min, max, step }), value);
  return steps.find(fits) ?? steps[0]!;
}

/** How d3-format is to write the numbers of a grid. */
export function readout({ step }: Pick<Grid, "step">): string {
  const digits = Array.from({ length: 11 }, (_, at) => at).find((at) => Number(step.toFixed(at)) === step);
  return digits === undefined ? ".5~g" : `.${digits}f`;
}
