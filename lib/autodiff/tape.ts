import { add } from "../ops/add.ts";
import { cast } from "../ops/cast.ts";
import { sumTo } from "../ops/sum.ts";
import { view } from "../tensor/create.ts";
import { formatShape, sameShape } from "../tensor/shape.ts";
import { leaveArenas } from "../tensor/storage.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { observer } from "./observer.ts";

/**
 * What a tape needs to know of an operation. A rule is written with operations, so while another tape runs the way
 * back is taken down like everything else, and a gradient has a gradient.
 */
export interface Differentiable {
  readonly name: string;
  /** A rule for each input: from the output's gradient to the input's; `null` where there is none. */
  readonly gradients?: readonly (Rule | null)[] | ((input: number) => Rule);
  /** All of them at once, by hand-written loops that no tape can follow. */
  backward?(arriving: Tensor, step: Step): readonly (Tensor | undefined)[];
  /** The same made of operations that have rules: the way back of an operation without, where a tape runs. */
  decomposed?(inputs: readonly Tensor[], options: unknown): Tensor;
}

type Rule = (g: Tensor, inputs: never, output: Tensor, options: never) => Tensor;

/** One operation as it was computed. */
export interface Step {
  readonly op: Differentiable;
  readonly inputs: readonly Tensor[];
  readonly output: Tensor;
  readonly options: unknown;
  /** What the forward computation kept for the way back. */
  readonly saved: readonly Tensor[];
  /** Whether a gradient is wanted of each input. */
  readonly wanted: readonly boolean[];
}

/** The tapes that run, the outermost first. */
const running: Tape[] = [];
let serial = 0;
let tidying = false;

/** Whether an operation is computing its output: operations that it uses for that are not taken down one by one. */
export const forward: { runs: boolean } = { runs: false };

/** Functions under a tape are synchronous, so when a job has ended none runs: one that an interrupt broke off goes. */
function tidyLater(): void {
  if (tidying) return;
  tidying = true;
  queueMicrotask(() => {
    tidying = false;
    running.length = 0;
    forward.runs = false;
    leaveArenas();
  });
}

/** How many tapes run. */
export function depth(): number {
  return running.length;
}

/**
 * What was computed, in the order in which it was computed. Running it backwards is the chain rule: an operation
 * stands after everything it depends on, so by the time the walk reaches it, its output's gradient is complete.
 * Whatever the steps hold is freed with the tape.
 *
 * Tapes nest (the gradient of a gradient), and an operation goes on each tape that follows one of its inputs. Which
 * those are stands on the tensor: `followed` has a bit for each level, and `serial`, which counts up for ever, tells
 * a bit set for this tape from one set for an earlier tape of the same level.
 */
export class Tape {
  readonly #steps: Omit<Step, "wanted">[] = [];
  readonly #bit: number;
  readonly #first: number = serial + 1;

  /** Begins to run. */
  constructor() {
    if (running.length === 30) throw new RangeError("grad: gradients nest at most 30 deep.");
    this.#bit = 1 << running.length;
    running.push(this);
    tidyLater();
  }

  /** Ends; what runs inside it has ended, or was broken off by an error. */
  stop(): void {
    const level = running.indexOf(this);
    if (level >= 0) running.length = level;
  }

  /** The tapes that follow this tensor, as bits. */
  static of(tensor: Tensor): number {
    let { followed } = tensor;
    if (followed === 0) return 0;
    let live = 0;
    for (let level = 0; level < running.length && running[level]!.#first <= tensor.serial; level++) {
      live |= 1 << level;
    }
    followed &= live;
    return followed;
  }

