export { loadWeights, saveWeights, type VariablesFromOptions, variablesFrom } from "./files.ts";
export { fromPyTorch, fromTfjsLayers, type ImportOptions, type Rename } from "./imports.ts";
export { readTfjsWeights } from "./tfjs-weights.ts";
