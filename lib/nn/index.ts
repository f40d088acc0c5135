/** Networks: layers, blocks, models, their variables, summaries and files. */
export * from "./blocks/index.ts";
export * as faces from "./faces/index.ts";
export {
  type InitializeOptions,
  initialize,
  type Nested,
  nested,
  under,
  type Variables,
} from "./initialize.ts";
export * from "./layers/index.ts";
export { MemoryEstimate, type MemoryOptions, memoryEstimate, type OptimizerName } from "./memory.ts";
export * as models from "./models/index.ts";
export {
  type Block,
  block,
  type Call,
  type Layer,
  type Module,
  type Net,
  type Parameter,
  type Start,
} from "./module.ts";
export { predict, type Result, type RunOptions, run } from "./run.ts";
export { branches, residual, sequential } from "./sequential.ts";
export * as starts from "./starts.ts";
export { type LayerSummary, Summary, type SummaryOptions, summary } from "./summary.ts";
export * from "./weights/index.ts";
