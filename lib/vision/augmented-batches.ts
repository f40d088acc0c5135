import { Worker } from "node:worker_threads";
import { cellInterrupt } from "../interrupt.ts";
import { gather } from "../ops/gather.ts";
import { Random } from "../random/random.ts";
import { adopt } from "../tensor/create.ts";
import { ShapeError } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { augment, pictureShape } from "./augment.ts";
import { augmentedShape, type Recipe } from "./augment-pixels.ts";
import type { AugmentData, AugmentJob, AugmentResult } from "./augment-worker.ts";

export interface AugmentedBatchesOptions {
  readonly recipe: Recipe;
  readonly batch: number;
  /** How often all pictures are gone through; 1 unless given. */
  readonly epochs?: number;
  /** The order and the augmentation follow from it alone, not from the number of threads; 1 unless given. */
  readonly seed?: number;
  /** How many threads augment beside the one that trains; 1 unless given, and with 0 it does so itself. */
  readonly workers?: number;
  /** How many batches are made in advance, at most; 2 for each thread unless given. */
  readonly ahead?: number;
}

/** A batch to train on. */
export interface AugmentedBatch {
  readonly images: Tensor;
  readonly labels: Tensor;
  readonly epoch: number;
}

/**
 * Shuffled batches of augmented pictures [n, height, width, channels] with their labels, made by worker threads while the
 * caller trains on those before. The last batch of an epoch may be smaller.
 *
 * @example
 * for await (const { images, labels } of augmentedBatches(train.images, train.labels, { recipe, batch: 64, epochs: 5 })) {
 *   step(images, labels);
 * }
 */
export async function* augmentedBatches(
  images: Tensor,
  labels: Tensor,
  { recipe, batch, epochs = 1, seed = 1, workers = 1, ahead = 2 * workers }: AugmentedBatchesOptions,
): AsyncGenerator<AugmentedBatch, void> {
  const shape = pictureShape("augmentedBatches", images);
  const made = augmentedShape(recipe, shape);
  const count = images.shape[0]!;
  if (labels.shape[0] !== count) {
    throw new ShapeError(
      `augmentedBatches: ${count} pictures and ${labels.shape[0] ?? "no"} labels; one for each.`,
    );
  }
  if (!(Number.isInteger(batch) && batch >= 1)) {
    throw new RangeError(`augmentedBatches: a batch is 1 picture or more, not ${batch}.`);
  }
  const counts = { epochs, workers, ahead };
  for (const [name, value] of Object.entries(counts)) {
    // Without end is a number of epochs, too.
    if ((Number.isInteger(value) && value >= 0) || (name === "epochs" && value === Infinity)) continue;
    throw new RangeError(`augmentedBatches: ${name} is ${value}; it is a whole number, 0 or more.`);
  }
  const team = workers > 0 ? new Team(images, { shape, recipe }, workers) : undefined;
  const interrupt = cellInterrupt();
  // A cell that is interrupted never comes back to end its threads.
  const giveUp = (): void => void team?.end();
  interrupt?.addEventListener("abort", giveUp);
  const pending: { readonly plan: Plan; readonly pixels: Promise<Float32Array> | undefined }[] = [];
  const plans = planned(count, batch, epochs, seed);
  try {
    for (;;) {
      interrupt?.throwIfAborted();
      while (pending.length < Math.max(1, ahead)) {
        const { value: plan } = plans.next();
        if (plan === undefined) break;
        const pixels = team?.ask(plan);
        pixels?.catch(() => {}); // told to who waits for it
        pending.push({ plan, pixels });
      }
      const next = pending.shift();
      if (next === undefined) return;
      const { plan, pixels } = next;
      const places = adopt(plan.places, [plan.places.length]);
      const pictures =
        pixels === undefined
          ? augment(gather(images, places), recipe, Random.from(plan.random))
          : adopt(await pixels, [plan.places.length, ...made]);
      yield { images: pictures, labels: gather(labels, places), epoch: plan.epoch };
    }
  } catch (error) {
    throw interrupt?.aborted ? interrupt.reason : error;
  } finally {
    interrupt?.removeEventListener("abort", giveUp);
    await team?.end();
  }
}

interface Plan extends Omit<AugmentJob, "id"> {
  readonly epoch: number;
}

/** Which pictures come in which batch, and with which random numbers. */
function* planned(count: number, batch: number, epochs: number, seed: number): Generator<Plan, undefined> {
  const random = new Random(seed);
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = random.permutation(count).storage.array();
    for (let at = 0; at < count; at += batch) {
      const [own] = random.split(1);
      yield { epoch, places: Int32Array.from(order.subarray(at, at + batch)), random: own!.state };
    }
  }
  return undefined;
}

interface Waiting {
  readonly worker: Worker;
  readonly resolve: (pixels: Float32Array) => void;
  readonly reject: (error: Error) => void;
}

/** Threads that augment. They keep the process alive only while somebody waits for them. */
class Team {
  readonly #workers: Worker[];
  readonly #waiting = new Map<number, Waiting>();
  readonly #ended = new Map<Worker, Error>();
  #next = 0;

  constructor(images: Tensor, data: Omit<AugmentData, "pixels">, workers: number) {
    const pixels = new SharedArrayBuffer(images.size * 4);
    new Float32Array(pixels).set(images.storage.array());
    this.#workers = Array.from({ length: workers }, () => {
      const worker = new Worker(new URL("./augment-worker.js", import.meta.url), {
        workerData: { ...data, pixels } satisfies AugmentData,
        execArgv: [],
      });
      worker.unref();
      worker.on("message", ({ id, pixels }: AugmentResult) => this.#settle(id)?.resolve(pixels));
      worker.on("error", (error: Error) => this.#fail(worker, error));
      worker.on("exit", () => this.#fail(worker, new Error("augmentedBatches: a worker thread ended.")));
      return worker;
    });
  }

  ask({ places, random }: Plan): Promise<Float32Array> {
    const id = this.#next++;
    const worker = this.#workers[id % this.#workers.length]!;
    const ended = this.#ended.get(worker);
    if (ended !== undefined) return Promise.reject(ended);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { worker, resolve, reject });
      worker.ref();
      worker.postMessage({ id, places, random } satisfies AugmentJob);
    });
  }

  async end(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    const busy = [...this.#waiting.values()].some(({ worker }) => worker === waiting?.worker);
    if (!busy) waiting?.worker.unref();
    return waiting;
  }

  #fail(worker: Worker, error: Error): void {
    if (!this.#ended.has(worker)) this.#ended.set(worker, error);
    for (const [id, waiting] of this.#waiting) {
      if (waiting.worker === worker) this.#settle(id)?.reject(error);
    }
  }
}
