import { ones, zeros } from "../tensor/create.ts";
import { isFloat } from "../tensor/dtype.ts";
import { formatShape, ShapeError } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { recording, Tape } from "./tape.ts";

/** Tensors by name: the parameters of a model, or a gradient for each. */
export type Params = Readonly<Record<string, Tensor>>;

/** A gradient for every parameter, under the same name. */
export type Grads<P extends Params> = { readonly [K in keyof P]: Tensor };

/** A function of the parameters that gives one number, such as a loss. */
export type ScalarFunction<P extends Params> = (params: P) => Tensor;

/**
 * The value of `fn` at `params` and its gradient with respect to each of them. `fn` must compute from the
 * parameters it is handed; whatever else it uses counts as constant.
 *
 * @example
 * const { value, grads } = valueAndGrad(({ W, b }) => crossEntropy(add(matmul(X, W), b), labels), { W, b });
 * W = sub(W, mul(0.5, grads.W));
 */
export function valueAndGrad<P extends Params>(
  fn: ScalarFunction<P>,
  params: P,
): { readonly value: Tensor; readonly grads: Grads<P> } {
  const tape = new Tape();
  // A stand-in for each parameter, sharing its memory: the same tensor under two names stays two parameters, and
  // one that `fn` takes from around it instead of from its argument stays constant.
  const watched = mapParams(params, (tensor, name) => {
    if (!isFloat(tensor.dtype)) {
      throw new TypeError(
        `grad: parameter ${name} is ${tensor.dtype}; only float32 and float64 have gradients.`,
      );
    }
    const standIn = new Tensor(tensor.data, tensor.shape);
    tape.watch(standIn);
    return standIn;
  });
  const value = recording(tape, () => fn(watched));
  if (!(value instanceof Tensor)) {
    throw new TypeError(
      "grad: the function must return a tensor, and at once: an async function cannot be recorded.",
    );
  }
  if (value.size !== 1) {
    throw new ShapeError(
      `grad: the function returned shape ${formatShape(value.shape)}; a gradient is of one number, so end with sum() or mean().`,
    );
  }
  const gradients = tape.backward(
    value,
    ones(value.shape, value.dtype === "float64" ? "float64" : "float32"),
  );
  const grads = mapParams(watched, (tensor) => gradients.get(tensor) ?? zeros(tensor.shape, tensor.dtype));
  return { value, grads };
}

/**
 * The gradient of `fn` at `params`.
 * @example grad(({ x }) => sum(mul(x, x)), { x }).x // 2x
 */
export function grad<P extends Params>(fn: ScalarFunction<P>, params: P): Grads<P> {
  return valueAndGrad(fn, params).grads;
}

/** The same names with something made from each tensor. */
export function mapParams<P extends Params>(params: P, make: (tensor: Tensor, name: string) => Tensor): P {
  const result: Record<string, Tensor> = {};
  for (const [name, tensor] of Object.entries(params)) result[name] = make(tensor, name);
  return result as P;
}
