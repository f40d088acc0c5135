// Curves as plain SVG, for a page that shows them while they grow: JupyterLab's renderer draws a plotly figure once,
// and leaves it as it is when another is to take its place (https://github.com/plotly/plotly.py/issues/3053).
import { escapeHtml } from "../display.ts";
import { GREY, PALETTE } from "./theme.ts";

export interface SketchCurve {
  readonly name: string;
  readonly at: readonly number[];
  readonly values: readonly number[];
}

export interface SketchOptions {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly log?: boolean;
}

const [WIDTH, HEIGHT] = [640, 320];
const PLOT = { left: 64, right: WIDTH - 16, top: 58, bottom: HEIGHT - 44 };
const TICKS = 5;

/** What a page shows: an `<svg>` that has the look of the figures, with its words for a screen reader. */
export function sketch(curves: readonly SketchCurve[], { title, x, y, log = false }: SketchOptions): string {
  const height = log ? Math.log10 : (value: number) => value;
  const drawn = (value: number): boolean => Number.isFinite(height(value));
  const across = scale(curves.flatMap(({ at }) => at).filter(Number.isFinite), PLOT.left, PLOT.right);
  const levels = curves.flatMap(({ values }) => values.filter(drawn).map(height));
  const up = scale(levels, PLOT.bottom, PLOT.top);
  const parts = [
    ...up.ticks.map((tick) => {
      const label = log ? short(10 ** tick) : short(tick);
      return (
        line(PLOT.left, up.place(tick), PLOT.right) + text(PLOT.left - 8, up.place(tick) + 4, label, "end")
      );
    }),
    ...across.ticks.map((tick) => text(across.place(tick), PLOT.bottom + 18, short(tick))),
    text((PLOT.left + PLOT.right) / 2, HEIGHT - 8, x),
    `<g transform="rotate(-90 14 ${(PLOT.top + PLOT.bottom) / 2})">${text(14, (PLOT.top + PLOT.bottom) / 2, y)}</g>`,
    text(WIDTH / 2, 20, title, "middle", 16),
    ...curves.map(({ name, at, values }, i) => {
      const color = PALETTE[i % PALETTE.length]!;
      const points = values.flatMap((value, j) =>
        drawn(value) ? [`${across.place(at[j]!).toFixed(1)},${up.place(height(value)).toFixed(1)}`] : [],
      );
      const key = `<tspan fill="${color}">━</tspan> ${escapeHtml(name)}`;
      return (
        `<polyline fill="none" stroke="${color}" stroke-width="2" points="${points.join(" ")}"/>` +
        `<text x="${PLOT.left + (i * (PLOT.right - PLOT.left)) / curves.length}" y="44" font-size="12">${key}</text>`
      );
    }),
  ];
  return (
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" style="max-width: 100%; font-family: sans-serif" ` +
    `role="img" aria-label="${escapeHtml(title)}" fill="${GREY}">${parts.join("")}</svg>`
  );
}

interface Scale {
  readonly ticks: readonly number[];
  place(value: number): number;
}

/** From the least to the greatest of the values, with ticks at round numbers. */
function scale(values: readonly number[], from: number, to: number): Scale {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  if (low > high) [low, high] = [0, 1];
  if (low === high) [low, high] = [low - 0.5, high + 0.5];
  const step = roundStep((high - low) / TICKS);
  const ticks: number[] = [];
  for (let tick = Math.ceil(low / step) * step; tick <= high + step / 1e6; tick += step) ticks.push(tick);
  return { ticks, place: (value) => from + ((value - low) / (high - low)) * (to - from) };
}

/** The least of 1, 2, 5, 10, … that is no smaller. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  return ([1, 2, 5].find((times) => times * power >= step) ?? 10) * power;
}

const short = (value: number): string => String(Number(value.toPrecision(3)));

const line = (x1: number, y: number, x2: number): string =>
  `<line x1="${x1}" x2="${x2}" y1="${y.toFixed(1)}" y2="${y.toFixed(1)}" stroke="${GREY}" stroke-opacity=".25"/>`;

function text(x: number, y: number, words: string, anchor = "middle", size = 12): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" font-size="${size}" text-anchor="${anchor}">${escapeHtml(words)}</text>`;
}
