// What a trace is in a still picture: its curve, points and words, its bars, or its map of numbers.
import { escapeHtml } from "../display/html.ts";
import { type Axis, asTrace, type Trace } from "./still-axes.ts";
import { between, COLORS, GREY, rectangle, text } from "./still-marks.ts";

/** Of a longer curve, so many points are drawn. */
const MOST_POINTS = 400;
const MOST_CELLS = 64;
/** So many shades: neighbours that are alike are one rectangle, and level lines show as edges. */
const SHADES = 10;

export function drawTrace(trace: Trace, color: string, x: Axis, y: Axis): string {
  const drawn = drawnAs(trace, color, x, y);
  return typeof trace.opacity === "number" ? `<g opacity="${trace.opacity}">${drawn}</g>` : drawn;
}

function drawnAs(trace: Trace, color: string, x: Axis, y: Axis): string {
  if (trace.type === "heatmap" || trace.type === "contour") return drawMap(trace, x, y);
  const tops = y.numbers(trace);
  const points = x
    .numbers(trace)
    .map((value, at) => ({ at, left: x.place(value), top: y.place(tops[at] ?? Number.NaN) }));
  if (trace.type === "bar") return drawBars(points.filter(isSeen), trace, color, x, y);
  if (trace.type !== undefined && !/^scatter(gl)?$/.test(String(trace.type)))
    return text((x.from + x.to) / 2, (y.from + y.to) / 2, String(trace.type));
  const mode = String(trace.mode ?? "lines");
  return [
    mode.includes("lines") ? drawCurves(points, trace, color) : "",
    mode.includes("markers") ? drawDots(thin(points.filter(isSeen)), trace, color) : "",
    mode.includes("text") ? drawWords(points.filter(isSeen), trace) : "",
  ].join("");
}

interface Point {
  readonly at: number;
  readonly left: number;
  readonly top: number;
}

const isSeen = ({ left, top }: Point): boolean => Number.isFinite(left) && Number.isFinite(top);

/** A curve ends where a point is missing, and begins anew. */
function drawCurves(points: readonly Point[], trace: Trace, color: string): string {
  const pieces: Point[][] = [[]];
  for (const point of points) {
    if (isSeen(point)) pieces.at(-1)!.push(point);
    else pieces.push([]);
  }
  const width = Number(asTrace(trace.line).width ?? 2);
  const every = Math.ceil(points.length / MOST_POINTS);
  const curves = pieces
    .filter((piece) => piece.length > 0)
    .map((piece) => {
      const places = thin(piece, every).map(({ left, top }) => `${left.toFixed(1)},${top.toFixed(1)}`);
      return `<polyline points="${places.join(" ")}"/>`;
    });
  return `<g fill="none" stroke="${escapeHtml(color)}" stroke-width="${width}">${curves.join("")}</g>`;
}

function drawDots(points: readonly Point[], trace: Trace, color: string): string {
  const { size = 6, color: own } = asTrace(trace.marker);
  const dots = points.map(({ at, left, top }) => {
    const radius = Number(Array.isArray(size) ? (size[at] ?? 6) : size) / 2;
    const fill = Array.isArray(own) ? ` fill="${escapeHtml(String(own[at]))}"` : "";
    return `<circle cx="${left.toFixed(1)}" cy="${top.toFixed(1)}" r="${radius}"${fill}/>`;
  });
  return `<g fill="${escapeHtml(color)}">${dots.join("")}</g>`;
}

/** How far below a point its words begin, in their own height. */
const BELOW: Readonly<Record<string, number>> = { top: -0.6, middle: 0.35, bottom: 1.2 };

function drawWords(points: readonly Point[], trace: Trace): string {
  const { size, color } = asTrace(trace.textfont);
  const look = { size: Number(size ?? 12), ...(typeof color === "string" && { color }) };
  const [where = "middle"] = String(trace.textposition ?? "middle").split(" ");
  const words = Array.isArray(trace.text) ? trace.text : [];
  const lowered = (BELOW[where] ?? 0.35) * look.size;
  return points.map(({ at, left, top }) => text(left, top + lowered, String(words[at] ?? ""), look)).join("");
}

