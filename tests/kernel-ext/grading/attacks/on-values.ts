// Attacks by what an answer gives back: values that are not what they seem.
import type { Attack } from "./attack.ts";

/** An answer to `normalise` whose value this expression makes. */
const gives = (name: string, value: string, before = ""): Attack => ({
  name: `that answers with ${name}`,
  harmless: true,
  answers: { normalise: `${before}\nfunction normalise(xs: readonly number[]): any { return ${value}; }` },
});

const HONEST_ESTIMATE =
  "function estimate(xs: readonly number[]): number { return xs.reduce((a, b) => a + b, 0) / xs.length; }";

export const onValues: readonly Attack[] = [
  gives("a __proto__ key", `JSON.parse('{"__proto__":{"length":5,"polluted":true,"0":0.5},"length":5}')`),
  gives(
    "a polluted constructor",
    `JSON.parse('{"constructor":{"prototype":{"polluted":true}},"prototype":{"polluted":true},"length":5,"hasOwnProperty":1,"toString":1,"valueOf":1}')`,
  ),
  {
    name: "that pollutes the prototypes on its side",
    harmless: true,
    due: 4,
    answers: {
      normalise: `const all: any[] = [Object.prototype, Array.prototype, Number.prototype, String.prototype, Promise.prototype, Error.prototype];
for (const prototype of all) for (const name of ["length", "verdict", "earned", "then", "passed", "equals", "kind", "numbers"])
  try { if (name !== "then") Object.defineProperty(prototype, name, { get: () => 5, set() {}, configurable: true }); } catch {}
function normalise(xs: readonly number[]): any { return {}; }`,
      estimate: HONEST_ESTIMATE,
    },
  },
  {
    name: "that patches Array.prototype, Symbol.iterator and Math on its side",
    harmless: true,
    answers: {
      normalise: `const list: any = Array.prototype;
list[Symbol.iterator] = list.entries = list.values = list.keys = function* () {};
list.every = list.includes = () => true;
list.map = list.filter = function (this: any) { return this; };
Math.abs = Math.round = () => 0;
Number.isFinite = () => true;
Object.is = () => true;
JSON.stringify = () => "same";
function normalise(xs: readonly number[]): any { return xs; }`,
    },
  },
  gives("a thenable", "{ length: 5, then(take: any) { take([0.5, 0.5]); } }"),
  gives(
    "an object of getters that answer what is asked",
    `Object.defineProperties({}, Object.fromEntries(["length", "0", "1", "then", "toJSON", "constructor"].map((name) => [name, { enumerable: true, get: () => { n++; return n % 2 ? 5 : 0.5; } }])))`,
    "let n = 0;",
  ),
  gives(
    "a proxy that has everything",
    `new Proxy([] as any, { get: (_, name) => (name === "length" ? 5 : name === Symbol.iterator ? function* () {} : () => true), has: () => true, ownKeys: () => ["0", "1", "length"], getOwnPropertyDescriptor: () => ({ value: 0.5, enumerable: true, configurable: true }) })`,
  ),
  gives(
    "a proxy of an array whose length changes",
    `new Proxy([...xs], { get: (list: any, name) => (name === "length" ? (n ^= 5) : list[name]) })`,
    "let n = 0;",
  ),
  gives(
    "a revoked proxy",
    "(() => { const { proxy, revoke } = Proxy.revocable([], {}); revoke(); return proxy; })()",
  ),
  gives(
    "a value that is like everything",
    `{ length: 5, valueOf: () => 0.5, toString: () => "0.5,0.5", [Symbol.toPrimitive]: () => 0.5, equals: () => true, [Symbol.toStringTag]: "Array" }`,
  ),
  gives(
    "a list of its own making, which says that all is well",
    `{ length: 5, entries: () => [].values(), every: () => true, some: () => false, map: () => [], forEach() {}, filter: () => [], reduce: () => 1, [Symbol.iterator]: () => [].values() }`,
  ),
  gives(
    "an array with methods of its own",
    `Object.assign([1, 2, 3, 4, 5], { entries: () => [].values(), every: () => true, [Symbol.iterator]: () => [].values() })`,
  ),
  gives(
    "an array of a class of its own",
    "Row.from([1, 2, 3, 4, 5])",
    `const List: any = Array;
class Row extends List {
  entries(): any { return [].values(); }
  every(): any { return true; }
  [Symbol.iterator](): any { return [].values(); }
  static get [Symbol.species](): any { return Array; }
}`,
  ),
  gives(
    "an instance that behaves like a list",
    "new Likeness()",
    `class Likeness { get length() { return 5; } entries() { return [].values(); } every() { return true; } static [Symbol.hasInstance]() { return true; } }`,
  ),
  gives(
    "an instance of a class named Array",
    "new Named()",
    `const Named = { Array: class { length = 5; entries() { return []; } } }.Array;`,
  ),
  gives("a sparse array of 4,294,967,295", "new Array(2 ** 32 - 1)"),
  gives(
    "a sparse array with one number far out",
    "(() => { const list: any[] = []; list[2 ** 31] = 1; return list; })()",
  ),
  gives("a cycle", "(() => { const list: any[] = []; list.push(list, { list }); return list; })()"),
  gives(
    "100,000 levels",
    "(() => { let list: any = []; for (let i = 0; i < 1e5; i++) list = [list]; return list; })()",
  ),
  gives(
    "a graph of 2^60 paths",
    "(() => { let list: any = [1]; for (let i = 0; i < 60; i++) list = [list, list]; return list; })()",
  ),
  gives("20,000,000 numbers", "new Array(2e7).fill(0.5)"),
  gives("a text of 300,000,000 characters", `"x".repeat(3e8)`),
  gives("a big integer of 10 MB", "1n << 80_000_000n"),
  gives(
    "an array whose numbers a thread keeps changing",
    "shared",
    `import { Worker } from "node:worker_threads";
const shared = new Float64Array(new SharedArrayBuffer(40));
new Worker("const a = require('node:worker_threads').workerData; for (;;) for (let i = 0; i < 5; i++) a[i] = Math.random();", { eval: true, workerData: shared }).unref();`,
  ),
  gives(
    "a detached buffer",
    "(() => { const list = new Float64Array(5); structuredClone(list.buffer, { transfer: [list.buffer] }); return list; })()",
  ),
  gives(
    "a buffer that could grow to 1 TB",
    "new Float64Array(new (ArrayBuffer as any)(40, { maxByteLength: 2 ** 40 }))",
  ),
  gives(
    "a typed array that lies about its length",
    "Object.defineProperties(new Float64Array(2), { length: { value: 5 }, entries: { value: () => [] }, buffer: { value: null }, byteLength: { value: 1e9 } })",
  ),
  gives("what JSON would turn into the answer", "{ toJSON: () => [0.5, 0.5] }"),
  gives(
    "what inspects itself",
    `{ length: 5, [Symbol.for("nodejs.util.inspect.custom")]: () => { throw new Error("look away"); }, inspect: () => "[0.5, 0.5]" }`,
  ),
  gives(
    "a function whose text lies",
    "Object.assign(() => 1, { toString: () => String(xs), entries: () => [], call: () => 5, apply: () => 5 })",
  ),
  gives("a symbol", "Symbol.for('gradbook')"),
  gives(
    "a map and a set of classes of its own",
    "new Own([[1, 1]])",
    "class Own extends Map<any, any> { override get size() { return 5; } get length() { return 5; } override entries(): any { return []; } }",
  ),
  gives("an invalid date", "new Date(NaN)"),
  gives("a pattern that never ends", "/^(a+)+$/"),
  gives("a text of numbers", "String(xs)"),
  gives("numbers as texts", "xs.map(String)"),
  gives("NaN everywhere", "xs.map(() => NaN)"),
  gives("−0 everywhere", "xs.map(() => -0)"),
  gives("nothing at all", "undefined"),
  gives("weak things", "[new WeakMap(), new WeakRef({}), new FinalizationRegistry(() => {}), globalThis]"),
  gives("its whole process", "process"),
  gives("its own module object", "import('node:fs')"),
  {
    name: "that answers with NaN where the points are computed",
    harmless: true,
    answers: { estimate: "function estimate(xs: readonly number[]): any { return NaN; }" },
  },
  {
    name: "that answers with what makes the points negative",
    harmless: true,
    answers: { estimate: "function estimate(xs: readonly number[]): any { return -1e308; }" },
  },
  {
    name: "that answers with what makes the points infinite",
    harmless: true,
    answers: { estimate: "function estimate(xs: readonly number[]): any { return -Infinity; }" },
  },
  {
    name: "that answers with a big integer where the points are computed",
    harmless: true,
    answers: { estimate: "function estimate(xs: readonly number[]): any { return 5n; }" },
  },
  {
    name: "that answers with an object where the points are computed",
    harmless: true,
    answers: {
      estimate:
        "function estimate(xs: readonly number[]): any { return { [Symbol.toPrimitive]: (hint: string) => (hint === 'number' ? NaN : '4'), valueOf: () => -1e9 }; }",
    },
  },
  {
    name: "that forges a tensor",
    harmless: true,
    answers: {
      doubled: `function doubled(t: Tensor): any {
  const data: any = { length: 4, [Symbol.iterator]: () => [].values() };
  return Object.create(Object.getPrototypeOf(t), {
    shape: { value: [2, 2] }, dtype: { value: "float32" }, data: { value: data },
    storage: { value: { array: () => new Float32Array(1e9) } },
  });
}`,
    },
  },
  {
    name: "that patches the tensors' class",
    harmless: true,
    answers: {
      doubled: `Object.defineProperty(Object.getPrototypeOf(tensor([1])), "data", { get: () => ({ length: 0 }) });
function doubled(t: Tensor): any { return t; }`,
    },
  },
  {
    name: "whose class yields without end",
    harmless: true,
    says: /"limit":"(time|memory)"/,
    answers: {
      bag: `class Bag<T> {
  size = 0; items: T[] = [];
  add(item: T) { this.size++; this.items.push(item); }
  count(item: T) { return this.items.filter((one) => one === item).length; }
  *[Symbol.iterator](): Iterator<any> { for (;;) yield "x".repeat(1e6) + Math.random(); }
}`,
    },
  },
  {
    name: "whose class is a proxy that constructs anything",
    harmless: true,
    answers: {
      bag: `const anything: any = new Proxy(function () {}, { get: (_, name) => (name === "size" ? 0 : name === Symbol.iterator ? function* () {} : () => anything), construct: () => anything, apply: () => anything });
const Bag: any = anything;`,
    },
  },
];
