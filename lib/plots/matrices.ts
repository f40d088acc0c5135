import { formatShape, ShapeError } from "../tensor/shape.ts";
import { type Figure, figure, type Json, type Panel, panelled } from "./figure.ts";
import { caption, checkWhole, gridOf } from "./layers.ts";
import { tensorOf, type Values } from "./series.ts";
import { GREY, SEQUENTIAL } from "./theme.ts";
import type { Trace } from "./traces.ts";

export interface AttentionMapOptions {
  readonly title?: string;
  /** The words that look, down the side, and those that are looked at, along the top; their places unless given. */
  readonly queries?: readonly string[];
  readonly keys?: readonly string[];
  /** What the heads of [heads, queries, keys] are called. */
  readonly heads?: readonly string[];
  /** At most so many panels beside each other; 4 unless given. */
  readonly columns?: number;
}

/**
 * Attention weights [queries, keys], or [heads, queries, keys] with a panel for each head: a row says where a word looks.
 * @example attentionMap(weights, { queries: output, keys: input })
 */
export function attentionMap(source: Values, options: AttentionMapOptions = {}): Figure {
  const weights = tensorOf("attentionMap", source);
  const { title = "Attention", queries, keys, heads, columns = 4 } = options;
  const [rows, width] = weights.shape.slice(-2);
  if (
    (weights.rank !== 2 && weights.rank !== 3) ||
    rows === undefined ||
    width === undefined ||
    weights.size === 0
  ) {
    throw new ShapeError(
      `attentionMap: weights are [queries, keys] or [heads, queries, keys], not ${formatShape(weights.shape)}; take one of a batch.`,
    );
  }
  checkWhole("attentionMap", "columns", columns);
  checkNames("attentionMap", "queries", queries, rows);
  checkNames("attentionMap", "keys", keys, width);
  const count = weights.rank === 3 ? weights.shape[0]! : 1;
  checkNames("attentionMap", "heads", heads, count);
  const values = weights.storage.array();
  const grid = gridOf(count, columns, [0.06, 0.45]);
  const annotations: Json[] = [];
  const longest = Math.max(...(keys ?? ["0"]).map((key) => key.length));
  const panels = grid.cells.map(({ across, up, row, column }, h): Panel => {
    // Upright where words stand close, and smaller where closer.
    const room = ((across[1] - across[0]) * 520) / width;
    const crowded = keys !== undefined && room < 22;
    if (count > 1) annotations.push(caption(across, up, `<b>${heads?.[h] ?? `head ${h + 1}`}</b>`));
    return {
      across,
      up,
      xaxis: {
        ...ticks(keys),
        title: row === grid.rows - 1 ? "looked at" : "",
        showgrid: false,
        zeroline: false,
        ...(longest > 2 && { tickangle: crowded ? -90 : -60 }),
        ...(crowded && { tickfont: { size: Math.max(7, Math.min(11, Math.floor(room))) } }),
      },
      yaxis: {
        ...ticks(queries),
        title: column === 0 ? "looking" : "",
        showticklabels: column === 0,
        autorange: "reversed",
        showgrid: false,
        zeroline: false,
      },
    };
  });
  const traces = Array.from(
    { length: count },
    (_, h): Trace => ({
      type: "heatmap",
      z: Array.from({ length: rows }, (_, i) =>
        Array.from(values.slice((h * rows + i) * width, (h * rows + i + 1) * width)),
      ),
      zmin: 0,
      zmax: 1,
      colorscale: SEQUENTIAL,
      showscale: h === 0,
      colorbar: { title: { text: "weight" }, thickness: 12, outlinewidth: 0 },
      ...(rows <= 40 && width <= 40 && { xgap: 1, ygap: 1 }),
      hovertemplate: "%{y} → %{x}: %{z:.3f}<extra></extra>",
      ...(h > 0 && { xaxis: `x${h + 1}`, yaxis: `y${h + 1}` }),
    }),
  );
  const cell = Math.min(26, Math.max(10, 300 / rows));
  return panelled(traces, panels, {
    title,
    annotations,
    height: 150 + grid.rows * Math.max(120, rows * cell) * (count > 1 ? 1.25 : 1),
    margin: { t: 80 },
  });
}

