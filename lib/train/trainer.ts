import { type Grads, mapParams, type Params, valueAndGrad } from "../autodiff/grad.ts";
import { copyOf, type Optimizer } from "../optim/optimizer.ts";
import { Random, type RandomState } from "../random/random.ts";
import { Tensor } from "../tensor/tensor.ts";
import { batchPlaces, countOf, type Examples, take } from "./batches.ts";
import { load, readCheckpoint, type Standing, writeCheckpoint } from "./checkpoint.ts";
import type { HistoryRow } from "./history.ts";
import type { BatchLoss, BatchResult, FitOptions } from "./options.ts";
import type { Progress } from "./progress.ts";
import { updateRatios } from "./ratios.ts";

/** The weight of the past in the smoothed loss. */
const SMOOTHING = 0.95;

/** The state of one run of `fit`, step by step. */
export class Trainer<P extends Params, B extends Examples> {
  readonly #options: FitOptions<P, B>;
  readonly #examples: number;
  readonly #batchSize: number;
  readonly #begun: number = performance.now();
  #random: Random;
  #drawn: RandomState;
  #places: readonly ArrayLike<number>[] = [];
  #step = 0;
  #epoch = 0;
  #batch = 0;
  #average: readonly [number, number] = [0, 0];
  #sums: Record<string, number> = {};
  #metrics: Readonly<Record<string, number>> = {};
  #best: Standing["best"];
  #bestParams: Params = {};
  #fresh = 0;
  state: Params;
  readonly rows: HistoryRow[] = [];
  readonly ratios: HistoryRow[] = [];
  /** Why training is over. */
  stopped: string | undefined;

