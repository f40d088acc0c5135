// Which runs' messages have come. Where an interrupt terminates the thread while it reads one, that is lost: the run
// never begins, and only whoever notices can end it. The wire numbers runs in the order in which it sends them.

export class Arrivals {
  #latest = 0;
  readonly #missed = new Set<number>();

  came(run: number): void {
    for (let missed = this.#latest + 1; missed < run; missed++) this.#missed.add(missed);
    this.#latest = run;
  }

  /** For a run that the wire waits for: whether its message will never come. Says so once. */
  isLost(run: number): boolean {
    if (run <= this.#latest) return this.#missed.delete(run);
    this.came(run);
    return true;
  }
}
