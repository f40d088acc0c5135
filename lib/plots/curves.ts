import { movingAverage } from "../evaluate/moving-average.ts";
import { type Figure, figure } from "./figure.ts";
import { type Columns, columnsOf, isFrame, isNumbers, numbersOf } from "./series.ts";
import { GREY, PALETTE } from "./theme.ts";
import type { Numbers, Trace } from "./traces.ts";

export interface CurvesOptions {
  readonly title?: string;
  /** What the x axis counts; "step" unless given. */
  readonly x?: string;
  /** What the y axis shows, with its unit; "loss" unless given. */
  readonly y?: string;
  /** Whether y is logarithmic. */
  readonly log?: boolean;
  /** Where the points stand, for all curves or for each by its name; 0, 1, 2, … unless given. */
  readonly at?: Numbers | Readonly<Record<string, Numbers>>;
  /** Only these columns. */
  readonly columns?: readonly string[];
  /** β of an exponential mean with bias correction, drawn over the pale measured values. */
  readonly smooth?: number;
}

/**
 * Loss curves, or any others over steps: one for each name, or for each column of a history's frame.
 *
 * @example
 * lossCurves({ training, validation }, { x: "epoch", y: "cross-entropy (nats)", log: true });
 * lossCurves(history, { columns: ["loss", "valLoss"] });
 */
export function lossCurves(curves: Columns, options: CurvesOptions = {}): Figure {
  const { title = "Loss", x = "step", y = "loss", log = false, at, smooth = 0 } = options;
  if (!(smooth >= 0 && smooth < 1)) {
    throw new RangeError(`lossCurves: smooth is β of an exponential mean, from 0 up to 1, not ${smooth}.`);
  }
  const traces: Trace[] = [];
  const placesOf = placed(at);
  [...columnsOf("lossCurves", curves, options.columns)].forEach(([name, values], i) => {
    const places = placesOf(name);
    if (places !== undefined && places.length !== values.length) {
      throw new RangeError(
        `lossCurves: "${name}" has ${values.length} points and \`at\` ${places.length} places.`,
      );
    }
    const color = PALETTE[i % PALETTE.length]!;
    const place = places === undefined ? {} : { x: places };
    if (smooth > 0) {
      traces.push({
        type: "scatter",
        ...place,
        y: values,
        opacity: 0.3,
        showlegend: false,
        line: { color, width: 1 },
        hoverinfo: "skip",
      });
    }
    const shown = smooth > 0 ? smoothed(values, smooth) : values;
    traces.push({ type: "scatter", ...place, y: shown, name, line: { color, width: 2 } });
  });
  return figure(traces, {
    title,
    xaxis: { title: x },
    yaxis: log ? { title: y, type: "log" } : { title: y },
    showlegend: true,
  });
}

/** Where each curve's points stand, if anywhere in particular. */
function placed(at: CurvesOptions["at"]): (name: string) => (number | null)[] | undefined {
  if (at === undefined) return () => undefined;
  if (isOneRow(at)) {
    const places = numbersOf(at, "lossCurves: at");
    return () => places;
  }
  return (name) => (at[name] === undefined ? undefined : numbersOf(at[name], `lossCurves: at of "${name}"`));
}

/** Rather than rows by name. */
function isOneRow(at: Numbers | Readonly<Record<string, Numbers>>): at is Numbers {
  return Array.isArray(at) || typeof at !== "object" || isNumbers(at) || isFrame(at);
}

/** The moving average of the values that are there. Gaps stay gaps. */
function smoothed(values: readonly (number | null)[], beta: number): (number | null)[] {
  const known = values.filter((value): value is number => value !== null && Number.isFinite(value));
  const means = movingAverage(known, beta);
  let at = 0;
  return values.map((value) => (value === null || !Number.isFinite(value) ? null : means[at++]!));
}

export interface SpectrumOptions {
  readonly title?: string;
  readonly x?: string;
  readonly y?: string;
  /** Whether y is logarithmic, as it is unless told. */
  readonly log?: boolean;
  /** Draws the share of the sum of squares up to each value, on the right. */
  readonly cumulative?: boolean;
}

/**
 * Singular values or eigenvalues by rank, several under their names.
 * @example spectrum({ "trained": svd(W).s, "random": svd(W0).s }, { cumulative: true })
 */