  constructor(options: FitOptions<P, B>) {
    this.#options = options;
    this.#examples = countOf("fit", options.data);
    this.#batchSize = options.batchSize ?? 32;
    this.#random = options.random;
    this.#drawn = options.random.state;
    this.state = options.state ?? {};
    if (this.#examples === 0) throw new RangeError("fit: there are no examples to train on.");
    if (!Number.isInteger(options.epochs) || options.epochs < 1) {
      throw new RangeError(`fit: epochs is ${options.epochs}; it must be a whole number, 1 or more.`);
    }
    const elsewhere = typeof options.loss !== "function";
    if (elsewhere && options.loss.params !== options.params) {
      throw new TypeError("fit: the team computes the gradients of other parameters; hand both the same.");
    }
    if (elsewhere && !("step" in options.optimizer)) {
      throw new TypeError(
        "fit: this optimizer takes its own gradients, and a team hands it some; use one with step.",
      );
    }
    if (options.clip !== undefined && !("step" in options.optimizer)) {
      throw new TypeError(
        "fit: clip changes the gradients of a step, and this optimizer takes its own; leave clip out.",
      );
    }
    if (options.checkpoint !== undefined) this.#resume(options.checkpoint.file);
  }

  get best(): Standing["best"] {
    return this.#best;
  }

  /** One step; at the end of an epoch, what belongs there. */
  async step(): Promise<Progress> {
    const { data, augment, checkpoint } = this.#options;
    if (this.#batch === 0) this.#begin();
    const seed = this.#random.integer(2 ** 32);
    let batch = take(data, this.#places[this.#batch]!);
    if (augment) batch = augment(batch, this.#random);
    const loss = await this.#learn(batch, seed);
    this.#step++;
    this.#batch++;
    this.#fresh++;
    const ended = this.#batch === this.#places.length;
    const progress = this.#progress(loss, ended ? this.#close() : this.#metrics);
    if (ended) this.#batch = 0;
    if (!ended && this.#options.signal?.aborted) this.stopped = "stopped by its signal";
    const due = checkpoint?.everySteps !== undefined && this.#step % checkpoint.everySteps === 0;
    if (checkpoint && (ended || due || this.stopped !== undefined)) this.#save(checkpoint.file);
    return progress;
  }

  /** Draws the order of the epoch's examples. */
  #begin(): void {
    this.#drawn = this.#random.state;
    this.#sums = {};
    const { shuffle = true } = this.#options;
    this.#places = batchPlaces(this.#examples, this.#batchSize, shuffle ? this.#random : undefined);
  }

  async #learn(batch: B, seed: number): Promise<number> {
    const { params, loss, optimizer, schedule, schedulePer, afterStep, ratiosEvery } = this.#options;
    if (schedule) optimizer.rate = schedule(schedulePer === "epoch" ? this.#epoch : this.#step);
    const measuring = ratiosEvery !== undefined && this.#step % ratiosEvery === 0;
    const before = measuring ? mapParams(params, copyOf) : undefined;
    const seen =
      typeof loss === "function"
        ? this.#move(loss, batch, seed)
        : { value: this.#update(await loss.gradients(batch, { seed })) };
    const value = seen.value.item();
    this.#check(value);
    afterStep?.(params);
    if (before) this.ratios.push({ step: this.#step, ...updateRatios(before, params) });
    if (seen.state) this.state = seen.state;
    this.#count(value, seen.metrics ?? {}, Object.values(batch)[0]?.shape[0] ?? 0);
    return value;
  }

  /** A step in this thread. */
  #move(loss: BatchLoss<P, B>, batch: B, seed: number): BatchResult {
    const { params, optimizer, clip } = this.#options;
    const moment = { step: this.#step, epoch: this.#epoch, seed, state: this.state };
    let seen: BatchResult | undefined;
    const fn = (at: P): Tensor => {
      const result = loss(at, batch, moment);
      const whole = result instanceof Tensor ? { value: result } : result;
      seen ??= whole;
      return whole.value;
    };
    const value =
      clip === undefined ? optimizer.minimize(fn, params).value : this.#update(valueAndGrad(fn, params));
    return { ...seen, value };
  }

  /** A step by gradients that are there. */
  #update({ value, grads }: { readonly value: Tensor; readonly grads: Grads<P> }): Tensor {
    const { params, optimizer, clip } = this.#options;
    this.#check(value.item());
    const all = grads as unknown as P;
    (optimizer as Optimizer).step(params, clip ? clip(all) : all);
    return value;
  }

  #check(loss: number): void {
    if (Number.isFinite(loss)) return;
    throw new Error(
      `fit: the loss is ${loss} in step ${this.#step} (epoch ${this.#epoch + 1}). A smaller learning rate or clipped ` +
        `gradients are the first things to try; traceNaN((params) => loss, params) names the operation where it began.`,
    );
  }

  #count(loss: number, metrics: Readonly<Record<string, Tensor | number>>, examples: number): void {
    const add = (name: string, value: number): void => {
      this.#sums[name] = (this.#sums[name] ?? 0) + value;
    };
    add(" examples", examples);
    add("loss", loss * examples);
    for (const [name, value] of Object.entries(metrics)) {
      add(name, (value instanceof Tensor ? value.item() : value) * examples);
    }
    const [sum, weight] = this.#average;
    this.#average = [SMOOTHING * sum + (1 - SMOOTHING) * loss, SMOOTHING * weight + (1 - SMOOTHING)];
    const { " examples": count = 1, loss: _, ...sums } = this.#sums;
    const means = Object.entries(sums).map(([name, total]) => [name, total / count]);
    this.#metrics = { ...this.#metrics, ...Object.fromEntries(means) };
  }

  /** The end of an epoch: validation, history, early stopping. */
  #close(): Readonly<Record<string, number>> {
    const { params, validate, optimizer, epochs, signal } = this.#options;
    const { " examples": count = 1, loss = 0 } = this.#sums;
    this.#metrics = { ...this.#metrics, ...validate?.(params, this.state) };
    const seconds = (performance.now() - this.#begun) / 1000;
    const mean = loss / count;
    this.#epoch++;
    this.rows.push({ epoch: this.#epoch, loss: mean, ...this.#metrics, rate: optimizer.rate, seconds });
    this.#judge({ loss: mean, ...this.#metrics });
    if (this.stopped === undefined && this.#epoch >= epochs) this.stopped = "all epochs done";
    if (this.stopped === undefined && signal?.aborted) this.stopped = "stopped by its signal";
    return this.#metrics;
  }

  #judge(measured: Readonly<Record<string, number>>): void {
    const stopping = this.#options.earlyStopping;
    if (stopping === undefined) return;
    const { metric, patience = 5, margin = 0, best = "lowest" } = stopping;
    const value = measured[metric];
    if (value === undefined) {
      throw new RangeError(
        `fit: early stopping looks at "${metric}", and there are ${Object.keys(measured).join(", ")}; let validate ` +
          `give it.`,
      );
    }
    const gain = (this.#best?.value ?? 0) - value;
    const none = this.#best === undefined || (Number.isNaN(this.#best.value) && !Number.isNaN(value));
    if (this.#best === undefined || none || (best === "lowest" ? gain : -gain) > margin) {
      this.#best = { value, epoch: this.#epoch };
      this.#bestParams = mapParams(this.#options.params as Params, copyOf);
    } else if (this.#epoch - this.#best.epoch >= patience) {
      this.stopped = `no better ${metric} in ${patience} epochs (the best was in epoch ${this.#best.epoch})`;
    }
  }

  /** After the last step: the best parameters, if those are wanted. */
  finish(): void {
    const { earlyStopping, params } = this.#options;
    if (earlyStopping === undefined || earlyStopping.restore === false) return;
    if (Object.keys(this.#bestParams).length > 0) load("fit", this.#bestParams, params);
  }

  #progress(batchLoss: number, metrics: Readonly<Record<string, number>>): Progress {
    const batches = this.#places.length;
    const { epochs, optimizer } = this.#options;
    const steps = epochs * batches;
    const elapsed = (performance.now() - this.#begun) / 1000;
    const left = this.stopped === undefined ? steps - this.#step : 0;
    const [sum, weight] = this.#average;
    return {
      epoch: this.#batch === batches ? this.#epoch : this.#epoch + 1,
      epochs,
      step: this.#step,
      steps,
      batch: this.#batch,
      batches,
      loss: sum / weight,
      batchLoss,
      rate: optimizer.rate,
      metrics,
      elapsed,
      remaining: (left * elapsed) / this.#fresh,
    };
  }

  #save(file: string): void {
    const { params, optimizer } = this.#options;
    writeCheckpoint(file, {
      params,
      state: this.state,
      best: this.#bestParams,
      optimizer: optimizer.state(),
      standing: {
        step: this.#step,
        epoch: this.#epoch,
        batch: this.#batch,
        random: this.#batch === 0 ? this.#random.state : this.#drawn,
        within: this.#random.state,
        examples: this.#examples,
        batchSize: this.#batchSize,
        average: this.#average,
        sums: this.#sums,
        metrics: this.#metrics,
        rows: this.rows,
        ratios: this.ratios,
        best: this.#best,
        stopped: this.stopped,
      },
    });
  }

  #resume(file: string): void {
    const found = readCheckpoint(file);
    if (found === undefined) return;
    const { params, optimizer, epochs, shuffle = true } = this.#options;
    const { standing } = found;
    if (standing.examples !== this.#examples || standing.batchSize !== this.#batchSize) {
      throw new RangeError(
        `fit: ${file} is of training on ${standing.examples} examples in batches of ${standing.batchSize}, and these ` +
          `are ${this.#examples} in batches of ${this.#batchSize}; remove the file to start anew, or name another.`,
      );
    }
    load("fit", found.params, params);
    optimizer.restore(found.optimizer);
    this.state = { ...this.state, ...found.state };
    this.#bestParams = found.best;
    // The order of the running epoch is drawn again from where it was drawn first.
    this.#drawn = standing.random;
    if (standing.batch > 0) {
      const order = shuffle ? Random.from(standing.random) : undefined;
      this.#places = batchPlaces(this.#examples, this.#batchSize, order);
    }
    this.#random = Random.from(standing.within);
    this.#step = standing.step;
    this.#epoch = standing.epoch;
    this.#batch = standing.batch;
    this.#average = standing.average;
    this.#sums = { ...standing.sums };
    this.#metrics = standing.metrics;
    this.rows.push(...standing.rows);
    this.ratios.push(...standing.ratios);
    this.#best = standing.best;
    // More epochs than last time are gone on with.
    this.stopped =
      standing.stopped === "all epochs done" && this.#epoch < epochs ? undefined : standing.stopped;
    if (this.stopped === "stopped by its signal") this.stopped = undefined;
  }
}
