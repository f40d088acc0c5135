// What PyTorch computes for operations that tfjs lacks: ops.json, whose layouts ops.py explains.
import { type DType, type Tensor, tensor } from "../../../lib/index.ts";
import { readGolden } from "./read.ts";

interface StoredTensor {
  readonly shape: readonly number[];
  readonly values: readonly number[];
  readonly dtype?: DType;
}
type Stored = Readonly<Record<string, StoredTensor>>;
type Tensors = Readonly<Record<string, Tensor>>;

/** One call of an operation, with its result and the gradients of sum(output · upstream). */
export interface GoldenCase {
  readonly name: string;
  readonly inputs: Tensors;
  readonly options: Readonly<Record<string, unknown>>;
  readonly output: Tensors;
  readonly upstream: Tensors;
  readonly gradients: Tensors;
}

/** The stored cases of an operation; floats are float64. */
export function goldenCases(op: string): GoldenCase[] {
  type Line = Readonly<Record<"inputs" | "output" | "upstream" | "gradients", Stored>> & {
    readonly op: string;
    readonly name: string;
    readonly options: Readonly<Record<string, unknown>>;
  };
  return readGolden<Line[]>("ops")
    .filter((line) => line.op === op)
    .map(({ name, options, inputs, output, upstream, gradients }) => ({
      name,
      options,
      inputs: tensorsOf(inputs),
      output: tensorsOf(output),
      upstream: tensorsOf(upstream),
      gradients: tensorsOf(gradients),
    }));
}

function tensorsOf(stored: Stored): Tensors {
  return Object.fromEntries(
    Object.entries(stored).map(([name, { values, shape, dtype = "float64" }]) => [
      name,
      tensor(Float64Array.from(values), { shape, dtype }),
    ]),
  );
}
