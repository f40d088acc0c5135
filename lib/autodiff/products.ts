// Derivatives in a direction and whole matrices of them, all made of nested gradients.
import { add } from "../ops/add.ts";
import { mul } from "../ops/mul.ts";
import { reshape } from "../ops/reshape.ts";
import { stack } from "../ops/stack.ts";
import { sum } from "../ops/sum.ts";
import { tensor, zeros } from "../tensor/create.ts";
import { allocate } from "../tensor/dtype.ts";
import { formatShape, ShapeError, sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type Grads, grad, type Params, type ScalarFunction, vjp } from "./grad.ts";

/**
 * The value of `fn` and its Jacobian–vector product, Σ_p ∂y/∂p · v_p: how y moves when the parameters move along `v`.
 * The way back, u ↦ uᵀJ, is linear in u, so its own way back is v ↦ Jv (the double-backward trick).
 *
 * @example
 * jvp(({ x }) => exp(x), { x }, { x: ones(x.shape) }).tangent; // eˣ
 */
export function jvp<P extends Params>(
  fn: (params: P) => Tensor,
  params: P,
  vectors: Grads<P>,
): { readonly value: Tensor; readonly tangent: Tensor } {
  checkVectors("jvp", params, vectors);
  const names = Object.keys(params);
  let value: Tensor | undefined;
  const shape = (at: Tensor): Params => ({ u: zeros(at.shape, at.dtype) });
  const linear = ({ u }: Params): Tensor => {
    const run = vjp(fn, params);
    value = run.value;
    return dot(names, run.pullback(u!), vectors);
  };
  const { u } = grad(linear, shape(fn(params)));
  return { value: value!, tangent: u! };
}

/**
 * The Hessian–vector product ∂²f/∂p² · v, as the gradient of gradient·v: never the whole Hessian.
 * @example hvp(({ x }) => sum(mul(x, mul(x, x))), { x }, { x: v }).x // 6x·v
 */
export function hvp<P extends Params>(fn: ScalarFunction<P>, params: P, vectors: Grads<P>): Grads<P> {
  checkVectors("hvp", params, vectors);
  const names = Object.keys(params);
  return grad((at) => dot(names, grad(fn, at), vectors), params);
}

/**
 * All derivatives of a function of any shape: for each parameter a tensor of shape [...output, ...parameter], one
 * row of it from each pass back.
 *
 * @example
 * jacobian(({ x }) => matmul(A, x), { x }).x
 */
export function jacobian<P extends Params>(fn: (params: P) => Tensor, params: P): Grads<P> {
  const { value, pullback } = vjp(fn, params);
  const rows = Array.from({ length: value.size }, (_, i) => {
    const one = allocate(value.dtype, value.size);
    one[i] = 1;
    return pullback(tensor(one, { shape: value.shape }));
  });
  const entries = Object.entries(params).map(([name, { shape, dtype }]) => {
    const whole = [...value.shape, ...shape];
    const parts = rows.map((row) => row[name]!);
    return [name, parts.length === 0 ? zeros(whole, dtype) : reshape(stack(parts), whole)];
  });
  return Object.fromEntries(entries) as unknown as Grads<P>;
}

/** The second derivatives of a scalar function by pairs of parameters: `H.a.b` has shape [...a, ...b]. */
export type Hessian<P extends Params> = { readonly [K in keyof P]: Grads<P> };

/** @example hessian(({ x }) => sum(mul(x, mul(x, x))), { x }).x.x // diagonal, 6x */
export function hessian<P extends Params>(fn: ScalarFunction<P>, params: P): Hessian<P> {
  const entries = Object.keys(params).map((name) => [name, jacobian((at) => grad(fn, at)[name]!, params)]);
  return Object.fromEntries(entries) as unknown as Hessian<P>;
}

/** Σ a·b over all of the tensors. */
function dot(names: readonly string[], a: Params, b: Params): Tensor {
  const parts = names.map((name) => sum(mul(a[name]!, b[name]!)));
  return parts.length === 0 ? zeros([]) : parts.reduce((total, part) => add(total, part));
}

function checkVectors(op: string, params: Params, vectors: Params): void {
  for (const [name, { shape }] of Object.entries(params)) {
    const came = vectors[name];
    if (came !== undefined && sameShape(came.shape, shape)) continue;
    throw new ShapeError(
      `${op}: the vector for ${name} has shape ${came ? formatShape(came.shape) : "none"}; it must be ${formatShape(shape)}.`,
    );
  }
}
