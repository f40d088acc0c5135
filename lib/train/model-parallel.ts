import type { Params } from "../autodiff/grad.ts";
import type * as Gradbook from "../index.ts";
import type { Optimizer, OptimizerState } from "../optim/optimizer.ts";
import { full } from "../tensor/create.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { countOf, type Examples, take } from "./batches.ts";
import { shards } from "./data-parallel.ts";
import {
  finish,
  goBack,
  goForward,
  infer,
  optimizerOf,
  type Part,
  parametersOf,
  type Stage,
  type StageLoss,
  settleIn,
  takeUp,
  turnAround,
} from "./stages.ts";
import type { Task } from "./task.ts";
import { together, Workers } from "./workers.ts";

export interface ModelParallelOptions {
  /** In order: each stage's output is the next one's input. */
  readonly stages: readonly Stage[];
  /** The mean loss of the last stage's output. */
  readonly loss: StageLoss;
  /** Makes each stage's optimizer. */
  readonly optimizer: (lib: typeof Gradbook) => Optimizer;
  /** Into how many parts a batch is split, so that the stages work at the same time; 1 unless given. */
  readonly microBatches?: number;
}

/** How well the stages were kept at work in one step. */
export interface PipelineReport {
  readonly microBatches: number;
  /** From the first micro-batch's departure to the last stage's update. */
  readonly seconds: number;
  /** How long each stage computed. */
  readonly busy: readonly number[];
  /** The share of all stages' time in which they stood still, the way from thread to thread included. */
  readonly bubble: number;
  /** (K − 1) / (M + K − 1): what it is for M micro-batches and K stages that all take equally long. */
  readonly idealBubble: number;
}

/** What a pipeline was at, stage by stage. */
export interface PipelineState {
  readonly steps: number;
  readonly stages: readonly { readonly params: Params; readonly optimizer: OptimizerState }[];
}

/**
 * Model-parallel training: each thread keeps some of the layers, with their parameters and their optimizer, so that no
 * thread needs room for the whole network. Activations go from stage to stage, gradients come back the same way.
 *
 * With `microBatches` it is a pipeline (GPipe: Huang et al., 2019): the batch is split, and while a stage works on one
 * part, the stage before works on the next; a stage goes back on a part as soon as its gradient arrives. Parameters
 * change only when all parts are back, by the sum of their gradients, weighted by size: as the loss is a mean over
 * examples, that is the whole batch's step, to rounding. In the beginning and at the end stages stand still; `report`
 * tells how long.
 *
 * What looks at a batch as a whole sees a part: batch norm's statistics are those of the micro-batch (layer and group
 * norm do not care). Dropout takes its seed from the `part` that `forward` gets, and draws another mask than one thread
 * would.
 *
 * @example
 * const team = await ModelParallel.start({
 *   stages: [
 *     { params: { W: W1 }, forward: ({ W }, x, { matmul, relu }) => relu(matmul(x, W)) },
 *     { params: { W: W2 }, forward: ({ W }, x, { matmul }) => matmul(x, W) },
 *   ],
 *   loss: (logits, labels, { crossEntropy }) => crossEntropy(logits, labels),
 *   optimizer: ({ sgd }) => sgd({ rate: 0.1 }),
 *   microBatches: 8,
 * });
 * await team.step(x, y);
 * team.report?.bubble; // 0.19
 */
export class ModelParallel {
  readonly #workers: Workers;
  readonly #loss: StageLoss;
  readonly #microBatches: number;
  #steps = 0;
  /** Of the last step. */
  report: PipelineReport | undefined;

  private constructor(workers: Workers, loss: StageLoss, microBatches: number) {
    this.#workers = workers;
    this.#loss = loss;
    this.#microBatches = microBatches;
  }

