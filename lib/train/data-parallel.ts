import type { Grads, Params } from "../autodiff/grad.ts";
import type * as Gradbook from "../index.ts";
import type { Optimizer } from "../optim/optimizer.ts";
import { adopt, full } from "../tensor/create.ts";
import { allocate } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { countOf, type Examples, take } from "./batches.ts";
import { together, Workers } from "./workers.ts";

/** Which part of the batch a thread has. */
export interface Share {
  /** The part's first example in the batch, and the one after its last. */
  readonly from: number;
  readonly to: number;
  /** Another one in each step (where `fit` makes it) and in each part: for dropout and its kin. */
  readonly seed: number;
}

/** The mean loss of a part of a batch; sent to the threads as its text, so it takes all it uses from its arguments. */
export type RemoteLoss<P extends Params, B extends Examples> = (
  params: P,
  batch: B,
  lib: typeof Gradbook,
  share: Share,
) => Tensor;

export interface DataParallelOptions<P extends Params, B extends Examples> {
  readonly params: P;
  readonly loss: RemoteLoss<P, B>;
  /** How many threads; as many as the machine has cores unless given. */
  readonly workers?: number;
}

/**
 * Data-parallel training: each thread has the whole model and computes the gradient on its part of the batch; this
 * thread, the supervisor, takes their mean, weighted by the parts' sizes, and steps. As the loss is a mean over
 * examples, that is the gradient of the whole batch, to rounding, however uneven the parts are.
 *
 * What looks at a batch as a whole sees a part: batch norm's statistics are those of the part, as everywhere where
 * they are not exchanged (layer and group norm do not care), and a sum over examples is not a mean. Dropout with the
 * share's seed draws another mask than one thread would.
 *
 * `fit` takes it in the place of a loss.
 *
 * @example
 * const team = new DataParallel({
 *   params,
 *   loss: ({ W, b }, { x, y }, { crossEntropy, linear }) => crossEntropy(linear(x, W, b), y),
 *   workers: 2,
 * });
 * for (const batch of batches(data, { size: 256, random })) await team.step(batch, optimizer);
 * await team.close();
 */
export class DataParallel<P extends Params, B extends Examples> {
  readonly #options: DataParallelOptions<P, B>;
  readonly #workers: Workers;

  constructor(options: DataParallelOptions<P, B>) {
    this.#options = options;
    this.#workers = new Workers(options.workers === undefined ? {} : { count: options.workers });
  }

  get params(): P {
    return this.#options.params;
  }

  /** The loss of the whole batch and its gradients. */
  async gradients(
    batch: B,
    { seed = 0 }: { readonly seed?: number } = {},
  ): Promise<{ readonly value: Tensor; readonly grads: Grads<P> }> {
    const { params, loss } = this.#options;
    const count = countOf("DataParallel", batch);
    if (count === 0) throw new RangeError("DataParallel: the batch has no examples.");
    const parts = shards(count, this.#workers.count);
    const found = await together(
      parts.map(({ from, to }, thread) => {
        const places = Array.from({ length: to - from }, (_, i) => from + i);
        return this.#workers.on(thread, partGradients, {
          params,
          batch: take(batch, places),
          loss: loss as never,
          share: { from, to, seed: (seed + 0x9e3779b9 * thread) >>> 0 },
        });
      }),
    );
    const weights = parts.map(({ from, to }) => (to - from) / count);
    const value = weights.reduce((total, weight, i) => total + weight * found[i]!.value.item(), 0);
    const entries = Object.keys(params).map((name) => [
      name,
      weightedSum(
        found.map(({ grads }) => grads[name]!),
        weights,
      ),
    ]);
    return { value: full([], value, found[0]!.value.dtype), grads: Object.fromEntries(entries) as Grads<P> };
  }

  /** One step of the optimizer on the whole batch; gives the loss before it. */
  async step(batch: B, optimizer: Optimizer): Promise<Tensor> {
    const { value, grads } = await this.gradients(batch);
    optimizer.step(this.#options.params, grads);
    return value;
  }

  close(): Promise<void> {
    return this.#workers.close();
  }
}

/** What each thread does. It is sent there as its text. */
const partGradients = (
  {
    params,
    batch,
    loss,
    share,
  }: { params: Params; batch: Examples; loss: RemoteLoss<Params, Examples>; share: Share },
  { lib }: { readonly lib: typeof Gradbook },
): { value: Tensor; grads: Params } => lib.valueAndGrad((at: Params) => loss(at, batch, lib, share), params);

/** `count` examples in parts of nearly equal size, none of them empty. */
export function shards(count: number, parts: number): { readonly from: number; readonly to: number }[] {
  const used = Math.min(count, parts);
  return Array.from({ length: used }, (_, i) => ({
    from: Math.floor((i * count) / used),
    to: Math.floor(((i + 1) * count) / used),
  }));
}

/** Σ wᵢ gᵢ, always in the same order, so that the same parts give the same bits. */
function weightedSum(tensors: readonly Tensor[], weights: readonly number[]): Tensor {
  const [{ shape, dtype, size }] = tensors as [Tensor];
  const total = new Float64Array(size);
  tensors.forEach(({ storage }, k) => {
    const [values, weight] = [storage.array(), weights[k]!];
    for (let i = 0; i < size; i++) total[i]! += weight * values[i]!;
  });
  const data = allocate(dtype, size);
  data.set(total);
  return adopt(data, shape);
}
