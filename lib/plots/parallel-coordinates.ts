import { type Figure, figure } from "./figure.ts";
import { type Columns, columnsOf, wordsOf } from "./series.ts";
import { GREY, LINES } from "./theme.ts";
import type { Dimension } from "./traces.ts";

export interface ParallelOptions {
  readonly title?: string;
  /** The columns that have an upright, from left to right; all unless given. */
  readonly columns?: readonly string[];
  /** The column that colours the lines; the last unless given. */
  readonly colour?: string;
  /** Columns that are drawn by their logarithm, such as learning rates. */
  readonly log?: readonly string[];
}

/**
 * A line for each trial over an upright for each number that was tried, coloured by what came out.
 * @example parallelCoordinates({ rate, decay, accuracy }, { log: ["rate"], colour: "accuracy" })
 */
export function parallelCoordinates(trials: Columns, options: ParallelOptions = {}): Figure {
  const { title = "Trials", log = [] } = options;
  const columns = columnsOf("parallelCoordinates", trials, options.columns);
  const colour = options.colour ?? [...columns.keys()].at(-1) ?? "";
  const shades = columnsOf("parallelCoordinates", trials, [colour]).get(colour)!;
  for (const name of log) columnsOf("parallelCoordinates", trials, [name]);
  const dimensions = [...columns].map(([label, values]): Dimension => {
    if (values.length !== shades.length) {
      throw new RangeError(
        `parallelCoordinates: each trial needs a number in every column, and "${label}" has ${values.length} while "${colour}" has ${shades.length}.`,
      );
    }
    const words = wordsOf(trials, label);
    if (words !== undefined) return { label, ...wordTicks(words) };
    if (!log.includes(label)) return { label, values };
    const low = values.find((value) => value !== null && !(value > 0));
    if (low !== undefined) {
      throw new RangeError(`parallelCoordinates: "${label}" has no logarithm: ${low} is among its values.`);
    }
    return { label, ...logTicks(values.map((value) => (value === null ? null : Math.log10(value)))) };
  });
  // Without plotly's halo, which is white on a dark page.
  const font = { color: GREY, size: 12, shadow: "none" };
  return figure(
    [
      {
        type: "parcoords",
        dimensions,
        line: {
          color: shades,
          colorscale: LINES,
          showscale: true,
          colorbar: { title: { text: colour }, thickness: 12, outlinewidth: 0 },
        },
        labelfont: { ...font, size: 13 },
        tickfont: font,
        rangefont: { color: "rgba(0, 0, 0, 0)", size: 1 },
      },
    ],
    {
      title,
      xaxis: { title: "", visible: false },
      yaxis: { title: "", visible: false },
      margin: { l: 80, r: 60, t: 95, b: 30 },
    },
  );
}

/** A place for each word, in the order in which they come. */
function wordTicks(words: readonly string[]): Omit<Dimension, "label"> {
  const ticktext = [...new Set(words)];
  return {
    values: words.map((word) => ticktext.indexOf(word)),
    tickvals: ticktext.map((_, i) => i),
    ticktext,
  };
}

/** Ticks at powers of ten, or at 1, 2 and 5 times them where there are few. */
function logTicks(values: readonly (number | null)[]): Omit<Dimension, "label"> {
  const known = values.filter((value): value is number => value !== null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const marks = high - low > 2 ? [1] : [1, 2, 5];
  const tickvals: number[] = [];
  const ticktext: string[] = [];
  for (let power = Math.floor(low); power <= Math.ceil(high); power++) {
    for (const mark of marks) {
      const at = power + Math.log10(mark);
      if (at < low - 1e-9 || at > high + 1e-9) continue;
      tickvals.push(at);
      ticktext.push(
        Math.abs(power) > 3 ? `${mark}e${power}` : String(Number((mark * 10 ** power).toPrecision(2))),
      );
    }
  }
  return { values, tickvals, ticktext };
}
