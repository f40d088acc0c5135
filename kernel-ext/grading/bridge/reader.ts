// Bytes to values. Whoever wrote them may mean harm: nothing is believed, neither a length nor a tag nor a number, and
// nothing takes more room than what has come.
import type { Frame } from "./channel.ts";
import type { LibValues } from "./lib-values.ts";
import { Table } from "./table.ts";
import { BARE, BASES, DEEPEST, ERRORS, FROZEN, HEAD, SYMBOLS, TAG, VIEWS } from "./tags.ts";

/** The bytes are none that an honest writer writes. */
export class Malformed extends Error {
  override name = "Malformed";
}

export const malformed = (what: string): never => {
  throw new Malformed(what);
};

/** Reads what is no data. */
export interface ForeignReader {
  /** Something of the sender's. */
  mine(reader: Reader): unknown;
  /** Something of our own that we had handed out. */
  yours(reader: Reader): unknown;
  /** What has come as a prototype: nothing but a stand-in of the sender's may be one. */
  prototype(value: unknown): object;
}

const MOST_AXES = 32;
/** In hexadecimal digits. */
const LONGEST_BIGINT = 1_000_000;

export class Reader {
  readonly table: Table;
  readonly #frame: Frame;
  readonly #foreign: ForeignReader;
  readonly #lib: LibValues;
  #at = HEAD;
  #depth = 0;

  constructor(frame: Frame, foreign: ForeignReader, lib: LibValues, table: Table = new Table()) {
    this.#frame = frame;
    this.#foreign = foreign;
    this.#lib = lib;
    this.table = table;
  }

  get at(): number {
    return this.#at;
  }

  byte(): number {
    return this.#frame.bytes[this.#skip(1)]!;
  }

  word(): number {
    const at = this.#skip(4);
    return this.#frame.view.getUint32(at, true);
  }

  double(): number {
    const at = this.#skip(8);
    return this.#frame.view.getFloat64(at, true);
  }

  /** Nothing may be left. */
  end(): void {
    if (this.#at !== this.#frame.length) malformed("bytes behind the end");
  }

  value(): unknown {
    this.table.weigh(1);
    const tag = this.byte();
    switch (tag) {
      case TAG.undefined:
        return undefined;
      case TAG.null:
        return null;
      case TAG.true:
        return true;
      case TAG.false:
        return false;
      case TAG.integer:
        return this.word() | 0;
      case TAG.number:
        return this.double();
      case TAG.bigint:
        return this.#bigint();
      case TAG.text:
      case TAG.wideText:
        return this.#text(tag);
      case TAG.symbol:
        return this.#symbol();
      case TAG.again:
        return this.table.again(this.word()) ?? malformed("an object that has not come");
      default:
        return this.#object(tag);
    }
  }

  text(): string {
    const tag = this.byte();
    if (tag !== TAG.text && tag !== TAG.wideText) return malformed("no text");
    return this.#text(tag);
  }

  #skip(size: number): number {
    const at = this.#at;
    if (size > this.#frame.length - at) malformed("an early end");
    this.#at = at + size;
    return at;
  }

  #align(): void {
    while (this.#at % 8) this.byte();
  }

  /** How many of something follow, each of which takes so many bytes or more. */
  #count(least: number): number {
    const count = this.word();
    if (count * least > this.#frame.length - this.#at) malformed("more than has come");
    return count;
  }

  #text(tag: number): string {
    const size = this.#count(tag === TAG.text ? 1 : 2) * (tag === TAG.text ? 1 : 2);
    const at = this.#skip(size);
    this.table.weigh(4 + Math.ceil(size / 8));
    const { bytes } = this.#frame;
    return Buffer.from(bytes.buffer, at, size).toString(tag === TAG.text ? "latin1" : "utf16le");
  }

