import { spawn } from "node:child_process";
import { expect } from "chai";
import type { AssignmentCell, CellPart } from "../../../../kernel-ext/grading/assignment/assignment.ts";
import { type Item, planOf } from "../../../../kernel-ext/grading/grade/plan.ts";
import { Typing } from "../../../../kernel-ext/grading/grade/typing.ts";
import { Watchdog } from "../../../../kernel-ext/grading/grade/watchdog.ts";

const typing = new Typing();

function item(id: string, part: CellPart | "own", source: string): Item {
  const by = part === "answer" || part === "own" ? "student" : "course";
  const cell: AssignmentCell | undefined =
    part === "own"
      ? undefined
      : { id, part, kind: "code", source, released: source, points: 1, extra: false, seconds: 10 };
  return { id, source, by, ...(cell && { cell }), uses: typing.usesOf(source, "typescript") };
}

describe("What a cell gives and takes", () => {
  const names = (code: string): Record<string, string[]> => {
    const { declares, needs, writes } = typing.usesOf(code, "typescript");
    return { declares: [...declares].sort(), needs: [...needs].sort(), writes: [...writes].sort() };
  };

  it("is its top-level names, of values and types, and what it refers to beyond them", () => {
    expect(
      names("const a = b + c.d; type T = U<V['w']>; function f<X>(x: X, y = z) { let i = x; return i }"),
    ).to.deep.equal({
      declares: ["T", "a", "f"],
      needs: ["U", "V", "b", "c", "z"],
      writes: [],
    });
  });

  it("counts neither properties nor labels, nor names of its own inside", () => {
    expect(
      names("({ p: 1, m() {}, get g() { return 1 } }).q; l: for (const o of s) { o.r; continue l }").needs,
    ).to.deep.equal(["s"]);
    expect(
      names("class K extends B { #h = 1; static s = t; m(a: K) { return this.#h + a.m } }").needs,
    ).to.deep.equal(["B", "t"]);
    expect(
      names("interface I extends J { k: L; m(n: O): P } let v: typeof w.x; let q: N.M").needs,
    ).to.deep.equal(["J", "L", "N", "O", "P", "w"]);
  });

  it("knows shorthand properties, closures, JSX and what is assigned to", () => {
    expect(names("({ a, b: c }); const f = () => g(h => h + k); total += 1; n++")).to.deep.equal({
      declares: ["f"],
      needs: ["a", "c", "g", "k", "n", "total"],
      writes: ["n", "total"],
    });
  });

  it("is the same for imports", () => {
    expect(names("import d, { e as f, type G } from 'x'; import * as h from 'y'; f(d)")).to.deep.equal({
      declares: ["G", "d", "f", "h"],
      needs: [],
      writes: [],
    });
  });
});

describe("The plan of an exercise", () => {
  const asked = (items: readonly Item[]): Map<string, Set<string>> =>
    new Map(
      items
        .filter(({ cell }) => cell?.part === "answer")
        .map(({ id, uses }) => [id, new Set([...uses.declares, ...uses.writes])]),
    );
  const plan = (items: readonly Item[], reference = items): unknown[] =>
    planOf(items, asked(reference)).map(({ test, inside, beside, answers }) => ({
      test: test.id,
      inside: inside.map(({ id }) => id),
      beside: beside.map(({ id }) => id),
      answers,
    }));

  it("takes what the answer and the test need, and no lesson's training", () => {
    const items = [
      item("imports", "given", "import { tensor } from 'gradbook'"),
      item("helper", "given", "const twice = (x: number) => 2 * x"),
      item("training", "given", "const model = train(tensor([1]))"),
      item("f-answer", "answer", "function f(x: number) { return twice(x) }"),
      item("f-test", "test", "if (f(2) !== 4) throw new Error(String(tensor([1])))"),
    ];
    expect(plan(items)).to.deep.equal([
      { test: "f-test", inside: ["helper", "f-answer"], beside: ["imports"], answers: ["f"] },
    ]);
  });

  it("lets an answer build on another, and on what the student wrote besides", () => {
    const items = [
      item("a-answer", "answer", "function a() { return mine() }"),
      item("own", "own", "function mine() { return 1 }"),
      item("other", "own", "while (true) {}"),
      item("b-answer", "answer", "const b = a() + 1"),
      item("b-test", "test", "b === 2 || fail()"),
      item("late", "own", "function mine() { return 2 }"),
    ];
    expect(plan(items)).to.deep.equal([
      { test: "b-test", inside: ["a-answer", "own", "b-answer"], beside: [], answers: ["b"] },
    ]);
  });

  it("takes for the course's what the course declares, whatever a student declares, too", () => {
    const reference = [
      item("imports", "given", "import { assert } from 'chai'"),
      item("f-answer", "answer", "function f() { return 1 }"),
      item("f-test", "test", "assert.equal(f(), 1)"),
    ];
    const items = [
      reference[0]!,
      item("f-answer", "answer", "const assert = { equal() {} }; function f() { return 2 }"),
      item("own", "own", "var assert2 = assert; function f() { return 3 }"),
      reference[2]!,
    ];
    expect(plan(items, reference)).to.deep.equal([
      { test: "f-test", inside: ["f-answer", "own"], beside: ["imports"], answers: ["f"] },
    ]);
  });

  it("takes of several that declare a name the one that counts when it is needed, and no lesson's own", () => {
    const items = [
      item("lesson", "given", "const f = train(); const rate = 1"),
      item("early", "given", "const half = () => rate / 2"),
      item("again", "given", "const rate2 = rate; let rate = 4"),
      item("f-answer", "answer", "const f = () => half()"),
      item("f-test", "test", "f() === 2 || fail()"),
    ];
    expect(plan(items)).to.deep.equal([
      { test: "f-test", inside: ["lesson", "early", "again", "f-answer"], beside: [], answers: ["f"] },
    ]);
    const other = [item("lesson", "given", "const f = train()"), ...items.slice(3)];
    expect(plan(other.filter(({ id }) => id !== "early"))).to.deep.equal([
      { test: "f-test", inside: ["f-answer"], beside: [], answers: ["f"] },
    ]);
  });

  it("asks the answers for what the course's own cell makes of them, and for what they assign to", () => {
    const items = [
      item("start", "given", "let weights = [0]"),
      item("w-answer", "answer", "weights = [1]"),
      item("use", "given", "const doubled = weights.map((w) => 2 * w)"),
      item("w-test", "test", "doubled[0] === 2 || fail()"),
    ];
    expect(plan(items)).to.deep.equal([
      { test: "w-test", inside: ["start", "w-answer"], beside: ["use"], answers: ["weights"] },
    ]);
  });
});

describe("The watchdog", () => {
  it("ends what takes too long while this thread waits, and only that", async () => {
    const watchdog = new Watchdog();
    const [slow, quick] = [0, 1].map(() => spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]));
    const signal = new Promise((resolve) => slow!.once("exit", (_, name) => resolve(name)));
    watchdog.arm(quick!.pid!, 0.2);
    watchdog.disarm();
    expect(watchdog.fired).to.equal(false);
    watchdog.arm(slow!.pid!, 0.2);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600);
    expect(watchdog.fired).to.equal(true);
    expect(await signal).to.equal("SIGKILL");
    expect(quick!.exitCode ?? quick!.signalCode).to.equal(null);
    quick!.kill("SIGKILL");
    await watchdog.close();
  });
});