  /** Starts a thread for each stage and sends it there. */
  static async start({
    stages,
    loss,
    optimizer,
    microBatches = 1,
  }: ModelParallelOptions): Promise<ModelParallel> {
    if (stages.length === 0)
      throw new RangeError("ModelParallel: there is no stage; a network has one at least.");
    if (!Number.isInteger(microBatches) || microBatches < 1) {
      throw new RangeError(
        `ModelParallel: microBatches is ${microBatches}; it must be a whole number, 1 or more.`,
      );
    }
    const team = new ModelParallel(new Workers({ count: stages.length }), loss, microBatches);
    try {
      await together(stages.map((stage, i) => team.#on(i, settleIn, { ...stage, optimizer })));
    } catch (error) {
      await team.close();
      throw error;
    }
    return team;
  }

  /** The last stage's output. */
  async forward(x: Tensor): Promise<Tensor> {
    const part = { step: this.#steps, part: 0, share: 1 };
    let output = x;
    for (let i = 0; i < this.#workers.count; i++) output = await this.#on(i, infer, { x: output, part });
    return output;
  }

  /** One step of all stages; gives the loss before it. */
  async step(x: Tensor, target: Tensor): Promise<Tensor> {
    const whole = { x, target };
    const count = countOf("ModelParallel", whole);
    if (count === 0) throw new RangeError("ModelParallel: the batch has no examples.");
    const parts = shards(count, this.#microBatches);
    const busy = new Array<number>(this.#workers.count).fill(0);
    const begun = performance.now();
    const losses = await together(
      parts.map(({ from, to }, part) => {
        const places = Array.from({ length: to - from }, (_, i) => from + i);
        const batch = parts.length === 1 ? whole : take<Examples & typeof whole>(whole, places);
        return this.#travel(batch, { step: this.#steps, part, share: (to - from) / count }, busy);
      }),
    );
    const updates = await together(busy.map((_, i) => this.#on(i, finish, undefined)));
    this.#steps++;
    const seconds = (performance.now() - begun) / 1000;
    this.#measure(
      parts.length,
      seconds,
      busy.map((ms, i) => (ms + updates[i]!.busy) / 1000),
    );
    const value = losses.reduce((total, loss) => total + loss.value, 0);
    return full([], value, losses[0]!.dtype);
  }

  /** One micro-batch's way through all stages and back. The threads take what comes in its order. */
  async #travel(
    { x, target }: { readonly x: Tensor; readonly target: Tensor },
    part: Part,
    busy: number[],
  ): Promise<{ value: number; dtype: Tensor["dtype"] }> {
    const last = busy.length - 1;
    let there = x;
    for (let i = 0; i < last; i++) {
      const { output, busy: ms } = await this.#on(i, goForward, { x: there, part });
      busy[i]! += ms;
      there = output;
    }
    const turn = await this.#on(last, turnAround, { x: there, target, loss: this.#loss, part });
    busy[last]! += turn.busy;
    let arriving = turn.back;
    for (let i = last - 1; i >= 0; i--) {
      const { back, busy: ms } = await this.#on(i, goBack, { arriving, part });
      busy[i]! += ms;
      arriving = back;
    }
    return turn;
  }

  #measure(microBatches: number, seconds: number, busy: readonly number[]): void {
    const stages = busy.length;
    const worked = busy.reduce((total, time) => total + time, 0);
    const bubble = Math.max(0, 1 - worked / (stages * seconds));
    const idealBubble = (stages - 1) / (microBatches + stages - 1);
    this.report = { microBatches, seconds, busy, bubble, idealBubble };
  }

  async #on<A, R>(stage: number, task: Task<A, R>, argument: A): Promise<R> {
    try {
      return await this.#workers.on(stage, task, argument);
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      const place = `stage ${stage + 1} of ${this.#workers.count}`;
      throw new Error(`ModelParallel: ${place}: ${what}`, { cause: error });
    }
  }

  /** A copy of each stage's parameters. */
  params(): Promise<Params[]> {
    return together(this.#stages((i) => this.#on(i, parametersOf, undefined)));
  }

  /** A copy of all that the next step depends on. */
  async state(): Promise<PipelineState> {
    const stages = await together(
      this.#stages(async (i) => ({
        params: await this.#on(i, parametersOf, undefined),
        optimizer: (await this.#on(i, optimizerOf, undefined)) as OptimizerState,
      })),
    );
    return { steps: this.#steps, stages };
  }

  /** Goes on from there. */
  async restore({ steps, stages }: PipelineState): Promise<void> {
    if (stages.length !== this.#workers.count) {
      throw new RangeError(
        `ModelParallel: the state has ${stages.length} stages and this pipeline ${this.#workers.count}.`,
      );
    }
    await together(
      stages.map(({ params, optimizer }, i) => this.#on(i, takeUp, { params, state: optimizer })),
    );
    this.#steps = steps;
  }

  #stages<R>(ask: (stage: number) => R): R[] {
    return Array.from({ length: this.#workers.count }, (_, i) => ask(i));
  }

  close(): Promise<void> {
    return this.#workers.close();
  }
}
