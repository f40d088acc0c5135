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
  /** How far the window goes from one place to the next, in pixels; 1 unless given. */
  readonly stride?: number;
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
  const [image, weights] = [matrixOf("the picture", source), matrixOf("the filter", filter)];
  const { stride = 1 } = options;
  checkWhole("convolutionStep", "stride", stride);
  const rows = placesAlong(image.length, weights.length, stride);
  const columns = placesAlong(image[0]!.length, weights[0]!.length, stride);
  const { at = rows * columns - 1, title } = options;
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
  const [top, left] = [row * stride, column * stride];
  const heads = [
    "picture and window",
    "filter",
    "window × filter",
    `map: ${at + 1} of ${rows * columns} places`,
  ];
  const grids = [image, weights, products, map];
  return panelled(
    [
      heat(image, greatest(image), 0),
      heat(weights, greatest(weights), 1, true),
      heat(products, greatest(weights) * greatest(image), 2, true),
      heat(
        map.map((line, i) => line.map((value, j) => (i * columns + j <= at ? value : Number.NaN))),
        greatest(map),
        3,
      ),
    ],
    grids.map((grid, k) => panel(grid, k)),
    {
      title: title ?? `Row ${row}, column ${column}: the products add up to ${written(map[row]![column]!)}`,
      annotations: PLACES.map(({ across, up }, k) => caption(across, up, `<b>${heads[k]}</b>`)),
      shapes: [frame("", left, top, weights[0]!.length, weights.length), frame("4", column, row, 1, 1)],
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

function placesAlong(length: number, filter: number, stride: number): number {
  if (filter <= length) return Math.floor((length - filter) / stride) + 1;
  throw new ShapeError(`convolutionStep: a filter of ${filter} does not fit on ${length} pixels.`);
}

const total = (rows: readonly (readonly number[])[]): number => rows.flat().reduce((a, b) => a + b, 0);
const greatest = (rows: readonly (readonly number[])[]): number =>
  Math.max(1e-12, ...rows.flat().map(Math.abs));

/** A panel's colours; those of the picture begin at 0, all others have grey there. */
function heat(z: readonly number[][], peak: number, k: number, numbers = false): Trace {
  const scale =
    k === 0 ? { colorscale: SEQUENTIAL, zmin: 0 } : { colorscale: DIVERGING, zmin: -peak, zmid: 0 };
  return {
    type: "heatmap",
    z,
    ...scale,
    zmax: peak,
    showscale: false,
    ...(numbers && { text: z.map((line) => line.map(written)), texttemplate: "%{text}", xgap: 2, ygap: 2 }),
    ...(k > 0 && { xaxis: `x${k + 1}`, yaxis: `y${k + 1}` }),
  };
}

const written = (value: number): string =>
  (Number.isInteger(value) ? String(value) : value.toFixed(2)).replace("-", "−");

function panel(grid: readonly (readonly number[])[], k: number): Panel {
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
    xaxis: { ...plain, title: named ? "column (pixels)" : "", range: [-0.5, grid[0]!.length - 0.5] },
    yaxis: {
      ...plain,
      title: k === 0 ? "row (pixels)" : "",
      range: [grid.length - 0.5, -0.5],
      scaleanchor: k === 0 ? "x" : `x${k + 1}`,
    },
  };
}

/** The outline of what the window covers, on the picture's axes or the map's. */
function frame(axis: string, left: number, top: number, width: number, height: number): Json {
  return {
    type: "rect",
    xref: `x${axis}`,
    yref: `y${axis}`,
    x0: left - 0.5,
    x1: left + width - 0.5,
    y0: top - 0.5,
    y1: top + height - 0.5,
    line: { color: PALETTE[1]!, width: 3 },
  };
}