function ticks(names: readonly string[] | undefined): { tickvals?: number[]; ticktext?: readonly string[] } {
  return names === undefined ? {} : { tickvals: names.map((_, i) => i), ticktext: names };
}

function checkNames(op: string, what: string, names: readonly string[] | undefined, count: number): void {
  if (names === undefined || names.length === count) return;
  throw new RangeError(`${op}: ${names.length} ${what} are named and the tensor has ${count}.`);
}

const INK = "#222222"; // on the pale cells, whatever the page

export interface ConfusionOptions {
  readonly title?: string;
  readonly names?: readonly string[];
  /** Colours by the share of each true class instead of the count. */
  readonly normalize?: boolean;
}

/**
 * A confusion matrix [true, predicted], with its counts. The diagonal, which is right, has no colour, so that the errors show.
 * @example confusionMatrix(scores.confusion, { names: ["cat", "dog"] })
 */
export function confusionMatrix(source: Values, options: ConfusionOptions = {}): Figure {
  const matrix = tensorOf("confusionMatrix", source);
  const { title = "Confusion", normalize = false } = options;
  const [classes = 0, width] = matrix.shape;
  if (matrix.rank !== 2 || classes !== width || classes === 0) {
    throw new ShapeError(`confusionMatrix: it is [classes, classes], not ${formatShape(matrix.shape)}.`);
  }
  checkNames("confusionMatrix", "classes", options.names, classes);
  const bad = matrix.storage.array().findIndex((count) => !(count >= 0));
  if (bad >= 0) {
    throw new RangeError(`confusionMatrix: counts are 0 or more; one is ${matrix.storage.array()[bad]}.`);
  }
  const names = options.names ?? Array.from({ length: classes }, (_, c) => String(c));
  const counts = matrix.toArray() as number[][];
  const sums = counts.map((row) => row.reduce((a, b) => a + b, 0));
  const z = counts.map((row, i) => row.map((n) => (normalize ? n / Math.max(1, sums[i]!) : n)));
  const errors = z.map((row, i) => row.map((v, j) => (i === j || v === 0 ? null : v)));
  const peak = Math.max(1e-9, ...errors.flat().map((v) => v ?? 0));
  const written = z.map((row) => row.map((v) => (v === 0 ? "" : normalize ? percent(v) : String(v))));
  const total = sums.reduce((a, b) => a + b, 0);
  const right = counts.reduce((sum, row, i) => sum + row[i]!, 0);
  const side = Math.max(320, 46 * classes);
  return figure(
    [
      {
        type: "heatmap",
        z: errors,
        zmin: 0,
        zmax: peak,
        colorscale: [
          [0, "#fbeadb"],
          [1, "#e08a35"],
        ],
        colorbar: { title: { text: normalize ? "share wrong" : "errors" }, thickness: 12, outlinewidth: 0 },
        xgap: 1,
        ygap: 1,
        hoverinfo: "skip",
      },
    ],
    {
      title: `${title} (${percent(right / Math.max(1, total))} of ${total} right)`,
      xaxis: { ...ticks(names), title: "predicted", showgrid: false, zeroline: false, constrain: "domain" },
      yaxis: {
        ...ticks(names),
        title: "true",
        autorange: "reversed",
        showgrid: false,
        zeroline: false,
        scaleanchor: "x",
        constrain: "domain",
      },
      height: side + 120,
      annotations: written.flatMap((row, i) =>
        row.map((text, j) => ({
          x: j,
          y: i,
          text: i === j ? `<b>${text}</b>` : text,
          showarrow: false,
          font: { size: classes > 12 ? 9 : 12, color: i === j ? GREY : INK },
        })),
      ),
    },
  );
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share > 0.1 && share < 0.995 ? 0 : 1)} %`;
}
