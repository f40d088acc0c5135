import { type Axis, type Figure, type Json, type Panel, panelled } from "./figure.ts";
import { boundsOf, checkRange, checkWhole, gridOf, shares, short } from "./layers.ts";
import { type Columns, columnsOf, finiteOf } from "./series.ts";
import { GREY, PALETTE } from "./theme.ts";
import type { Trace } from "./traces.ts";

export interface HistogramGridOptions {
  readonly title?: string;
  /** What is counted, with its unit; "value" unless given. */
  readonly x?: string;
  readonly bins?: number;
  /** The same interval for all panels; from the least to the greatest of all unless given. */
  readonly range?: readonly [number, number];
  /** Other values of the same rows and columns, drawn as a line over the bars. */
  readonly outline?: Readonly<Record<string, Columns>>;
  /** The words over a panel; its standard deviation unless given. */
  readonly caption?: (row: string, column: string) => string;
}

/**
 * A table of histograms: a row for each name, a panel for each of its columns, the same scale across in all of them.
 * Each panel is as high as its highest bar, so that shapes are compared and not heights.
 *
 * @example histogramGrid({ "1/n": { "layer 1": h1, "layer 2": h2 }, "2/n": { … } }, { x: "activation", range: [-1, 1] })
 */
export function histogramGrid(
  rows: Readonly<Record<string, Columns>>,
  { title = "Distributions", x = "value", bins = 40, range, outline, caption }: HistogramGridOptions = {},
): Figure {
  checkWhole("histogramGrid", "bins", bins);
  if (range !== undefined) checkRange("histogramGrid", range);
  const table = cellsOf(rows);
  const over = outline === undefined ? [] : cellsOf(outline);
  const most = Math.max(...table.map(({ cells }) => cells.length));
  const ends =
    range ?? boundsOf(table.flatMap(({ cells }) => cells.flatMap(({ values }) => boundsOf(values))));
  const width = (ends[1] - ends[0]) / bins;
  const middles = Array.from({ length: bins }, (_, k) => ends[0] + (k + 0.5) * width);
  const { cells: places } = gridOf(table.length * most, most, [0.03, 0.85]);
  const traces: Trace[] = [];
  const panels: Panel[] = [];
  const annotations: Json[] = [];
  table.forEach(({ name: row, cells }, i) => {
    const top = places[i * most]!.up[1];
    annotations.push(words(0, top, 19, "left", `<b>${row}</b>`));
    cells.forEach(({ name: column, values }, j) => {
      const { across, up } = places[i * most + j]!;
      const at = panels.length;
      const here = at === 0 ? {} : { xaxis: `x${at + 1}`, yaxis: `y${at + 1}` };
      const heading = caption?.(row, column) ?? `${column}: std ${short(spread(values))}`;
      annotations.push(words((across[0] + across[1]) / 2, top, 2, "center", heading));
      const bars = shares(values, ends[0], width, bins);
      const other = over.find(({ name }) => name === row)?.cells.find(({ name }) => name === column);
      const line = other && shares(other.values, ends[0], width, bins);
      const color = PALETTE[i % PALETTE.length]!;
      traces.push({
        type: "bar",
        name: row,
        x: middles,
        y: bars,
        width,
        marker: { color },
        opacity: 0.75,
        ...here,
      });
      if (line) {
        traces.push({
          type: "scatter",
          x: middles,
          y: line,
          line: { color: GREY, width: 1.5 },
          hoverinfo: "skip",
          ...here,
        });
      }
      panels.push({
        across,
        up,
        xaxis: axisOf(i === table.length - 1 && j === Math.floor(most / 2) ? x : "", ends),
        yaxis: {
          title: j === 0 ? "share" : "",
          showticklabels: false,
          showgrid: false,
          zeroline: false,
          range: [0, 1.05 * Math.max(...bars, ...(line ?? []), 1e-9)],
        },
      });
    });
  });
  return panelled(traces, panels, {
    title,
    annotations,
    bargap: 0,
    showlegend: false,
    height: 130 + 136 * table.length,
    margin: { t: 110, l: 40 },
  });
}

interface Row {
  readonly name: string;
  readonly cells: readonly { readonly name: string; readonly values: readonly number[] }[];
}

function cellsOf(rows: Readonly<Record<string, Columns>>): Row[] {
  const named = Object.entries(rows);
  if (named.length === 0)
    throw new RangeError("histogramGrid: there is nothing to draw; it takes { row: { column: values } }.");
  return named.map(([name, columns]) => ({
    name,
    cells: [...columnsOf("histogramGrid", columns)].map(([column, values]) => ({
      name: column,
      values: finiteOf(values, column),
    })),
  }));
}

const axisOf = (title: string, range: readonly [number, number]): Axis => ({
  title,
  range,
  nticks: 4,
  zeroline: false,
  tickfont: { size: 10 },
});

function spread(values: readonly number[]): number {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length);
}

/** Words above a panel, so many pixels over its edge. */
function words(x: number, y: number, over: number, xanchor: "left" | "center", text: string): Json {
  const font = { size: 11, color: GREY };
  return {
    xref: "paper",
    yref: "paper",
    x,
    y,
    yshift: over,
    xanchor,
    yanchor: "bottom",
    showarrow: false,
    text,
    font,
  };
}
