// What an operation is. A whole one, as an example (`ops/exp.ts`; the table in `table.ts` then asks for its row):
//
//     /** eˣ, which is its own derivative. */
//     export const expOp: Op<"exp", readonly [Tensor]> = {
//       name: "exp",
//       formula: "e^x",
//       inputs: ["x"],
//       forward: ([x]) => unary("exp", x),            // kernels write into `empty(shape, dtype)`
//       gradients: [(g, _, y) => mul(g, y)],          // a rule for each input, made of operations
//       samples: (random) => singles(random),         // 24 shapes: odd, 1, 0, views (samples.ts)
//       reference: (tf, [x]) => tf.exp(x),            // or `golden: "exp"`, where tfjs has none
//     };
//
//     /** @example exp(tensor([0, 1])) */
//     export function exp(x: Tensor): Tensor {
//       return apply(expOp, [x], undefined);
//     }
//
// A rule gets the output's gradient, the inputs, the output and the options, and gives the input's gradient. What
// broadcasting stretched is summed and cast back by the tape: `add` has the rules [(g) => g, (g) => g]. As rules are
// made of operations, second derivatives need nothing more.
//
// A fused operation has no rules but `backward`, hand-written loops for all inputs at once, which run where no other
// tape follows, and `decomposed`, the same function made of operations with rules, which stands in where one does:
//
//       forward: ([x], { epsilon }, wanted) => { …; return wanted ? new Kept(y, [mean, scale]) : y; },
//       backward: (g, { inputs: [x], output, options, saved: [mean, scale], wanted }) => [dx],
//       decomposed: ([x], { epsilon }) => div(sub(x, mean(x)), …),
//
// What it keeps is freed when the way back has been taken, and never seen by anybody else. An operation with rules may
// have a `backward` too, where one pass over memory beats several.
//
// An operation has one output. Where a function gives several (the outputs and the last state of an LSTM), it puts them
// into one tensor along the first axis and takes them out with `rows`, which copies nothing.

