// Values to bytes.
import { types } from "node:util";
import type { Frame } from "./channel.ts";
import type { LibValues } from "./lib-values.ts";
import { Table } from "./table.ts";
import { BARE, BASES, DEEPEST, ERRORS, FROZEN, HEAD, SYMBOLS, TAG, VIEWS } from "./tags.ts";

/** Writes what is no data: functions, instances, symbols, errors that have an owner. Throws where it cannot cross. */
export interface Foreign {
  write(value: object | symbol, writer: Writer, holder: object | undefined): void;
  /** Whether this object stays where it is, although it looks like data. */
  stays(value: object): boolean;
  /** What stands for an error besides its words. */
  readonly stacks: boolean;
}

export class Writer {
  readonly frame: Frame;
  readonly table: Table;
  readonly #foreign: Foreign;
  readonly #lib: LibValues;
  #at = HEAD;
  #depth = 0;

  constructor(frame: Frame, foreign: Foreign, lib: LibValues, table: Table = new Table()) {
    this.frame = frame;
    this.table = table;
    this.#foreign = foreign;
    this.#lib = lib;
    frame.length = HEAD;
  }

  /** Where the next byte goes. */
  get at(): number {
    return this.#at;
  }

  set at(at: number) {
    this.frame.reserve(at);
    this.#at = at;
    this.frame.length = at;
  }

  byte(value: number): void {
    const at = this.#room(1);
    this.frame.bytes[at] = value;
  }

  word(value: number): void {
    const at = this.#room(4);
    this.frame.view.setUint32(at, value, true);
  }

  double(value: number): void {
    const at = this.#room(8);
    this.frame.view.setFloat64(at, value, true);
  }

  value(value: unknown, holder?: object): void {
    this.table.weigh(1);
    switch (typeof value) {
      case "undefined":
        this.byte(TAG.undefined);
        break;
      case "boolean":
        this.byte(value ? TAG.true : TAG.false);
        break;
      case "number":
        this.#number(value);
        break;
      case "string":
        this.text(value);
        break;
      case "bigint":
        this.byte(TAG.bigint);
        this.text(value.toString(16));
        break;
      case "symbol":
        this.#symbol(value);
        break;
      case "function":
        this.#foreign.write(value, this, holder);
        break;
      default:
        if (value === null) this.byte(TAG.null);
        else this.#object(value as object);
    }
  }

  text(text: string): void {
    const { length } = text;
    const wide = isWide(text);
    this.byte(wide ? TAG.wideText : TAG.text);
    this.word(length);
    const size = wide ? length * 2 : length;
    this.table.weigh(4 + Math.ceil(size / 8));
    const at = this.#room(size);
    const { bytes } = this.frame;
    if (length < 32 && !wide) for (let i = 0; i < length; i++) bytes[at + i] = text.charCodeAt(i);
    else Buffer.from(bytes.buffer, at, size).write(text, wide ? "utf16le" : "latin1");
  }

