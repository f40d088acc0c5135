// What the table of operations is held to; the test files say on which samples and which backend.
import { expect } from "chai";
import {
  add,
  cast,
  grad,
  gradCheck,
  mul,
  type Op,
  type OpName,
  Random,
  sum,
  type Tensor,
  vjp,
} from "../../../lib/index.ts";
import { apply } from "../../../lib/ops/op.ts";
import type { Reference, Tfjs, TfTensor } from "../../../lib/reference/index.ts";
import { isFloat } from "../../../lib/tensor/dtype.ts";

export type AnyOp = Op<OpName, readonly Tensor[], unknown>;

/** A function that is made of operations and has no row of its own; it is held to the same. */
export interface Composition {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly gradients?: undefined;
  compute(inputs: readonly Tensor[], options: unknown): Tensor;
  samples(random: Random): readonly AnySample[];
  reference?(tf: Tfjs, inputs: readonly TfTensor[], options: unknown): TfTensor;
}

type Provable = AnyOp | Composition;
type AnySample = ReturnType<AnyOp["samples"]>[number];
type Named = Readonly<Record<string, Tensor>>;

/** Σ weight·output: a plain sum would hide a gradient that goes to the wrong element. */
function weigh(output: Tensor, seed: number): Tensor {
  return sum(mul(output, weights(output, seed)));
}

function weights({ shape }: Tensor, seed: number): Tensor {
  return new Random(seed).uniform(shape, { low: 0.5, high: 1.5, dtype: "float64" });
}

/** The inputs that have a gradient: floats, but those whose rule is `null`. */
export function movingInputs(op: Provable, { inputs }: AnySample): number[] {
  const rules = op.gradients;
  return inputs.flatMap((input, i) =>
    isFloat(input.dtype) && (rules === undefined || typeof rules === "function" || rules[i] !== null)
      ? [i]
      : [],
  );
}

function nameOf(op: Provable, i: number): string {
  return op.inputs[i] ?? `input ${i}`;
}

/** The operation as a function of its moving inputs, by name. */
function functionOf(op: Provable, sample: AnySample): { fn: (at: Named) => Tensor; params: Named } {
  const moving = movingInputs(op, sample);
  const params = Object.fromEntries(moving.map((i) => [nameOf(op, i), sample.inputs[i]!]));
  const fn = (at: Named): Tensor => {
    const inputs = sample.inputs.map((input, i) => (moving.includes(i) ? at[nameOf(op, i)]! : input));
    return "compute" in op ? op.compute(inputs, sample.options) : apply(op, inputs, sample.options);
  };
  return { fn, params };
}

function describe({ inputs, options }: AnySample): string {
  return `${inputs.map(({ shape }) => `[${shape}]`).join(" ")} ${JSON.stringify(options) ?? ""}`;
}

/** The gradient of every input is central differences' to 1e-7. */
export function proveGradient(op: Provable, sample: AnySample): string[] {
  const { fn, params } = functionOf(op, sample);
  const check = gradCheck((at) => weigh(fn(at), 99), params);
  expect(check.passed, `${describe(sample)}\n${check}`).to.equal(true);
  for (const tensor of Object.values(grad((at) => weigh(fn(at), 99), params))) {
    expect(tensor.data.some(Number.isNaN), `${describe(sample)}: NaN`).to.equal(false);
  }
  return Object.keys(params);
}

/** The gradient of the gradient, too; where it is fused, through the operations that it is made of. */
export function proveSecondOrder(op: Provable, sample: AnySample): void {
  const { fn, params } = functionOf(op, sample);
  const slope = (at: Named): Tensor =>
    Object.values(grad((inner) => weigh(fn(inner), 99), at))
      .map((g, i) => weigh(g, 7 + i))
      .reduce((total, part) => add(total, part));
  const check = gradCheck(slope, params, { tolerance: 1e-6 });
  expect(check.passed, `second order, ${describe(sample)}\n${check}`).to.equal(true);
}

/** No input is written into, there or back. */
export function proveInputsKept(op: Provable, sample: AnySample): void {
  const before = sample.inputs.map(({ data }) => data.slice());
  const { fn, params } = functionOf(op, sample);
  grad((at) => weigh(fn(at), 3), params);
  expect(sample.inputs.map(({ data }) => data)).to.deep.equal(before);
}

/** In float32, the value and the gradient of every input are tfjs's to 1e-5. */
export function proveAgainst(ref: Reference, op: Provable, sample: AnySample): void {
  const inputs = sample.inputs.map((input) => (isFloat(input.dtype) ? cast(input, "float32") : input));
  const single = { inputs, options: op.name === "cast" ? "float32" : sample.options };
  const { fn, params } = functionOf(op, single);
  const { value, pullback } = vjp(fn, params);
  const upstream = cast(weights(value, 99), "float32");
  const ours = pullback(upstream);
  const moving = movingInputs(op, single);
  const theirs = (tf: Tfjs, ...given: TfTensor[]): TfTensor =>
    op.reference!(
      tf,
      inputs.map((input, i) => given[moving.indexOf(i)] ?? ref.tensor(input)),
      single.options,
    );
  const report = ref.report(`${op.name} ${describe(sample)}`);
  if (inputs.some(({ size }) => size === 0) || value.size === 0) {
    // tfjs has no gradients of nothing.
    report.add({ name: op.name, ours: value, theirs: ref.run(theirs) });
    report.assert();
    return;
  }
  const answer = ref.gradients(
    theirs,
    moving.map((i) => inputs[i]!),
    upstream,
  );
  report.add({ name: op.name, ours: value, theirs: answer.value });
  moving.forEach((i, k) => {
    const name = nameOf(op, i);
    report.add({ name, direction: "gradient", ours: ours[name]!, theirs: answer.gradients[k]! });
  });
  report.assert();
}
