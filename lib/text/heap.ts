/** Values of which the first in an order can be taken: a binary heap. */
export class Heap<T> {
  readonly #values: T[] = [];
  readonly #order: (a: T, b: T) => number;

  /** @param order negative where `a` comes before `b` */
  constructor(order: (a: T, b: T) => number) {
    this.#order = order;
  }

  push(value: T): void {
    const values = this.#values;
    let at = values.length;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (this.#order(value, values[above]!) >= 0) break;
      values[at] = values[above]!;
      at = above;
    }
    values[at] = value;
  }

  pop(): T | undefined {
    const values = this.#values;
    const first = values[0];
    const last = values.pop();
    if (values.length === 0 || last === undefined) return first;
    let at = 0;
    for (let below = 1; below < values.length; below = 2 * at + 1) {
      if (below + 1 < values.length && this.#order(values[below + 1]!, values[below]!) < 0) below++;
      if (this.#order(last, values[below]!) <= 0) break;
      values[at] = values[below]!;
      at = below;
    }
    values[at] = last;
    return first;
  }
}