  #room(size: number): number {
    const at = this.#at;
    this.frame.reserve(at + size);
    this.#at = at + size;
    this.frame.length = this.#at;
    return at;
  }

  /** Aligned for doubles; what is skipped is 0, so that the same values are the same bytes. */
  #align(): void {
    while (this.#at % 8) this.byte(0);
  }

  #number(value: number): void {
    if ((value | 0) === value && !Object.is(value, -0)) {
      this.byte(TAG.integer);
      this.word(value);
    } else {
      this.byte(TAG.number);
      this.double(value);
    }
  }

  #symbol(value: symbol): void {
    const key = Symbol.keyFor(value);
    const known = [...SYMBOLS].find(([, symbol]) => symbol === value)?.[0];
    if (key === undefined && known === undefined) {
      this.#foreign.write(value, this, undefined);
      return;
    }
    this.byte(TAG.symbol);
    this.byte(known === undefined ? 0 : 1);
    this.text(known ?? key!);
  }

  #object(value: object): void {
    const before = this.table.numberOf(value);
    if (before !== undefined) {
      this.byte(TAG.again);
      this.word(before);
      this.table.again(before);
      return;
    }
    if (++this.#depth > DEEPEST) throw new RangeError(`Values nested more than ${DEEPEST} deep cannot cross`);
    if (this.#foreign.stays(value)) this.#foreign.write(value, this, undefined);
    else {
      const since = this.table.weigh(8);
      const number = this.table.objects.length;
      if (this.#data(value)) this.table.close(number, since);
      else this.#foreign.write(value, this, undefined);
    }
    this.#depth--;
  }

  #data(value: object): boolean {
    if (Array.isArray(value)) this.#list(value);
    else if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) this.#bytes(value);
    else if (types.isDate(value)) this.#date(value);
    else if (types.isMap(value)) this.#map(value);
    else if (types.isSet(value)) this.#set(value);
    else if (types.isRegExp(value)) this.#pattern(value);
    else if (value instanceof Error || types.isNativeError(value)) this.#error(value);
    else if (isPlain(value)) this.#record(value);
    else return this.#ours(value);
    return true;
  }

  #list(list: readonly unknown[]): void {
    this.table.add(list);
    const flags = Object.isFrozen(list) ? FROZEN : 0;
    if (list.length > 0 && this.#numbers(list, flags)) return;
    this.byte(TAG.list);
    this.byte(flags);
    this.word(list.length);
    this.table.weigh(list.length);
    for (let at = 0; at < list.length; at++) {
      if (list[at] !== undefined || Object.hasOwn(list, at)) this.value(list[at]);
      else this.byte(TAG.hole);
    }
  }

  #numbers(list: readonly unknown[], flags: number): boolean {
    const { length } = list;
    if (typeof list[0] !== "number") return false;
    const start = this.#at;
    this.byte(TAG.numbers);
    this.byte(flags);
    this.word(length);
    this.#align();
    const at = this.#room(length * 8);
    const doubles = new Float64Array(this.frame.bytes.buffer, at, length);
    for (let i = 0; i < length; i++) {
      const number = list[i];
      if (typeof number !== "number") {
        this.at = start;
        return false;
      }
      doubles[i] = number;
    }
    this.table.weigh(length);
    return true;
  }

  #record(record: object): void {
    this.table.add(record);
    const keys = Object.keys(record);
    const bare = Object.getPrototypeOf(record) === null ? BARE : 0;
    this.byte(TAG.record);
    this.byte((Object.isFrozen(record) ? FROZEN : 0) | bare);
    this.word(keys.length);
    for (const key of keys) {
      this.text(key);
      this.value(Reflect.get(record, key), record);
    }
  }

  #bytes(value: ArrayBufferView | ArrayBufferLike): void {
    this.table.add(value);
    this.byte(TAG.bytes);
    this.#raw(value);
  }

  #raw(value: ArrayBufferView | ArrayBufferLike): void {
    const kind = VIEWS.findIndex((type) => value instanceof type);
    if (kind < 0 && !types.isSharedArrayBuffer(value)) throw new TypeError("This kind of array cannot cross");
    const source = ArrayBuffer.isView(value)
      ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
      : new Uint8Array(value);
    this.byte(Math.max(kind, 0));
    this.word(source.length);
    this.table.weigh(Math.ceil(source.length / 8));
    this.#align();
    const at = this.#room(source.length);
    this.frame.bytes.set(source, at);
  }

  #date(value: Date): void {
    this.table.add(value);
    this.byte(TAG.date);
    this.double(Date.prototype.getTime.call(value));
  }

  #map(map: ReadonlyMap<unknown, unknown>): void {
    this.table.add(map);
    this.byte(TAG.map);
    this.word(map.size);
    this.table.weigh(16 + 8 * map.size);
    for (const [key, value] of Map.prototype.entries.call(map)) {
      this.value(key);
      this.value(value);
    }
  }

  #set(set: ReadonlySet<unknown>): void {
    this.table.add(set);
    this.byte(TAG.set);
    this.word(set.size);
    this.table.weigh(16 + 8 * set.size);
    for (const value of Set.prototype.values.call(set)) this.value(value);
  }

  #pattern(value: RegExp): void {
    this.table.add(value);
    this.byte(TAG.pattern);
    this.text(value.source);
    this.text(value.flags);
    this.word(value.lastIndex);
  }

  #error(error: Error): void {
    this.table.add(error);
    this.table.weigh(32);
    this.byte(TAG.error);
    this.byte(ERRORS.findLastIndex((type, at) => at === 0 || error instanceof type));
    this.text(wordOf(error, "name"));
    this.text(wordOf(error, "message"));
    this.text(this.#foreign.stacks ? wordOf(error, "stack") : "");
    const prototype: unknown = Object.getPrototypeOf(error);
    const own = typeof prototype === "object" && prototype !== null && !BASES.includes(prototype);
    if (this.#foreign.stacks && own) this.#foreign.write(prototype, this, undefined);
    else this.byte(TAG.undefined);
  }

  #ours(value: object): boolean {
    const lib = this.#lib.loaded();
    if (lib && value instanceof lib.Tensor) {
      this.table.add(value);
      this.byte(TAG.tensor);
      this.byte(value.shape.length);
      for (const length of value.shape) this.double(length);
      this.#raw(value.storage.array());
      return true;
    }
    if (lib && value instanceof lib.Random) {
      this.table.add(value);
      this.byte(TAG.random);
      for (const word of value.state) this.word(word);
      return true;
    }
    return false;
  }
}

/** Few texts are: most are names and words. */
function isWide(text: string): boolean {
  const { length } = text;
  if (length >= 32) return Buffer.byteLength(text) !== length;
  for (let i = 0; i < length; i++) if (text.charCodeAt(i) > 127) return true;
  return false;
}

export function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

const LONGEST_WORDS = 10_000;

/** What an error says of itself; it may have been made to say something else, or nothing. */
function wordOf(error: Error, name: "name" | "message" | "stack"): string {
  try {
    const word: unknown = error[name];
    return typeof word === "string" ? word.slice(0, LONGEST_WORDS) : "";
  } catch {
    return "";
  }
}
