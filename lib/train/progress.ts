import { short } from "./history.ts";

/** Where training stands. */
export interface Progress {
  /** From 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Steps taken so far, and in all. */
  readonly step: number;
  readonly steps: number;
  /** Steps taken in this epoch, and how many it has. */
  readonly batch: number;
  readonly batches: number;
  /** The exponentially weighted average of the batches' losses. */
  readonly loss: number;
  /** This batch's own loss. */
  readonly batchLoss: number;
  readonly rate: number;
  /** Means over this epoch so far, and what validation found last. */
  readonly metrics: Readonly<Record<string, number>>;
  /** In seconds; how long it will take yet is guessed from how long it took. */
  readonly elapsed: number;
  readonly remaining: number;
}

/** What text can be written to, such as `process.stdout`. */
export interface TextOutput {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/** One line that says where training stands. */
export function progressLine(progress: Progress, width = 20): string {
  const { epoch, epochs, batch, batches, loss, rate, metrics, remaining } = progress;
  const done = Math.round((width * batch) / Math.max(1, batches));
  const bar = "━".repeat(done) + "─".repeat(width - done);
  const measured = Object.entries(metrics).map(([name, value]) => `${name} ${short(value)}`);
  const parts = [
    `epoch ${epoch}/${epochs} ${bar} ${batch}/${batches}`,
    `loss ${short(loss)}`,
    ...measured,
    `rate ${short(rate)}`,
    remaining > 0 ? `${duration(remaining)} left` : `${duration(progress.elapsed)}`,
  ];
  return parts.join("  ");
}

/**
 * Shows progress on one line that is written over: a carriage return does that in terminals and in notebooks alike.
 * @example for await (const progress of training(options)) bar.show(progress);
 */
export class ProgressBar {
  readonly #out: TextOutput;
  #shown = 0;
  #length = 0;

  constructor(out: TextOutput = process.stdout) {
    this.#out = out;
  }

  /** Writes at most ten times a second, and always at the end of an epoch. */
  show(progress: Progress): void {
    const now = performance.now();
    if (progress.batch < progress.batches && now - this.#shown < (this.#out.isTTY ? 100 : 500)) return;
    this.#shown = now;
    const line = progressLine(progress);
    this.#out.write(`\r${line.padEnd(this.#length)}`);
    this.#length = line.length;
  }

  /** Leaves the last line standing. */
  end(): void {
    if (this.#length > 0) this.#out.write("\n");
    this.#length = 0;
  }
}

function duration(seconds: number): string {
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
