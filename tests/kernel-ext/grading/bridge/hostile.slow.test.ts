// Answers that mean harm: all that they can do to the checker is to answer wrongly, or to end.
import type { ChildProcess } from "node:child_process";
import { Worker } from "node:worker_threads";
import { expect } from "chai";
import { AnswersGone } from "../../../../kernel-ext/grading/bridge/bridge.ts";
import { judge } from "../../../../kernel-ext/grading/judge.ts";
import { endStudents, student } from "./student.ts";

/** For a student: writes a frame of its own onto the pipe. */
const FORGE = `
  import fs from "node:fs";
  const forge = (kind: number, ...bytes: number[]) => {
    const frame = Buffer.alloc(8 + bytes.length);
    frame.writeUInt32LE(frame.length, 0); frame[4] = kind; frame.set(bytes, 8);
    fs.writeSync(4, frame);
  };
  const raw = (...bytes: number[]) => fs.writeSync(4, Buffer.from(bytes));
`;
const [RETURNED, THREW, CALLBACK, ENDED] = [16, 17, 18, 19];

/** Ends a process from another thread, as a grader does: its own may be waiting. One that has ended is none of its. */
const watched = ({ pid }: ChildProcess): Worker =>
  new Worker(`setTimeout(() => { try { process.kill(${pid}, "SIGKILL") } catch {} }, 500)`, { eval: true });

