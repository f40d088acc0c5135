import type { DanfoData } from "../io/danfo.ts";
import type { TypedArray } from "../tensor/dtype.ts";
import type { NestedArray, Tensor } from "../tensor/tensor.ts";

/** Numbers along one axis: an array, a typed array, a tensor of rank 1, or a series of danfojs. */
export type Numbers = readonly (number | null)[] | NestedArray | TypedArray | Tensor | DanfoData;

/** Positions along an axis: numbers, or names of categories. */
export type Positions = Numbers | readonly string[];

/** A matrix, row by row: nested arrays, a tensor of rank 2, or a frame of danfojs. */
export type Matrix = readonly Numbers[] | Tensor | DanfoData;

interface Named {
  /** What the legend calls it. */
  readonly name?: string;
  readonly showlegend?: boolean;
  /** Whether it is drawn, or only named in the legend. */
  readonly visible?: boolean | "legendonly";
  readonly opacity?: number;
  /** The panel, such as "x2" with "y2"; the first unless given. */
  readonly xaxis?: string;
  readonly yaxis?: string;
  readonly hoverinfo?: "skip" | "all" | "text";
  /** In plotly's template, such as "%{x}: %{y:.3f}<extra></extra>". */
  readonly hovertemplate?: string;
}

/** Whiskers: from `array` above to `arrayminus` below. */
export interface ErrorBars {
  readonly type: "data";
  readonly symmetric: boolean;
  readonly array: Numbers;
  readonly arrayminus: Numbers;
  readonly color?: string;
  readonly thickness?: number;
  readonly width?: number;
}

/** The strip that says which colour is which number. */
export interface ColourBar {
  readonly title?: { readonly text: string; readonly side?: "right" | "top" };
  readonly thickness?: number;
  readonly outlinewidth?: number;
  readonly tickvals?: readonly number[];
  readonly ticktext?: readonly string[];
  readonly nticks?: number;
  /** How long it is and where its middle stands, in shares of the figure. */
  readonly len?: number;
  readonly y?: number;
}

/** Colours by name, or as [share, colour] from 0 to 1. */
export type Colourscale = string | readonly (readonly [share: number, colour: string])[];

/** Points: a line through them, unless `mode` says otherwise. */
export interface Scatter extends Named {
  readonly type: "scatter";
  readonly x?: Positions;
  readonly y: Numbers;
  readonly mode?: "lines" | "markers" | "lines+markers" | "text" | "markers+text" | "lines+text";
  readonly text?: readonly string[];
  readonly textposition?: "top center" | "middle center" | "bottom center" | "middle right" | "middle left";
  readonly textfont?: { readonly color?: string; readonly size?: number };
  /** What stands at the cursor, for a template to take up. */
  readonly hovertext?: readonly string[];
  readonly error_y?: ErrorBars;
  readonly line?: {
    readonly color?: string;
    readonly width?: number;
    readonly dash?: "solid" | "dot" | "dash";
  };
  readonly marker?: {
    readonly color?: string | readonly string[];
    readonly size?: number | readonly number[];
    readonly symbol?: string;
    readonly line?: { readonly width: number; readonly color?: string };
  };
  readonly fillcolor?: string;
  readonly fill?: "tozeroy" | "tonexty";
}

/** Bars standing on the axis. */
export interface Bar extends Named {
  readonly type: "bar";
  readonly x?: Positions;
  readonly y: Numbers;
  readonly marker?: { readonly color?: string | readonly string[] };
  readonly width?: number | Numbers;
  readonly error_y?: ErrorBars;
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
  readonly colorscale?: Colourscale;
  readonly reversescale?: boolean;
  readonly showscale?: boolean;
  readonly zmid?: number;
  readonly zmin?: number;
  readonly zmax?: number;
  readonly colorbar?: ColourBar;
  readonly text?: readonly (readonly string[])[];
  readonly texttemplate?: string;
  readonly xgap?: number;
  readonly ygap?: number;
}

/** A function of two variables by its level lines. */
export interface Contour extends Named {
  readonly type: "contour";
  readonly z: Matrix;
  readonly x?: Numbers;
  readonly y?: Numbers;
  readonly colorscale?: Colourscale;
  readonly reversescale?: boolean;
  readonly showscale?: boolean;
  readonly ncontours?: number;
  readonly colorbar?: ColourBar;
  readonly zmin?: number;
  readonly zmax?: number;
  readonly contours?: {
    readonly coloring?: "fill" | "lines" | "heatmap";
    /** The values of the first and the last line, and how far lines are apart. */
    readonly start?: number;
    readonly end?: number;
    readonly size?: number;
  };
  readonly line?: { readonly width?: number; readonly color?: string };
}

/** One upright of parallel coordinates. */
export interface Dimension {
  readonly label: string;
  readonly values: Numbers;
  readonly tickvals?: readonly number[];
  readonly ticktext?: readonly string[];
  readonly range?: readonly [number, number];
}

/** A line for each row over an upright for each column. */
export interface ParallelCoordinates extends Named {
  readonly type: "parcoords";
  readonly dimensions: readonly Dimension[];
  readonly line?: {
    readonly color: Numbers;
    readonly colorscale?: Colourscale;
    readonly showscale?: boolean;
    readonly colorbar?: ColourBar;
    readonly cmin?: number;
    readonly cmax?: number;
  };
  readonly labelfont?: { readonly color: string; readonly size?: number; readonly shadow?: string };
  readonly tickfont?: { readonly color: string; readonly size?: number; readonly shadow?: string };
  readonly rangefont?: { readonly color: string; readonly size?: number; readonly shadow?: string };
}

/** The kinds of plotly trace that the lessons draw, with the attributes that they use. */
export type Trace = Scatter | Bar | Histogram | Heatmap | Contour | ParallelCoordinates;
