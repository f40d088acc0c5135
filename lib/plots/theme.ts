import type { Axis, FigureLayout } from "./figure.ts";

/**
 * The look of every figure. The page shows through, and it may be white or JupyterLab's dark grey (#111): the grey
 * of the text has equal contrast with both, 4.4 : 1, and each colour at least 3 : 1 (WCAG's bound for graphics).
 */
export const GREY = "#797979";
export const PALETTE: readonly string[] = [
  "#3a86d1", // blue
  "#d9730d", // orange
  "#2f9e63", // green
  "#d64f6b", // red
  "#8f6fd0", // violet
  "#b8860b", // gold
  "#1a9aa8", // teal
];

const FAINT = "rgba(121, 121, 121, 0.25)";
const CLEAR = "rgba(0, 0, 0, 0)";

/** From least to most, legible on both pages at either end. */
export const SEQUENTIAL = "Viridis";

/** From least to most for thin lines, which at every step stand out from both pages. */
export const LINES: readonly (readonly [number, string])[] = [
  [0, "#3a86d1"],
  [0.5, "#b55fb0"],
  [1, "#d9730d"],
];

/** Blue below zero, orange above, as in the palette; zero is a grey between the pages. */
export const DIVERGING: readonly (readonly [number, string])[] = [
  [0, "#1d5fa3"],
  [0.25, "#6da6dd"],
  [0.5, "#d8d8d8"],
  [0.75, "#eda35c"],
  [1, "#b3580a"],
];

/** Legends, colour bars and controls in the figure's grey. */
export const QUIET: {
  readonly bgcolor: string;
  readonly bordercolor: string;
  readonly font: { readonly color: string };
} = { bgcolor: "rgba(121, 121, 121, 0.12)", bordercolor: GREY, font: { color: GREY } };

/** What all axes share. */
export const AXIS: {
  readonly gridcolor: string;
  readonly linecolor: string;
  readonly zerolinecolor: string;
  readonly automargin: boolean;
  readonly exponentformat: "power";
} = {
  gridcolor: FAINT,
  linecolor: GREY,
  zerolinecolor: "rgba(121, 121, 121, 0.6)",
  automargin: true,
  exponentformat: "power",
};

/** What all layouts share. */
export const LAYOUT: {
  readonly paper_bgcolor: string;
  readonly plot_bgcolor: string;
  readonly font: { readonly color: string; readonly size: number };
  readonly colorway: readonly string[];
  readonly margin: { readonly l: number; readonly r: number; readonly t: number; readonly b: number };
  readonly height: number;
  readonly hoverlabel: { readonly font: { readonly size: number } };
} = {
  paper_bgcolor: CLEAR,
  plot_bgcolor: CLEAR,
  font: { color: GREY, size: 13 },
  colorway: PALETTE,
  margin: { l: 60, r: 20, t: 50, b: 50 },
  height: 380,
  hoverlabel: { font: { size: 12 } },
};

/** How plotly behaves: as wide as the page, without its logo. */
export const CONFIG: { readonly responsive: true; readonly displaylogo: false } = {
  responsive: true,
  displaylogo: false,
};

export type PlotlyAxis = Omit<Axis, "title"> &
  typeof AXIS & { readonly title: { readonly text: string; readonly standoff: number } };
export type PlotlyLayout = Omit<
  FigureLayout,
  "title" | "xaxis" | "yaxis" | "height" | "panels" | "frames" | "across" | "up" | "margin"
> &
  typeof LAYOUT & {
    readonly title: { readonly text: string };
    readonly xaxis: PlotlyAxis;
    readonly yaxis: PlotlyAxis;
  };
