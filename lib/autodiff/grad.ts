import { ones, view, zeros } from "../tensor/create.ts";
import { isFloat } from "../tensor/dtype.ts";
import { formatShape, ShapeError, sameShape } from "../tensor/shape.ts";
import { inArena } from "../tensor/storage.ts";
import { Tensor } from "../tensor/tensor.ts";
import { depth, Tape } from "./tape.ts";

/** Tensors by name: the parameters of a model, or a gradient for each. */
export type Params = Readonly<Record<string, Tensor>>;

/** A gradient for every parameter, under the same name. */
export type Grads<P extends Params> = { readonly [K in keyof P]: Tensor };

/** A function of the parameters that gives one number, such as a loss. */
export type ScalarFunction<P extends Params> = (params: P) => Tensor;

/** A loss together with whatever else a step wants to know, such as the predictions. */
export interface WithAux<A> {
  readonly value: Tensor;
  readonly aux: A;
}

/** The tape of one run of `fn`, the stand-ins for its parameters, and what it returned. */
interface Run<P extends Params, R> {
  readonly tape: Tape;
  readonly watched: P;
  readonly result: R;
}

/** Runs `fn` with a tape; the caller frees the tape. */
function run<P extends Params, R>(op: string, fn: (params: P) => R, params: P): Run<P, R> {
  for (const [name, { dtype }] of Object.entries(params)) {
    if (isFloat(dtype)) continue;
    throw new TypeError(`${op}: parameter ${name} is ${dtype}; only float32 and float64 have gradients.`);
  }
  const tape = new Tape();
  try {
    // A stand-in for each parameter, sharing its memory: the same tensor under two names stays two parameters, and
    // one that `fn` takes from around it instead of from its argument stays constant.
    const watched = mapParams(params, (tensor) => {
      const standIn = view(tensor, tensor.shape);
      tape.watch(standIn, tensor);
      return standIn;
    });
    return { tape, watched, result: fn(watched) };
  } catch (error) {
    tape.stop();
    tape.free();
    throw error;
  } finally {
    tape.stop();
  }
}

/** The way back: unrecorded and in an arena where no other tape runs, as any other computation where one does. */
function pullBack<P extends Params>(tape: Tape, output: Tensor, seed: Tensor, watched: P): Grads<P> {
  const names = Object.keys(watched);
  const sources = Object.values(watched);
  const back = (): Tensor[] =>
    tape.backward(output, seed, sources).map((g, i) => g ?? zeros(sources[i]!.shape, sources[i]!.dtype));
  const gradients = depth() > 0 ? back() : inArena(back, (made) => made.map(({ storage }) => storage));
  return Object.fromEntries(names.map((name, i) => [name, gradients[i]!])) as unknown as Grads<P>;
}

/**
 * The value of `fn` at `params` and its gradient with respect to each of them. `fn` must compute from the
 * parameters it is handed; whatever else it uses counts as constant (but is followed by a gradient around this one).
 * It may return `{ value, aux }`: the gradient is of `value`, and `aux` is handed on as it is.
 *
 * @example
 * const { value, grads } = valueAndGrad(({ W, b }) => crossEntropy(add(matmul(X, W), b), labels), { W, b });
 * W = sub(W, mul(0.5, grads.W));
 */
export function valueAndGrad<P extends Params>(
  fn: ScalarFunction<P>,
  params: P,
): { readonly value: Tensor; readonly grads: Grads<P> };
export function valueAndGrad<P extends Params, A>(
  fn: (params: P) => WithAux<A>,
  params: P,
): { readonly value: Tensor; readonly grads: Grads<P>; readonly aux: A };
export function valueAndGrad<P extends Params, A>(
  fn: (params: P) => Tensor | WithAux<A>,
  params: P,
): { readonly value: Tensor; readonly grads: Grads<P>; readonly aux?: A } {
  const { tape, watched, result } = run("grad", fn, params);
  try {
    const plain = result instanceof Tensor;
    const value = plain ? result : result?.value;
    checkTensor("grad", value);
    if (value.size !== 1) {
      throw new ShapeError(
        `grad: the function returned shape ${formatShape(value.shape)}; a gradient is of one number, so end with sum() or mean().`,
      );
    }
    const seed = ones(value.shape, value.dtype === "float64" ? "float64" : "float32");
    const grads = pullBack(tape, value, seed, watched);
    return plain ? { value, grads } : { value, grads, aux: result.aux };
  } finally {
    if (depth() === 0) tape.free();
  }
}

/**
 * The gradient of `fn` at `params`. Gradients nest: the second derivative is the gradient of a gradient.
 * @example grad(({ x }) => sum(mul(x, x)), { x }).x // 2x
 */
export function grad<P extends Params>(fn: ScalarFunction<P>, params: P): Grads<P> {
  return valueAndGrad(fn, params).grads;
}

/**
 * The value of a function of any shape, and its vector–Jacobian product: `pullback(v)` gives vᵀ·∂y/∂p for each
 * parameter. It may be called again and again.
 *
 * @example
 * const { value, pullback } = vjp(({ x }) => mul(x, x), { x });
 * pullback(ones(value.shape)).x; // 2x
 */
export function vjp<P extends Params>(
  fn: (params: P) => Tensor,
  params: P,
): { readonly value: Tensor; readonly pullback: (vector: Tensor) => Grads<P> } {
  const { tape, watched, result: value } = run("vjp", fn, params);
  checkTensor("vjp", value);
  const pullback = (vector: Tensor): Grads<P> => {
    if (!sameShape(vector.shape, value.shape)) {
      throw new ShapeError(
        `vjp: the vector has shape ${formatShape(vector.shape)} and the function's value ${formatShape(value.shape)}; ` +
          `they must be equal.`,
      );
    }
    return pullBack(tape, value, vector, watched);
  };
  return { value, pullback };
}

function checkTensor(op: string, value: unknown): asserts value is Tensor {
  if (value instanceof Tensor) return;
  throw new TypeError(
    `${op}: the function must return a tensor, and at once: an async function cannot be recorded.`,
  );
}

/** The same names with something made from each tensor. */
export function mapParams<P extends Params>(params: P, make: (tensor: Tensor, name: string) => Tensor): P {
  const result: Record<string, Tensor> = {};
  for (const [name, tensor] of Object.entries(params)) result[name] = make(tensor, name);
  return result as P;
}
