export { batches, type Examples, take } from "./batches.ts";
export { DataParallel, type DataParallelOptions, type RemoteLoss, type Share } from "./data-parallel.ts";
export {
  deadUnits,
  firstLayer,
  type InspectOptions,
  inspectLayers,
  type LayerReport,
  type Spread,
  spreadOf,
} from "./diagnostics.ts";
export { type FindRateOptions, findRate } from "./find-rate.ts";
export { type FitResult, fit, training } from "./fit.ts";
export { History, type HistoryRow } from "./history.ts";
export {
  ModelParallel,
  type ModelParallelOptions,
  type PipelineReport,
  type PipelineState,
} from "./model-parallel.ts";
export type {
  BatchLoss,
  BatchResult,
  EarlyStopping,
  FitOptions,
  Moment,
  RemoteGradients,
} from "./options.ts";
export { type Progress, progressLine } from "./progress.ts";
export { ProgressBar, type TextOutput } from "./progress-bar.ts";
export { updateRatios } from "./ratios.ts";
export {
  checkInitialLoss,
  checkOverfit,
  checkRegularization,
  type OverfitOptions,
  SanityCheck,
} from "./sanity.ts";
export { coarseToFine, type SearchOptions, SearchResult, search, type Trial } from "./search.ts";
export {
  between,
  borderWarnings,
  type Choice,
  type Config,
  gridConfigs,
  type NumberRange,
  narrow,
  oneOf,
  type RangeOptions,
  randomConfigs,
  type Space,
} from "./space.ts";
export type { Part, Stage, StageLoss } from "./stages.ts";
export { type Stop, whereToStop } from "./stopping.ts";
export type { Task, ThreadTools } from "./task.ts";
export { type NaNTrace, traceNaN } from "./trace-nan.ts";
export { Workers, type WorkersOptions } from "./workers.ts";
