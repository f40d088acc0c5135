// One place of a convolution: what lies under the window, what it is multiplied by, and the map as far as it is filled.
import { formatShape, ShapeError } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type Axis, type Figure, type Json, type Panel, panelled } from "./figure.ts";
import { caption, checkWhole } from "./layers.ts";
import { tensorOf, type Values } from "./series.ts";
import { DIVERGING, PALETTE, SEQUENTIAL } from "./theme.ts";
import type { Trace } from "./traces.ts";

export interface ConvolutionStepOptions {
  readonly title?: string;
  /** Which place the window is at, counted row by row from the top left; the last unless given. */
  readonly at?: number;
  /** How far along its way the window is, from 0 to 1, where `at` does not say. */
  readonly share?: number;
  /** How far the window goes from one place to the next, in pixels; 1 unless given. */
  readonly stride?: number;
  /** How many rings of zeros are laid around the picture; none unless given. */
  readonly padding?: number;
}

/** Where the picture is, the filter, the products, and the map, in shares of the figure. */
const PLACES = [
  { across: [0, 0.37], up: [0, 1] },
  { across: [0.425, 0.575], up: [0.56, 1] },
  { across: [0.425, 0.575], up: [0, 0.44] },
  { across: [0.64, 1], up: [0, 1] },
] as const;

/**
 * A filter [f, f] on its way over a picture [height, width]: the window drawn on the picture, the filter, the products
 * with their sum, and the map up to here. Colours mean the same numbers at every place, so that only what changes moves.
 *
 * @example convolutionStep(digit, [[1, 0, -1], [2, 0, -2], [1, 0, -1]], { at: 40 })
 */
export function convolutionStep(
  source: Values,
  filter: Values,
  options: ConvolutionStepOptions = {},
): Figure {
  const [picture, weights] = [matrixOf("the picture", source), matrixOf("the filter", filter)];
  const { stride = 1, padding = 0, share = 1 } = options;
  checkWhole("convolutionStep", "stride", stride);
  if (padding !== 0) checkWhole("convolutionStep", "padding", padding);
  const image = padded(picture, padding);
  const rows = placesAlong(image.length, weights.length, stride);
  const columns = placesAlong(image[0]!.length, weights[0]!.length, stride);
  const { at = Math.round(share * (rows * columns - 1)), title } = options;
  if (!(Number.isSafeInteger(at) && at >= 0 && at < rows * columns)) {
    throw new RangeError(`convolutionStep: the window has places 0 to ${rows * columns - 1}, and no ${at}.`);
  }
  const [row, column] = [Math.floor(at / columns), at % columns];
  const productsAt = (i: number, j: number): number[][] =>
    weights.map((line, a) => line.map((w, b) => w * image[i * stride + a]![j * stride + b]!));
  const map = Array.from({ length: rows }, (_, i) =>
    Array.from({ length: columns }, (_, j) => total(productsAt(i, j))),
  );
  const products = productsAt(row, column);
  const [top, left] = [row * stride - padding, column * stride - padding];
  const heads = [
    "picture and window",
    "filter",
    "window × filter",
    `map: ${at + 1} of ${rows * columns} places`,
  ];
  const grids = [image, weights, products, map];
  return panelled(
    [
      heat(image, greatest(image), 0, { from: -padding }),
      heat(weights, greatest(weights), 1, { numbers: true }),
      heat(products, greatest(weights) * greatest(image), 2, { numbers: true }),
      heat(
        map.map((line, i) => line.map((value, j) => (i * columns + j <= at ? value : Number.NaN))),
        greatest(map),
        3,
      ),
    ],
    grids.map((grid, k) => panel(grid, k, k === 0 ? -padding : 0)),
    {
      title: title ?? `Row ${row}, column ${column}: the products add up to ${written(map[row]![column]!)}`,
      annotations: PLACES.map(({ across, up }, k) => caption(across, up, `<b>${heads[k]}</b>`)),
      shapes: [
        frame("", left, top, weights[0]!.length, weights.length),
        frame("4", column, row, 1, 1),
        ...(padding > 0 ? [frame("", 0, 0, picture[0]!.length, picture.length, EDGE)] : []),
      ],
      showlegend: false,
      height: 400,
      margin: { t: 75 },
    },
  );
}