export function spectrum(spectra: Columns, options: SpectrumOptions = {}): Figure {
  const { title = "Spectrum", x = "rank", y = "singular value", log = true, cumulative = false } = options;
  const columns = [...columnsOf("spectrum", spectra)];
  const ranks = (values: readonly unknown[]): number[] => values.map((_, i) => i + 1);
  const traces: Trace[] = columns.map(([name, values], i) => ({
    type: "scatter",
    mode: "lines+markers",
    name,
    x: ranks(values),
    y: values,
    marker: { size: 5, color: PALETTE[i % PALETTE.length]! },
    line: { width: 1.5, color: PALETTE[i % PALETTE.length]! },
  }));
  const layout = {
    title,
    xaxis: { title: x },
    yaxis: log ? ({ title: y, type: "log" } as const) : { title: y },
    showlegend: columns.length > 1 || cumulative,
  };
  if (!cumulative) return figure(traces, layout);
  const shares = columns.map(([name, values], i): Trace => {
    const squares = values.map((value) => (value ?? 0) ** 2);
    const total = squares.reduce((a, b) => a + b, 0);
    let sum = 0;
    return {
      type: "scatter",
      name: `${name}, share so far`,
      x: ranks(values),
      y: squares.map((square) => {
        sum += square;
        return sum / total;
      }),
      xaxis: "x2",
      yaxis: "y2",
      showlegend: false,
      line: { width: 2, color: PALETTE[i % PALETTE.length]! },
    };
  });
  return figure([...traces, ...shares], {
    ...layout,
    across: [0, 0.44],
    panels: [
      {
        across: [0.58, 1],
        up: [0, 1],
        xaxis: { title: x },
        yaxis: { title: "share of the sum of squares", range: [0, 1.03], tickformat: ".0%" },
      },
    ],
  });
}

export interface BarsOptions {
  readonly title?: string;
  readonly x?: string;
  readonly y?: string;
  /** A line across, such as what guessing gives, and its name. */
  readonly baseline?: { readonly at: number; readonly name: string };
}

/** A bar, and how far its value may be off. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/**
 * A bar for each name with a whisker from `low` to `high`.
 * @example bars({ "plain": { value: 0.91, low: 0.89, high: 0.93 }, "residual": … }, { y: "accuracy", baseline: { at: 0.1, name: "guessing" } })
 */
export function bars(
  values: Readonly<Record<string, Interval | number>>,
  { title = "Comparison", x = "", y = "value", baseline }: BarsOptions = {},
): Figure {
  const names = Object.keys(values);
  if (names.length === 0) throw new RangeError("bars: there is nothing to draw; it takes { name: value }.");
  const all = Object.values(values).map((v) => (typeof v === "number" ? { value: v, low: v, high: v } : v));
  for (const [i, { value, low, high }] of all.entries()) {
    if (low <= value && value <= high) continue;
    throw new RangeError(`bars: "${names[i]}" has value ${value} outside its interval, ${low} to ${high}.`);
  }
  const exact = all.every(({ low, high }) => low === high);
  const trace: Trace = {
    type: "bar",
    x: names,
    y: all.map(({ value }) => value),
    marker: { color: names.map((_, i) => PALETTE[i % PALETTE.length]!) },
    opacity: 0.85,
    ...(!exact && {
      error_y: {
        type: "data",
        symmetric: false,
        array: all.map(({ value, high }) => high - value),
        arrayminus: all.map(({ value, low }) => value - low),
        color: GREY,
        thickness: 2,
        width: 6,
      },
    }),
  };
  return figure([trace], {
    title,
    xaxis: { title: x, type: "category" },
    yaxis: { title: y },
    bargap: 0.35,
    showlegend: false,
    ...(baseline && {
      margin: { r: 90 },
      shapes: [
        {
          type: "line",
          xref: "paper",
          x0: 0,
          x1: 1,
          y0: baseline.at,
          y1: baseline.at,
          line: { color: GREY, dash: "dash", width: 1.5 },
        },
      ],
      annotations: [
        {
          xref: "paper",
          x: 1,
          y: baseline.at,
          text: baseline.name,
          showarrow: false,
          xanchor: "left",
          yanchor: "middle",
        },
      ],
    }),
  });
}
