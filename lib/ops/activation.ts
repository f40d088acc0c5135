// How activations with a parameter call their kernels: one loop there, one back.
import { type UnaryOp, unary as unaryKernel } from "../kernels/unary.ts";
import { FROM_OUTPUT, type UnaryGradOp, unaryGrad } from "../kernels/unary-grad.ts";
import { empty } from "../tensor/create.ts";
import { floatOf } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** f(x; a) of every element, a float. */
export function activate(name: UnaryOp, x: Tensor, a = 0): Tensor {
  const y = empty(x.shape, floatOf(x.dtype));
  unaryKernel(name, x.storage, y.storage, a);
  return y;
}

/** g f′(x; a), from the input or the output, whichever the kernel wants. */
export function activateBack(name: UnaryGradOp, g: Tensor, x: Tensor, y: Tensor, a = 0): Tensor {
  const dx = empty(g.shape, g.dtype);
  unaryGrad(name, g.storage, (FROM_OUTPUT.has(name) ? y : x).storage, dx.storage, a);
  return dx;
}

/** Throws unless a parameter is a number that fits. */
export function checkParameter(op: string, name: string, value: number, least: number = -Infinity): void {
  if (Number.isFinite(value) && value >= least) return;
  const bound = least === -Infinity ? "a finite number" : `a finite number, ${least} or more`;
  throw new RangeError(`${op}: ${name} is ${value}; it must be ${bound}.`);
}
