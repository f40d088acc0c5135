import { showAs } from "../display.ts";
import { Tensor } from "../tensor/tensor.ts";
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
  readonly scaleanchor?: "x" | "y";
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
}

/** Plain data, as JSON carries it. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A plotly figure that shows itself in a notebook. */
export class Figure {
  readonly data: readonly { readonly [key: string]: Json }[];
  readonly layout: PlotlyLayout;
  readonly config: typeof CONFIG = CONFIG;
  readonly #summary: string;

  constructor(data: readonly Trace[], layout: FigureLayout) {
    // Left to itself, plotly puts markers on curves of fewer than 20 points.
    this.data = data.map((trace) =>
      plainObject(trace.type === "scatter" ? { mode: "lines", ...trace } : trace),
    );
    this.layout = styled(layout);
    const kinds = data.map(({ name, type }) => (name === undefined ? type : `${type} ${name}`));
    this.#summary = `Figure: ${layout.title} (${layout.xaxis.title} against ${layout.yaxis.title}; ${kinds.join(", ")})`;
  }

  toString(): string {
    return this.#summary;
  }
}

showAs(Figure, (figure) => ({
  "application/vnd.plotly.v1+json": { data: figure.data, layout: figure.layout, config: figure.config },
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

function styled({ title, xaxis, yaxis, ...rest }: FigureLayout): PlotlyLayout {
  return { ...LAYOUT, ...rest, title: { text: title }, xaxis: axis(xaxis), yaxis: axis(yaxis) };
}

function axis({ title, ...rest }: Axis): PlotlyAxis {
  return { ...AXIS, ...rest, title: { text: title } };
}

/** Tensors and typed arrays become arrays; what JSON has no number for (NaN, ±∞) becomes null, which plotly leaves out. */
function plain(value: unknown): Json {
  if (value instanceof Tensor) return plain(value.toArray());
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (Array.isArray(value)) return value.map(plain);
  if (ArrayBuffer.isView(value) && Symbol.iterator in value)
    return Array.from(value as Iterable<unknown>, plain);
  if (typeof value === "object" && value !== null) return plainObject(value);
  return typeof value === "string" || typeof value === "boolean" ? value : null;
}

function plainObject(value: object): { readonly [key: string]: Json } {
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(entries.map(([key, inner]) => [key, plain(inner)]));
}
