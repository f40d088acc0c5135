import { showAs } from "../display.ts";
import { pictureForms, type Range, rangeOf, scaleOf } from "../tensor/picture.ts";
import { formatShape, ShapeError } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type Axis, type Figure, figure } from "./figure.ts";
import { tensorOf, type Values } from "./series.ts";
import { DIVERGING, SEQUENTIAL } from "./theme.ts";

export interface ImageOptions {
  /** The numbers drawn black and white; without it 0 to 1, 0 to 255, or from the lowest to the highest. */
  readonly range?: Range;
  /** The side of each element, in pixels. */
  readonly scale?: number;
}

/** A picture that shows itself in a notebook. */
export class Picture {
  readonly png: Uint8Array<ArrayBuffer>;
  readonly html: string;
  readonly #caption: string;

  constructor(tensor: Tensor, range: Range, scale: number) {
    const forms = pictureForms(tensor, range, scale);
    this.png = forms["image/png"];
    this.html = forms["text/html"];
    this.#caption = forms.caption;
  }

  toString(): string {
    return `Picture: ${this.#caption}`;
  }
}

showAs(Picture, (picture) => ({
  "image/png": picture.png,
  "text/html": picture.html,
  "text/plain": String(picture),
}));

/**
 * A tensor of shape `[height, width]` or `[height, width, 1 or 3]` as a picture.
 *
 * @example
 * image(digit); // 28 × 28, enlarged
 * image(weights, { range: [-1, 1], scale: 8 });
 */
export function image(tensor: Tensor, options: ImageOptions = {}): Picture {
  const { shape } = tensor;
  const picture = shape.length === 2 || (shape.length === 3 && (shape[2] === 1 || shape[2] === 3));
  if (!picture || tensor.size === 0) {
    throw new ShapeError(
      `image: a picture has shape [height, width] or [height, width, 1 or 3], not ${formatShape(shape)}; ` +
        `reshape it, or take one of a batch.`,
    );
  }
  const { range = rangeOf(tensor.data), scale = scaleOf(shape) } = options;
  if (!Number.isInteger(scale) || scale < 1) {
    throw new RangeError(`image: scale is the side of an element in whole pixels, not ${scale}.`);
  }
  return new Picture(tensor, range, scale);
}

export interface HeatmapOptions {
  readonly title?: string;
  readonly xaxis?: Axis;
  readonly yaxis?: Axis;
  /** What the colours stand for, with its unit; "value" unless given. */
  readonly value?: string;
}

/**
 * A matrix as a heat map: its first row on top, and colours the same way from zero where it has both signs.
 *
 * @example
 * heatmap(weights, { title: "Weights", xaxis: { title: "unit" }, yaxis: { title: "input" } });
 */
export function heatmap(source: Values, options: HeatmapOptions = {}): Figure {
  const matrix = tensorOf("heatmap", source);
  if (matrix.rank !== 2) {
    throw new ShapeError(`heatmap: a matrix has two axes, not ${formatShape(matrix.shape)}.`);
  }
  const { title = `${matrix.dtype} ${formatShape(matrix.shape)}`, value = "value" } = options;
  const { xaxis = { title: "column" }, yaxis = { title: "row" } } = options;
  const [lowest] = rangeOf(matrix.data);
  const signs = lowest < 0 ? { colorscale: DIVERGING, zmid: 0 } : { colorscale: SEQUENTIAL };
  const colorbar = { title: { text: value }, thickness: 12, outlinewidth: 0 };
  return figure([{ type: "heatmap", z: matrix, ...signs, colorbar }], {
    title,
    xaxis,
    yaxis: { autorange: "reversed", ...yaxis },
  });
}
