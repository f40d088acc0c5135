// `import { check, hint } from "gradbook/exercises"`: the course's exercises, checked in the notebook.
import { type Checks, checksOf } from "../../kernel-ext/grading/check.ts";
import * as beamSearch from "./beam-search.ts";
import * as convolution from "./convolution.ts";
import * as initialization from "./initialization.ts";
import * as lstmAndGru from "./lstm-and-gru.ts";
import * as optimizers from "./optimizers.ts";
import * as regularizationAndDropout from "./regularization-and-dropout.ts";
import * as softmaxAndCrossEntropy from "./softmax-and-cross-entropy.ts";

export { test } from "../../kernel-ext/grading/exercise.ts";

type Course = typeof beamSearch.exercises &
  typeof convolution.exercises &
  typeof initialization.exercises &
  typeof lstmAndGru.exercises &
  typeof optimizers.exercises &
  typeof regularizationAndDropout.exercises &
  typeof softmaxAndCrossEntropy.exercises;

const course: Course = {
  ...beamSearch.exercises,
  ...convolution.exercises,
  ...initialization.exercises,
  ...lstmAndGru.exercises,
  ...optimizers.exercises,
  ...regularizationAndDropout.exercises,
  ...softmaxAndCrossEntropy.exercises,
};

const checks: Checks<Course> = checksOf(course);

export const check: Checks<Course>["check"] = checks.check;
export const hint: Checks<Course>["hint"] = checks.hint;
export const hidden: Checks<Course>["hidden"] = checks.hidden;
