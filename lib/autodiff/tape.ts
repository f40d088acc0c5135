import { unbroadcast, zip } from "../kernels/elementwise.ts";
import { formatShape, sameShape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";

/**
 * The gradient for each input of an operation, to be worked out only where it is asked for; `null` for an input
 * that has none, such as class indices.
 */
export type InputGradients<I extends readonly Tensor[]> = { readonly [K in keyof I]: (() => Tensor) | null };

interface Step {
  readonly op: string;
  readonly inputs: readonly Tensor[];
  readonly output: Tensor;
  readonly gradient: (outputGradient: Tensor) => InputGradients<readonly Tensor[]>;
}

/**
 * What was computed, in the order in which it was computed. Running it backwards is the chain rule: an operation
 * stands after everything it depends on, so by the time the walk reaches it, its output's gradient is complete.
 * Whatever the steps hold is freed with the tape.
 */
export class Tape {
  readonly #steps: Step[] = [];
  readonly #tracked = new Set<Tensor>();

  /** Follows this tensor: what is computed from it is recorded. */
  watch(tensor: Tensor): void {
    this.#tracked.add(tensor);
  }

  /** Adds an operation, unless none of its inputs is followed. */
  add(step: Step): void {
    if (!step.inputs.some((input) => this.#tracked.has(input))) return;
    this.#steps.push(step);
    this.#tracked.add(step.output);
  }

  /**
   * The gradients of Σ seed·output with respect to everything that was watched and had a part in it.
   * A tensor used in several places collects the sum of what comes back from each (the multivariate chain rule).
   */
  backward(output: Tensor, seed: Tensor): Map<Tensor, Tensor> {
    const gradients = new Map([[output, seed]]);
    for (const { op, inputs, output, gradient } of this.#steps.toReversed()) {
      const arriving = gradients.get(output);
      if (arriving === undefined) continue;
      gradients.delete(output); // nothing further back needs it
      const leaving = gradient(arriving);
      inputs.forEach((input, i) => {
        const compute = leaving[i];
        if (!compute || !this.#tracked.has(input)) return;
        const share = shapedLike(op, compute(), input);
        const sum = gradients.get(input);
        gradients.set(input, sum === undefined ? share : zip(op, sum, share, (a, b) => a + b));
      });
    }
    return gradients;
  }
}

/** A gradient has its input's shape and element type; where the input was broadcast, the gradient is summed. */
function shapedLike(op: string, share: Tensor, input: Tensor): Tensor {
  const summed = unbroadcast(share, input.shape);
  if (!sameShape(summed.shape, input.shape)) {
    const [is, wanted] = [share, input].map(({ shape }) => formatShape(shape));
    throw new Error(
      `${op}: its gradient has shape ${is} where the input has ${wanted}: the rule in lib/ops is wrong.`,
    );
  }
  if (summed.dtype === input.dtype) return summed;
  const data = input.dtype === "float64" ? new Float64Array(summed.data) : new Float32Array(summed.data);
  return new Tensor(data, input.shape);
}

let active: Tape | undefined;

/** Runs `body` with this tape taking down every operation. */
export function recording<R>(tape: Tape, body: () => R): R {
  if (active !== undefined) {
    throw new Error("grad: a gradient inside a gradient (a second derivative) is not supported.");
  }
  active = tape;
  try {
    return body();
  } finally {
    active = undefined;
  }
}

/** Takes an operation down if a tape is running. */
export function record<I extends readonly Tensor[]>(
  op: string,
  inputs: I,
  output: Tensor,
  gradient: (outputGradient: Tensor) => InputGradients<I>,
): void {
  active?.add({ op, inputs, output, gradient });
}
