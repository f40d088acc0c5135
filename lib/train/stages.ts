// What the threads of a pipeline do. These functions are sent there as text: they use nothing but their arguments.
import type { Params } from "../autodiff/grad.ts";
import type * as Gradbook from "../index.ts";
import type { Optimizer } from "../optim/optimizer.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { ThreadTools } from "./task.ts";

/** Which part of which batch a stage works on. */
export interface Part {
  /** Steps taken before this one. */
  readonly step: number;
  /** The micro-batch, from 0. */
  readonly part: number;
  /** Of all examples of the batch. */
  readonly share: number;
}

/** Some of a network's layers; its function is sent to its thread as its text. */
export interface Stage {
  readonly params: Params;
  readonly forward: (params: Params, x: Tensor, lib: typeof Gradbook, part: Part) => Tensor;
}

/** The mean loss of the last stage's output. */
export type StageLoss = (output: Tensor, target: Tensor, lib: typeof Gradbook) => Tensor;

/** How long a stage computed, in ms. */
interface Timed {
  readonly busy: number;
}

export const settleIn = (
  { params, forward, optimizer }: Stage & { readonly optimizer: (lib: typeof Gradbook) => Optimizer },
  { lib, memory }: ThreadTools,
): void => {
  memory.set("params", params);
  memory.set("forward", forward);
  memory.set("optimizer", optimizer(lib));
};

/** Without a tape. */
export const infer = ({ x, part }: { x: Tensor; part: Part }, { lib, memory }: ThreadTools): Tensor =>
  (memory.get("forward") as Stage["forward"])(memory.get("params") as Params, x, lib, part);

export const goForward = (
  { x, part }: { x: Tensor; part: Part },
  { lib, memory }: ThreadTools,
): Timed & { output: Tensor } => {
  const begun = performance.now();
  if (part.part === 0) memory.set("gradients", {});
  const forward = memory.get("forward") as Stage["forward"];
  // The stage's input is followed like a parameter: its gradient is what the stage before waits for.
  const inputs: Params = x.dtype === "float32" || x.dtype === "float64" ? { " x": x } : {};
  const run = lib.vjp(({ " x": input = x, ...at }: Params) => forward(at, input, lib, part), {
    ...(memory.get("params") as Params),
    ...inputs,
  });
  memory.set(`pullback ${part.part}`, run.pullback);
  return { output: run.value, busy: performance.now() - begun };
};

/** The last stage goes forward, through the loss and back at once. */
export const turnAround = (
  { x, target, loss, part }: { x: Tensor; target: Tensor; loss: StageLoss; part: Part },
  { lib, memory }: ThreadTools,
): Timed & { value: number; dtype: Tensor["dtype"]; back: Tensor } => {
  const begun = performance.now();
  if (part.part === 0) memory.set("gradients", {});
  const forward = memory.get("forward") as Stage["forward"];
  const inputs: Params = x.dtype === "float32" || x.dtype === "float64" ? { " x": x } : {};
  const { value, grads } = lib.valueAndGrad(
    ({ " x": input = x, ...at }: Params) => {
      const mean = loss(forward(at, input, lib, part), target, lib);
      return part.share === 1 ? mean : lib.mul(mean, part.share);
    },
    { ...(memory.get("params") as Params), ...inputs },
  );
  const { " x": back = x, ...own } = grads;
  const kept = memory.get("gradients") as Record<string, Tensor[]>;
  for (const [name, g] of Object.entries(own)) kept[name] = [...(kept[name] ?? []), g];
  return { value: value.item(), dtype: value.dtype, back, busy: performance.now() - begun };
};

export const goBack = (
  { arriving, part }: { arriving: Tensor; part: Part },
  { memory }: ThreadTools,
): Timed & { back: Tensor } => {
  const begun = performance.now();
  const pullback = memory.get(`pullback ${part.part}`) as (vector: Tensor) => Params;
  memory.delete(`pullback ${part.part}`);
  const { " x": back = arriving, ...own } = pullback(arriving);
  const kept = memory.get("gradients") as Record<string, Tensor[]>;
  for (const [name, g] of Object.entries(own)) kept[name] = [...(kept[name] ?? []), g];
  return { back, busy: performance.now() - begun };
};

/** All micro-batches are back: their gradients' sum, in doubles and in their order, and one step. */
export const finish = (_: undefined, { lib, memory }: ThreadTools): Timed => {
  const begun = performance.now();
  const entries = Object.entries(memory.get("gradients") as Record<string, Tensor[]>).map(([name, parts]) => {
    const [first] = parts as [Tensor];
    if (parts.length === 1) return [name, first] as const;
    const total = new Float64Array(first.size);
    for (const { data } of parts) for (let i = 0; i < total.length; i++) total[i]! += Number(data[i]);
    return [name, lib.tensor(total, { shape: first.shape, dtype: first.dtype })] as const;
  });
  memory.delete("gradients");
  (memory.get("optimizer") as Optimizer).step(memory.get("params") as Params, Object.fromEntries(entries));
  return { busy: performance.now() - begun };
};

export const parametersOf = (_: undefined, { memory }: ThreadTools): Params => memory.get("params") as Params;

export const optimizerOf = (_: undefined, { memory }: ThreadTools): unknown =>
  (memory.get("optimizer") as Optimizer).state();

export const takeUp = (
  { params, state }: { params: Params; state: ReturnType<Optimizer["state"]> },
  { memory }: ThreadTools,
): void => {
  memory.set("params", params);
  (memory.get("optimizer") as Optimizer).restore(state);
};
