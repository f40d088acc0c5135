import { formatShape, ShapeError } from "../tensor/shape.ts";
import { type Figure, type Frame, figure, type Json } from "./figure.ts";
import { checkWhole } from "./layers.ts";
import { tensorOf, type Values } from "./series.ts";
import { GREY, PALETTE, QUIET } from "./theme.ts";
import type { Trace } from "./traces.ts";

export interface TrajectoriesOptions {
  readonly title?: string;
  readonly x: readonly [from: number, to: number];
  readonly y: readonly [from: number, to: number];
  readonly names?: readonly [x: string, y: string];
  /** Level lines by equal factors, for functions that are steep in places: contours of log10(f − least). */
  readonly log?: boolean;
  /** Draws the paths step by step, with a button and a slider; in so many frames, 40 unless given. */
  readonly animate?: boolean | number;
  /** How many places along each axis the function is asked at; 80 unless given. */
  readonly resolution?: number;
  /** Paths that wait in the legend, to be clicked: the others keep their colours, and the picture its size. */
  readonly hidden?: readonly string[];
}

/**
 * Paths [steps, 2] on the level lines of a function of two numbers: what optimizers do on a ravine or a saddle.
 *
 * @example
 * trajectories((x, y) => x * x + 20 * y * y, { momentum: path }, { x: [-2, 2], y: [-1, 1], animate: true });
 */
export function trajectories(
  f: (x: number, y: number) => number,
  paths: Readonly<Record<string, Values>>,
  options: TrajectoriesOptions,
): Figure {
  const { title = "Paths", names: [nameX, nameY] = ["x", "y"], log = false, animate = false } = options;
  const { resolution = 80, hidden = [] } = options;
  checkWhole("trajectories", "resolution", resolution);
  if (typeof animate === "number") checkWhole("trajectories", "the number of frames", animate);
  for (const [name, [from, to]] of Object.entries({ x: options.x, y: options.y })) {
    if (from < to) continue;
    throw new RangeError(`trajectories: ${name} goes from ${from} to ${to}; the first must be the smaller.`);
  }
  const [xs, ys] = [options.x, options.y].map(([from, to]) =>
    Array.from({ length: resolution }, (_, i) => from + ((to - from) * i) / Math.max(1, resolution - 1)),
  ) as [number[], number[]];
  const heights = ys.map((y) => xs.map((x) => f(x, y)));
  const least = Math.min(...heights.flat().filter(Number.isFinite));
  const z = log ? heights.map((row) => row.map((h) => Math.log10(h - least + 1e-3))) : heights;
  const ground: Trace = {
    type: "contour",
    x: xs,
    y: ys,
    z,
    ncontours: 24,
    colorscale: [
      [0, "rgba(121, 121, 121, 0.9)"],
      [1, "rgba(121, 121, 121, 0.35)"],
    ],
    contours: { coloring: "lines" },
    showscale: false,
    hoverinfo: "skip",
    line: { width: 1 },
  };
  const points = Object.entries(paths).map(([name, source]) => {
    const path = tensorOf(`trajectories: path "${name}"`, source);
    if (path.rank !== 2 || path.shape[1] !== 2) {
      throw new ShapeError(`trajectories: path "${name}" is [steps, 2], not ${formatShape(path.shape)}.`);
    }
    const values = Array.from(path.storage.array());
    return { name, x: values.filter((_, i) => i % 2 === 0), y: values.filter((_, i) => i % 2 === 1) };
  });
  const still = points.map(({ name, x, y }, i): Trace => {
    const path = pathTrace(name, x, y, i);
    return hidden.includes(name) ? { ...path, visible: "legendonly" } : path;
  });
  const steps = Math.max(1, ...points.map(({ x }) => x.length));
  const frames = animate === false ? [] : framesOf(points, steps, animate === true ? 40 : animate);
  return figure([ground, ...still], {
    title,
    xaxis: { title: nameX, range: options.x, zeroline: false, showgrid: false },
    yaxis: { title: nameY, range: options.y, zeroline: false, showgrid: false },
    showlegend: true,
    height: frames.length > 0 ? 500 : 420,
    ...(frames.length > 0 && { frames, ...controls(frames), margin: { b: 120 } }),
  });
}

/** A line with a dot where it begins and a larger one where it is. */
function pathTrace(name: string, x: readonly number[], y: readonly number[], i: number): Trace {
  const color = PALETTE[i % PALETTE.length]!;
  const size = x.map((_, at) => (at === x.length - 1 ? 9 : at === 0 ? 6 : 3));
  return {
    type: "scatter",
    mode: "lines+markers",
    name,
    x,
    y,
    line: { color, width: 2 },
    marker: { color, size, line: { width: 0 } },
  };
}

type Path = { readonly name: string; readonly x: readonly number[]; readonly y: readonly number[] };

function framesOf(points: readonly Path[], steps: number, count: number): Frame[] {
  const ends = Array.from({ length: Math.min(count, steps) }, (_, k) =>
    Math.round(((k + 1) * steps) / Math.min(count, steps)),
  );
  return ends.map((end) => ({
    name: String(end - 1),
    traces: points.map((_, i) => i + 1),
    data: points.map(({ name, x, y }, i) => pathTrace(name, x.slice(0, end), y.slice(0, end), i)),
  }));
}

/** A button that plays and one that stops, and a slider over the steps. */
function controls(frames: readonly Frame[]): { readonly sliders: Json[]; readonly updatemenus: Json[] } {
  const at = { mode: "immediate", transition: { duration: 0 } };
  const play = { ...at, fromcurrent: true, frame: { duration: 80, redraw: false } };
  return {
    updatemenus: [
      {
        type: "buttons",
        direction: "left",
        showactive: false,
        x: 0,
        y: -0.3,
        xanchor: "left",
        yanchor: "top",
        pad: { t: 0, r: 8 },
        ...QUIET,
        buttons: [
          { label: "▶", method: "animate", args: [null, play] },
          {
            label: "❚❚",
            method: "animate",
            args: [[null], { ...at, frame: { duration: 0, redraw: false } }],
          },
        ],
      },
    ],
    sliders: [
      {
        active: frames.length - 1,
        x: 0.16,
        len: 0.84,
        y: -0.26,
        yanchor: "top",
        pad: { t: 0 },
        bgcolor: QUIET.bgcolor,
        bordercolor: GREY,
        tickcolor: GREY,
        font: { color: GREY, size: 11 },
        currentvalue: { prefix: "step ", xanchor: "right", font: { color: GREY, size: 12 } },
        steps: frames.map(({ name }) => ({
          label: name,
          method: "animate",
          args: [[name], { ...at, frame: { duration: 0, redraw: false } }],
        })),
      },
    ],
  };
}
