// How far something is that takes more than a second, on one line that is written over: a carriage return does that in
// terminals and in notebooks alike.

/** Shows the bar on standard output (true, as it is unless given), hands each line to a function, or keeps still. */
export type ShowProgress = boolean | ((line: string) => void);

const WIDTH = 20;
/** Between two lines, in milliseconds. */
const PAUSE = 200;

/** One line of a bar: what is done, how much of it, and how long it will take yet. */
export function barLine(what: string, done: number, total: number, unit: string, seconds: number): string {
  const share = Math.min(1, done / total);
  const filled = Math.round(WIDTH * share);
  // Of the first hundredth nothing follows for the rest.
  const left = share > 0.01 && share < 1 ? `, ${Math.ceil((seconds * (1 - share)) / share)} s left` : "";
  const number = (value: number): string => Math.round(value).toLocaleString("en");
  return `${what} ${"━".repeat(filled)}${"─".repeat(WIDTH - filled)} ${number(done)} of ${number(total)} ${unit}${left}`;
}

/**
 * A bar for each of several stages.
 * @example
 * const bar = new Bar(true);
 * bar.show("reading", 3, 10, "files");
 * bar.end();
 */
export class Bar {
  readonly #tell: ShowProgress;
  #what = "";
  #began = 0;
  #shown = 0;
  #length = 0;

  constructor(tell: ShowProgress) {
    this.#tell = tell;
  }

  show(what: string, done: number, total: number, unit: string): void {
    const now = performance.now();
    if (what !== this.#what) {
      this.end();
      [this.#what, this.#began, this.#shown] = [what, now, Number.NEGATIVE_INFINITY];
    }
    if (now - this.#shown < PAUSE && done < total) return;
    this.#shown = now;
    this.#write(barLine(what, done, total, unit, (now - this.#began) / 1000));
  }

  /** Leaves the last line standing. */
  end(): void {
    if (this.#length > 0) process.stdout.write("\n");
    this.#length = 0;
  }

  #write(line: string): void {
    if (typeof this.#tell === "function") this.#tell(line);
    if (this.#tell !== true) return;
    process.stdout.write(`\r${line.padEnd(this.#length)}`);
    this.#length = line.length;
  }
}
