// Attacks by when things happen: promises, timers, callbacks that are kept, loops without end.
import type { Attack } from "./attack.ts";

const TIME = /"limit":"time"/;
const HONEST_TWICE =
  "function twice(change: (x: number) => number, x: number): number { kept.push(change); return change(change(x)); }";
const HONEST_ESTIMATE = "return xs.reduce((a, b) => a + b, 0) / xs.length;";

export const onTime: readonly Attack[] = [
  {
    name: "that never ends",
    says: TIME,
    answers: { twice: "function twice(change: any, x: number): any { for (;;); }" },
  },
  {
    name: "whose loop ignores every signal that can be ignored",
    says: TIME,
    answers: {
      twice: `for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGXCPU", "SIGALRM", "SIGCONT"])
  try { process.on(signal as any, () => {}); } catch {}
function twice(change: any, x: number): any { for (;;); }`,
    },
  },
  {
    name: "whose cell never ends",
    answers: { twice: "await new Promise(() => {});\nconst twice: any = 1;" },
  },
  {
    name: "whose promise is never settled",
    answers: { later: "function later(x: number): Promise<any> { return new Promise(() => {}); }" },
  },
  {
    name: "whose thenables resolve with thenables for ever",
    harmless: true,
    answers: {
      later: `const again = (): any => ({ then(take: any) { setTimeout(() => take(again()), 0); } });
function later(x: number): any { return again(); }`,
    },
  },
  {
    name: "whose promise rejects when nobody waits for it any more",
    harmless: true,
    due: 4,
    answers: {
      later: `async function later(x: number): Promise<any> {
  if (x < 0) { await null; throw new Error("late"); }
  return x > 2 ? 3 * x : new Promise((_, reject) => setTimeout(reject, 20, new Error("later")));
}`,
      estimate: `Promise.reject(new Error("nobody's"));
function estimate(xs: readonly number[]): number { ${HONEST_ESTIMATE} }`,
    },
  },
  {
    name: "that is async where a value is wanted",
    harmless: true,
    answers: {
      normalise: "async function normalise(xs: readonly number[]): Promise<any> { return [0.5, 0.5]; }",
    },
  },
  {
    name: "whose class of promises settles as it likes",
    harmless: true,
    answers: {
      later: `class Own<T> extends Promise<T> {
  override then(take: any): any { return take(Object.assign(NaN, {})); }
  static override get [Symbol.species](): any { return Own; }
}
Promise.prototype.then = Own.prototype.then as any;
function later(x: number): any { return Own.resolve(x); }`,
    },
  },
  {
    name: "that keeps the test's callback and calls it from the next exercise and from timers",
    harmless: true,
    due: 6,
    answers: {
      twice: `const kept: any[] = [];\nsetInterval(() => { for (const one of kept) try { one(1); } catch {} }, 1);\n${HONEST_TWICE}`,
      estimate: `function estimate(xs: readonly number[]): number {
  for (const one of kept) try { one(1); one(one); one.call(xs, NaN); } catch {}
  ${HONEST_ESTIMATE}
}`,
    },
  },
  {
    name: "that calls the test's callback without end",
    harmless: true,
    says: TIME,
    answers: { twice: "function twice(change: any, x: number): any { for (;;) change(1); }" },
  },
  {
    name: "that hands the test's callback to itself, deeper and deeper",
    harmless: true,
    answers: {
      twice: `function twice(change: any, x: number): any {
  const value: any = { valueOf: () => change(value), [Symbol.toPrimitive]: () => change(value) };
  return change(value);
}`,
    },
  },
  {
    name: "that swallows what the callback throws and goes on",
    harmless: true,
    answers: {
      twice: `function twice(change: any, x: number): any {
  try { return change(change(x)); } catch { return undefined; }
}`,
    },
  },
  {
    name: "that defines what its callbacks' results are afterwards",
    harmless: true,
    answers: {
      twice: `function twice(change: any, x: number): any {
  try { Object.defineProperty(change, "calls", { value: 2 }); change.toString = () => "2"; Object.setPrototypeOf(change, null); } catch {}
  return { valueOf: () => change(change(x)) + 1 };
}`,
    },
  },
  {
    name: "that waits on a pattern of exponential time",
    says: TIME,
    answers: {
      twice: `function twice(change: any, x: number): any { return /^(a+)+$/.test("a".repeat(60) + "!"); }`,
    },
  },
  {
    name: "that waits in Atomics.wait",
    says: TIME,
    answers: {
      twice:
        "function twice(change: any, x: number): any { return Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); }",
    },
  },
  {
    name: "that loops in WebAssembly",
    says: TIME,
    answers: {
      twice: `const Wasm: any = (globalThis as any).WebAssembly;
const loop = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 9, 1, 7, 0, 3, 64, 12, 0, 11, 11]);
const { f }: any = new Wasm.Instance(new Wasm.Module(loop)).exports;
function twice(change: any, x: number): any { return f(); }`,
    },
  },
  {
    name: "whose microtasks never end",
    // Each is kept by the next: where that is quick, the memory is at its end first.
    says: /"limit":"(?:time|memory)"/,
    answers: {
      later: `const spin = (): any => Promise.resolve().then(spin);
async function later(x: number): Promise<any> { return spin(); }`,
    },
  },
  {
    name: "that throws what cannot be read",
    harmless: true,
    answers: {
      normalise: `function normalise(xs: readonly number[]): any {
  throw Object.defineProperties(new Error("x"), { message: { get() { throw this; } }, stack: { get() { throw this; } }, name: { get() { throw this; } } });
}`,
      twice: "function twice(change: any, x: number): any { throw null; }",
      later: "async function later(x: number): Promise<any> { throw undefined; }",
      doubled: "function doubled(t: Tensor): any { throw Object.create(null); }",
      estimate:
        "function estimate(xs: readonly number[]): any { throw new Proxy(new Error('p'), { get() { throw 1; }, getPrototypeOf() { throw 2; } }); }",
    },
  },
  {
    name: "that throws errors that cause each other",
    harmless: true,
    answers: {
      normalise: `function normalise(xs: readonly number[]): any {
  const a: any = new Error("a"), b: any = new AggregateError([a, a, a], "b");
  a.cause = b; b.cause = a; b.errors.push(b, b, b);
  throw b;
}`,
    },
  },
  {
    name: "that throws a message of 200 MB",
    harmless: true,
    answers: {
      normalise: `function normalise(xs: readonly number[]): any { throw new Error("x".repeat(2e8)); }`,
    },
  },
  {
    name: "that calls itself without end",
    harmless: true,
    answers: { normalise: "function normalise(xs: readonly number[]): any { return normalise(xs); }" },
  },
];
