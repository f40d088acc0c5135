import type { Range } from "../tensor/picture.ts";
import { formatShape, ShapeError } from "../tensor/shape.ts";
import { type Figure, type Json, type Panel, panelled } from "./figure.ts";
import { caption, checkWhole, gridOf, lettersAcross } from "./layers.ts";
import { tensorOf, type Values } from "./series.ts";
import { breakLines, lineCount } from "./text.ts";
import { DIVERGING, SEQUENTIAL } from "./theme.ts";
import type { Trace } from "./traces.ts";

export interface HeatmapsOptions {
  readonly title?: string;
  /** What the axes count, with their units; "column" and "row" unless given. */
  readonly x?: string;
  readonly y?: string;
  /** What the colours stand for, with its unit; "value" unless given. */
  readonly value?: string;
  /** The numbers at the ends of the scale: from zero to the greatest of all panels unless given, and "own" for each its own. */
  readonly range?: Range | "own";
  /** At most so many panels beside each other; 4 unless given. */
  readonly columns?: number;
}

/** Between panels, as shares of one; those below each other are as far apart as their words need. */
const GAP = [0.07, 0.4] as const;
/** What panels have of the page's width, the height of one at most, of a line of words, and of ticks (pixels). */
const [PAGE, TALLEST, LINE, TICKS] = [540, 330, 15, 28];

/**
 * Matrices of any sizes side by side, their elements square, the first row on top: images, filters, fields. Where there
 * are both signs, zero is grey, blue below it and orange above.
 *
 * @example heatmaps({ image, filter, result }, { x: "column (pixels)", y: "row (pixels)" })
 */
export function heatmaps(sources: Readonly<Record<string, Values>>, options: HeatmapsOptions = {}): Figure {
  const { title = "Matrices", x = "column", y = "row", value = "value", range, columns = 4 } = options;
  checkWhole("heatmaps", "columns", columns);
  const names = Object.keys(sources);
  if (names.length === 0)
    throw new RangeError("heatmaps: there is nothing to draw; it takes { name: matrix }.");
  const matrices = names.map((name) => {
    const matrix = tensorOf("heatmaps", sources[name]!);
    if (matrix.rank === 2 && matrix.size > 0) return matrix;
    throw new ShapeError(`heatmaps: "${name}" is ${formatShape(matrix.shape)}; a matrix has two axes.`);
  });
  const ranges = matrices.map(({ storage }) => fromZero(storage.array()));
  const all = fromZero(ranges.flat());
  const across = gridOf(names.length, columns, GAP).columns;
  const side = Math.min(PAGE / across, TALLEST);
  const wide = lettersAcross([0, 1], side * 0.9);
  const heads = names.map((name) => breakLines(name, wide));
  const lines = Math.max(...heads.map(lineCount));
  // Elements are square, so a panel is as tall for its width as the tallest matrix for its own.
  const tall = side * Math.min(1, Math.max(...matrices.map(({ shape: [h = 1, w = 1] }) => h / w)));
  const between = LINE * lines + TICKS;
  const grid = gridOf(names.length, columns, [GAP[0], between / tall]);
  const annotations: Json[] = [];
  const panels = grid.cells.map(({ across, up, row, column }, i): Panel => {
    annotations.push(caption(across, up, `<b>${heads[i]!.replaceAll("<br>", "</b><br><b>")}</b>`));
    const [height = 1, width = 1] = matrices[i]!.shape;
    const plain = { showgrid: false, zeroline: false, constrain: "domain" } as const;
    const isLast = row === grid.rows - 1 || i + columns >= names.length;
    return {
      across,
      up,
      xaxis: { ...plain, title: isLast ? x : "", range: [-0.5, width - 0.5], nticks: 5 },
      yaxis: {
        ...plain,
        title: column === 0 ? y : "",
        range: [height - 0.5, -0.5],
        scaleanchor: i === 0 ? "x" : `x${i + 1}`,
        nticks: 5,
      },
    };
  });
  const shared = range !== "own";
  const traces = matrices.map((z, i): Trace => {
    const [low, high] = range === undefined ? all : range === "own" ? ranges[i]! : range;
    const peak = Math.max(-low, high);
    return {
      type: "heatmap",
      z,
      name: names[i]!,
      ...(low < 0
        ? { colorscale: DIVERGING, zmin: -peak, zmax: peak }
        : { colorscale: SEQUENTIAL, zmin: low, zmax: high }),
      showscale: shared && i === 0,
      colorbar: { title: { text: value }, thickness: 12, outlinewidth: 0 },
      ...(i > 0 && { xaxis: `x${i + 1}`, yaxis: `y${i + 1}` }),
    };
  });
  const above = 45 + LINE * lines;
  return panelled(traces, panels, {
    title,
    annotations,
    showlegend: false,
    height: Math.round(above + 60 + grid.rows * tall + (grid.rows - 1) * between),
    margin: { t: above },
  });
}

/** From zero, or below it, to the greatest. */
function fromZero(values: ArrayLike<number>): Range {
  let [low, high] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    low = Math.min(low, values[i]!);
    high = Math.max(high, values[i]!);
  }
  return [low, low === high ? low + 1 : high];
}
