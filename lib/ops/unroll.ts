// Recurrent layers step by step, made of operations that have rules: what the fused ones stand for, and what takes
// their place where a gradient of a gradient is wanted.
import { adopt, zeros } from "../tensor/create.ts";
import { formatShape, type Shape, ShapeError, sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { add } from "./add.ts";
import { concat } from "./concat.ts";
import { gather } from "./gather.ts";
import { matmul } from "./matmul.ts";
import { reshape } from "./reshape.ts";
import { rows } from "./rows.ts";
import { inverse, type SequenceOptions, Steps } from "./steps.ts";
import { where } from "./where.ts";

/** From a step's inputs, x·W + b, and the state before it (h first) to the state after it. */
export type Cell = (projected: Tensor, state: readonly Tensor[]) => readonly Tensor[];

/** The outputs of all steps, then each part of the last state, as rows of one tensor: what the operations give. */
export function unroll(
  op: string,
  [x, wx, b]: readonly [Tensor, Tensor, Tensor],
  first: readonly Tensor[],
  options: SequenceOptions,
  cell: Cell,
): Tensor {
  const steps = new Steps(op, x, options);
  const { count, batch, lengths } = steps;
  const order = steps.rows();
  const flat = reshape(x, [count * batch, x.shape[2]!]);
  const arranged = gather(flat, adopt(order, [order.length]));
  const inputs = lengths === undefined ? arranged : where(counted(steps, 0, count), arranged, 0);
  const projected = add(matmul(inputs, wx), b);
  let state = first;
  const outputs: Tensor[] = [];
  for (let step = 0; step < count; step++) {
    const next = cell(rows(projected, step * batch, (step + 1) * batch), state);
    const now = lengths === undefined ? undefined : counted(steps, step, step + 1);
    const before = state;
    state = now === undefined ? next : next.map((part, i) => where(now, part, before[i]!));
    outputs.push(now === undefined ? state[0]! : where(now, state[0]!, 0));
  }
  if (count === 0) return concat([...first]);
  const back = inverse(order);
  return concat([gather(concat(outputs), adopt(back, [back.length])), ...state]);
}

/** For the places of these steps whether they count, as a column. */
function counted(steps: Steps, from: number, to: number): Tensor {
  const { batch } = steps;
  const flags = Uint8Array.from({ length: (to - from) * batch }, (_, at) =>
    Number(steps.counts(from + Math.floor(at / batch), at % batch)),
  );
  return adopt(flags, [flags.length, 1]);
}

/** What a recurrent layer is given, before its shapes are known to fit. */
export interface Given {
  readonly x: Tensor;
  readonly wx: Tensor;
  readonly wh: Tensor;
  /** By the name under which an error speaks of them. */
  readonly biases: Readonly<Record<string, Tensor>>;
  readonly states: Readonly<Record<string, Tensor>>;
}

/** The number of hidden units, once all shapes fit; an error that names what would fit, where one does not. */
export function hiddenOf(
  op: string,
  { x, wx, wh, biases, states }: Given,
  gates: number,
  timeMajor = false,
): number {
  if (x.rank !== 3) {
    const axes = timeMajor ? "[time, batch, features]" : "[batch, time, features]";
    throw new ShapeError(`${op}: x is ${axes} and was given shape ${formatShape(x.shape)}.`);
  }
  const features = x.shape[2]!;
  const batch = x.shape[timeMajor ? 1 : 0]!;
  const hidden = wh.shape[0] ?? 0;
  const columns = gates === 1 ? "hidden" : `${gates}·hidden`;
  const expect = (name: string, { shape }: Tensor, wanted: Shape, axes: string): void => {
    if (sameShape(shape, wanted)) return;
    throw new ShapeError(
      `${op}: ${name} is ${axes} and was given shape ${formatShape(shape)}; beside x of shape ` +
        `${formatShape(x.shape)} and ${hidden} hidden units (the rows of wh), ${formatShape(wanted)} would fit.`,
    );
  };
  expect("wh", wh, [hidden, gates * hidden], `[hidden, ${columns}]`);
  expect("wx", wx, [features, gates * hidden], `[features, ${columns}]`);
  for (const [name, bias] of Object.entries(biases)) expect(name, bias, [gates * hidden], `[${columns}]`);
  for (const [name, state] of Object.entries(states)) {
    expect(name, state, [batch, hidden], "[batch, hidden]");
  }
  return hidden;
}

/** Zeros where a state or a bias is left out. */
export function orZeros(given: Tensor | undefined, shape: Shape, beside: Tensor): Tensor {
  return given ?? zeros(shape, beside.dtype);
}

/** x [batch, features] of a cell as a sequence of one step, time first. */
export function oneStep(op: string, x: Tensor): Tensor {
  if (x.rank === 2) return reshape(x, [1, ...x.shape]);
  throw new ShapeError(`${op}: x is [batch, features] and was given shape ${formatShape(x.shape)}.`);
}
