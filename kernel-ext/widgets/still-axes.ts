// The axes of a still picture: where a value stands, and what is written beside it.

export type Trace = Readonly<Record<string, unknown>>;

export interface Axis {
  readonly title: string;
  /** Where it begins and ends, in the picture. */
  readonly from: number;
  readonly to: number;
  /** What it shows; of a logarithmic axis, the powers of ten. */
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  /** Whether numbers stand beside it. */
  readonly named: boolean;
  /** What is written at which values, where it says so itself. */
  readonly written: readonly { readonly value: number; readonly words: string }[] | undefined;
  /** The names that stand for 0, 1, …, where it shows no numbers. */
  readonly names: readonly string[] | undefined;
  numbers(trace: Trace): readonly number[];
  place(value: number): number;
}

const TICKS = 5;

export function axisOf(
  traces: readonly Trace[],
  key: "x" | "y",
  layout: Trace,
  start: number,
  end: number,
): Axis {
  const [near, far] = pair(layout.domain) ?? [0, 1];
  const [from, to] = [start + near * (end - start), start + far * (end - start)];
  const log = layout.type === "log";
  const listed = traces.map((trace) => listOf(trace, key));
  const words = new Set(listed.flat().filter((value) => typeof value === "string"));
  const names = words.size > 0 ? [...words] : undefined;
  const numbers = (trace: Trace): readonly number[] =>
    listOf(trace, key).map((value) =>
      typeof value === "string" ? (names?.indexOf(value) ?? Number.NaN) : value,
    );
  const bars = key === "y" && traces.some(({ type }) => type === "bar") ? [0] : [];
  const scaled = traces
    .flatMap((trace) => numbers(trace))
    .concat(bars)
    .map((value) => (log ? Math.log10(value) : value))
    .filter(Number.isFinite);
  const reversed = layout.autorange === "reversed";
  const [low, high] = pair(layout.range) ?? roomy(scaled, traces);
  const place = (value: number): number => {
    const share = ((log ? Math.log10(value) : value) - low) / (high - low);
    return reversed ? to - share * (to - from) : from + share * (to - from);
  };
  const named = layout.visible !== false && layout.showticklabels !== false;
  const title = layout.visible === false ? "" : wordsIn(layout.title);
  return { title, from, to, low, high, log, named, written: writtenIn(layout), names, numbers, place };
}

/** Round numbers along an axis, or its names. */
export function ticksOf({
  low,
  high,
  log,
  names,
  named,
  written,
  place,
}: Axis): { readonly at: number; readonly words: string }[] {
  if (!named) return [];
  if (written) return written.map(({ value, words }) => ({ at: place(value), words }));
  if (names) {
    const every = Math.ceil(names.length / 12);
    return names.flatMap((words, at) => (at % every === 0 ? { at: place(at), words } : []));
  }
  const [least, most] = [Math.min(low, high), Math.max(low, high)];
  const rough = (most - least) / TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(log ? 1 : 0, ([1, 2, 5].find((one) => one * power >= rough) ?? 10) * power);
  const first = Math.ceil(least / step - 1e-9);
  const count = Math.max(0, Math.floor(most / step + 1e-9) - first + 1);
  return Array.from({ length: Math.min(count, 20) }, (_, at) => {
    const value = (first + at) * step;
    const shown = log ? 10 ** value : value;
    const words =
      log && Math.abs(first + at) * step > 3
        ? `1e${(first + at) * step}`
        : String(Number(shown.toPrecision(4)));
    return { at: place(shown), words: words.replace("-", "−") };
  });
}

/** The values along an axis: where a trace has none, its places. */
function listOf(trace: Trace, key: "x" | "y"): (number | string)[] {
  const own = trace[key];
  if (Array.isArray(own))
    return own.map((value) => (typeof value === "string" ? value : (value ?? Number.NaN)));
  const other = key === "x" ? (trace.y ?? firstOf(trace.z)) : (trace.z ?? trace.x);
  return Array.from({ length: Array.isArray(other) ? other.length : 0 }, (_, at) => at);
}

const firstOf = (rows: unknown): unknown => (Array.isArray(rows) ? rows[0] : undefined);

/** Bars and cells stand half a step beyond their places. */
function roomy(values: readonly number[], traces: readonly Trace[]): readonly [number, number] {
  if (values.length === 0) return [0, 1];
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  if (traces.some(({ type }) => type !== undefined && type !== "scatter")) return [low - 0.5, high + 0.5];
  const room = (high - low || 1) * 0.05;
  return [low - room, high + room];
}

function writtenIn({ tickvals, ticktext }: Trace): Axis["written"] {
  if (!Array.isArray(tickvals) || !Array.isArray(ticktext)) return undefined;
  return tickvals.map((value, at) => ({ value: Number(value), words: String(ticktext[at] ?? "") }));
}

function pair(value: unknown): readonly [number, number] | undefined {
  if (!Array.isArray(value)) return undefined;
  const [a, b] = value;
  return typeof a === "number" && typeof b === "number" && a !== b ? [a, b] : undefined;
}

/** What a title says, on one line. */
export const wordsIn = (title: unknown): string => titleIn(title).replace(/<[^>]*>/g, " ");

export function titleIn(title: unknown): string {
  const words = typeof title === "string" ? title : asTrace(title).text;
  return typeof words === "string" ? words : "";
}

export function asTrace(value: unknown): Trace {
  return typeof value === "object" && value !== null ? (value as Trace) : {};
}