import { observer } from "../autodiff/observer.ts";
import { depth, forward, type Step, Tape } from "../autodiff/tape.ts";
import type { Random } from "../random/random.ts";
import { adopt } from "../tensor/create.ts";
import { type DType, isFloat, TensorTooLarge } from "../tensor/dtype.ts";
import { formatShape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { OpName } from "./names.ts";

export type { OpName } from "./names.ts";

/** A point at which to check an operation: float64 inputs, away from kinks. */
export interface Sample<I extends readonly Tensor[], O> {
  readonly inputs: I;
  readonly options: O;
}

/** An output, and what the way back needs of the forward computation. */
export class Kept {
  readonly output: Tensor;
  readonly saved: readonly Tensor[];

  constructor(output: Tensor, saved: readonly Tensor[]) {
    this.output = output;
    this.saved = saved;
  }
}

/** From the output's gradient to an input's. */
export type Rule<I extends readonly Tensor[], O> = {
  // A method's type, so that the table can hold rules for different inputs and options.
  rule(g: Tensor, inputs: I, output: Tensor, options: O): Tensor;
}["rule"];

/** What an operation's way back knows of the way there. */
export interface StepOf<I extends readonly Tensor[], O> extends Omit<Step, "inputs" | "options"> {
  readonly inputs: I;
  readonly options: O;
}

/** A gradient for each input; nothing where none is wanted. */
export type Shares<I extends readonly Tensor[]> = { readonly [K in keyof I]: Tensor | undefined };

interface Described<N extends OpName, I extends readonly Tensor[], O> {
  readonly name: N;
  /** In LaTeX. */
  readonly formula: string;
  readonly inputs: { readonly [K in keyof I]: string };
  /** Computes the output, by kernels. `wanted`: whether a gradient will be, so that something may be kept for it. */
  forward(inputs: I, options: O, wanted: boolean): Tensor | Kept;
  /** At least 20 shapes and options at which the gradient is checked and the reference compared. */
  samples(random: Random): readonly Sample<I, O>[];
  /** Said where second derivatives are not claimed, as of a function that has none. */
  readonly secondOrder?: false;
}

interface Ruled<I extends readonly Tensor[], O> {
  /**
   * For each input, in their order; `null` for one that has none, such as class indices.
   * A function where there may be any number of inputs.
   */
  readonly gradients: { readonly [K in keyof I]: Rule<I, O> | null } | ((input: number) => Rule<I, O>);
  backward?(g: Tensor, step: StepOf<I, O>): Shares<I>;
  readonly decomposed?: undefined;
}

interface Fused<I extends readonly Tensor[], O> {
  readonly gradients?: undefined;
  backward(g: Tensor, step: StepOf<I, O>): Shares<I>;
  decomposed(inputs: I, options: O): Tensor;
}

type Tfjs = typeof import("@tensorflow/tfjs");
type TfTensor = import("@tensorflow/tfjs").Tensor;
type TfInputs<I extends readonly Tensor[]> = { readonly [K in keyof I]: TfTensor };

interface Referred<I extends readonly Tensor[], O> {
  /** The same, said with tfjs. */
  reference(tf: Tfjs, inputs: TfInputs<I>, options: O): TfTensor;
  readonly golden?: undefined;
}

interface Golden {
  readonly reference?: undefined;
  /** Its name in `tests/lib/golden/ops.json`, values from NumPy or PyTorch; `calls.ts` beside it says how to call it. */
  readonly golden: string;
}

/** All there is to know about an operation. `O` is what it takes besides tensors. */
export type Op<N extends OpName, I extends readonly Tensor[], O = undefined> = Described<N, I, O> &
  (Ruled<I, O> | Fused<I, O>) &
  (Referred<I, O> | Golden);

/** What `apply` needs of an operation. */
type Applicable<I extends readonly Tensor[], O> = Pick<Described<OpName, I, O>, "name" | "forward"> &
  (Ruled<I, O> | Fused<I, O>);

/** Runs an operation and, while a gradient is wanted, takes it down. */
export function apply<I extends readonly Tensor[], O>(op: Applicable<I, O>, inputs: I, options: O): Tensor {
  let followed = 0;
  if (depth() > 0 && !forward.runs) for (const input of inputs) followed |= Tape.of(input);
  try {
    if (followed !== 0) forward.runs = true;
    const made = op.forward(inputs, options, followed !== 0);
    const output = made instanceof Tensor ? made : made.output;
    if (followed === 0 || !isFloat(output.dtype)) {
      observer.saw?.(op.name, "forward", inputs, output, output);
      return output;
    }
    // A tensor that is handed through gets another name: a tape knows a result by its tensor.
    const result = inputs.includes(output) ? new Tensor(output.storage, output.shape) : output;
    Tape.record(
      followed,
      op as never,
      inputs,
      result,
      options,
      made instanceof Tensor ? NOTHING : made.saved,
    );
    observer.saw?.(op.name, "forward", inputs, result, result);
    return result;
  } catch (error) {
    throw error instanceof TensorTooLarge ? named(op.name, inputs, error) : error;
  } finally {
    if (followed !== 0) forward.runs = false;
  }
}

const NOTHING: readonly Tensor[] = [];

function named(op: string, inputs: readonly Tensor[], error: TensorTooLarge): TensorTooLarge {
  const shapes = inputs.map(({ shape }) => formatShape(shape)).join(" and ");
  return new TensorTooLarge(`${op}: from ${shapes}, ${error.message}`, { cause: error });
}

/** A tensor, or a number that stands for a scalar. */
export type TensorLike = Tensor | number;

/**
 * The two sides of an operation as tensors. A number takes the element type of the side that is a tensor, but a
 * fraction beside int32, and any number beside bool, is float32.
 */
export function operands(a: TensorLike, b: TensorLike): readonly [Tensor, Tensor] {
  const left = a instanceof Tensor ? a : scalar(a, b instanceof Tensor ? b.dtype : "float32");
  const right = b instanceof Tensor ? b : scalar(b, left.dtype);
  return [left, right];
}

/** A number as a scalar tensor beside tensors of this element type. */
export function scalar(value: number, beside: DType): Tensor {
  if (beside === "float64") return adopt(Float64Array.of(value), []);
  const whole = beside === "int32" && Number.isInteger(value) && Math.abs(value) < 2 ** 31;
  return adopt(whole ? Int32Array.of(value) : Float32Array.of(value), []);
}
