// Comparisons and logic: bool results, which have no gradient.
import type { Tensor } from "../tensor/tensor.ts";
import { add } from "./add.ts";
import { mul } from "./mul.ts";
import { operands, type TensorLike } from "./op.ts";
import { binary, unary } from "./pointwise.ts";

/** Where two tensors hold the same. @example mean(equal(argmax(logits), labels)) */
export function equal(a: TensorLike, b: TensorLike): Tensor {
  return binary("equal", ...operands(a, b), "bool");
}

export function notEqual(a: TensorLike, b: TensorLike): Tensor {
  return binary("notEqual", ...operands(a, b), "bool");
}

/** @example greater(x, 0) */
export function greater(a: TensorLike, b: TensorLike): Tensor {
  return binary("greater", ...operands(a, b), "bool");
}

export function greaterEqual(a: TensorLike, b: TensorLike): Tensor {
  return binary("greaterEqual", ...operands(a, b), "bool");
}

export function less(a: TensorLike, b: TensorLike): Tensor {
  const [left, right] = operands(a, b);
  return binary("greater", right, left, "bool", "less");
}

export function lessEqual(a: TensorLike, b: TensorLike): Tensor {
  const [left, right] = operands(a, b);
  return binary("greaterEqual", right, left, "bool", "lessEqual");
}

/** Where both are true (not zero). */
export function logicalAnd(a: TensorLike, b: TensorLike): Tensor {
  return binary("and", ...operands(a, b), "bool", "logicalAnd");
}

/** Where one or both are true (not zero). */
export function logicalOr(a: TensorLike, b: TensorLike): Tensor {
  return binary("or", ...operands(a, b), "bool", "logicalOr");
}

export function logicalNot(x: Tensor): Tensor {
  return unary("not", x, "bool");
}

/** Where a number is none. @example sum(isNan(loss)) */
export function isNan(x: Tensor): Tensor {
  return unary("isNaN", x, "bool");
}

/** 1 where a is ahead of b, ½ where they tie, 0 elsewhere: whose share the gradient of a maximum is. */
export function lead(a: Tensor, b: Tensor): Tensor {
  return mul(0.5, add(greater(a, b), greaterEqual(a, b)));
}
