// Checks to make before a long training: cheap, and each catches a whole class of mistakes.
import { mapParams, type Params } from "../autodiff/grad.ts";
import { showAs } from "../display.ts";
import { adam } from "../optim/adam.ts";
import { copyOf, type Minimizer } from "../optim/optimizer.ts";
import { Tensor } from "../tensor/tensor.ts";
import { countOf, type Examples, take } from "./batches.ts";
import { short } from "./history.ts";

/** What a check found: shown as one line, and `assert()` makes a failure an error. */
export class SanityCheck {
  readonly name: string;
  readonly passed: boolean;
  readonly message: string;
  /** The losses that were looked at. */
  readonly losses: readonly number[];

  constructor(name: string, passed: boolean, message: string, losses: readonly number[]) {
    this.name = name;
    this.passed = passed;
    this.message = message;
    this.losses = losses;
  }

  assert(): this {
    if (!this.passed) throw new Error(String(this));
    return this;
  }

  toString(): string {
    return `${this.passed ? "passed" : "FAILED"}: ${this.name}. ${this.message}`;
  }
}

showAs(SanityCheck, (check) => ({ "text/plain": String(check) }));

/**
 * A classifier that knows nothing yet gives each of C classes the probability 1/C: its cross-entropy is ln C (2.303 for
 * 10 classes), without regularization. Much more: the weights begin too large, or the loss is not a mean.
 *
 * @example checkInitialLoss(loss(params), { classes: 10 }).assert();
 */
export function checkInitialLoss(
  loss: Tensor | number,
  { classes, tolerance = 0.1 }: { readonly classes: number; readonly tolerance?: number },
): SanityCheck {
  if (!(Number.isInteger(classes) && classes >= 2 && tolerance >= 0)) {
    throw new RangeError(
      `checkInitialLoss: classes is ${classes} and tolerance ${tolerance}; there are 2 classes or more, and the ` +
        "tolerance is not below 0.",
    );
  }
  const value = numberOf(loss);
  const expected = Math.log(classes);
  const passed = Math.abs(value - expected) <= tolerance * expected;
  const advice = passed
    ? ""
    : Number.isNaN(value)
      ? " traceNaN names the operation that it came from."
      : value > expected
        ? " Smaller initial weights bring it down; or the loss is a sum where a mean is meant."
        : " Below chance before training: labels may stand among the inputs, or a class is rare.";
  return new SanityCheck(
    "the loss begins at ln C",
    passed,
    `It is ${short(value)} and ln ${classes} is ${short(expected)}.${advice}`,
    [value],
  );
}

/**
 * More regularization, a higher loss. If not, the penalty is not in it, or has the wrong sign.
 * @example checkRegularization((strength) => add(loss(params), l2Penalty(params, { strength })), [0, 1e-3, 1]).assert();
 */
export function checkRegularization(
  loss: (strength: number) => Tensor | number,
  strengths: readonly number[] = [0, 1e-3, 1e-2, 0.1],
): SanityCheck {
  if (strengths.length < 2 || !strengths.every((strength, i) => i === 0 || strength > strengths[i - 1]!)) {
    throw new RangeError(
      `checkRegularization: the strengths are [${strengths.join(", ")}]; it takes two or more, each above the one before.`,
    );
  }
  const losses = strengths.map((strength) => numberOf(loss(strength)));
  const at = losses.findIndex((value, i) => i > 0 && !(value > losses[i - 1]!));
  const steps = strengths.map((strength, i) => `${strength}: ${short(losses[i]!)}`).join(", ");
  const advice = at < 0 ? "" : ` From strength ${strengths[at - 1]} to ${strengths[at]} it does not rise.`;
  return new SanityCheck("regularization raises the loss", at < 0, `${steps}.${advice}`, losses);
}

export interface OverfitOptions<P extends Params, B extends Examples> {
  /** Copies are trained; these stay as they are. */
  readonly params: P;
  /** Without regularization and dropout. */
  readonly loss: (params: P, batch: B) => Tensor;
  readonly data: B;
  /** 20 unless given. */
  readonly examples?: number;
  /** A fresh one; Adam at 0.01 unless given. */
  readonly optimizer?: Minimizer;
  /** 500 unless given. */
  readonly steps?: number;
  /** The loss that counts as learnt by heart; 0.01 unless given. */
  readonly below?: number;
}

/**
 * A network with enough room can learn 20 examples by heart, to a loss of about 0. If it cannot, something is broken,
 * and more data will not mend it.
 *
 * @example checkOverfit({ params, loss: ({ W }, { x, y }) => crossEntropy(matmul(x, W), y), data }).assert();
 */
export function checkOverfit<P extends Params, B extends Examples>({
  params,
  loss,
  data,
  examples = 20,
  optimizer = adam({ rate: 0.01 }),
  steps = 500,
  below = 0.01,
}: OverfitOptions<P, B>): SanityCheck {
  const count = Math.min(examples, countOf("checkOverfit", data));
  if (!(count >= 1 && Number.isInteger(examples) && Number.isInteger(steps) && steps >= 1 && below > 0)) {
    throw new RangeError(
      `checkOverfit: ${count} examples, ${steps} steps and a loss below ${below} make no check; it takes whole numbers, ` +
        "1 or more, and a loss above 0.",
    );
  }
  const few = take(
    data,
    Array.from({ length: count }, (_, i) => i),
  );
  const copies = mapParams(params, copyOf);
  const losses: number[] = [];
  while (losses.length < steps && !(losses.at(-1)! < below) && !Number.isNaN(losses.at(-1))) {
    losses.push(optimizer.minimize((at) => loss(at, few), copies).value.item());
  }
  const last = losses.at(-1)!;
  const passed = last < below;
  const advice = passed
    ? ""
    : Number.isNaN(last)
      ? " traceNaN names the operation that it came from."
      : " Check labels, gradients (gradCheck) and the rate; switch dropout and penalties off.";
  return new SanityCheck(
    `${count} examples can be learnt by heart`,
    passed,
    `The loss went from ${short(losses[0]!)} to ${short(last)} in ${losses.length} steps.${advice}`,
    losses,
  );
}

function numberOf(value: Tensor | number): number {
  return value instanceof Tensor ? value.item() : value;
}
