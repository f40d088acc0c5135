export type { Axis, FigureLayout } from "./figure.ts";
export { Figure, figure } from "./figure.ts";
export type { Bar, Heatmap, Histogram, Matrix, Numbers, Positions, Scatter, Trace } from "./traces.ts";
