// Arguments belong to the caller. What the other side has changed in its copies is written into the caller's own.
import type { Channel, Frame } from "./channel.ts";
import type { LibValues } from "./lib-values.ts";
import { type ForeignReader, Malformed, malformed, Reader } from "./reader.ts";
import type { Table } from "./table.ts";
import { type Foreign, isPlain, Writer } from "./writer.ts";

/** A call as it came: its bytes, and what was made of them. */
export interface Came {
  readonly frame: Frame;
  /** Where the arguments begin. */
  readonly start: number;
  readonly args: readonly unknown[];
  readonly table: Table;
}

interface Side {
  readonly channel: Channel;
  readonly lib: LibValues;
  /** Writes what is no data as it came. */
  readonly mirror: Foreign;
  readonly foreign: ForeignReader;
}

/** Writes which of the arguments' objects are no longer what came. */
export function writeChanges(writer: Writer, came: Came, side: Side): void {
  const changed = isAsItCame(came, side) ? [] : changedSince(came, side);
  writer.word(changed.length);
  for (const [number, contents] of changed) {
    writer.word(number);
    writer.value(contents);
  }
}

/** The same values are the same bytes, which takes no time to see. */
function isAsItCame({ frame, start, args }: Came, { channel, lib, mirror }: Side): boolean {
  const again = channel.take();
  try {
    const writer = new Writer(again, mirror, lib);
    writer.at = start;
    writer.value(args);
    const ours = again.bytes.subarray(start, again.length);
    return Buffer.compare(ours, frame.bytes.subarray(start, frame.length)) === 0;
  } catch {
    // It cannot be written any more, so it is not what it was.
    return false;
  } finally {
    channel.give(again);
  }
}

function changedSince(came: Came, { lib, foreign }: Side): [number: number, contents: unknown][] {
  const reader = new Reader(came.frame, foreign, lib);
  while (reader.at < came.start) reader.byte();
  reader.value();
  const count = came.table.objects.length;
  const changed: [number, unknown][] = [];
  for (let number = 0; number < count; number++) {
    const now = contentsOf(came.table.objects[number]!, lib);
    const then = contentsOf(reader.table.objects[number]!, lib);
    if (now && then && !isSame(now, came.table, then, reader.table)) changed.push([number, now]);
  }
  return changed;
}

type Contents = unknown[] | ArrayBufferView;

/** What can change in an object, as a list or as numbers; its own and nobody else's. */
function contentsOf(object: object, lib: LibValues): Contents | undefined {
  const classes = lib.loaded();
  if (Array.isArray(object)) return object.slice();
  if (ArrayBuffer.isView(object) || object instanceof ArrayBuffer) return bytesOf(object).slice();
  if (object instanceof Map) return [...object].flat(1);
  if (object instanceof Set) return [...object];
  if (object instanceof Date) return [object.getTime()];
  if (classes && object instanceof classes.Tensor) return object.storage.array().slice();
  if (classes && object instanceof classes.Random) return [...object.state];
  return isPlain(object) ? Object.entries(object).flat(1) : undefined;
}

const bytesOf = (array: ArrayBufferView | ArrayBuffer): Uint8Array =>
  array instanceof ArrayBuffer
    ? new Uint8Array(array)
    : new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

function isSame(now: Contents, ours: Table, then: Contents, theirs: Table): boolean {
  if (!Array.isArray(now) || !Array.isArray(then))
    return !Array.isArray(now) && !Array.isArray(then) && Buffer.compare(bytesOf(now), bytesOf(then)) === 0;
  if (now.length !== then.length) return false;
  return now.every((value, at) => Object.is(value, then[at]) || isSameObject(value, ours, then[at], theirs));
}

function isSameObject(value: unknown, ours: Table, other: unknown, theirs: Table): boolean {
  if (typeof value !== "object" || value === null || typeof other !== "object" || other === null)
    return false;
  const number = ours.numberOf(value);
  return number !== undefined && number === theirs.numberOf(other);
}

/** Reads changes, and makes them in the objects of the call. */
export function takeChanges(reader: Reader, table: Table, lib: LibValues): void {
  const count = reader.word();
  const given = table.objects.length;
  const made: (() => void)[] = [];
  for (let i = 0; i < count; i++) {
    const number = reader.word();
    const contents = reader.value();
    const object = number < given ? table.objects[number]! : malformed("a change of no argument");
    made.push(() => change(object, contents, lib));
  }
  for (const make of made) make();
}

function change(object: object, contents: unknown, lib: LibValues): void {
  const classes = lib.loaded();
  const numbers = classes && object instanceof classes.Tensor ? object.data : object;
  if (ArrayBuffer.isView(numbers) || numbers instanceof ArrayBuffer) {
    copy(bytesOf(numbers), contents);
    return;
  }
  const list = Array.isArray(contents) ? contents : malformed("no list of what changed");
  const isList = Array.isArray(object);
  if ((isList || isPlain(object)) && Object.isFrozen(object)) malformed("a change of what is frozen");
  if (isList) fill(object, list);
  else if (object instanceof Map) refill(object, pairs(list));
  else if (object instanceof Set) refillSet(object, list);
  else if (object instanceof Date) object.setTime(typeof list[0] === "number" ? list[0] : Number.NaN);
  else if (classes && object instanceof classes.Random) object.state = list as unknown as typeof object.state;
  else if (isPlain(object)) fields(object, pairs(list));
  else malformed("a change of what cannot change");
}

function copy(bytes: Uint8Array, contents: unknown): void {
  if (!ArrayBuffer.isView(contents) || contents.byteLength !== bytes.length)
    throw new Malformed("a change of an array's length");
  bytes.set(bytesOf(contents));
}

function fill(array: unknown[], list: readonly unknown[]): void {
  array.length = list.length;
  for (let at = 0; at < list.length; at++) {
    if (at in list) array[at] = list[at];
    else delete array[at];
  }
}

function pairs(list: readonly unknown[]): [unknown, unknown][] {
  if (list.length % 2) malformed("half a pair");
  return Array.from({ length: list.length / 2 }, (_, at) => [list[2 * at], list[2 * at + 1]]);
}

function refill(map: Map<unknown, unknown>, entries: readonly (readonly [unknown, unknown])[]): void {
  map.clear();
  for (const [key, value] of entries) map.set(key, value);
}

function refillSet(set: Set<unknown>, values: readonly unknown[]): void {
  set.clear();
  for (const value of values) set.add(value);
}

function fields(record: object, entries: readonly (readonly [unknown, unknown])[]): void {
  const names = new Set(entries.map(([name]) => name));
  for (const name of Object.keys(record)) if (!names.has(name)) Reflect.deleteProperty(record, name);
  for (const [name, value] of entries) {
    const key = typeof name === "string" ? name : malformed("a name that is no text");
    if (Object.hasOwn(record, key)) Reflect.set(record, key, value);
    else Object.defineProperty(record, key, { value, writable: true, enumerable: true, configurable: true });
  }
}
