import type { Params, ScalarFunction } from "../autodiff/grad.ts";
import { observedGradient } from "../autodiff/observed-gradient.ts";
import { formatShape, indexOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { short } from "./history.ts";

/** The operation at which a computation went wrong. */
export interface NaNTrace {
  /** The operation's name, or "parameter" where one was not a number from the start. */
  readonly op: string;
  /** On the way there, or in the gradient on the way back. */
  readonly way: "forward" | "backward";
  /** NaN, or an infinity where no NaN was seen. */
  readonly value: number;
  /** Where in the result it stands first. */
  readonly index: readonly number[];
  /** One sentence for a person. */
  readonly message: string;
}

/**
 * Runs a loss and its gradient and names the first operation that made NaN of numbers; or, where there is no NaN, the
 * first that made an infinity. Nothing where all is well. Infinities alone are not suspicious: masks are made of them.
 *
 * @example
 * traceNaN(({ W }) => mean(log(matmul(x, W))), { W })?.message;
 * // "log made NaN at [0, 3] of its output [32, 10], from an input between -0.71 and 2.4."
 */
export function traceNaN<P extends Params>(fn: ScalarFunction<P>, params: P): NaNTrace | undefined {
  for (const [name, tensor] of Object.entries(params)) {
    const at = first(tensor, (value) => !Number.isFinite(value));
    if (at === undefined) continue;
    const value = tensor.storage.array()[at]!;
    const index = indexOf(at, tensor.shape);
    const message = `Parameter "${name}" itself is ${value} at ${formatShape(index)}: look at the step before.`;
    return { op: "parameter", way: "forward", value, index, message };
  }
  let nan: NaNTrace | undefined;
  let infinite: NaNTrace | undefined;
  observedGradient(
    (op, way, inputs, result) => {
      if (nan !== undefined || result.dtype === "int32" || result.dtype === "bool") return;
      const at = first(result, Number.isNaN);
      if (at !== undefined) {
        const spoilt = inputs.some((input) => first(input, Number.isNaN) !== undefined);
        if (!spoilt) nan = describe(op, way, inputs, result, at);
        return;
      }
      const far = infinite ? undefined : first(result, (value) => !Number.isFinite(value));
      if (far === undefined) return;
      const before = inputs.some((input) => first(input, (value) => !Number.isFinite(value)) !== undefined);
      if (!before) infinite = describe(op, way, inputs, result, far);
    },
    fn,
    params,
  );
  if (nan !== undefined && infinite !== undefined) {
    return { ...nan, message: `${nan.message} Before that, ${infinite.message}` };
  }
  return nan ?? infinite;
}

function describe(
  op: string,
  way: NaNTrace["way"],
  inputs: readonly Tensor[],
  result: Tensor,
  at: number,
): NaNTrace {
  const value = result.storage.array()[at]!;
  const index = indexOf(at, result.shape);
  const made = way === "forward" ? "its output" : "its gradient";
  const ranges = inputs.map(range);
  const from = `${ranges.length === 1 ? "an input" : "inputs"} ${ranges.join(" and ")}`;
  const source = way === "forward" ? from : `an arriving gradient ${ranges.join(" and ")}`;
  const message =
    `${op} made ${value} at ${formatShape(index)} of ${made} ${formatShape(result.shape)}` +
    `${inputs.length > 0 ? `, from ${source}` : ""}.`;
  return { op, way, value, index, message };
}

function range(tensor: Tensor): string {
  let [low, high] = [Infinity, -Infinity];
  for (const value of tensor.storage.array()) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return `between ${short(low)} and ${short(high)}`;
}

function first({ storage }: Tensor, is: (value: number) => boolean): number | undefined {
  const at = storage.array().findIndex((value: number) => is(value));
  return at < 0 ? undefined : at;
}
