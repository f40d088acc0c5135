import type { Tensor } from "../tensor/tensor.ts";

/** Numbers along one axis: an array, a typed array, or a tensor of rank 1. */
export type Numbers =
  | readonly (number | null)[]
  | Float32Array
  | Float64Array
  | Int32Array
  | Uint8Array
  | Tensor;

/** Positions along an axis: numbers, or names of categories. */
export type Positions = Numbers | readonly string[];

/** A matrix, row by row: nested arrays or a tensor of rank 2. */
export type Matrix = readonly Numbers[] | Tensor;

interface Named {
  /** What the legend calls it. */
  readonly name?: string;
  readonly showlegend?: boolean;
  readonly opacity?: number;
}

/** Points: a line through them, unless `mode` says otherwise. */
export interface Scatter extends Named {
  readonly type: "scatter";
  readonly x?: Positions;
  readonly y: Numbers;
  readonly mode?: "lines" | "markers" | "lines+markers";
  readonly line?: {
    readonly color?: string;
    readonly width?: number;
    readonly dash?: "solid" | "dot" | "dash";
  };
  readonly marker?: { readonly color?: string; readonly size?: number };
  readonly fill?: "tozeroy" | "tonexty";
}

/** Bars standing on the axis. */
export interface Bar extends Named {
  readonly type: "bar";
  readonly x?: Positions;
  readonly y: Numbers;
  readonly marker?: { readonly color?: string };
}

/** How often values fall into equal intervals. */
export interface Histogram extends Named {
  readonly type: "histogram";
  readonly x: Numbers;
  readonly nbinsx?: number;
  readonly histnorm?: "" | "probability" | "density" | "probability density";
}

/** A matrix as colours. */
export interface Heatmap extends Named {
  readonly type: "heatmap";
  readonly z: Matrix;
  readonly x?: Positions;
  readonly y?: Positions;
  readonly colorscale?: string;
  readonly showscale?: boolean;
  readonly zmid?: number;
  readonly zmin?: number;
  readonly zmax?: number;
}

/** The kinds of plotly trace that the lessons draw, with the attributes that they use. */
export type Trace = Scatter | Bar | Histogram | Heatmap;