  follows(tensor: Tensor): boolean {
    return (tensor.followed & this.#bit) !== 0 && tensor.serial >= this.#first;
  }

  /** Follows a tensor that stands for `original`: outer tapes take it for the same. */
  watch(tensor: Tensor, original: Tensor): void {
    const outer = Tape.of(original) & ~this.#bit;
    Tape.record(outer, SAME, [original], tensor, undefined, []);
    tensor.serial = ++serial;
    tensor.followed = outer | this.#bit;
  }

  /** Takes an operation down on the tapes that `bits` names. */
  static record(
    bits: number,
    op: Differentiable,
    inputs: readonly Tensor[],
    output: Tensor,
    options: unknown,
    saved: readonly Tensor[],
  ): void {
    output.serial = ++serial;
    output.followed = bits;
    const step = { op, inputs, output, options, saved };
    for (let level = 0; bits >> level !== 0; level++) {
      if ((bits >> level) & 1) running[level]!.#steps.push(step);
    }
  }

  /**
   * The gradients of Σ seed·output with respect to each of `sources`: nothing for one that had no part in it.
   * A tensor used in several places collects the sum of what comes back from each (the multivariate chain rule).
   */
  backward(output: Tensor, seed: Tensor, sources: readonly Tensor[]): (Tensor | undefined)[] {
    const arrived: (Tensor | undefined)[] = [];
    const first = this.#first;
    if (this.follows(output)) arrived[output.serial - first] = seed;
    const pass = (input: Tensor, share: Tensor): void => {
      const at = input.serial - first;
      const sum = arrived[at];
      arrived[at] = sum === undefined ? share : add(sum, share);
    };
    for (let i = this.#steps.length - 1; i >= 0; i--) {
      const step = this.#steps[i]!;
      const { op, inputs, options } = step;
      const at = step.output.serial - first;
      const g = arrived[at];
      if (g === undefined) continue;
      arrived[at] = undefined; // nothing further back needs it
      const wanted = inputs.map((input) => this.follows(input));
      const rules = op.gradients;
      let shares: readonly (Tensor | undefined)[] | undefined;
      if (op.backward !== undefined && running.length === 0) shares = op.backward(g, { ...step, wanted });
      else if (rules === undefined) shares = throughParts(step, g);
      for (let k = 0; k < inputs.length; k++) {
        if (!wanted[k]) continue;
        const rule = typeof rules === "function" ? rules(k) : rules?.[k];
        const share = shares ? shares[k] : rule?.(g, inputs as never, step.output, options as never);
        if (share === undefined) continue;
        observer.saw?.(op.name, "backward", [g], share, step.output);
        pass(inputs[k]!, shapedLike(op.name, share, inputs[k]!));
      }
    }
    return sources.map((source) => arrived[source.serial - first]);
  }

  /** Frees what the operations kept for the way back, which is taken no more. */
  free(): void {
    for (const { saved } of this.#steps) for (const tensor of saved) tensor.storage.whole.free();
    this.#steps.length = 0;
  }
}

/** The gradients of a fused operation by way of the operations that it is made of, which other tapes can follow. */
function throughParts({ op, inputs, options }: Omit<Step, "wanted">, g: Tensor): (Tensor | undefined)[] {
  const tape = new Tape();
  const standIns = inputs.map((input) => view(input, input.shape));
  try {
    standIns.forEach((standIn, i) => {
      tape.watch(standIn, inputs[i]!);
    });
    const output = op.decomposed!(standIns, options);
    tape.stop();
    return tape.backward(output, g, standIns);
  } finally {
    tape.stop();
  }
}

const SAME: Differentiable = { name: "grad", gradients: [(g) => g] };

/** A gradient has its input's shape and element type; where the input was broadcast, the gradient is summed. */
function shapedLike(op: string, share: Tensor, input: Tensor): Tensor {
  if (share.dtype === input.dtype && sameShape(share.shape, input.shape)) return share;
  const summed = sumTo(share, input.shape);
  if (!sameShape(summed.shape, input.shape)) {
    const [is, wanted] = [share, input].map(({ shape }) => formatShape(shape));
    throw new Error(
      `${op}: its gradient has shape ${is} where the input has ${wanted}: the rule in lib/ops is wrong.`,
    );
  }
  return cast(summed, input.dtype);
}
