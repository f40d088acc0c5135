import { drawPng, type Range, rangeOf } from "../tensor/picture.ts";
import { formatShape, ShapeError } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type Figure, figure, type Json } from "./figure.ts";
import { caption, checkWhole, gridOf, lettersAcross } from "./layers.ts";
import { tensorOf, type Values } from "./series.ts";
import { breakLines, lineCount } from "./text.ts";
import { DIVERGING, PALETTE } from "./theme.ts";

const HIDDEN = { title: "", visible: false, showgrid: false, zeroline: false, range: [0, 1] } as const;
const SIDE = 96; // what small pictures are enlarged to, at least (pixels), so that the browser need not blur them

export interface ImageGridOptions {
  readonly title?: string;
  /** What stands over each picture. */
  readonly captions?: readonly string[];
  /** At most so many beside each other; 8 unless given. */
  readonly columns?: number;
  /** The numbers that are black and white; of all pictures together unless given. */
  readonly range?: Range;
}

/**
 * Pictures [n, height, width] or [n, height, width, 1 or 3] in rows.
 * @example imageGrid(rows(images, 0, 16), { captions: labels, columns: 8 })
 */
export function imageGrid(source: Values, options: ImageGridOptions = {}): Figure {
  const images = tensorOf("imageGrid", source);
  const [count = 0, height = 0, width = 0, channels = 1] = images.shape;
  if ((images.rank !== 3 && images.rank !== 4) || images.size === 0 || (channels !== 1 && channels !== 3)) {
    throw new ShapeError(
      `imageGrid: pictures are [n, height, width] or [n, height, width, 1 or 3], not ${formatShape(images.shape)}.`,
    );
  }
  const { range = rangeOf(images.data) } = options;
  return grid(count, [height, width], options, (i) => {
    const size = height * width * channels;
    const data = images.data.subarray(i * size, (i + 1) * size);
    return png(data, [height, width, channels], range);
  });
}

export interface WeightImagesOptions extends Omit<ImageGridOptions, "range"> {
  /** Height and width of a unit's inputs; the square root of their number unless given. */
  readonly size?: readonly [height: number, width: number];
}

/**
 * What each unit of a first layer looks for, from weights [inputs, units]: blue against it, orange for it, grey nothing;
 * all units on one scale.
 *
 * @example weightImages(W, { captions: ["0", "1", "2"] })
 */
export function weightImages(
  source: Values,
  { title = "Weights", ...options }: WeightImagesOptions = {},
): Figure {
  const weights = tensorOf("weightImages", source);
  const [inputs = 0, units = 0] = weights.shape;
  const side = Math.round(Math.sqrt(inputs));
  const [height, width] = options.size ?? [side, side];
  if (weights.rank !== 2 || height * width !== inputs || weights.size === 0) {
    throw new ShapeError(
      `weightImages: weights are [inputs, units] and the inputs a picture of ${height} × ${width}; these have shape ` +
        `${formatShape(weights.shape)}. Say { size: [height, width] } if it is not square.`,
    );
  }
  const values = weights.storage.array();
  let peak = 1e-12;
  for (const value of values) peak = Math.max(peak, Math.abs(value));
  return grid(units, [height, width], { title, ...options }, (unit) => {
    const colours = new Float32Array(inputs * 3);
    for (let i = 0; i < inputs; i++) colours.set(diverging(values[i * units + unit]! / peak), 3 * i);
    return png(colours, [height, width, 3], [0, 255]);
  });
}

