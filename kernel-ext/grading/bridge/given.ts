// What the checker hands out that does not cross: functions of a test's, which the answers may call and nothing else,
// and errors that those threw.

import { malformed, type Reader } from "./reader.ts";
import { ERRORS, MINE, TAG } from "./tags.ts";
import type { Writer } from "./writer.ts";

type Callback = (...args: unknown[]) => unknown;

interface Given {
  readonly value: Callback | Error;
  /** The record in which a function stood: what it has as `this`. */
  readonly holder: object | undefined;
}

export class GivenAway {
  readonly #given: Given[] = [];
  readonly #numbers = new Map<object, number>();

  /** An error of ours that is on its way through the answers and back is still the same one. */
  write(value: Callback | Error, writer: Writer, holder: object | undefined): void {
    let number = this.#numbers.get(value);
    if (number === undefined) {
      number = this.#given.push({ value, holder }) - 1;
      this.#numbers.set(value, number);
    }
    writer.byte(TAG.mine);
    writer.word(number);
    if (value instanceof Error) {
      writer.byte(MINE.error);
      writer.byte(ERRORS.findLastIndex((type, at) => at === 0 || value instanceof type));
      writer.text(String(value.name));
      writer.text(String(value.message));
    } else {
      writer.byte(MINE.function);
      writer.text(String(value.name));
      writer.word(value.length);
    }
  }

  read(reader: Reader): Callback | Error {
    return this.#given[reader.word()]?.value ?? malformed("a function that was not given away");
  }

  has(value: object): boolean {
    return this.#numbers.has(value);
  }

  call(number: number, args: readonly unknown[]): unknown {
    const { value, holder } = this.#given[number] ?? malformed("a call of what was not given away");
    return typeof value === "function"
      ? Reflect.apply(value, holder, args)
      : malformed("a call of what is no function");
  }
}
