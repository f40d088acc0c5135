// Parameters as one long vector of doubles, which is how methods that multiply by matrices see them.
import { type Grads, type Params, type ScalarFunction, valueAndGrad } from "../autodiff/grad.ts";
import type { Minimized } from "./optimizer.ts";

export function flatten(params: Params): Float64Array {
  const size = Object.values(params).reduce((total, tensor) => total + tensor.size, 0);
  const flat = new Float64Array(size);
  let at = 0;
  for (const { storage, size } of Object.values(params)) {
    flat.set(storage.array(), at);
    at += size;
  }
  return flat;
}

/** Writes the vector into the parameters, in place. */
export function unflatten(flat: Float64Array, params: Params): void {
  let at = 0;
  for (const { storage, size } of Object.values(params)) {
    storage.detach();
    storage.array().set(flat.subarray(at, at + size));
    at += size;
  }
}

/** A value and its gradient at some point. */
export interface Slope {
  readonly value: number;
  readonly gradient: Float64Array;
}

/** A function of named parameters as one of a vector; its evaluation leaves the parameters at that vector. */
export class FlatFunction<P extends Params> {
  readonly #loss: ScalarFunction<P>;
  readonly #params: P;
  /** What the first evaluation gave. */
  first: Minimized<P> | undefined;
  evaluations = 0;

  constructor(loss: ScalarFunction<P>, params: P) {
    this.#loss = loss;
    this.#params = params;
  }

  /** At the point where the parameters are. */
  here(): Slope {
    const { value, grads }: { value: Minimized<P>["value"]; grads: Grads<P> } = valueAndGrad(
      this.#loss,
      this.#params,
    );
    this.first ??= { value, grads };
    this.evaluations++;
    // In the parameters' order, not in that of the gradients' names.
    const inOrder = Object.fromEntries(Object.keys(this.#params).map((name) => [name, grads[name]!]));
    return { value: value.item(), gradient: flatten(inOrder) };
  }

  at(point: Float64Array): Slope {
    unflatten(point, this.#params);
    return this.here();
  }
}

export function dot(a: Float64Array, b: Float64Array): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i]! * b[i]!;
  return total;
}

/** a + t b */
export function along(a: Float64Array, t: number, b: Float64Array): Float64Array {
  return a.map((value, i) => value + t * b[i]!);
}

export function difference(a: Float64Array, b: Float64Array): Float64Array {
  return along(a, -1, b);
}
