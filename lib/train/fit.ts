import { isMainThread } from "node:worker_threads";
import type { Params } from "../autodiff/grad.ts";
import { cellInterrupt } from "../interrupt.ts";
import type { Examples } from "./batches.ts";
import { History, type HistoryRow } from "./history.ts";
import type { FitOptions } from "./options.ts";
import type { Progress } from "./progress.ts";
import { ProgressBar } from "./progress-bar.ts";
import { Trainer } from "./trainer.ts";

export interface FitResult {
  /** A row for each epoch. */
  readonly history: History;
  /** Why training ended. */
  readonly stopped: string;
  /** Of early stopping: the best value, and the epoch (from 1) that had it. */
  readonly best?: { readonly value: number; readonly epoch: number };
  /** ‖Δw‖/‖w‖ of every parameter, where `ratiosEvery` asked for it. */
  readonly ratios: readonly HistoryRow[];
  /** What the model kept beside its parameters. */
  readonly state: Params;
}

/**
 * Training step by step: gives where it stands after each, and the result at the end. Between two steps anything may
 * happen, such as a plot that grows. The event loop gets a turn every 50 ms, so that a notebook stays alive.
 *
 * @example
 * for await (const { step, loss } of training(options)) if (step % 100 === 0) console.log(step, loss);
 */
export async function* training<P extends Params, B extends Examples>(
  options: FitOptions<P, B>,
): AsyncGenerator<Progress, FitResult, undefined> {
  const trainer = new Trainer(options);
  const interrupt = cellInterrupt();
  let turn = performance.now();
  while (trainer.stopped === undefined) {
    yield trainer.step();
    if (performance.now() - turn < 50) continue;
    await new Promise((resolve) => setImmediate(resolve));
    interrupt?.throwIfAborted();
    turn = performance.now();
  }
  trainer.finish();
  const { rows, ratios, state, stopped, best } = trainer;
  return { history: new History(rows), ratios, state, stopped, ...(best ? { best } : {}) };
}

/**
 * Trains parameters, in place, on mini-batches: shuffles, takes steps, validates after each epoch, stops early, keeps
 * checkpoints, and shows how far it is.
 *
 * @example
 * const { history } = await fit({
 *   params,
 *   loss: ({ W, b }, { x, y }) => crossEntropy(linear(x, W, b), y),
 *   data: { x: images, y: labels },
 *   optimizer: adam(),
 *   random: new Random(1),
 *   epochs: 5,
 *   validate: (params) => ({ accuracy: accuracyOf(params, validationSet) }),
 *   earlyStopping: { metric: "accuracy", best: "highest", patience: 2 },
 * });
 */
export async function fit<P extends Params, B extends Examples>(
  options: FitOptions<P, B>,
): Promise<FitResult> {
  const { progress = isMainThread } = options;
  const bar = typeof progress === "object" ? new ProgressBar(progress) : new ProgressBar();
  const steps = training(options);
  const interrupt = cellInterrupt();
  let stopped: string | undefined;
  try {
    for (;;) {
      const { value, done } = await steps.next();
      if (done) {
        stopped = value.stopped;
        return value;
      }
      if (typeof progress === "function") progress(value);
      else if (progress !== false) bar.show(value);
    }
  } finally {
    bar.end(stopped ?? (interrupt?.aborted ? "interrupted" : "broken off"));
  }
}
