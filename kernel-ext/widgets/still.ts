// A figure as plain SVG, for pages that keep what widgets showed and have no plotly: its curves, points, bars and maps in
// their panels, with axes, names and titles. What is drawn otherwise is named in words.
import { escapeHtml } from "../display/html.ts";
import type { Drawn } from "./figure.ts";
import { type Axis, asTrace, axisOf, type Trace, ticksOf, titleIn } from "./still-axes.ts";
import { between, COLORS, GREY, legend, line, linesIn, rectangle, text } from "./still-marks.ts";
import { drawTrace } from "./still-traces.ts";

const WIDTH = 640;
const AROUND = { left: 64, right: 16, top: 28, bottom: 44 };
/** A line of the title, and the row of names, in pixels. */
const ROW = 20;

interface Panel {
  /** Its axes as plotly calls them, such as "x2 y2". */
  readonly key: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly traces: readonly Coloured[];
}

interface Coloured {
  readonly trace: Trace;
  readonly color: string;
}

/** An `<svg>` with the figure's words for a screen reader. */
export function still(figure: Pick<Drawn, "data" | "layout">, words: string): string {
  const layout = (figure.layout ?? {}) as Trace;
  const all = (figure.data as readonly Trace[]).map((trace, at) => ({ trace, color: colorOf(trace, at) }));
  const seen = all.filter(({ trace }) => trace.visible !== false && trace.visible !== "legendonly");
  const title = titleIn(layout.title);
  const lines = linesIn(title);
  const names = layout.showlegend === false ? new Map<string, string>() : namesOf(seen);
  const captions = annotationsOf(layout).some(({ yref }) => yref === "paper") ? ROW : 0;
  const top = AROUND.top + ROW * lines.length + captions;
  const height = Math.min(640, Math.max(360, Number(layout.height ?? 0)));
  const bottom = height - AROUND.bottom - (names.size > 0 ? ROW : 0);
  const plot = between(AROUND.left, top, WIDTH - AROUND.right, bottom);
  const panels = panelsOf(seen, layout, plot);
  const size = lines.some((one) => one.length > 66) ? 13 : 16;
  const parts = [
    ...panels.flatMap((panel) => drawPanel(panel, layout)),
    ...annotationsOf(layout).map((note) => drawNote(note, panels, plot)),
    text(WIDTH / 2, 22, title, { size }),
    legend(names, AROUND.left, height - 6),
  ];
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" style="max-width: 100%; font-family: sans-serif" ` +
    `role="img" aria-label="${escapeHtml(words)}" fill="${GREY}" font-size="12">${parts.join("")}</svg>`
  );
}

function colorOf(trace: Trace, at: number): string {
  const colors = [asTrace(trace.line).color, asTrace(trace.marker).color];
  return String(colors.find((color) => typeof color === "string") ?? COLORS[at % COLORS.length]);
}

/** What a legend names: one name alone says no more than the title. */
function namesOf(traces: readonly Coloured[]): Map<string, string> {
  const named = traces.filter(
    ({ trace: { name, showlegend, type } }) => name && showlegend !== false && type !== "heatmap",
  );
  const names = new Map(named.map(({ trace, color }) => [String(trace.name), color]));
  return names.size > 1 ? names : new Map();
}

/** Traces that share their axes, in one place. */
function panelsOf(traces: readonly Coloured[], layout: Trace, plot: ReturnType<typeof between>): Panel[] {
  const groups = new Map<string, Coloured[]>();
  for (const coloured of traces) {
    const key = `${String(coloured.trace.xaxis ?? "x")} ${String(coloured.trace.yaxis ?? "y")}`;
    groups.set(key, [...(groups.get(key) ?? []), coloured]);
  }
  return [...groups].map(([key, traces]) => {
    const [x = "x", y = "y"] = key.split(" ");
    const all = traces.map(({ trace }) => trace);
    const layoutOf = (name: string): Trace => asTrace(layout[name.replace(/^[xy]/, "$&axis")]);
    return {
      key,
      x: axisOf(all, "x", layoutOf(x), plot.left, plot.left + plot.width),
      y: axisOf(all, "y", layoutOf(y), plot.top + plot.height, plot.top),
      traces,
    };
  });
}

function drawPanel({ key, x, y, traces }: Panel, layout: Trace): string[] {
  const middle = (axis: Axis): number => (axis.from + axis.to) / 2;
  const { left, top, width, height } = between(x.from, y.from, x.to, y.to);
  const shapes = listOf(layout.shapes).filter(({ xref = "x", yref = "y" }) => `${xref} ${yref}` === key);
  const inside = [
    ...traces.map(({ trace, color }) => drawTrace(trace, color, x, y)),
    ...shapes.map((shape) => drawShape(shape, x, y)),
  ];
  return [
    ...ticksOf(y).map(
      ({ at, words }) => line(x.from, at, x.to, at) + text(x.from - 6, at + 4, words, { anchor: "end" }),
    ),
    ...ticksOf(x).map(({ at, words }) => text(at, y.from + 16, words)),
    text(middle(x), y.from + 34, x.title),
    `<g transform="rotate(-90 ${x.from - 46} ${middle(y)})">${text(x.from - 46, middle(y), y.title)}</g>`,
    // What lies beyond the axes is not seen.
    `<svg x="${left}" y="${top}" width="${width}" height="${height}" viewBox="${left} ${top} ${width} ${height}">${inside.join("")}</svg>`,
  ];
}

function drawShape({ type, x0, y0, x1, y1, line: edge }: Trace, x: Axis, y: Axis): string {
  const { color = GREY, width = 1, dash } = asTrace(edge);
  const dots = dash === undefined || dash === "solid" ? "" : ' stroke-dasharray="3"';
  const look = ` fill="none" stroke="${escapeHtml(String(color))}" stroke-width="${Number(width)}"${dots}`;
  const box = between(x.place(Number(x0)), y.place(Number(y0)), x.place(Number(x1)), y.place(Number(y1)));
  return type === "rect" ? rectangle(box, look) : "";
}

/** Words at a place of the picture or of a panel. */
function drawNote(
  { text: words, x, y, xref, yref }: Trace,
  panels: readonly Panel[],
  plot: ReturnType<typeof between>,
): string {
  const at = [Number(x), Number(y)] as const;
  if (xref === "paper" && yref === "paper")
    return text(plot.left + at[0] * plot.width, plot.top + (1 - at[1]) * plot.height - 6, String(words), {
      size: 11,
    });
  const panel = panels.find(({ key }) => key === `${xref ?? "x"} ${yref ?? "y"}`);
  return panel ? text(panel.x.place(at[0]), panel.y.place(at[1]), String(words)) : "";
}

const annotationsOf = (layout: Trace): readonly Trace[] => listOf(layout.annotations);
const listOf = (value: unknown): readonly Trace[] => (Array.isArray(value) ? value.map(asTrace) : []);
