// Where progress is shown: in one place of a notebook, on one line of a terminal, in plain lines of a file.
import { display, type LiveDisplay, liveDisplay } from "../display.ts";
import { lastLine, type Progress, progressLine, progressLook } from "./progress.ts";

/** What text can be written to, such as `process.stdout`. */
export interface TextOutput {
  write(text: string): unknown;
  /** A terminal, where a line can be written over. */
  readonly isTTY?: boolean;
  /** How many characters one of its lines has. */
  readonly columns?: number;
}

/** Shown again after so long (ms): ten times a second. */
const PAUSE = 100;
/** Lines in a file stay, so they come with each epoch; and so often (ms) within a long one. */
const LONG_PAUSE = 30_000;
/** The bar's lengths on a terminal, from wide to narrow. */
const LENGTHS = [20, 12, 6] as const;

interface Screen {
  /** Whether something new is to be shown, so long after the last time. */
  isDue(progress: Progress, pause: number): boolean;
  show(progress: Progress): void;
  /** The last word. */
  end(text: string): void;
}

/**
 * Shows progress: in a notebook in one place below the cell, in a terminal on one line that is written over, and
 * elsewhere (a file, a pipe) in plain lines. Ends in a line that stays.
 *
 * @example
 * const bar = new ProgressBar();
 * for await (const progress of training(options)) bar.show(progress);
 * bar.end();
 */
export class ProgressBar {
  readonly #screen: Screen;
  #shown = -Infinity;
  #last: Progress | undefined;

  /** Writes to a notebook, or else to standard output, unless told otherwise. */
  constructor(out?: TextOutput) {
    const live = out === undefined ? liveDisplay() : undefined;
    this.#screen = live ? page(live) : (out ?? process.stdout).isTTY ? terminal(out) : lines(out);
  }

  /** Ten times a second at most. */
  show(progress: Progress): void {
    const now = performance.now();
    this.#last = progress;
    if (!this.#screen.isDue(progress, now - this.#shown)) return;
    this.#shown = now;
    this.#screen.show(progress);
  }

  /** Leaves a last line standing, which may say why training stopped. */
  end(stopped?: string): void {
    if (this.#last !== undefined) this.#screen.end(lastLine(this.#last, stopped));
    this.#last = undefined;
  }
}

const often = (_: Progress, pause: number): boolean => pause >= PAUSE;

function page(live: LiveDisplay): Screen {
  let handle: ReturnType<LiveDisplay> | undefined;
  const put = (value: object): void => {
    if (handle === undefined) handle = live(value);
    else handle.update(value);
  };
  return {
    isDue: often,
    show: (progress) => put({ [display]: () => progressLook(progress) }),
    end: (text) => put({ [display]: () => ({ "text/plain": text }) }),
  };
}

function terminal(out: TextOutput = process.stdout): Screen {
  // A line that is too long for the terminal would go on below, where nothing writes over it.
  const cut = (progress: Progress): string => {
    const room = (out.columns ?? 80) - 1;
    const texts = LENGTHS.map((length) => progressLine(progress, length));
    return (texts.find((text) => text.length <= room) ?? texts.at(-1)!).slice(0, room);
  };
  return {
    isDue: often,
    show: (progress) => void out.write(`\r\x1b[K${cut(progress)}`),
    end: (text) => void out.write(`\r\x1b[K${text}\n`),
  };
}

function lines(out: TextOutput = process.stdout): Screen {
  return {
    isDue: ({ batch, batches, elapsed }, pause) =>
      batch === batches ? pause >= PAUSE : Math.min(pause, 1000 * elapsed) >= LONG_PAUSE,
    show: (progress) => void out.write(`${progressLine(progress)}\n`),
    end: (text) => void out.write(`${text}\n`),
  };
}
