import { escapeHtml } from "../display.ts";
import type { DType, TypedArray } from "./dtype.ts";
import { encodePng } from "./png.ts";
import { formatShape, type Shape } from "./shape.ts";

/** What a picture needs to know of a tensor. */
interface Pictured {
  readonly data: TypedArray;
  readonly shape: Shape;
  readonly dtype: DType;
}

/** The numbers that are drawn black and white (or without and with all of a colour). */
export type Range = readonly [black: number, white: number];

const SMALLEST = 8; // a side (elements) from which numbers are better seen than read
const LARGEST = 512;
const NARROW = 12; // a matrix of so few columns is a table
const WIDTH = 160; // small pictures are enlarged to about this (pixels)

/** Whether a tensor is one picture: `[height, width]`, or `[height, width, 1 or 3]`, of finite numbers. */
export function isPicture({ data, shape }: Pictured): boolean {
  const [height = 0, width = 0, channels] = shape;
  if (shape.length < 2 || shape.length > 3) return false;
  if (shape.length === 2 ? width <= NARROW : channels !== 1 && channels !== 3) return false;
  const fits = [height, width].every((side) => side >= SMALLEST && side <= LARGEST);
  return fits && data.every(Number.isFinite);
}

/** The range in which pictures with such numbers are made: 0 to 1, 0 to 255, or what there is. */
export function rangeOf(data: TypedArray): Range {
  let lowest = Infinity;
  let highest = -Infinity;
  for (const value of data) {
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
  }
  if (lowest >= 0 && highest <= 1) return [0, 1];
  if (lowest >= 0 && highest <= 255 && data.every(Number.isInteger)) return [0, 255];
  return [lowest, highest];
}

/** A tensor as the bytes of a PNG file, each element a square of `scale` × `scale` pixels. */
export function drawPng(
  { data, shape }: Pictured,
  [black, white]: Range,
  scale: number,
): Uint8Array<ArrayBuffer> {
  const [height = 1, width = 1, depth] = shape;
  const channels = depth === 3 ? 3 : 1;
  const row = width * scale * channels;
  const pixels = new Uint8Array(height * scale * row);
  const unit = white > black ? 255 / (white - black) : 0;
  for (let y = 0; y < height * scale; y++) {
    const line = Math.floor(y / scale) * width;
    for (let x = 0; x < width * scale; x++) {
      const from = (line + Math.floor(x / scale)) * channels;
      for (let c = 0; c < channels; c++) {
        const level = Math.round((data[from + c]! - black) * unit);
        pixels[y * row + x * channels + c] = Math.max(0, Math.min(255, level));
      }
    }
  }
  return encodePng({ width: width * scale, height: height * scale, channels, data: pixels });
}

/** How much a picture is enlarged, so that a person sees it. */
export function scaleOf([height = 1, width = 1]: Shape): number {
  return Math.max(1, Math.floor(WIDTH / Math.max(height, width)));
}

/** The picture as a notebook takes it: as PNG, and with its caption as HTML. */
export function pictureForms(
  tensor: Pictured,
  range: Range = rangeOf(tensor.data),
  scale: number = scaleOf(tensor.shape),
): { readonly "image/png": Uint8Array<ArrayBuffer>; readonly "text/html": string; readonly caption: string } {
  const png = drawPng(tensor, range, scale);
  const [black, white] = range.map((value) => Number(value.toPrecision(4)));
  const caption = `${tensor.dtype} ${formatShape(tensor.shape)}, black ${black}, white ${white}`;
  const source = `data:image/png;base64,${base64(png)}`;
  const html = `<figure><img alt="${escapeHtml(caption)}" src="${source}"><figcaption>${escapeHtml(caption)}</figcaption></figure>`;
  return { "image/png": png, "text/html": html, caption };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64");
}
