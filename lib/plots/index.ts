export { type ConvolutionStepOptions, convolutionStep } from "./convolution-step.ts";
export {
  type BarsOptions,
  bars,
  type CurvesOptions,
  type Interval,
  lossCurves,
  type SpectrumOptions,
  spectrum,
} from "./curves.ts";
export type { Axis, FigureLayout, Frame, Panel } from "./figure.ts";
export { Figure, figure } from "./figure.ts";
export { type HeatmapsOptions, heatmaps } from "./heatmaps.ts";
export { type HistogramGridOptions, histogramGrid } from "./histogram-grid.ts";
export type { HeatmapOptions, ImageOptions } from "./image.ts";
export { heatmap, image, Picture } from "./image.ts";
export { type LayerHistogramsOptions, layerHistograms } from "./layers.ts";
export { type LetterMap, type LetterMapsOptions, letterMaps } from "./letter-maps.ts";
export { LiveCurves, type LiveCurvesOptions } from "./live.ts";
export {
  type AttentionMapOptions,
  attentionMap,
  type ConfusionOptions,
  confusionMatrix,
} from "./matrices.ts";
export { type ParallelOptions, parallelCoordinates } from "./parallel-coordinates.ts";
export {
  type BoxesOptions,
  boxesOn,
  type DrawnBoxes,
  type ImageGridOptions,
  imageGrid,
  type WeightImagesOptions,
  weightImages,
} from "./pictures.ts";
export {
  type Drawable,
  figureToPng,
  figureToSvg,
  RenderError,
  Renderer,
  type RenderOptions,
  saveFigure,
} from "./render.ts";
export { type Lengthened, type SearchRoundsOptions, searchRounds } from "./search-rounds.ts";
export type { Columns, Values as PlotValues } from "./series.ts";
export type {
  Bar,
  Contour,
  Heatmap,
  Histogram,
  Matrix,
  Numbers,
  ParallelCoordinates,
  Positions,
  Scatter,
  Trace,
} from "./traces.ts";
export { type TrajectoriesOptions, trajectories } from "./trajectories.ts";
export { type TreeNode, type TreeOptions, tree } from "./tree.ts";
