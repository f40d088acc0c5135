// The objects of a call in the order in which they came, the same on both sides.
import { MOST_WEIGHT } from "./tags.ts";

export class Table {
  readonly objects: object[] = [];
  /** What each weighs with all that is in it, so that a few bytes cannot stand for more than anybody could walk through. */
  readonly #weights: number[] = [];
  readonly #numbers = new Map<object, number>();
  #numbered = 0;
  #weight = 0;

  add(object: object): number {
    this.#weights.push(1);
    return this.objects.push(object) - 1;
  }

  numberOf(object: object): number | undefined {
    for (; this.#numbered < this.objects.length; this.#numbered++)
      this.#numbers.set(this.objects[this.#numbered]!, this.#numbered);
    return this.#numbers.get(object);
  }

  /** Weighs what is written or read; too much is refused. */
  weigh(weight: number): number {
    this.#weight += weight;
    if (this.#weight > MOST_WEIGHT)
      throw new RangeError(`More than ${MOST_WEIGHT.toLocaleString("en")} values cannot cross at once`);
    return this.#weight;
  }

  /** All of an object is there, which began at a weight of `since`. */
  close(number: number, since: number): void {
    this.#weights[number] = this.#weight - since;
  }

  /** The object once more. One that is not whole yet contains itself. */
  again(number: number): object | undefined {
    const object = this.objects[number];
    if (object) this.weigh(this.#weights[number]!);
    return object;
  }
}