describe("answers that mean harm", function () {
  this.timeout(60_000);

  afterEach(endStudents);

  it("can forge an answer, which is a wrong answer or the end of them", async () => {
    const forgeries = [
      `forge(${RETURNED}, 0, 0, 0, 0, 2)`,
      `forge(${THREW}, 0, 0, 0, 0, 2)`,
      `forge(${ENDED}, 7, 2, 0, 0, 0, 65, 66)`,
      `forge(${CALLBACK}, 9, 0, 0, 0, 10, 0, 0, 0, 0, 0)`,
      // An object of the call that has not come, a change of no argument, an unknown tag and kind.
      `forge(${RETURNED}, 0, 0, 0, 0, 21, 99, 0, 0, 0)`,
      `forge(${RETURNED}, 1, 0, 0, 0, 99, 0, 0, 0, 0)`,
      `forge(${RETURNED}, 0, 0, 0, 0, 99)`,
      `forge(77)`,
      // A function that was never given away, as a value.
      `forge(${RETURNED}, 0, 0, 0, 0, 23, 5, 0, 0, 0)`,
      // Lists, texts and bytes of 4 thousand million, of which nothing comes.
      `forge(${RETURNED}, 0, 0, 0, 0, 10, 0, 255, 255, 255, 255)`,
      `forge(${RETURNED}, 0, 0, 0, 0, 11, 0, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0)`,
      `forge(${RETURNED}, 0, 0, 0, 0, 7, 255, 255, 255, 255)`,
      `forge(${RETURNED}, 255, 255, 255, 255)`,
      // Frames that are shorter than a frame, and longer than all memory.
      "raw(3, 0, 0, 0, 16, 0, 0, 0)",
      "raw(255, 255, 255, 255, 16, 0, 0, 0)",
      "raw(1)",
    ];
    for (const forgery of forgeries) {
      const { get, process: answering } = await student(
        FORGE,
        `const f = (x: number[], g: any) => { ${forgery}; return 1 }`,
      );
      const f = get("f");
      // Some leave both sides waiting for the other, which is for a watchdog to end.
      const watchdog = watched(answering);
      const outcomes: unknown[] = [];
      // A reply too many is seen once it has come: with each call there is one more of them.
      while (outcomes.length < 1000 && !(outcomes.at(-1) instanceof AnswersGone)) {
        try {
          outcomes.push(f([1, 2], () => 5));
        } catch (error) {
          outcomes.push(error);
        }
      }
      for (const outcome of outcomes)
        if (outcome !== true && outcome !== 1) expect(outcome, forgery).to.be.instanceOf(AnswersGone);
      expect(outcomes.at(-1), forgery).to.be.instanceOf(AnswersGone);
      await watchdog.terminate();
      endStudents();
    }
  });

  it("cannot make the checker take room for what does not come", async () => {
    const { get } = await student(
      FORGE,
      "const f = () => { raw(0, 0, 0, 15, 16, 0, 0, 0, 1, 2, 3); process.exit(0) }",
    );
    const before = process.memoryUsage().arrayBuffers;
    expect(get("f")).to.throw(AnswersGone);
    expect(process.memoryUsage().arrayBuffers - before).to.be.below(5e6);
  });

  it("call a test's functions, and reach nothing else of the checker", async () => {
    const { get } = await student(
      "const look = (f: any) => [Object.getOwnPropertyNames(f), f.constructor === Function, f.constructor('return typeof gradbookSecret')()]",
    );
    Reflect.set(globalThis, "gradbookSecret", 1);
    const [names, own, seen] = get("look")(() => 1);
    expect(names).to.not.include("prototype");
    expect([own, seen]).to.deep.equal([true, "undefined"]);
    Reflect.deleteProperty(globalThis, "gradbookSecret");
  });

  it("may call a test's function only while a test waits for them", async () => {
    const answers = await student(
      "let kept: any; const keep = (f: any) => { kept = f; queueMicrotask(f); setImmediate(f) }; const use = () => kept();",
    );
    let calls = 0;
    answers.get("keep")(() => ++calls);
    expect(calls).to.equal(0);
    expect(answers.get("use")()).to.equal(1);
    answers.cell("await 1");
    expect(calls).to.be.at.most(3);
    expect(answers.get("use")()).to.equal(calls);
  });

  it("hand over no getter, no thenable's `then` and no proxy as data", async () => {
    const { get } = await student(
      "let reads = 0; const getter = () => ({ get x() { return ++reads } }); const liar = () => new Proxy([1, 2], { get: (t, k) => k === 'length' ? 1e9 : 5 });",
      "const thenable = () => ({ then: (resolve: any) => resolve('taken') }); const hooked = () => new Proxy({}, { ownKeys: () => { throw new Error('looked') } })",
    );
    const got = get("getter")();
    expect([got.x, got.x]).to.deep.equal([1, 2]);
    expect(get("liar")()[0]).to.equal(5);
    expect(await get("thenable")()).to.equal("taken");
    expect(() => Object.keys(get("hooked")())).to.throw(Error, "looked");
    const verdict = judge(
      "any",
      {
        points: 1,
        hints: [],
        tests: ["liar", "thenable", "hooked"].map((name) => ({
          title: name,
          points: 1,
          run: (answers, expects) => expects.like(answers[name]!(), [1]),
        })),
      },
      { liar: get("liar"), thenable: get("thenable"), hooked: get("hooked") },
    );
    expect(verdict.earned).to.equal(0);
  });

  it("cannot stand for more values than anybody could walk through", async () => {
    const { get } = await student(
      "const laughs = () => { let x: unknown[] = ['ha']; for (let i = 0; i < 60; i++) x = [x, x, x, x]; return x }; const sparse = () => { const x: number[] = []; x[4e9] = 1; return x };",
      "const chain = () => { let x: object = {}; for (let i = 0; i < 1e5; i++) x = Object.create(x); return x }; const one = () => 1",
    );
    expect(() => get("laughs")()).to.throw(RangeError, "cannot cross");
    expect(() => get("sparse")()).to.throw(RangeError, "cannot cross");
    expect(() => get("chain")()).to.throw();
  });

  it("ruin only themselves by changing the language under them", async () => {
    const ruins = [
      "Array.prototype.push = function () { return 0 }; Array.prototype.slice = () => [42];",
      "Object.prototype.then = function (r: any) { r(5) }; Object.prototype.toJSON = () => 5;",
      "Array.prototype[Symbol.iterator] = function* () { yield 9 }; Map.prototype.get = () => 5; Map.prototype.set = () => 5 as any;",
      "Number.isInteger = () => true; Object.is = () => true; Math.abs = () => 0; JSON.stringify = () => 'x'; Array.isArray = (() => true) as any;",
      "globalThis.Float64Array = class {} as any; globalThis.Buffer = undefined as any; DataView.prototype.setUint32 = () => {};",
      "Error.prepareStackTrace = () => { throw 1 }; Object.defineProperty(Error.prototype, 'message', { get() { throw 2 } });",
    ];
    for (const ruin of ruins) {
      const names = Object.getOwnPropertyNames(Object.prototype).length;
      let earned = 0;
      try {
        const { get } = await student(
          `(globalThis as any).ruin = () => { ${ruin} }; const f = (x: number) => 0`,
          "(globalThis as any).ruin()",
        );
        earned = judge(
          "f",
          {
            points: 1,
            hints: [],
            tests: [{ title: "adds", points: 1, run: ({ f }, expects) => expects.like(f!(41), 42) }],
          },
          { f: get("f") },
        ).earned;
      } catch (error) {
        expect(error, ruin).to.be.instanceOf(AnswersGone);
      }
      expect(earned, ruin).to.equal(0);
      expect(Object.getOwnPropertyNames(Object.prototype).length).to.equal(names);
      endStudents();
    }
  });

  it("write at the same time as they answer, from a thread of their own, and are wrong or at an end", async () => {
    const { get, process: answering } = await student(
      FORGE,
      "import { Worker } from 'node:worker_threads'; const f = (x: number) => x; const begin = () => { new Worker(`const fs = require('fs'); for (let i = 0; i < 2000; i++) fs.writeSync(4, Buffer.from([14, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0, 2, 2]))`, { eval: true }); return 1 };",
      "const wait = () => new Promise((resolve) => setTimeout(resolve, 20))",
    );
    const watchdog = watched(answering);
    let ended: unknown;
    try {
      get("begin")();
      await get("wait")();
      for (let call = 0; call < 2000; call++) get("f")(call);
    } catch (error) {
      ended = error;
    }
    expect(ended).to.be.instanceOf(AnswersGone);
    await watchdog.terminate();
  });

  it("cannot blame a later cell for what an earlier call has set off", async () => {
    const { get, cell } = await student("const fails = async () => { throw new Error('earlier') };");
    get("fails")();
    expect(cell("const later = 1")).to.deep.equal({});
  });

  it("hand a class's instances over as nothing that a test could take for its own", async () => {
    const { get } = await student(
      "class Liar { get [Symbol.toStringTag]() { return 'Array' } get length() { return 1e9 } get message() { throw new Error('read') } }",
      "const liar = () => new Liar(); const error = () => { throw Object.assign(Object.create(Error.prototype), { name: 'TypeError', message: 'no' }) }",
    );
    const liar = get("liar")();
    expect(Array.isArray(liar)).to.equal(false);
    expect(Object.getPrototypeOf(liar)).not.to.equal(Array.prototype);
    expect(() => liar.message).to.throw(Error, "read");
    expect(get("error")).to.throw(Error, "no");
  });
});
