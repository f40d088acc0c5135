// `import { check, hint } from "gradbook/exercises"`: the course's exercises, checked in the notebook.
import { type Checks, checksOf } from "../../kernel-ext/grading/check.ts";
import * as regularizationAndDropout from "./regularization-and-dropout.ts";
import * as softmaxAndCrossEntropy from "./softmax-and-cross-entropy.ts";

export { test } from "../../kernel-ext/grading/exercise.ts";

type Course = typeof softmaxAndCrossEntropy.exercises & typeof regularizationAndDropout.exercises;

const course: Course = { ...softmaxAndCrossEntropy.exercises, ...regularizationAndDropout.exercises };

const checks: Checks<Course> = checksOf(course);

export const check: Checks<Course>["check"] = checks.check;
export const hint: Checks<Course>["hint"] = checks.hint;
export const hidden: Checks<Course>["hidden"] = checks.hidden;