/** Red, green and blue from 0 to 255 for a number from −1 to 1, between the steps of the scale. */
function diverging(value: number): number[] {
  const place = Math.max(0, Math.min(1, (value + 1) / 2));
  const above = Math.max(
    1,
    DIVERGING.findIndex(([share]) => share >= place),
  );
  const [[from, low], [to, high]] = [DIVERGING[above - 1]!, DIVERGING[above]!];
  const t = (place - from) / (to - from);
  const parts = (colour: string): number[] =>
    [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  return parts(low).map((c, i) => Math.round(c + t * (parts(high)[i]! - c)));
}

function png(data: Tensor["data"], shape: readonly [number, number, number], range: Range): string {
  const scale = Math.max(1, Math.ceil(SIDE / Math.min(shape[0], shape[1])));
  const bytes = drawPng({ data, shape, dtype: "float32" }, range, scale);
  return `data:image/png;base64,${Buffer.from(bytes).toString("base64")}`;
}

function grid(
  count: number,
  [height, width]: readonly [number, number],
  { title = "Pictures", captions, columns = 8 }: ImageGridOptions,
  source: (i: number) => string,
): Figure {
  if (captions !== undefined && captions.length !== count) {
    throw new RangeError(`imageGrid: ${captions.length} captions for ${count} pictures.`);
  }
  checkWhole("imageGrid", "columns", columns);
  const most = Math.min(count, columns);
  const cell = Math.min(150, 640 / most);
  const heads = captions?.map((text) => breakLines(text, lettersAcross([0, 1], cell * 0.98)));
  const lines = Math.max(0, ...(heads ?? []).map(lineCount));
  // What stands over a picture, 15 pixels a line, is kept free between the rows.
  const gap = (15 * lines + 4) / (cell * (height / width));
  const { cells, rows, columns: across } = gridOf(count, columns, [0.02, gap]);
  const images = cells.map(
    ({ across, up }, i): Json => ({
      source: source(i),
      xref: "paper",
      yref: "paper",
      x: (across[0] + across[1]) / 2,
      y: up[1],
      sizex: across[1] - across[0],
      sizey: up[1] - up[0],
      xanchor: "center",
      yanchor: "top",
      sizing: "contain",
      layer: "above",
    }),
  );
  return figure([], {
    title,
    xaxis: HIDDEN,
    yaxis: HIDDEN,
    images,
    annotations: heads === undefined ? [] : cells.map(({ across, up }, i) => caption(across, up, heads[i]!)),
    height: Math.round(60 + 15 * lines + rows * cell * (height / width) * (1 + gap)),
    width: Math.round(40 + across * cell * 1.02),
    margin: { l: 20, r: 20, t: 50 + 15 * lines, b: 10 },
  });
}

/** Boxes on a picture, and what they are called. */
export interface DrawnBoxes {
  /** [n, 4]: left, top, right and bottom, in pixels. */
  readonly boxes: Values;
  readonly names?: readonly string[];
  readonly scores?: Values;
}

export interface BoxesOptions {
  readonly title?: string;
  readonly range?: Range;
  /** How wide it is drawn, in pixels; 480 unless given. */
  readonly width?: number;
}

/**
 * A picture [height, width, 1 or 3] or [height, width] with boxes around what is in it, in a colour for each set.
 * @example boxesOn(photo, { found: { boxes, names, scores }, truth: { boxes: right } })
 */
export function boxesOn(
  source: Values,
  sets: Readonly<Record<string, DrawnBoxes>>,
  { title = "Boxes", range: given, width: drawn = 480 }: BoxesOptions = {},
): Figure {
  const picture = tensorOf("boxesOn", source);
  const range = given ?? rangeOf(picture.data);
  const [height = 0, width = 0, channels = 1] = picture.shape;
  if (
    (picture.rank !== 2 && picture.rank !== 3) ||
    picture.size === 0 ||
    (channels !== 1 && channels !== 3)
  ) {
    throw new ShapeError(
      `boxesOn: a picture is [height, width] or [height, width, 1 or 3], not ${formatShape(picture.shape)}.`,
    );
  }
  const shapes: Json[] = [];
  const annotations: Json[] = [];
  Object.values(sets).forEach(({ boxes: corners, names, scores: chances }, k) => {
    const boxes = tensorOf("boxesOn", corners);
    const scores = chances === undefined ? undefined : tensorOf("boxesOn", chances);
    if (boxes.size > 0 && (boxes.rank !== 2 || boxes.shape[1] !== 4)) {
      throw new ShapeError(`boxesOn: boxes are [n, 4], not ${formatShape(boxes.shape)}.`);
    }
    for (const [what, count] of [
      ["names", names?.length],
      ["scores", scores?.size],
    ] as const) {
      if (count === undefined || count === boxes.shape[0]) continue;
      throw new RangeError(
        `boxesOn: there are ${boxes.shape[0]} boxes and ${count} ${what}; each needs one.`,
      );
    }
    const color = PALETTE[(k + 1) % PALETTE.length]!;
    const edges = boxes.storage.array();
    for (let i = 0; i < boxes.shape[0]!; i++) {
      const [x0, y0, x1, y1] = Array.from(edges.subarray(4 * i, 4 * i + 4)) as [
        number,
        number,
        number,
        number,
      ];
      shapes.push({
        type: "rect",
        x0,
        y0,
        x1,
        y1,
        line: { color, width: 2.5, dash: k === 0 ? "solid" : "dash" },
      });
      const score = scores?.storage.array()[i];
      const text = [names?.[i], score?.toFixed(2)].filter((part) => part !== undefined).join(" ");
      if (text === "") continue;
      const inside = y0 < 0.08 * height;
      annotations.push({
        x: x0,
        y: y0,
        text,
        showarrow: false,
        xanchor: "left",
        yanchor: inside ? "top" : "bottom",
        bgcolor: color,
        borderpad: 2,
        font: { color: "#ffffff", size: 11 },
      });
    }
  });
  // Traces without points, so that the legend names the sets.
  const legend = Object.keys(sets).map((name, k) => ({
    type: "scatter" as const,
    mode: "lines" as const,
    name,
    x: [null],
    y: [null],
    line: {
      color: PALETTE[(k + 1) % PALETTE.length]!,
      width: 3,
      dash: k === 0 ? ("solid" as const) : ("dash" as const),
    },
  }));
  return figure(legend, {
    title,
    xaxis: { title: "x (pixels)", range: [0, width], showgrid: false, zeroline: false, constrain: "domain" },
    yaxis: {
      title: "y (pixels)",
      range: [height, 0],
      showgrid: false,
      zeroline: false,
      scaleanchor: "x",
      constrain: "domain",
    },
    images: [
      {
        source: png(picture.data, [height, width, channels], range),
        xref: "x",
        yref: "y",
        x: 0,
        y: 0,
        sizex: width,
        sizey: height,
        sizing: "stretch",
        layer: "below",
      },
    ],
    shapes,
    annotations,
    showlegend: legend.length > 1,
    width: drawn + 90 + (legend.length > 1 ? 90 : 0),
    height: Math.round((drawn * height) / width) + 110,
  });
}
