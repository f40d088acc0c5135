// A plotly figure that changes in place: each trace is a part of the widget's state, so only those that change travel,
// long rows of numbers as bytes.
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import type { State } from "./models.ts";
import { Widget } from "./widget.ts";

export const PLOTLY = "application/vnd.plotly.v1+json";

/** What plotly draws. */
export interface Drawn {
  readonly data: readonly object[];
  readonly layout?: object;
  readonly config?: object;
  readonly frames?: readonly object[];
}

/** Shorter rows are shorter as JSON. */
const LONG = 32;

/** Where plotly draws, the still picture beside is not wanted. */
const CSS = ".gradbook-live + .widget-html { display: none; }";

let module: string | undefined;

/** What runs in the page; see page/figure.ts. */
function pageModule(): string {
  module ??= readFileSync(new URL("./page/figure.js", import.meta.url), "utf8").replace(
    /\n\/\/# sourceMappingURL=.*\s*$/,
    "\n",
  );
  return module;
}

export class FigureWidget extends Widget {
  /** Bytes and characters that the last change sent, about. */
  sent = 0;

  constructor(drawn: Drawn) {
    super("Any", { _esm: pageModule(), _css: CSS, _anywidget_id: "gradbook.Figure", ...stateOf(drawn) });
  }

  /** Shows another figure in the same place. */
  draw(drawn: Drawn): void {
    const before = Number(this.get("traces"));
    const state = stateOf(drawn);
    for (let at = Number(state.traces); at < before; at++) state[`trace_${at}`] = null;
    const changes = Object.fromEntries(
      Object.entries(state).filter(([key, value]) => !isDeepStrictEqual(value, this.get(key))),
    );
    this.sent = sizeOf(changes);
    this.set(changes);
  }

  override toString(): string {
    return `Figure of ${Number(this.get("traces"))} traces`;
  }
}

/** Whether a bundle has a figure in it. */
export function figureIn(bundle: Readonly<Record<string, unknown>>): Drawn | undefined {
  const drawn = bundle[PLOTLY];
  if (typeof drawn !== "object" || drawn === null) return undefined;
  return Array.isArray(Reflect.get(drawn, "data")) ? (drawn as Drawn) : undefined;
}

function stateOf({ data, layout = {}, config = {}, frames = [] }: Drawn): State {
  const traces = data.map((trace, at) => [`trace_${at}`, encoded(trace)]);
  return { traces: data.length, figure_layout: layout, config, frames, ...Object.fromEntries(traces) };
}

/** Rows of numbers as `{ floats, rows }`: one buffer, and how long each row is where there are several. */
function encoded(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return encoded(Array.from(value as unknown as Iterable<unknown>));
  if (Array.isArray(value)) {
    if (value.length >= LONG && value.every(isNumber)) return { floats: Float64Array.from(value) };
    const rows = rowsIn(value);
    if (rows) return { floats: Float64Array.from(rows.flat()), columns: rows[0]?.length };
    return value.map(encoded);
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, encoded(inner)]));
}

function isNumber(value: unknown): value is number {
  return typeof value === "number";
}

/** A table of numbers, all rows of one length. */
function rowsIn(value: readonly unknown[]): readonly (readonly number[])[] | undefined {
  const [first] = value;
  if (!Array.isArray(first) || first.length * value.length < LONG) return undefined;
  const isRow = (row: unknown): boolean =>
    Array.isArray(row) && row.length === first.length && row.every(isNumber);
  return value.every(isRow) ? (value as number[][]) : undefined;
}

/** Bytes and characters, about. */
export function sizeOf(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 8;
  return Object.entries(value).reduce((sum, [key, inner]) => sum + key.length + sizeOf(inner), 2);
}
