import type { Params } from "../autodiff/grad.ts";
import type * as Gradbook from "../index.ts";
import type { Optimizer } from "../optim/optimizer.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { ThreadTools } from "./task.ts";
import { Workers } from "./workers.ts";

/** Some of a network's layers; its function is sent to its thread as its text. */
export interface Stage {
  readonly params: Params;
  readonly forward: (params: Params, x: Tensor, lib: typeof Gradbook) => Tensor;
}

export interface ModelParallelOptions {
  /** In order: each stage's output is the next one's input. */
  readonly stages: readonly Stage[];
  /** The loss of the last stage's output. */
  readonly loss: (output: Tensor, target: Tensor, lib: typeof Gradbook) => Tensor;
  /** Makes each stage's optimizer. */
  readonly optimizer: (lib: typeof Gradbook) => Optimizer;
}

/**
 * Model-parallel training: each thread keeps some of the layers, with their parameters and their optimizer, so that no
 * thread needs room for the whole network. Activations go from stage to stage, gradients come back the same way. (One
 * batch at a time: while a stage computes, the others wait.)
 *
 * @example
 * const team = await ModelParallel.start({
 *   stages: [
 *     { params: { W: W1 }, forward: ({ W }, x, { matmul, relu }) => relu(matmul(x, W)) },
 *     { params: { W: W2 }, forward: ({ W }, x, { matmul }) => matmul(x, W) },
 *   ],
 *   loss: (logits, labels, { crossEntropy }) => crossEntropy(logits, labels),
 *   optimizer: ({ sgd }) => sgd({ rate: 0.1 }),
 * });
 * await team.step(x, y);
 */
export class ModelParallel {
  readonly #workers: Workers;
  readonly #loss: ModelParallelOptions["loss"];

  private constructor(workers: Workers, loss: ModelParallelOptions["loss"]) {
    this.#workers = workers;
    this.#loss = loss;
  }

  /** Starts a thread for each stage and sends it there. */
  static async start({ stages, loss, optimizer }: ModelParallelOptions): Promise<ModelParallel> {
    if (stages.length === 0)
      throw new RangeError("ModelParallel: there is no stage; a network has one at least.");
    const workers = new Workers({ count: stages.length });
    try {
      await Promise.all(stages.map((stage, i) => workers.on(i, settleIn, { ...stage, optimizer })));
    } catch (error) {
      await workers.close();
      throw error;
    }
    return new ModelParallel(workers, loss);
  }

  /** The last stage's output. */
  async forward(x: Tensor): Promise<Tensor> {
    let output = x;
    for (let i = 0; i < this.#workers.count; i++) output = await this.#workers.on(i, goForward, output);
    return output;
  }

  /** One step of all stages; gives the loss before it. */
  async step(x: Tensor, target: Tensor): Promise<Tensor> {
    const last = this.#workers.count - 1;
    const output = await this.forward(x);
    const { value, g } = await this.#workers.on(last, lossAndGradient, { output, target, loss: this.#loss });
    let arriving = g;
    for (let i = last; i >= 0; i--) arriving = await this.#workers.on(i, goBack, arriving);
    return value;
  }

  /** A copy of each stage's parameters. */
  params(): Promise<Params[]> {
    return Promise.all(
      Array.from({ length: this.#workers.count }, (_, i) => this.#workers.on(i, parametersOf, undefined)),
    );
  }

  close(): Promise<void> {
    return this.#workers.close();
  }
}

// What the threads do: sent there as text, so these functions use nothing but their arguments.

const settleIn = (
  { params, forward, optimizer }: Stage & Pick<ModelParallelOptions, "optimizer">,
  { lib, memory }: ThreadTools,
): void => {
  memory.set("params", params);
  memory.set("forward", forward);
  memory.set("optimizer", optimizer(lib));
};

const goForward = (x: Tensor, { lib, memory }: ThreadTools): Tensor => {
  const params = memory.get("params") as Params;
  const forward = memory.get("forward") as Stage["forward"];
  // The stage's input is followed like a parameter: its gradient is what the stage before waits for.
  const inputs: Params = x.dtype === "float32" || x.dtype === "float64" ? { " x": x } : {};
  const run = lib.vjp(({ " x": input = x, ...at }: Params) => forward(at, input, lib), {
    ...params,
    ...inputs,
  });
  memory.set("pullback", run.pullback);
  return run.value;
};

const lossAndGradient = (
  { output, target, loss }: { output: Tensor; target: Tensor; loss: ModelParallelOptions["loss"] },
  { lib }: ThreadTools,
): { value: Tensor; g: Tensor } => {
  const { value, grads } = lib.valueAndGrad(({ output: at }) => loss(at, target, lib), { output });
  return { value, g: grads.output };
};

const goBack = (arriving: Tensor, { memory }: ThreadTools): Tensor => {
  const params = memory.get("params") as Params;
  const pullback = memory.get("pullback") as (vector: Tensor) => Params;
  const { " x": back = arriving, ...grads } = pullback(arriving);
  (memory.get("optimizer") as Optimizer).step(params, grads);
  return back;
};

const parametersOf = (_: undefined, { memory }: ThreadTools): Params => memory.get("params") as Params;
