import { showAs } from "../display.ts";
import { Tensor } from "../tensor/tensor.ts";
import { isFrame } from "./series.ts";
import { breakLines, lineCount } from "./text.ts";
import { AXIS, CONFIG, LAYOUT, type PlotlyAxis, type PlotlyLayout } from "./theme.ts";
import type { Trace } from "./traces.ts";

/** An axis says what it shows, with the unit where there is one. */
export interface Axis {
  readonly title: string;
  readonly type?: "linear" | "log" | "category";
  readonly range?: readonly [number, number];
  readonly dtick?: number | string;
  /** How numbers are written, in d3's format, such as `.2f` or `~s`. */
  readonly tickformat?: string;
  readonly autorange?: "reversed";
  /** The other axis to which one unit is drawn equally long. */
  readonly scaleanchor?: string;
  /** Whether what does not fit the other axis's scale is cut off the range or off the panel. */
  readonly constrain?: "domain" | "range";
  /** Another axis that shows the same range. */
  readonly matches?: string;
  /** What is written at which places. */
  readonly tickvals?: readonly number[];
  readonly ticktext?: readonly string[];
  readonly nticks?: number;
  readonly tickangle?: number;
  readonly tickfont?: { readonly size: number };
  readonly side?: "top" | "bottom";
  readonly visible?: boolean;
  readonly showgrid?: boolean;
  readonly zeroline?: boolean;
  readonly showticklabels?: boolean;
}

/** Another pair of axes beside the first: traces name it as "x2" and "y2", the third "x3" and "y3". */
export interface Panel {
  /** From left to right and from bottom to top, in shares of the figure. */
  readonly across: readonly [from: number, to: number];
  readonly up: readonly [from: number, to: number];
  readonly xaxis: Axis;
  readonly yaxis: Axis;
}

/** What a frame of an animation changes: the data of some traces, by their places. */
export interface Frame {
  readonly name: string;
  readonly traces: readonly number[];
  readonly data: readonly Partial<Trace>[];
}

/** Every figure has a title and two named axes. */
export interface FigureLayout {
  readonly title: string;
  readonly xaxis: Axis;
  readonly yaxis: Axis;
  readonly height?: number;
  readonly width?: number;
  readonly barmode?: "group" | "stack" | "overlay";
  readonly showlegend?: boolean;
  /** Where the legend stands, as plotly has it; on the right unless given. */
  readonly legend?: { readonly [key: string]: Json };
  readonly bargap?: number;
  /** Where the first pair of axes is, where there are others. */
  readonly across?: readonly [from: number, to: number];
  readonly up?: readonly [from: number, to: number];
  readonly panels?: readonly Panel[];
  readonly frames?: readonly Frame[];
  /** Lines, rectangles, words and pictures, and controls, as plotly has them. */
  readonly shapes?: readonly Json[];
  readonly annotations?: readonly Json[];
  readonly images?: readonly Json[];
  readonly sliders?: readonly Json[];
  readonly updatemenus?: readonly Json[];
  readonly margin?: { readonly l?: number; readonly r?: number; readonly t?: number; readonly b?: number };
}

/** Plain data, as JSON carries it. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A plotly figure that shows itself in a notebook. */
export class Figure {
  readonly data: readonly { readonly [key: string]: Json }[];
  readonly layout: PlotlyLayout;
  readonly config: typeof CONFIG = CONFIG;
  /** The frames of an animation; none for a still figure. */
  readonly frames: readonly Json[];
  readonly #summary: string;

  constructor(data: readonly Trace[], layout: FigureLayout) {
    // Left to itself, plotly puts markers on curves of fewer than 20 points.
    this.data = data.map((trace) =>
      plainObject(trace.type === "scatter" ? { mode: "lines", ...trace } : trace),
    );
    this.layout = styled(layout);
    this.frames = (layout.frames ?? []).map((frame) => plainObject(frame));
    this.#summary = summaryOf(data, layout);
  }

  toString(): string {
    return this.#summary;
  }
}

