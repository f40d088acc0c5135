// The loops of augmentation, on plain arrays, so that a worker thread runs them without anything else of the library.
import type { Random } from "../random/random.ts";

/** Mirrored left to right with this probability, a half unless given. */
export interface MirrorStep {
  readonly kind: "mirror";
  readonly probability?: number;
}

/** A part of this size from a random place, out of the picture with a frame of `padding` zeros around it. */
export interface CropStep {
  readonly kind: "crop";
  readonly size: readonly [height: number, width: number];
  readonly padding?: number;
}

/**
 * Other light. `brightness` and `contrast` draw a factor from 1 − v to 1 + v, for the values and for their distance from
 * the picture's mean; `saturation` one for each pixel's distance from its grey; `shift` adds a Gaussian of this
 * standard deviation to each channel.
 */
export interface ColourStep {
  readonly kind: "colour";
  readonly brightness?: number;
  readonly contrast?: number;
  readonly saturation?: number;
  readonly shift?: number;
}

/** What is done to a picture, one after the other: plain data, so that it can be sent to a thread. */
export type AugmentStep = MirrorStep | CropStep | ColourStep;
export type Recipe = readonly AugmentStep[];

/** Height, width and channels of a picture. */
export type PictureShape = readonly [height: number, width: number, channels: number];

/** The shape of a picture after all steps. */
export function augmentedShape(recipe: Recipe, shape: PictureShape): PictureShape {
  if (!Array.isArray(recipe)) {
    throw new TypeError('augment: a recipe is a list of steps, such as [{ kind: "mirror" }].');
  }
  return (recipe as Recipe).reduce((now, step): PictureShape => {
    checkStep(step);
    if (step.kind !== "crop") return now;
    const { size, padding = 0 } = step;
    const fits =
      size.every((side) => Number.isInteger(side) && side >= 1) &&
      Number.isInteger(padding) &&
      padding >= 0 &&
      size[0] <= now[0] + 2 * padding &&
      size[1] <= now[1] + 2 * padding;
    if (fits) return [size[0], size[1], now[2]];
    throw new RangeError(
      `augment: a crop of ${size.join(" × ")} does not fit a picture of ${now[0]} × ${now[1]} with ${padding} around it.`,
    );
  }, shape);
}

/** Throws unless a step is one of those there are, with numbers that mean something. */
function checkStep(step: AugmentStep): void {
  const { kind } = step;
  if (kind === "mirror") {
    const { probability = 0.5 } = step;
    if (probability >= 0 && probability <= 1) return;
    throw new RangeError(`augment: a mirror's probability lies between 0 and 1; it is ${probability}.`);
  }
  if (kind === "crop") {
    if (Array.isArray(step.size) && step.size.length === 2) return;
    throw new RangeError(`augment: a crop's size is [height, width], not ${JSON.stringify(step.size)}.`);
  }
  if (kind === "colour") {
    const { brightness = 0, contrast = 0, saturation = 0, shift = 0 } = step;
    for (const [name, value] of Object.entries({ brightness, contrast, saturation, shift })) {
      if (Number.isFinite(value) && value >= 0) continue;
      throw new RangeError(
        `augment: the ${name} of a colour step is ${value}; it is a finite number, 0 or more.`,
      );
    }
    return;
  }
  throw new RangeError(`augment: there is no step "${kind}"; there are mirror, crop and colour.`);
}

/** One picture, augmented. */
export function augmentPicture(
  pixels: Float32Array,
  shape: PictureShape,
  recipe: Recipe,
  random: Random,
): Float32Array {
  let now: Float32Array = pixels.slice();
  let [height, width] = shape;
  const channels = shape[2];
  for (const step of recipe) {
    if (step.kind === "mirror") {
      if (random.next() < (step.probability ?? 0.5)) mirror(now, height, width, channels);
    } else if (step.kind === "crop") {
      now = cropped(now, [height, width, channels], step, random);
      [height, width] = step.size;
    } else recolour(now, channels, step, random);
  }
  return now;
}

function mirror(pixels: Float32Array, height: number, width: number, channels: number): void {
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width >> 1; x++) {
      for (let c = 0; c < channels; c++) {
        const [left, right] = [(y * width + x) * channels + c, (y * width + width - 1 - x) * channels + c];
        const kept = pixels[left]!;
        pixels[left] = pixels[right]!;
        pixels[right] = kept;
      }
    }
  }
}

function cropped(
  pixels: Float32Array,
  [height, width, channels]: PictureShape,
  { size: [rows, cols], padding = 0 }: CropStep,
  random: Random,
): Float32Array {
  const top = random.integer(height + 2 * padding - rows + 1) - padding;
  const left = random.integer(width + 2 * padding - cols + 1) - padding;
  const out = new Float32Array(rows * cols * channels);
  const [from, to] = [Math.max(0, -left), Math.min(cols, width - left)];
  for (let y = Math.max(0, -top); y < Math.min(rows, height - top) && from < to; y++) {
    const source = ((y + top) * width + left + from) * channels;
    out.set(pixels.subarray(source, source + (to - from) * channels), (y * cols + from) * channels);
  }
  return out;
}

function recolour(
  pixels: Float32Array,
  channels: number,
  { brightness = 0, contrast = 0, saturation = 0, shift = 0 }: ColourStep,
  random: Random,
): void {
  const factor = (spread: number): number => (spread === 0 ? 1 : 1 + spread * (2 * random.next() - 1));
  const [light, hard, bright] = [factor(brightness), factor(contrast), factor(saturation)];
  const shifts = shift === 0 ? undefined : random.normal([channels], { std: shift }).storage.array();
  let mean = 0;
  for (const value of pixels) mean += (light * value) / pixels.length;
  for (let at = 0; at < pixels.length; at += channels) {
    let grey = 0;
    for (let c = 0; c < channels; c++) grey += pixels[at + c]! / channels;
    for (let c = 0; c < channels; c++) {
      const vivid = grey + bright * (pixels[at + c]! - grey);
      pixels[at + c] = mean + hard * (light * vivid - mean) + (shifts?.[c] ?? 0);
    }
  }
}
