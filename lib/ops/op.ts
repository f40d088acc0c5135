import { type InputGradients, record } from "../autodiff/tape.ts";
import type { Random } from "../random/random.ts";
import { Tensor } from "../tensor/tensor.ts";

/** Every operation that has a gradient. A name that is added here must get its row in `table.ts`. */
export type OpName =
  | "add"
  | "cast"
  | "crossEntropy"
  | "div"
  | "exp"
  | "gather"
  | "hinge"
  | "log"
  | "logSoftmax"
  | "matmul"
  | "max"
  | "mean"
  | "mse"
  | "mul"
  | "neg"
  | "relu"
  | "reshape"
  | "rows"
  | "softmax"
  | "squaredHinge"
  | "sub"
  | "sum"
  | "transpose";

/** What an operation hands back: its output, and the way from the output's gradient to the inputs'. */
export interface OpResult<I extends readonly Tensor[]> {
  readonly output: Tensor;
  readonly gradient: (outputGradient: Tensor) => InputGradients<I>;
}

/** A point at which to check an operation: float64 inputs, away from kinks. */
export interface Sample<I extends readonly Tensor[], O> {
  readonly inputs: I;
  readonly options: O;
}

type Tfjs = typeof import("@tensorflow/tfjs");
type TfTensor = import("@tensorflow/tfjs").Tensor;
type TfInputs<I extends readonly Tensor[]> = { readonly [K in keyof I]: TfTensor };

/**
 * All there is to know about an operation. `O` is what it takes besides tensors.
 *
 * The methods are written as methods, not as function-valued properties, so that the table can hold operations
 * with different inputs and options (TypeScript compares method parameters both ways).
 */
export interface Op<N extends OpName, I extends readonly Tensor[], O = undefined> {
  readonly name: N;
  /** In LaTeX. */
  readonly formula: string;
  readonly inputs: { readonly [K in keyof I]: string };
  /** Computes the output and says how gradients come back. What the way back needs stays in its closure. */
  forward(inputs: I, options: O): OpResult<I>;
  /** Several shapes and options at which the gradient is checked and tfjs compared. */
  samples(random: Random): readonly Sample<I, O>[];
  /** The same, said with tfjs. */
  reference(tf: Tfjs, inputs: TfInputs<I>, options: O): TfTensor;
}

/** Runs an operation and, while a gradient is wanted, takes it down. */
export function apply<N extends OpName, I extends readonly Tensor[], O>(
  op: Op<N, I, O>,
  inputs: I,
  options: O,
): Tensor {
  const { output, gradient } = op.forward(inputs, options);
  record(op.name, inputs, output, gradient);
  return output;
}

/** A tensor, or a number that stands for a scalar. */
export type TensorLike = Tensor | number;

/** The two sides of an operation as tensors; a number takes the element type of the side that is a tensor. */
export function operands(a: TensorLike, b: TensorLike): readonly [Tensor, Tensor] {
  const wide = [a, b].some((side) => side instanceof Tensor && side.dtype === "float64");
  const lift = (side: TensorLike): Tensor =>
    side instanceof Tensor ? side : new Tensor(wide ? Float64Array.of(side) : Float32Array.of(side), []);
  return [lift(a), lift(b)];
}

/** A pair of float64 tensors for each pair of shapes, drawn from −1 … 1. */
export function pairs(
  random: Random,
  shapes: readonly (readonly [readonly number[], readonly number[]])[],
): Sample<readonly [Tensor, Tensor], undefined>[] {
  const draw = (shape: readonly number[]): Tensor =>
    random.uniform(shape, { low: -1, high: 1, dtype: "float64" });
  return shapes.map(([a, b]) => ({ inputs: [draw(a), draw(b)], options: undefined }));
}

/** A float64 tensor for each shape, drawn from `low` … `high`. */
export function singles(
  random: Random,
  shapes: readonly (readonly number[])[],
  low = -2,
  high = 2,
): Sample<readonly [Tensor], undefined>[] {
  return shapes.map((shape) => ({
    inputs: [random.uniform(shape, { low, high, dtype: "float64" })],
    options: undefined,
  }));
}
