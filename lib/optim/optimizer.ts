import { type Grads, type Params, type ScalarFunction, valueAndGrad } from "../autodiff/grad.ts";
import { tensor, zeros } from "../tensor/create.ts";
import { formatShape, ShapeError, sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** What an optimizer remembers: its rate, how many steps it has taken, and tensors such as "W.velocity". */
export interface OptimizerState {
  /** Which optimizer's it is; another one refuses it. */
  readonly of?: string;
  readonly rate: number;
  readonly steps: number;
  readonly tensors: Params;
}

/** What a step began from: the loss and its gradients before the parameters moved. */
export interface Minimized<P extends Params> {
  readonly value: Tensor;
  readonly grads: Grads<P>;
}

/**
 * Lowers a function of parameters step by step, and changes the parameters **in place**: the one exception to tensors
 * that never change. A training step then touches each parameter once and makes nothing new. An array that `data` gave
 * before stays as it was; a tensor that shares the parameter's memory (a reshape, some rows) moves with it.
 *
 * All optimizers can do this. Those that try several points in one step (a line search) can do nothing else.
 *
 * @example
 * const optimizer = lbfgs();
 * for (let i = 0; i < 20; i++) optimizer.minimize(({ W, b }) => loss(W, b), { W, b });
 */
export interface Minimizer {
  /** The learning rate η; a schedule sets it between steps. */
  rate: number;
  /** One step downhill. */
  minimize<P extends Params>(loss: ScalarFunction<P>, params: P): Minimized<P>;
  /** A copy of what it remembers, for a checkpoint. */
  state(): OptimizerState;
  /** Goes on from there. */
  restore(state: OptimizerState): void;
}

/** An optimizer for which the gradient at one point is enough. */
export interface Optimizer extends Minimizer {
  /** One update, in place, of every parameter that has a gradient here. */
  step(params: Params, grads: Params): void;
}

/** Updates one parameter; `memory` gives a tensor of its shape, zeros at first, that is kept from step to step. */
export type Update = (
  p: Tensor,
  g: Tensor,
  step: number,
  rate: number,
  memory: (kind: string) => Tensor,
) => void;

export function optimizer(op: string, rate: number, update: Update): Optimizer {
  checkNumber(op, "rate", rate, 0, Infinity);
  const memories = new Map<string, Tensor>();
  let steps = 0;
  return {
    rate,
    minimize(loss, params) {
      const { value, grads } = valueAndGrad(loss, params);
      this.step(params, grads);
      return { value, grads };
    },
    step(params, grads) {
      for (const [name, g] of Object.entries(grads)) check(op, name, params[name], g);
      steps++;
      for (const [name, g] of Object.entries(grads)) {
        const p = params[name]!;
        p.storage.detach();
        update(p, g, steps, this.rate, (kind) => {
          const key = `${name}.${kind}`;
          let memory = memories.get(key);
          if (memory === undefined) {
            memory = zeros(p.shape, p.dtype);
            memories.set(key, memory);
          } else if (!sameShape(memory.shape, p.shape)) throw different(op, key, memory, p);
          return memory;
        });
      }
    },
    state() {
      const tensors = Object.fromEntries([...memories].map(([key, memory]) => [key, copyOf(memory)]));
      return { of: op, rate: this.rate, steps, tensors };
    },
    restore(state) {
      checkOwn(op, state);
      this.rate = state.rate;
      steps = state.steps;
      memories.clear();
      for (const [key, memory] of Object.entries(state.tensors)) memories.set(key, copyOf(memory));
    },
  };
}

/** Throws at the state of another optimizer, whose numbers would mean something else here. */
export function checkOwn(op: string, { of = op }: OptimizerState): void {
  if (of === op) return;
  throw new TypeError(`${op}: the state is that of ${of}, and cannot be gone on from with ${op}.`);
}

/** A tensor of the same values that shares no memory with it. */
export function copyOf({ storage, shape }: Tensor): Tensor {
  return tensor(storage.array(), { shape });
}

function check(op: string, name: string, p: Tensor | undefined, g: Tensor): void {
  if (p === undefined) {
    throw new RangeError(`${op}: there is a gradient of "${name}" and no parameter of that name.`);
  }
  if (sameShape(p.shape, g.shape) && p.dtype === g.dtype) return;
  throw new ShapeError(
    `${op}: parameter "${name}" is ${p.dtype} ${formatShape(p.shape)} and its gradient ${g.dtype} ` +
      `${formatShape(g.shape)}; they must be alike.`,
  );
}

function different(op: string, key: string, memory: Tensor, p: Tensor): ShapeError {
  return new ShapeError(
    `${op}: "${key}" has shape ${formatShape(memory.shape)} and the parameter now ${formatShape(p.shape)}; another ` +
      `model needs an optimizer of its own.`,
  );
}

/** Throws unless low ≤ value < high. */
export function checkNumber(op: string, name: string, value: number, low: number, high: number): void {
  if (value >= low && value < high) return;
  const range = high === Infinity ? `${low} or more` : `from ${low} up to but not including ${high}`;
  throw new RangeError(`${op}: ${name} is ${value}; it must be ${range}.`);
}
