// A figure as plain SVG, for pages that keep what widgets showed and have no plotly: its curves, points, bars and maps in
// their panels, with axes and titles. What is drawn otherwise is named in words.
import { escapeHtml } from "../display/html.ts";
import type { Drawn } from "./figure.ts";
import { type Axis, asTrace, axisOf, type Trace, ticksOf, wordsIn } from "./still-axes.ts";

const [WIDTH, HEIGHT] = [640, 360];
const PLOT = { left: 64, right: WIDTH - 16, top: 48, bottom: HEIGHT - 44 };
const GREY = "#797979";
const COLORS = ["#3a86d1", "#d9730d", "#2f9e63", "#d64f6b", "#8f6fd0", "#b8860b", "#1a9aa8"];
/** Of a longer curve, so many points are drawn. */
const MOST_POINTS = 400;
const MOST_CELLS = 64;

interface Panel {
  readonly x: Axis;
  readonly y: Axis;
  readonly traces: readonly { readonly trace: Trace; readonly color: string }[];
}

/** An `<svg>` with the figure's words for a screen reader. */
export function still(figure: Pick<Drawn, "data" | "layout">, words: string): string {
  const layout = (figure.layout ?? {}) as Trace;
  const panels = panelsOf(figure.data as readonly Trace[], layout);
  const parts = [...panels.flatMap(drawPanel), text(WIDTH / 2, 22, wordsIn(layout.title), "middle", 16)];
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" style="max-width: 100%; font-family: sans-serif" ` +
    `role="img" aria-label="${escapeHtml(words)}" fill="${GREY}" font-size="12">${parts.join("")}</svg>`
  );
}

/** Traces that share their axes, in one place. */
function panelsOf(data: readonly Trace[], layout: Trace): Panel[] {
  const groups = new Map<string, { trace: Trace; color: string }[]>();
  for (const [at, trace] of data.entries()) {
    const key = `${String(trace.xaxis ?? "x")} ${String(trace.yaxis ?? "y")}`;
    const { color } = { ...asTrace(trace.marker), ...asTrace(trace.line) };
    const own = typeof color === "string" ? color : (COLORS[at % COLORS.length] ?? GREY);
    groups.set(key, [...(groups.get(key) ?? []), { trace, color: own }]);
  }
  return [...groups].map(([key, traces]) => {
    const [x = "x", y = "y"] = key.split(" ");
    const all = traces.map(({ trace }) => trace);
    return {
      x: axisOf(all, "x", asTrace(layout[x.replace("x", "xaxis")]), PLOT.left, PLOT.right),
      y: axisOf(all, "y", asTrace(layout[y.replace("y", "yaxis")]), PLOT.bottom, PLOT.top),
      traces,
    };
  });
}

function drawPanel({ x, y, traces }: Panel): string[] {
  const middle = (axis: Axis): number => (axis.from + axis.to) / 2;
  return [
    ...ticksOf(y).map(({ at, words }) => line(x.from, at, x.to, at) + text(x.from - 6, at + 4, words, "end")),
    ...ticksOf(x).map(({ at, words }) => text(at, y.from + 16, words, "middle")),
    text(middle(x), y.from + 34, x.title, "middle"),
    `<g transform="rotate(-90 ${x.from - 46} ${middle(y)})">${text(x.from - 46, middle(y), y.title, "middle")}</g>`,
    ...traces.map(({ trace, color }) => drawTrace(trace, color, x, y)),
  ];
}

function drawTrace(trace: Trace, color: string, x: Axis, y: Axis): string {
  if (trace.type === "heatmap" || trace.type === "contour") return drawMap(trace, x, y);
  const tops = y.numbers(trace);
  const points = x
    .numbers(trace)
    .map((value, at) => [x.place(value), y.place(tops[at] ?? Number.NaN)] as const);
  const seen = points.filter((point) => point.every(Number.isFinite));
  if (trace.type === "bar") return drawBars(seen, color, x, y);
  if (trace.type !== undefined && !/^scatter(gl)?$/.test(String(trace.type)))
    return text((x.from + x.to) / 2, (y.from + y.to) / 2, String(trace.type), "middle");
  const some = thin(seen);
  const curve = some.map(([left, top]) => `${left.toFixed(1)},${top.toFixed(1)}`).join(" ");
  const dots = some
    .map(([left, top]) => `<circle cx="${left.toFixed(1)}" cy="${top.toFixed(1)}" r="3"/>`)
    .join("");
  const mode = String(trace.mode ?? "lines");
  return (
    (mode.includes("lines")
      ? `<polyline fill="none" stroke="${escapeHtml(color)}" stroke-width="2" points="${curve}"/>`
      : "") + (mode.includes("markers") ? `<g fill="${escapeHtml(color)}">${dots}</g>` : "")
  );
}

function drawBars(points: readonly (readonly [number, number])[], color: string, x: Axis, y: Axis): string {
  const width = Math.max(1, (0.8 * Math.abs(x.to - x.from)) / Math.max(1, points.length));
  const zero = y.place(0);
  const base = Number.isFinite(zero) ? Math.min(y.from, Math.max(y.to, zero)) : y.from;
  const bars = points.map(([left, top]) => {
    const [high, low] = [Math.min(top, base), Math.max(top, base)];
    return `<rect x="${(left - width / 2).toFixed(1)}" y="${high.toFixed(1)}" width="${width.toFixed(1)}" height="${(low - high).toFixed(1)}"/>`;
  });
  return `<g fill="${escapeHtml(color)}">${bars.join("")}</g>`;
}

/** Numbers as shades of one colour, the greatest darkest. */
function drawMap(trace: Trace, x: Axis, y: Axis): string {
  const rows = (Array.isArray(trace.z) ? trace.z : []).filter(Array.isArray) as number[][];
  const columns = rows[0]?.length ?? 0;
  if (rows.length > MOST_CELLS || columns > MOST_CELLS || columns === 0) return "";
  const all = rows.flat().filter(Number.isFinite);
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const [wide, tall] = [(x.to - x.from) / columns, (y.from - y.to) / rows.length];
  const cells = rows.flatMap((row, i) =>
    Array.from(row, (value, j) => {
      const shade = most > least ? (value - least) / (most - least) : 1;
      const top = y.reversed ? y.to + i * tall : y.from - (i + 1) * tall;
      const place = `x="${(x.from + j * wide).toFixed(1)}" y="${top.toFixed(1)}"`;
      return Number.isFinite(value) ? `<rect ${place} opacity="${(0.05 + 0.95 * shade).toFixed(2)}"/>` : "";
    }),
  );
  const size = `width: ${wide.toFixed(2)}px; height: ${tall.toFixed(2)}px`;
  return `<g fill="${COLORS[0]}">${cells.join("").replaceAll("<rect ", `<rect style="${size}" `)}</g>`;
}

function thin<T>(points: readonly T[]): readonly T[] {
  const every = Math.ceil(points.length / MOST_POINTS);
  return every <= 1 ? points : points.filter((_, at) => at % every === 0 || at === points.length - 1);
}

function line(x1: number, y1: number, x2: number, y2: number): string {
  return `<path d="M${x1} ${y1.toFixed(1)}L${x2} ${y2.toFixed(1)}" stroke="${GREY}" stroke-opacity="0.25"/>`;
}

function text(x: number, y: number, words: string, anchor: string, size = 12): string {
  return words === ""
    ? ""
    : `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" font-size="${size}">${escapeHtml(words)}</text>`;
}
