// Attacks on what judges: assertions, `check`, the kernel that runs the tests.
import type { Attack } from "./attack.ts";

const WRONG = "function normalise(xs: readonly number[]): any { return xs; }";
const WRONG_SOFTMAX = "function stableSoftmax(z: readonly number[]): any { return z; }";

export const onTests: readonly Attack[] = [
  {
    name: "that patches every assertion of chai",
    harmless: true,
    answers: {
      normalise: `import * as chai from "chai";
for (const name of Object.keys(chai.assert)) (chai.assert as any)[name] = () => {};
(chai.Assertion.prototype as any).assert = () => {};
for (const name of Object.getOwnPropertyNames(chai.Assertion.prototype))
  try { Object.defineProperty(chai.Assertion.prototype, name, { value: () => {} }); } catch {}
${WRONG}`,
    },
  },
  {
    name: "that shadows assert, check and the course's helper",
    harmless: true,
    own: ["const everything: any = new Proxy(() => 4, { get: () => () => 4 });"],
    answers: {
      normalise: `const assert: any = everything;\nconst nearly: any = () => true;\n${WRONG}`,
      "stable-softmax": `const check: any = () => 4;\n${WRONG_SOFTMAX}`,
    },
  },
  {
    name: "that puts assert and check on globalThis",
    harmless: true,
    answers: {
      normalise: `const fake: any = new Proxy(() => 4, { get: () => () => 4 });
for (const name of ["assert", "check", "hidden", "test", "nearly", "expect", "Random", "softmax", "tensor"])
  Object.defineProperty(globalThis, name, { value: fake, configurable: false });
${WRONG}`,
    },
  },
  {
    name: "that patches vm, Module and process.binding",
    harmless: true,
    answers: {
      normalise: `import vm from "node:vm";
import { createRequire, syncBuiltinESMExports } from "node:module";
const nothing: any = () => undefined;
vm.runInThisContext = nothing;
vm.runInNewContext = nothing;
(vm.Script.prototype as any).runInThisContext = () => () => Promise.resolve();
const Module: any = createRequire(import.meta.url)("node:module");
Module._load = nothing;
Module.prototype._compile = nothing;
(process as any).binding = nothing;
syncBuiltinESMExports();
${WRONG}`,
    },
  },
  {
    name: "that takes the kernel's handles and sets the cell's result",
    harmless: true,
    answers: {
      normalise: `for (const name of ["$", "$k", "$t", "$n", "$b", "$$", "$$k"])
  try { eval(name + ".result = 4; " + name + ".bind = " + name + ".import = " + name + ".on = () => 4"); } catch {}
${WRONG}`,
    },
  },
  {
    name: "that walks up its callers and their arguments",
    harmless: true,
    answers: {
      normalise: `function normalise(xs: readonly number[]): any {
  const seek: any = new Function("for (let f = arguments.callee, n = 0; f && n < 50; n++) { f = f.caller; if (f) for (const a of f.arguments) try { a.result = 4; a.kind = 16; } catch {} }");
  try { seek(); } catch {}
  Error.prepareStackTrace = (_, sites) => sites;
  const sites: any = new Error().stack;
  for (const site of sites) try { const self = site.getThis(); self.result = 4; site.getFunction().arguments[0].result = 4; } catch {}
  Error.prepareStackTrace = undefined as any;
  return xs;
}`,
    },
  },
  {
    name: "that empties the course's exercises",
    harmless: true,
    answers: {
      "stable-softmax": `import * as exercises from "gradbook/exercises";
for (const one of Object.values(exercises as any) as any[])
  try { for (const key of Object.keys(one)) { if (one[key]?.tests) one[key].tests.length = 0; one[key] = () => 4; } } catch {}
${WRONG_SOFTMAX}`,
    },
  },
  {
    name: "that imports the grader's own modules and patches them",
    harmless: true,
    answers: {
      "stable-softmax": `import { createRequire } from "node:module";
import { dirname, join } from "node:path";
const built = dirname(dirname(dirname(createRequire(import.meta.url).resolve("gradbook/exercises"))));
let reached = 0;
for (const file of ["judge", "check", "report", "difference", "values", "grade/scores", "grade/exam", "bridge/bridge"])
  try {
    const own: any = await import(join(built, "kernel-ext/grading", file + ".js"));
    reached++;
    own.seeds.draw = () => 1;
    own.Report.prototype.verdict = { earned: 4, points: 4, outcomes: [] };
    own.Report.prototype.constructor = Object;
  } catch {}
console.log("reached", reached);
${WRONG_SOFTMAX}`,
    },
  },
  {
    name: "that answers with a verdict of its own",
    harmless: true,
    answers: {
      estimate: `import { check as real } from "gradbook/exercises";
const verdict = { name: "estimate", earned: 4, points: 4, outcomes: [], hints: [] };
function estimate(xs: readonly number[]): any {
  const report: any = Object.create(Object.getPrototypeOf((real as any)("stable-softmax", { stableSoftmax: () => [] })));
  return Object.assign(report, { verdict });
}`,
    },
  },
  {
    name: "that throws what looks like an assertion that passed",
    harmless: true,
    answers: {
      normalise: `import { AssertionError } from "chai";
const Assertion: any = AssertionError;
class Passed extends Assertion { ok = true; passed = true; name = "Passed"; }
function normalise(xs: readonly number[]): any {
  throw Object.assign(new (Passed as any)("passed"), { actual: 1, expected: 1, showDiff: false, code: 0 });
}`,
      "stable-softmax": `function stableSoftmax(z: readonly number[]): any {
  throw { passed: true, earned: 4, points: 4, outcomes: [], verdict: { earned: 4, outcomes: [] }, constructor: { name: "Miss" } };
}`,
      twice: `class Interruption {}
function twice(change: (x: number) => number, x: number): any { throw new Interruption(); }`,
    },
  },
  {
    name: "that closes the wrapper of its cell",
    harmless: true,
    unrun: true,
    answers: {
      normalise: `}); globalThis.normalise = (xs) => xs; (async () => { /* */`,
      "stable-softmax": "*/ }}}) ; $k.result = 4; ({{{ /*",
      twice: "`${`",
    },
  },
  {
    name: "that makes an answer a module",
    harmless: true,
    unrun: true,
    answers: {
      normalise: `// @module ./node_modules/chai/index.ts\nexport const assert: any = () => {};\n${WRONG}`,
    },
  },
  {
    name: "that makes an answer a cell for the page",
    harmless: true,
    unrun: true,
    answers: { normalise: `// @browser\n${WRONG}` },
  },
  {
    name: "whose answer goes by how often it was called",
    harmless: true,
    due: 1,
    answers: {
      normalise: `let calls = 0;
function normalise(xs: readonly number[]): any { return calls++ === 0 ? [0.5, 0.5] : calls === 2 ? [1, 1, 1, 1, 1] : [1]; }`,
    },
  },
  {
    name: "that tries to tell the checker by its clock",
    harmless: true,
    answers: {
      normalise: `let last = performance.now();
const pauses: number[] = [];
function normalise(xs: readonly number[]): any {
  const now = performance.now();
  pauses.push(now - last);
  last = now;
  return pauses.at(-1)! > 5 ? xs : xs.map(() => pauses.length);
}`,
    },
  },
];
