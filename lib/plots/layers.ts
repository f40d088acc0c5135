import { type Axis, type Figure, type Json, type Panel, panelled } from "./figure.ts";
import { type Columns, columnsOf, finiteOf } from "./series.ts";
import { breakLines } from "./text.ts";
import { GREY, PALETTE } from "./theme.ts";
import type { Trace } from "./traces.ts";

export interface LayerHistogramsOptions {
  readonly title?: string;
  /** What is counted, with its unit; "activation" unless given. */
  readonly x?: string;
  readonly bins?: number;
  /** The same interval for all layers; from the least to the greatest of all unless given, and "own" for each its own. */
  readonly range?: readonly [number, number] | "own";
  /** At most so many panels beside each other; 5 unless given. */
  readonly columns?: number;
}

/**
 * A histogram for each layer, side by side: shares of the values, counted here, so that a figure stays small whatever
 * the layers hold. The mean and standard deviation stand above, with the share of values that are not finite.
 *
 * @example layerHistograms({ "tanh 1": h1, "tanh 2": h2 }, { x: "activation", range: [-1, 1] })
 */
export function layerHistograms(
  layers: Columns,
  { title = "By layer", x = "activation", bins = 40, range, columns = 5 }: LayerHistogramsOptions = {},
): Figure {
  const values = columnsOf("layerHistograms", layers);
  const names = [...values.keys()];
  checkWhole("layerHistograms", "bins", bins);
  checkWhole("layerHistograms", "columns", columns);
  if (range !== undefined && range !== "own") checkRange("layerHistograms", range);
  const finite = names.map((name) => finiteOf(values.get(name)!, name));
  const whole = boundsOf(finite.flatMap(boundsOf));
  const annotations: Json[] = [];
  const grid = gridOf(names.length, columns, [0.04, 0.75]);
  const panels = names.map((name, i): Panel => {
    const { across, up, row, column } = grid.cells[i]!;
    const heading = breakLines(name, lettersAcross(across)).replace(/[^<>]+(?=<br>|$)/g, "<b>$&</b>");
    annotations.push(caption(across, up, `${heading}<br>${summary(finite[i]!, values.get(name)!.length)}`));
    const ends = range === "own" ? boundsOf(finite[i]!) : (range ?? whole);
    const axis: Axis = {
      title: row === grid.rows - 1 || i + columns >= names.length ? x : "",
      dtick: tickStep(ends),
      zeroline: false,
      range: ends,
    };
    return {
      across,
      up,
      xaxis: axis,
      yaxis: {
        title: column === 0 ? "share" : "",
        showticklabels: column === 0,
        tickformat: ".0%",
        ...(i > 0 && range !== "own" && { matches: "y" }),
        nticks: 4,
      },
    };
  });
  const traces = names.map((name, i): Trace => {
    const [low, high] = range === "own" ? boundsOf(finite[i]!) : (range ?? whole);
    const width = (high - low) / bins;
    return {
      type: "bar",
      name,
      x: Array.from({ length: bins }, (_, k) => low + (k + 0.5) * width),
      y: shares(finite[i]!, low, width, bins),
      width,
      marker: { color: PALETTE[i % PALETTE.length]! },
      showlegend: false,
      ...(i > 0 && { xaxis: `x${i + 1}`, yaxis: `y${i + 1}` }),
    };
  });
  return panelled(traces, panels, {
    title,
    annotations,
    bargap: 0,
    height: 100 + 235 * grid.rows,
    margin: { t: 120 },
  });
}

function summary(values: readonly number[], size: number): string {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const std = Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length);
  const lost = size - values.length;
  return `mean ${short(mean)}<br>std ${short(std)}${lost > 0 ? `<br>${lost} not finite` : ""}`;
}

/** Two digits or more, and a minus sign that is one. */
export function short(value: number): string {
  const size = Math.abs(value);
  const text =
    size === 0
      ? "0"
      : size >= 0.1
        ? value.toFixed(2)
        : size >= 1e-3
          ? value.toPrecision(2)
          : value.toExponential(0);
  return text.replaceAll("-", "−");
}

/** The largest round distance at which three ticks or more lie between the ends. */
function tickStep([low, high]: readonly [number, number]): number {
  const power = 10 ** Math.floor(Math.log10(high - low));
  const steps = [5, 4, 3, 2, 1, 0.5, 0.4, 0.3, 0.2, 0.1].map((step) => step * power);
  const slack = 1e-9 * (high - low);
  const ticks = (step: number): number =>
    Math.floor((high + slack) / step) - Math.ceil((low - slack) / step) + 1;
  return steps.find((step) => ticks(step) >= 3)!;
}

export function checkWhole(op: string, name: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 1) return;
  throw new RangeError(`${op}: ${name} must be a whole number, 1 or more; it is ${value}.`);
}

export function checkRange(op: string, [low, high]: readonly [number, number]): void {
  if (low < high) return;
  throw new RangeError(`${op}: the range goes from ${low} to ${high}; the first must be the smaller.`);
}

/** The share of all values in each bin; those beyond the ends do not show. */
export function shares(values: readonly number[], low: number, width: number, bins: number): number[] {
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) {
    const at = Math.floor((value - low) / width);
    const bin = value === low + bins * width ? bins - 1 : at;
    if (bin >= 0 && bin < bins) counts[bin]! += 1 / values.length;
  }
  return counts;
}

export function boundsOf(values: readonly number[]): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  if (!(low <= high)) return [-1, 1];
  return low < high ? [low, high] : [low - 0.5, high + 0.5];
}

/** A cell of a grid of panels, in shares of the figure. */
export interface Cell {
  readonly across: readonly [number, number];
  readonly up: readonly [number, number];
  readonly row: number;
  readonly column: number;
}

/** Cells row by row from the top left, with gaps between them. */
export function gridOf(
  count: number,
  most: number,
  [gapX, gapY]: readonly [number, number] = [0.04, 0.3],
): { readonly cells: readonly Cell[]; readonly rows: number; readonly columns: number } {
  const columns = Math.min(count, most);
  const rows = Math.ceil(count / columns);
  const width = (1 - gapX * (columns - 1)) / columns;
  const height = 1 / (rows + gapY * (rows - 1));
  const cells = Array.from({ length: count }, (_, i): Cell => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    const left = column * (width + gapX);
    const top = 1 - row * height * (1 + gapY);
    return { across: [left, left + width], up: [Math.max(0, top - height), top], row, column };
  });
  return { cells, rows, columns };
}

/** How many letters of a caption find room over a panel of a figure that is not wide. */
export function lettersAcross([from, to]: readonly [number, number], width = 560): number {
  return ((to - from) * width) / 6.4;
}

/** Words over a panel. */
export function caption(
  across: readonly [number, number],
  up: readonly [number, number],
  text: string,
): Json {
  return {
    xref: "paper",
    yref: "paper",
    x: (across[0] + across[1]) / 2,
    y: up[1],
    xanchor: "center",
    yanchor: "bottom",
    showarrow: false,
    text,
    font: { size: 11, color: GREY },
  };
}