  #bigint(): bigint {
    const text = this.text();
    if (text.length > LONGEST_BIGINT || !/^-?[0-9a-f]+$/.test(text)) malformed("no whole number");
    const size = BigInt(`0x${text.replace("-", "")}`);
    return text.startsWith("-") ? -size : size;
  }

  #symbol(): symbol {
    const known = this.byte();
    const name = this.text();
    return known ? (SYMBOLS.get(name) ?? malformed("an unknown symbol")) : Symbol.for(name);
  }

  #object(tag: number): unknown {
    if (++this.#depth > DEEPEST) malformed(`values nested more than ${DEEPEST} deep`);
    const value = this.#whole(tag);
    this.#depth--;
    return value;
  }

  #whole(tag: number): unknown {
    if (tag === TAG.mine || tag === TAG.yours) {
      this.table.weigh(32);
      return tag === TAG.mine ? this.#foreign.mine(this) : this.#foreign.yours(this);
    }
    const since = this.table.weigh(8);
    const number = this.table.objects.length;
    const value = this.#data(tag);
    this.table.close(number, since);
    return value;
  }

  #data(tag: number): object {
    switch (tag) {
      case TAG.list:
        return this.#list();
      case TAG.numbers:
        return this.#numbers();
      case TAG.record:
        return this.#record();
      case TAG.bytes:
        return this.#added(this.#raw());
      case TAG.date:
        return this.#added(new Date(this.double()));
      case TAG.map:
        return this.#map();
      case TAG.set:
        return this.#set();
      case TAG.pattern:
        return this.#pattern();
      case TAG.error:
        return this.#error();
      case TAG.tensor:
        return this.#tensor();
      case TAG.random:
        return this.#random();
      default:
        return malformed(`an unknown kind of value, ${tag}`);
    }
  }

  #added<T extends object>(object: T): T {
    this.table.add(object);
    return object;
  }

  #list(): unknown[] {
    const flags = this.byte();
    const count = this.#count(1);
    this.table.weigh(count);
    const list: unknown[] = this.#added([]);
    for (let at = 0; at < count; at++) {
      if (this.#frame.bytes[this.#at] === TAG.hole) {
        this.byte();
        list.length++;
      } else list.push(this.value());
    }
    return flags & FROZEN ? (Object.freeze(list) as unknown[]) : list;
  }

  #numbers(): number[] {
    const flags = this.byte();
    const count = this.word();
    this.#align();
    const at = this.#skip(count * 8);
    this.table.weigh(count);
    const doubles = new Float64Array(this.#frame.bytes.buffer, at, count);
    const list = new Array<number>(count);
    for (let i = 0; i < count; i++) list[i] = doubles[i]!;
    this.table.add(list);
    return flags & FROZEN ? (Object.freeze(list) as number[]) : list;
  }

  #record(): object {
    const flags = this.byte();
    const count = this.#count(6);
    const record: object = this.#added(flags & BARE ? Object.create(null) : {});
    for (let i = 0; i < count; i++) {
      const key = this.text();
      const value = this.value();
      if (key !== "__proto__") Reflect.set(record, key, value);
      // Set in the ordinary way, it would change what the record inherits.
      else
        Object.defineProperty(record, key, { value, writable: true, enumerable: true, configurable: true });
    }
    return flags & FROZEN ? Object.freeze(record) : record;
  }

  #raw(): ArrayBuffer | ArrayBufferView<ArrayBuffer> {
    const View = VIEWS[this.byte()] ?? malformed("an unknown kind of array");
    const size = this.word();
    this.#align();
    const at = this.#skip(size);
    this.table.weigh(Math.ceil(size / 8));
    const buffer = this.#frame.bytes.buffer.slice(at, at + size) as ArrayBuffer;
    if (View === ArrayBuffer) return buffer;
    if (size % (View.BYTES_PER_ELEMENT ?? 1)) malformed("part of a number");
    return Reflect.construct(View as typeof Uint8Array, [buffer]) as ArrayBufferView<ArrayBuffer>;
  }

  #map(): ReadonlyMap<unknown, unknown> {
    const count = this.#count(2);
    this.table.weigh(16 + 8 * count);
    const map = this.#added(new Map<unknown, unknown>());
    for (let i = 0; i < count; i++) {
      const key = this.value();
      map.set(key, this.value());
    }
    return map;
  }

  #set(): ReadonlySet<unknown> {
    const count = this.#count(1);
    this.table.weigh(16 + 8 * count);
    const set = this.#added(new Set<unknown>());
    for (let i = 0; i < count; i++) set.add(this.value());
    return set;
  }

  #pattern(): RegExp {
    const source = this.text();
    const flags = this.text();
    const lastIndex = this.word();
    try {
      return this.#added(Object.assign(new RegExp(source, flags), { lastIndex }));
    } catch {
      return malformed("no regular expression");
    }
  }

  #error(): Error {
    this.table.weigh(32);
    const Base = ERRORS[this.byte()] ?? malformed("an unknown kind of error");
    const error = this.#added(new Base());
    const name = this.text();
    const message = this.text();
    const stack = this.text();
    const words = { name, message, stack: stack || `${name}: ${message}` };
    for (const [key, value] of Object.entries(words))
      Object.defineProperty(error, key, { value, writable: true, enumerable: false, configurable: true });
    const prototype = this.value();
    if (prototype !== undefined) Object.setPrototypeOf(error, this.#foreign.prototype(prototype));
    return error;
  }

  #tensor(): object {
    const number = this.table.add({});
    const axes = this.byte();
    if (axes > MOST_AXES) malformed("a tensor of too many axes");
    const shape = Array.from({ length: axes }, () => this.double());
    if (!shape.every((length) => Number.isInteger(length) && length >= 0)) malformed("no shape");
    const data = this.#raw();
    const isData = [Float32Array, Float64Array, Int32Array, Uint8Array].some((type) => data instanceof type);
    const size = shape.reduce((product, length) => product * length, 1);
    if (!isData || size !== (data as Float32Array).length) return malformed("a tensor of another size");
    const { Tensor } = this.#lib.load();
    const tensor = new Tensor(data as Float32Array, shape);
    this.table.objects[number] = tensor;
    return tensor;
  }

  #random(): object {
    const state = [this.word(), this.word(), this.word(), this.word()] as const;
    if (state.every((word) => word === 0)) malformed("no state of a random source");
    return this.#added(this.#lib.load().Random.from(state));
  }
}

/** What an object inherits from at last, by its place in `BASES`. */
export const baseAt = (place: number): object | null => {
  const base = BASES[place];
  return base === undefined ? malformed("an unknown base") : base;
};
