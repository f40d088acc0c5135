// How much may go out: Jupyter's server drops messages beyond a million bytes a second (its iopub_data_rate_limit, over
// three seconds), and a front end that missed one would show what is not so.

/** So many bytes a second are sent in the long run, and so many at once. */
const RATE = 600_000;
const BURST = 600_000;

export class Pace {
  #left = BURST;
  #at = performance.now();

  sent(bytes: number): void {
    this.#refill();
    this.#left -= bytes;
  }

  /** How long (ms) to wait before more is sent. */
  pause(): number {
    this.#refill();
    return this.#left >= 0 ? 0 : (-this.#left / RATE) * 1000;
  }

  #refill(): void {
    const now = performance.now();
    this.#left = Math.min(BURST, this.#left + ((now - this.#at) / 1000) * RATE);
    this.#at = now;
  }
}
