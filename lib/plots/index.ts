export type { Axis, FigureLayout } from "./figure.ts";
export { Figure, figure } from "./figure.ts";
export type { HeatmapOptions, ImageOptions } from "./image.ts";
export { heatmap, image, Picture } from "./image.ts";
export type { Bar, Heatmap, Histogram, Matrix, Numbers, Positions, Scatter, Trace } from "./traces.ts";