function drawBars(points: readonly Point[], trace: Trace, color: string, x: Axis, y: Axis): string {
  const width = Math.max(1, (0.8 * Math.abs(x.to - x.from)) / Math.max(1, points.length));
  const zero = y.place(0);
  const base = Number.isFinite(zero) ? Math.min(y.from, Math.max(y.to, zero)) : y.from;
  const own = asTrace(trace.marker).color;
  const bars = points.map(({ at, left, top }) => {
    const fill = Array.isArray(own) ? ` fill="${escapeHtml(String(own[at]))}"` : "";
    return rectangle(between(left - width / 2, top, left + width / 2, base), fill);
  });
  return `<g fill="${escapeHtml(color)}">${bars.join("")}</g>`;
}

/** Numbers as shades: of one colour from least to most, and of two where they have both signs. */
function drawMap(trace: Trace, x: Axis, y: Axis): string {
  const rows = (Array.isArray(trace.z) ? trace.z : []).filter((row) => Array.isArray(row)) as number[][];
  const columns = rows[0]?.length ?? 0;
  if (rows.length > MOST_CELLS || columns > MOST_CELLS || columns === 0) return "";
  const [across, down] = [edgesOf(x, trace, columns), edgesOf(y, trace, rows.length)];
  const shadeOf = shading(trace, rows);
  const groups = new Map<string, string[]>();
  for (const [i, row] of rows.entries()) {
    for (let from = 0, j = 1; j <= columns; j++) {
      const look = shadeOf(row[from]);
      if (j < columns && shadeOf(row[j]) === look) continue;
      const box = between(across[from]!, down[i]!, across[j]!, down[i + 1]!);
      if (look !== undefined) groups.set(look, [...(groups.get(look) ?? []), rectangle(box)]);
      from = j;
    }
  }
  return (
    [...groups].map(([look, boxes]) => `<g ${look}>${boxes.join("")}</g>`).join("") +
    numbersOn(trace, across, down)
  );
}

/** Where cells begin and end: half way to their neighbours. */
function edgesOf(axis: Axis, trace: Trace, count: number): number[] {
  const own = axis.numbers(trace);
  const places = own.length === count ? own : Array.from({ length: count }, (_, at) => at);
  const step = places.length > 1 ? places[1]! - places[0]! : 1;
  return [...places.map((value) => axis.place(value - step / 2)), axis.place(places.at(-1)! + step / 2)];
}

/** The look of a number; none where there is none. */
function shading(
  trace: Trace,
  rows: readonly (readonly number[])[],
): (value: number | undefined) => string | undefined {
  const all = rows.flat().filter((value) => typeof value === "number" && Number.isFinite(value));
  const least = Number(trace.zmin ?? all.reduce((a, b) => Math.min(a, b), Infinity));
  const most = Number(trace.zmax ?? all.reduce((a, b) => Math.max(a, b), -Infinity));
  const middle = typeof trace.zmid === "number" ? trace.zmid : least;
  const reach = Math.max(most - middle, middle - least) || 1;
  // What only is the ground for curves stays behind them.
  const ground = asTrace(trace.contours).coloring === "lines";
  return (value) => {
    if (typeof value !== "number" || !Number.isFinite(value)) return undefined;
    const share = Math.min(1, Math.abs(value - middle) / reach);
    const opacity = (ground ? 0.5 : 1) * (0.05 + (0.95 * Math.round(SHADES * share)) / SHADES);
    const color = ground ? GREY : COLORS[value > middle && middle !== least ? 1 : 0];
    return `fill="${color}" fill-opacity="${opacity.toFixed(2)}"`;
  };
}

function numbersOn(trace: Trace, across: readonly number[], down: readonly number[]): string {
  const lines = Array.isArray(trace.text) ? trace.text : [];
  const size = Math.min(11, Math.abs(across[1]! - across[0]!) / 2.6);
  const middle = (edges: readonly number[], at: number): number => (edges[at]! + edges[at + 1]!) / 2;
  const words = lines.flatMap((row, i) =>
    (Array.isArray(row) ? row : []).map((word, j) =>
      text(middle(across, j), middle(down, i) + size / 3, String(word), { size: Math.round(size) }),
    ),
  );
  // Legible on every shade, and on every page that shows through.
  const look = 'fill="#111" stroke="#fff" stroke-width="2" paint-order="stroke"';
  return words.length === 0 ? "" : `<g ${look}>${words.join("")}</g>`;
}

function thin<T>(points: readonly T[], every: number = Math.ceil(points.length / MOST_POINTS)): readonly T[] {
  return every <= 1 ? points : points.filter((_, at) => at % every === 0 || at === points.length - 1);
}
