// `for (const x of progress(xs))`: how far a loop is, how fast, and how long it will take.
import type { MimeBundle } from "./bundle.ts";
import { currentChannel } from "./channel.ts";
import { newDisplayId } from "./handle.ts";
import { escapeHtml } from "./html.ts";

export interface ProgressOptions {
  /** What the loop does, in a word or two. */
  readonly label?: string;
  /** How many steps it has, where the items do not tell. */
  readonly total?: number;
}

/** A bar is drawn again after so long (ms): ten times a second. */
const PAUSE = 100;
const WIDTH = 24;

/** Where one bar stands; a loop within a loop draws all its bars in one place. */
class Slot {
  readonly id: string = newDisplayId();
  shown = false;
  inner: Slot | undefined;
}

class Bar {
  readonly run: number;
  readonly slot: Slot | undefined;
  readonly #label: string;
  readonly #total: number | undefined;
  readonly #began = performance.now();
  #drawn = 0;
  #done = 0;

  constructor(items: object, { label = "", total = countOf(items) }: ProgressOptions) {
    const { id, silent } = currentChannel().run();
    this.run = id;
    this.#label = label === "" ? "" : `${label}: `;
    this.#total = total;
    if (!silent) this.slot = slotWithin(id);
    live.add(this);
    this.#draw(this.#began);
  }

  /** One more step is done. */
  step(): void {
    this.#done++;
    const now = performance.now();
    if (now - this.#drawn >= PAUSE) this.#draw(now);
  }

  /** The last word, one plain line; a loop that was left says where. */
  end(finished: boolean): void {
    if (!live.delete(this)) return;
    const seconds = (performance.now() - this.#began) / 1000;
    const all = this.#total === undefined || finished ? "" : ` of ${number(this.#total)}`;
    const how = finished ? "" : "stopped at ";
    const text = `${this.#label}${how}${number(this.#done)}${all} in ${duration(seconds)} (${rate(this.#done / seconds)})`;
    if (this.slot) this.#show({ "text/plain": text });
    else process.stdout.write(`${text}\n`);
  }

  #draw(now: number): void {
    this.#drawn = now;
    if (!this.slot) return;
    const seconds = (now - this.#began) / 1000;
    const speed = this.#done > 0 ? this.#done / seconds : undefined;
    const total = this.#total;
    const parts = [total === undefined ? number(this.#done) : `${number(this.#done)} of ${number(total)}`];
    if (speed !== undefined) parts.push(rate(speed));
    if (speed !== undefined && total !== undefined && total > this.#done) {
      parts.push(`${duration((total - this.#done) / speed)} left`);
    }
    const text = parts.join(", ");
    const share = total ? Math.min(1, this.#done / total) : undefined;
    const html = `<progress ${share === undefined ? "" : `value="${share.toFixed(3)}"`} max="1"></progress>`;
    this.#show({
      "text/plain": `${this.#label}${share === undefined ? "" : `${blocks(share)} `}${text}`,
      "text/html": `<div>${escapeHtml(this.#label)}${html} ${escapeHtml(text)}</div>`,
    });
  }

  #show(data: MimeBundle): void {
    const { slot } = this;
    if (!slot) return;
    currentChannel().show({ data, id: slot.id, update: slot.shown });
    slot.shown = true;
  }
}

const live = new Set<Bar>();

function slotWithin(run: number): Slot {
  const outer = [...live].filter((bar) => bar.run === run).at(-1)?.slot;
  if (!outer) return new Slot();
  outer.inner ??= new Slot();
  return outer.inner;
}

/** The bars of a run whose loops cannot end them any more, as it was stopped from outside. */
export function endProgress(run: number): void {
  for (const bar of live) if (bar.run === run) bar.end(false);
}

/**
 * Goes through the items and shows how far it is, below the cell and in one place. A loop that is left early says
 * where; loops within loops share a line.
 *
 * @example
 * for (const batch of progress(batches, { label: "training" })) train(batch);
 * for await (const line of progress(lines, { total: 1000 })) read(line);
 */
export function progress<T>(items: Iterable<T>, options?: ProgressOptions): Generator<T, void>;
export function progress<T>(items: AsyncIterable<T>, options?: ProgressOptions): AsyncGenerator<T, void>;
export function progress<T>(
  items: Iterable<T> | AsyncIterable<T>,
  options: ProgressOptions = {},
): Generator<T, void> | AsyncGenerator<T, void> {
  if (Symbol.iterator in Object(items)) return steps(items as Iterable<T>, options);
  if (Symbol.asyncIterator in Object(items)) return asyncSteps(items as AsyncIterable<T>, options);
  throw new TypeError("progress takes what for…of or for await…of takes: an array, a generator, a stream");
}

function* steps<T>(items: Iterable<T>, options: ProgressOptions): Generator<T, void> {
  const bar = new Bar(items, options);
  let finished = false;
  try {
    for (const item of items) {
      yield item;
      bar.step();
    }
    finished = true;
  } finally {
    bar.end(finished);
  }
}

async function* asyncSteps<T>(items: AsyncIterable<T>, options: ProgressOptions): AsyncGenerator<T, void> {
  const bar = new Bar(items, options);
  let finished = false;
  try {
    for await (const item of items) {
      yield item;
      bar.step();
    }
    finished = true;
  } finally {
    bar.end(finished);
  }
}

function countOf(items: object): number | undefined {
  if ("length" in items && typeof items.length === "number") return items.length;
  return "size" in items && typeof items.size === "number" ? items.size : undefined;
}

function blocks(share: number): string {
  const full = Math.floor(share * WIDTH);
  return `${"█".repeat(full)}${"░".repeat(WIDTH - full)} ${Math.floor(share * 100)} %`;
}

function number(value: number): string {
  return value.toLocaleString("en");
}

function rate(perSecond: number): string {
  if (!Number.isFinite(perSecond)) return "at once";
  if (perSecond > 0 && perSecond < 1) return `${duration(1 / perSecond)} each`;
  return `${number(Number(perSecond.toPrecision(3)))}/s`;
}

function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
