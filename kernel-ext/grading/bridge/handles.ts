// What stands in the checker for functions, classes and instances of the answers: everything that is done with one is
// done by the answers' process, with data.

import { baseAt, malformed, type Reader } from "./reader.ts";
import { BASES, MINE, TAG } from "./tags.ts";
import type { Writer } from "./writer.ts";

/** What the stand-ins ask for. */
export interface Remote {
  call(id: number, self: unknown, args: readonly unknown[]): unknown;
  construct(id: number, args: readonly unknown[]): object;
  get(id: number, key: string | symbol): unknown;
  set(id: number, key: string | symbol, value: unknown): boolean;
  has(id: number, key: string | symbol): boolean;
  remove(id: number, key: string | symbol): boolean;
  names(id: number): string[];
  own(id: number, key: string): { readonly value: unknown; readonly enumerable: boolean } | undefined;
  /** A promise that ends as theirs does. */
  promise(id: number): Promise<unknown>;
}

const MOST_HANDLES = 1_000_000;
const LONGEST_NAME = 200;

/** A function's own that is the same for each, so that nobody has to be asked. */
const LOCAL: ReadonlySet<string | symbol> = new Set([
  "name",
  "length",
  "call",
  "apply",
  "bind",
  "constructor",
  Symbol.hasInstance,
]);

export class Handles {
  readonly #remote: Remote;
  readonly #handles = new Map<number, object | symbol>();
  readonly #ids = new Map<object | symbol, number>();
  /** Stand-ins for objects: nothing else may be a prototype. */
  readonly #objects = new WeakSet<object>();

  constructor(remote: Remote) {
    this.#remote = remote;
  }

  idOf(value: object | symbol): number | undefined {
    return this.#ids.get(value);
  }

  /** Each is told of whenever it comes; the first time counts. */
  read(reader: Reader): object | symbol {
    const id = reader.word();
    const make = this.#described(id, reader);
    const known = this.#handles.get(id);
    if (known !== undefined) return known;
    if (this.#handles.size >= MOST_HANDLES) return malformed("too many functions");
    const made = make();
    this.#handles.set(id, made);
    this.#ids.set(made, id);
    return made;
  }

  prototype(value: unknown): object {
    return typeof value === "object" && value !== null && this.#objects.has(value)
      ? value
      : malformed("no prototype");
  }

  #described(id: number, reader: Reader): () => object | symbol {
    const kind = reader.byte();
    if (kind === MINE.function) {
      const name = reader.text();
      const length = reader.word();
      return () => this.#function(id, name, length);
    }
    if (kind === MINE.object) {
      const base = reader.byte();
      const prototype = base < BASES.length ? baseAt(base) : this.prototype(reader.value());
      return () => this.#object(id, prototype);
    }
    if (kind === MINE.promise) return () => this.#remote.promise(id);
    if (kind !== MINE.symbol) return malformed("an unknown kind of function");
    const name = reader.text();
    return () => Symbol(name);
  }

  #function(id: number, name: string, length: number): object {
    const remote = this.#remote;
    const target = function (this: unknown): void {};
    Object.defineProperty(target, "name", { value: name.slice(0, LONGEST_NAME), configurable: true });
    Object.defineProperty(target, "length", { value: length, configurable: true });
    return new Proxy(target, {
      ...this.#properties(id, LOCAL),
      apply: (_, self, args) => remote.call(id, self, args),
      construct: (_, args) => remote.construct(id, args),
    });
  }

  #object(id: number, prototype: object | null): object {
    const remote = this.#remote;
    const made = new Proxy(Object.create(prototype) as object, {
      ...this.#properties(id, new Set()),
      ownKeys: () => remote.names(id),
      getOwnPropertyDescriptor(_, key) {
        const own = typeof key === "string" ? remote.own(id, key) : undefined;
        return own && { ...own, writable: true, configurable: true };
      },
    });
    this.#objects.add(made);
    return made;
  }

  #properties(id: number, local: ReadonlySet<string | symbol>): ProxyHandler<object> {
    const remote = this.#remote;
    // Symbols that only this process has mean nothing there.
    const crosses = (key: string | symbol): boolean => typeof key === "string" || isShared(key, this);
    return {
      get: (target, key) =>
        local.has(key) ? Reflect.get(target, key) : crosses(key) ? remote.get(id, key) : undefined,
      set: (_, key, value) => crosses(key) && remote.set(id, key, value),
      has: (target, key) => local.has(key) || (crosses(key) ? remote.has(id, key) : Reflect.has(target, key)),
      deleteProperty: (_, key) => crosses(key) && remote.remove(id, key),
      defineProperty: () => false,
      setPrototypeOf: () => false,
      preventExtensions: () => false,
    };
  }
}

const KNOWN: ReadonlySet<unknown> = new Set(
  Object.getOwnPropertyNames(Symbol).map((name) => Reflect.get(Symbol, name) as unknown),
);

const isShared = (key: symbol, handles: Handles): boolean =>
  KNOWN.has(key) || Symbol.keyFor(key) !== undefined || handles.idOf(key) !== undefined;

/** One that goes back to where it is from. */
export function writeYours(writer: Writer, id: number): void {
  writer.byte(TAG.yours);
  writer.word(id);
}