function matrixOf(what: string, source: Values): number[][] {
  const matrix: Tensor = tensorOf("convolutionStep", source);
  if (matrix.rank === 2 && matrix.size > 0) return matrix.toArray() as number[][];
  throw new ShapeError(
    `convolutionStep: ${what} is ${formatShape(matrix.shape)}; it has two axes, and numbers.`,
  );
}

function padded(picture: readonly (readonly number[])[], padding: number): readonly (readonly number[])[] {
  const blank = (length: number): number[] => new Array<number>(length).fill(0);
  const beside = blank(padding);
  const beyond = Array.from(beside, () => blank(picture[0]!.length + 2 * padding));
  return [...beyond, ...picture.map((line) => [...beside, ...line, ...beside]), ...beyond];
}

function placesAlong(length: number, filter: number, stride: number): number {
  if (filter <= length) return Math.floor((length - filter) / stride) + 1;
  throw new ShapeError(`convolutionStep: a filter of ${filter} does not fit on ${length} pixels.`);
}

const total = (rows: readonly (readonly number[])[]): number => rows.flat().reduce((a, b) => a + b, 0);
const greatest = (rows: readonly (readonly number[])[]): number =>
  Math.max(1e-12, ...rows.flat().map(Math.abs));

/** A panel's colours; those of the picture begin at 0, all others have grey there. */
function heat(
  z: readonly (readonly number[])[],
  peak: number,
  k: number,
  { numbers = false, from = 0 }: { readonly numbers?: boolean; readonly from?: number } = {},
): Trace {
  const scale =
    k === 0 ? { colorscale: SEQUENTIAL, zmin: 0 } : { colorscale: DIVERGING, zmin: -peak, zmid: 0 };
  return {
    type: "heatmap",
    z,
    x: z[0]!.map((_, j) => from + j),
    y: z.map((_, i) => from + i),
    ...scale,
    zmax: peak,
    showscale: false,
    ...(numbers && {
      text: z.map((line) => line.map(written)),
      texttemplate: "%{text}",
      textfont: { size: Math.min(11, Math.round(36 / z[0]!.length)) },
      xgap: 2,
      ygap: 2,
    }),
    ...(k > 0 && { xaxis: `x${k + 1}`, yaxis: `y${k + 1}` }),
  };
}

const written = (value: number): string =>
  (Number.isInteger(value) ? String(value) : value.toFixed(2)).replace("-", "−");

function panel(grid: readonly (readonly number[])[], k: number, from: number): Panel {
  const named = k === 0 || k === 3;
  const plain: Omit<Axis, "title"> = {
    showgrid: false,
    zeroline: false,
    constrain: "domain",
    nticks: 5,
    visible: named,
  };
  return {
    ...PLACES[k]!,
    xaxis: {
      ...plain,
      title: named ? "column (pixels)" : "",
      range: [from - 0.5, from + grid[0]!.length - 0.5],
    },
    yaxis: {
      ...plain,
      title: k === 0 ? "row (pixels)" : "",
      range: [from + grid.length - 0.5, from - 0.5],
      scaleanchor: k === 0 ? "x" : `x${k + 1}`,
    },
  };
}

const WINDOW = { color: PALETTE[1]!, width: 3 };
/** Where the picture ends and its padding begins. */
const EDGE = { color: "#d8d8d8", width: 1, dash: "dot" };

/** An outline on the picture's axes or the map's: of what the window covers, unless `line` says otherwise. */
function frame(
  axis: string,
  left: number,
  top: number,
  width: number,
  height: number,
  line: Json = WINDOW,
): Json {
  return {
    type: "rect",
    xref: `x${axis}`,
    yref: `y${axis}`,
    x0: left - 0.5,
    x1: left + width - 0.5,
    y0: top - 0.5,
    y1: top + height - 0.5,
    line,
  };
}