/** The figure in words, for who does not see it. One of pictures names no axes; what is drawn alike is named once. */
function summaryOf(data: readonly Trace[], layout: FigureLayout): string {
  const { title, images = [], panels = [] } = layout;
  const kinds = data.map(({ name, type }) => (name === undefined ? type : `${type} ${name}`));
  const axes = (["xaxis", "yaxis"] as const)
    .flatMap(
      (axis) => [layout, ...panels].map((panel) => panel[axis].title).find((name) => name !== "") ?? [],
    )
    .join(" against ");
  const pictures = images.length === 0 ? [] : [`${images.length} picture${images.length > 1 ? "s" : ""}`];
  const what = [axes, [...pictures, ...new Set(kinds)].join(", ")].filter((part) => part !== "");
  return `Figure: ${title}${what.length > 0 ? ` (${what.join("; ")})` : ""}`;
}

showAs(Figure, (figure) => ({
  "application/vnd.plotly.v1+json": {
    data: figure.data,
    layout: figure.layout,
    config: figure.config,
    ...(figure.frames.length > 0 && { frames: figure.frames }),
  },
  "text/plain": String(figure),
}));

/**
 * A figure from plotly traces, in the one look of the workbook: legible on a dark and on a light page.
 *
 * @example
 * figure([{ type: "scatter", y: losses, name: "training" }], {
 *   title: "Loss while training",
 *   xaxis: { title: "step" },
 *   yaxis: { title: "cross-entropy (nats)" },
 * });
 */
export function figure(data: readonly Trace[], layout: FigureLayout): Figure {
  return new Figure(data, layout);
}

/** A figure of panels beside and below each other, of which none is the first to a reader. */
export function panelled(
  data: readonly Trace[],
  panels: readonly Panel[],
  layout: Omit<FigureLayout, keyof Panel | "panels">,
): Figure {
  const [first, ...rest] = panels;
  if (first === undefined) throw new RangeError(`${layout.title}: a figure needs a panel.`);
  return figure(data, { ...layout, ...first, panels: rest });
}

function styled(layout: FigureLayout): PlotlyLayout {
  const { title, xaxis, yaxis, panels = [], frames: _, across, up, margin, ...rest } = layout;
  const others = panels.flatMap((panel, i): [string, PlotlyAxis][] => [
    [`xaxis${i + 2}`, axis(panel.xaxis, { domain: panel.across, anchor: `y${i + 2}` })],
    [`yaxis${i + 2}`, axis(panel.yaxis, { domain: panel.up, anchor: `x${i + 2}` })],
  ]);
  // A title is drawn in the middle, however long it is: what does not fit goes to another line.
  const heading = breakLines(title, (layout.width ?? NARROWEST) / 9);
  return {
    ...LAYOUT,
    ...rest,
    margin: {
      ...LAYOUT.margin,
      ...margin,
      t: (margin?.t ?? LAYOUT.margin.t) + 22 * (lineCount(heading) - 1),
    },
    title: { text: heading },
    xaxis: axis(xaxis, across && { domain: across }),
    yaxis: axis(yaxis, up && { domain: up }),
    ...Object.fromEntries(others),
  };
}

/** The width (pixels) that a title is broken for, where the figure is as wide as its page. */
const NARROWEST = 640;

/** The distance that makes plotly push the margin out for what it shows between axis and title. */
const STANDOFF = 8;

function axis({ title, ...rest }: Axis, place: object = {}): PlotlyAxis {
  return { ...AXIS, ...rest, ...place, title: { text: title, standoff: STANDOFF } };
}

/** Tensors, typed arrays and the frames of danfojs become arrays; what JSON has no number for (NaN, ±∞) becomes null, which plotly leaves out. */
function plain(value: unknown): Json {
  if (value instanceof Tensor) return plain(value.toArray());
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (Array.isArray(value)) return value.map(plain);
  if (ArrayBuffer.isView(value) && Symbol.iterator in value)
    return Array.from(value as Iterable<unknown>, plain);
  if (typeof value === "object" && value !== null) {
    return isFrame(value) ? plain(value.values) : plainObject(value);
  }
  return typeof value === "string" || typeof value === "boolean" ? value : null;
}

function plainObject(value: object): { readonly [key: string]: Json } {
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(entries.map(([key, inner]) => [key, plain(inner)]));
}
