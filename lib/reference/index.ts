// gradbook/reference: what the world's library answers to the same question.
export {
  Comparison,
  type ComparisonInput,
  ReferenceMismatch,
  ReferenceReport,
  TOLERANCE,
} from "./comparison.ts";
export {
  type Difference,
  difference,
  maxRelativeDifference,
  ShapeDifference,
  type Values,
} from "./difference.ts";
export { type Answer, type Preference, Reference, reference } from "./reference.ts";
export { type Backend, ReferenceUnavailable, type Tfjs, type TfTensor } from "./tfjs.ts";
export { WrongBackend } from "./witness.ts";
