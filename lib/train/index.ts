export { batches, type Examples, take } from "./batches.ts";
export { type FitResult, fit, training } from "./fit.ts";
export { History, type HistoryRow } from "./history.ts";
export type { BatchLoss, BatchResult, EarlyStopping, FitOptions, Moment } from "./options.ts";
export { type Progress, ProgressBar, progressLine, type TextOutput } from "./progress.ts";
export { updateRatios } from "./ratios.ts";
