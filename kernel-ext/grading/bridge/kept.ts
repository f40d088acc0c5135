// What of the answers stays in their process, and what has come here from the checker's.
import { types } from "node:util";
import { malformed, type Reader } from "./reader.ts";
import { BASES, ERRORS, MINE, TAG } from "./tags.ts";
import { type Foreign, isPlain, type Writer } from "./writer.ts";

type Call = (number: number, args: readonly unknown[]) => unknown;

interface Theirs {
  readonly number: number;
  /** Writes it as it came. */
  readonly again: (writer: Writer) => void;
}

export class Kept {
  readonly #kept: (object | symbol)[] = [];
  readonly #numbers = new Map<object | symbol, number>();
  readonly #theirs = new Map<number, object>();
  readonly #about = new WeakMap<object, Theirs>();
  readonly #call: Call;
  readonly writes: Foreign;
  /** Writes arguments as they came, to see whether they have changed. */
  readonly mirrors: Foreign;

  constructor(call: Call) {
    this.#call = call;
    this.writes = {
      stacks: true,
      stays: (value) => this.#stays(value),
      write: (value, writer) => this.#write(value, writer),
    };
    this.mirrors = {
      stacks: true,
      stays: (value) => this.#numbers.has(value) || this.#about.has(value),
      write: (value, writer) => this.#mirror(value, writer),
    };
  }

  /** What the checker names by its number. */
  at(number: number): object | symbol {
    return this.#kept[number] ?? malformed("nothing is kept there");
  }

  /** A function or error of the checker's. */
  read(reader: Reader): object {
    const number = reader.word();
    const kind = reader.byte();
    const base = kind === MINE.error ? reader.byte() : 0;
    const name = reader.text();
    const rest = kind === MINE.error ? reader.text() : reader.word();
    const known = this.#theirs.get(number);
    if (known) return known;
    const made = typeof rest === "string" ? errorOf(base, name, rest) : this.#function(number, name, rest);
    const again = (writer: Writer): void => {
      writer.byte(TAG.mine);
      writer.word(number);
      writer.byte(kind);
      if (kind === MINE.error) writer.byte(base);
      writer.text(name);
      if (typeof rest === "string") writer.text(rest);
      else writer.word(rest);
    };
    this.#theirs.set(number, made);
    this.#about.set(made, { number, again });
    return made;
  }

  #function(number: number, name: string, length: number): object {
    const call = this.#call;
    const made = (...args: unknown[]): unknown => call(number, args);
    Object.defineProperty(made, "name", { value: name, configurable: true });
    Object.defineProperty(made, "length", { value: length, configurable: true });
    return made;
  }

  /** Records with functions or getters live on here: those may use `this`, and change it. */
  #stays(value: object): boolean {
    if (this.#numbers.has(value) || this.#about.has(value) || types.isProxy(value)) return true;
    if (Array.isArray(value) || !isPlain(value)) return false;
    for (const key of Object.keys(value)) {
      const { value: held, get } = Object.getOwnPropertyDescriptor(value, key)!;
      if (typeof held === "function" || get) return true;
    }
    return false;
  }

  #write(value: object | symbol, writer: Writer): void {
    const theirs =
      typeof value === "object" || typeof value === "function" ? this.#about.get(value) : undefined;
    if (theirs) {
      writer.byte(TAG.yours);
      writer.word(theirs.number);
      return;
    }
    writer.byte(TAG.mine);
    writer.word(this.#numberOf(value));
    if (typeof value === "symbol") {
      writer.byte(MINE.symbol);
      writer.text(value.description ?? "");
    } else if (typeof value === "function") {
      writer.byte(MINE.function);
      writer.text(nameOf(value));
      writer.word(lengthOf(value));
    } else if (types.isPromise(value)) {
      writer.byte(MINE.promise);
      // Its end is asked for, or matters to nobody: no later cell is to be blamed for it.
      Promise.prototype.then.call(value, undefined, () => {});
    } else this.#object(value, writer);
  }

  #object(value: object, writer: Writer): void {
    writer.byte(MINE.object);
    const prototype: object | null = Object.getPrototypeOf(value);
    const base = BASES.indexOf(prototype);
    writer.byte(base >= 0 ? base : 255);
    if (base >= 0) return;
    // A prototype is told of as an object, be it a function or a list.
    writer.byte(TAG.mine);
    writer.word(this.#numberOf(prototype!));
    this.#object(prototype!, writer);
  }

  #numberOf(value: object | symbol): number {
    let number = this.#numbers.get(value);
    if (number === undefined) {
      number = this.#kept.push(value) - 1;
      this.#numbers.set(value, number);
    }
    return number;
  }

  #mirror(value: object | symbol, writer: Writer): void {
    const theirs =
      typeof value === "object" || typeof value === "function" ? this.#about.get(value) : undefined;
    const number = this.#numbers.get(value);
    if (theirs) {
      theirs.again(writer);
      return;
    }
    if (number === undefined) throw new TypeError("This has not come from there");
    writer.byte(TAG.yours);
    writer.word(number);
  }
}

function errorOf(base: number, name: string, message: string): Error {
  const error = new (ERRORS[base] ?? Error)(message);
  if (error.name !== name)
    Object.defineProperty(error, "name", { value: name, writable: true, configurable: true });
  return error;
}

function nameOf(value: object): string {
  const name: unknown = Object.getOwnPropertyDescriptor(value, "name")?.value;
  return typeof name === "string" ? name.slice(0, 200) : "";
}

function lengthOf(value: object): number {
  const length: unknown = Object.getOwnPropertyDescriptor(value, "length")?.value;
  return typeof length === "number" && length >= 0 && length < 2 ** 31 ? Math.floor(length) : 0;
}
