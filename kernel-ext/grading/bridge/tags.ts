// What stands on the pipes. Numbers are little-endian, lengths and indices 32 bits.

/** Begins each value. */
export const TAG = {
  undefined: 0,
  null: 1,
  true: 2,
  false: 3,
  /** A whole number of 32 bits; −0 is none. */
  integer: 4,
  number: 5,
  bigint: 6,
  /** ASCII, a byte each. */
  text: 7,
  /** UTF-16 as it is, lone surrogates too. */
  wideText: 8,
  hole: 9,
  list: 10,
  /** A list of numbers alone: aligned doubles. */
  numbers: 11,
  record: 12,
  bytes: 13,
  date: 14,
  map: 15,
  set: 16,
  pattern: 17,
  error: 18,
  tensor: 19,
  random: 20,
  /** An object of this message that has come before, by its place. */
  again: 21,
  /** Something of the sender's that does not cross, by its number there. */
  mine: 22,
  /** Something of the receiver's own. */
  yours: 23,
  /** A symbol that both sides have. */
  symbol: 24,
} as const;

/** A list or record that is frozen; a record that inherits nothing. */
export const FROZEN = 1;
export const BARE = 2;

/** What a frame is. */
export const FRAME = {
  // The checker asks.
  run: 1,
  has: 2,
  value: 3,
  printed: 4,
  call: 5,
  construct: 6,
  property: 7,
  settle: 8,
  // Either answers.
  returned: 16,
  threw: 17,
  // The answers call a function of the test's.
  callback: 18,
  /** The answers' process ends, and says why. */
  ended: 19,
} as const;

/** What is done with a property. */
export const PROPERTY = { get: 0, set: 1, has: 2, remove: 3, names: 4, own: 5 } as const;

/** What of the sender's is meant by `mine`. */
export const MINE = { function: 0, object: 1, promise: 2, symbol: 3, error: 4 } as const;

/** How a promise stands. */
export const PROMISE = { pending: 0, fulfilled: 1, rejected: 2, never: 3 } as const;

/** A frame begins with its length (4 bytes) and its kind (1 byte); values start here, so that doubles are aligned. */
export const HEAD = 8;

export const LARGEST_FRAME: number = 256 * 2 ** 20;
/** Eight bytes weigh 1, as a number in a list; everything else what it takes in memory, about. */
export const MOST_WEIGHT: number = 2 ** 24;
export const DEEPEST = 500;
/** Calls within calls, from one side to the other and back. */
export const MOST_NESTED = 100;

type ViewClass = {
  [Symbol.hasInstance](value: unknown): boolean;
  readonly BYTES_PER_ELEMENT?: number;
};

/** Views by the place of their class here, and bare buffers. */
export const VIEWS: readonly ViewClass[] = [
  ArrayBuffer,
  DataView,
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
];

/** Errors by the place of their class here. */
export const ERRORS: readonly ErrorConstructor[] = [
  Error,
  RangeError,
  TypeError,
  SyntaxError,
  ReferenceError,
  EvalError,
  URIError,
];

/** What an object may inherit from at last, where it has a class of its own. */
export const BASES: readonly (object | null)[] = [
  Object.prototype,
  null,
  ...ERRORS.map(({ prototype }) => prototype),
];

/** Symbols of the language by their names; registered ones go by their keys. */
export const SYMBOLS: ReadonlyMap<string, symbol> = new Map(
  Object.getOwnPropertyNames(Symbol).flatMap((name) => {
    const value: unknown = Reflect.get(Symbol, name);
    return typeof value === "symbol" ? [[name, value] as const] : [];
  }),
);
