// Calls of answers, calls back, and what stands for classes, instances, iterators and promises.
import { types } from "node:util";
import { expect } from "chai";
import { judge } from "../../../../kernel-ext/grading/judge.ts";
import { tensor } from "../../../../lib/tensor/index.ts";
import { endStudents, student } from "./student.ts";

describe("a function of an answer", () => {
  afterEach(endStudents);

  it("has its name and its length, is itself, and comes back as itself", async () => {
    const answers = await student(
      "function add(a: number, b: number) { return a + b } const same = (x: unknown) => x; const make = () => add;",
    );
    const { get } = answers;
    const add = get("add");
    expect([typeof add, add.name, add.length, add(1, 2)]).to.deep.equal(["function", "add", 2, 3]);
    expect(get("add")).to.equal(add);
    expect(get("make")()).to.equal(add);
    expect(get("same")(add)).to.equal(add);
    expect([answers.has("add"), answers.has("other")]).to.deep.equal([true, false]);
    expect(String(add.toString())).to.include("return a + b");
  });

  it("calls a test's functions, which may call it again", async () => {
    const { get } = await student(
      "const apply = (f: (x: number) => number, x: number) => f(x) + 1; const fib = (n: number, f: any): number => n < 2 ? n : f(n - 1) + f(n - 2);",
      "const later = (f: () => number) => () => f() + 1; const records = (model: any) => model.next(model.start, 2).state;",
    );
    const apply = get("apply");
    expect(apply((x: number) => x * 2, 5)).to.equal(11);
    expect(apply((x: number) => apply((y: number) => y + x, 1), 5)).to.equal(8);
    const fib = get("fib");
    const again = (n: number): number => fib(n, again);
    expect(again(10)).to.equal(55);
    expect(get("later")(() => 41)()).to.equal(42);
    const model = {
      start: 5,
      known: 7,
      next(state: number, token: number): { state: number } {
        return { state: state * token + this.known };
      },
    };
    expect(get("records")(model)).to.equal(17);
  });

  it("lets an error of a test's function through as the very same, unless it catches it", async () => {
    const { get } = await student(
      "const through = (f: () => void) => f(); const over = (f: () => void) => { try { f() } catch (e) { return [e instanceof RangeError, (e as Error).message, 'stack' in (e as object) && String((e as Error).stack).includes('test')] } };",
    );
    class Odd extends RangeError {}
    const error = new Odd("mine");
    const fail = (): never => {
      throw error;
    };
    expect(() => get("through")(fail))
      .to.throw(Odd)
      .that.equals(error);
    expect(get("over")(fail)).to.deep.equal([true, "mine", false]);
  });

  it("ends calls without end in an error, on either side, and goes on after it", async () => {
    const { get } = await student("const through = (f: any): number => f() + 1;");
    const through = get("through");
    const forever = (): number => through(forever);
    expect(forever).to.throw(RangeError, "call stack");
    expect(through(() => 1)).to.equal(2);
    const own = await student("const fall = (f: any): number => { f(); return fall(f) + f() };");
    expect(() => own.get("fall")(() => 1)).to.throw(RangeError, "call stack");
    expect(own.cell("const x = 1")).to.deep.equal({});
  });

  it("changes its arguments in place, where the caller sees it", async () => {
    const { get } = await student(
      "const sort = (xs: number[]) => xs.sort((a, b) => a - b); const fill = (xs: Float64Array) => { xs.fill(7) };",
      "const rename = (r: any) => { r.name = 'new'; delete r.old; r.list.push({ n: 1 }); r.map.set('k', r.list); r.set.clear() };",
      "const rows = (m: number[][]) => { [m[0], m[1]] = [m[1]!, m[0]!]; m[0]![0] = 9; }; const data = (t: any) => { t.data[1] = 5 };",
      "const careful = (xs: number[]) => [...xs].sort(); const freeze = (xs: number[]) => { Object.freeze(xs) }",
    );
    const xs = [3, 1, 2];
    expect(get("sort")(xs)).to.equal(xs);
    expect(xs).to.deep.equal([1, 2, 3]);
    const floats = new Float64Array(3);
    get("fill")(floats.subarray(1));
    expect([...floats]).to.deep.equal([0, 7, 7]);
    const record = {
      old: 1,
      list: [] as unknown[],
      map: new Map<string, unknown>(),
      set: new Set([1]),
      kept: "kept",
    };
    get("rename")(record);
    expect(record).to.deep.equal({
      name: "new",
      list: [{ n: 1 }],
      map: new Map([["k", [{ n: 1 }]]]),
      set: new Set(),
      kept: "kept",
    });
    expect(record.map.get("k")).to.equal(record.list);
    const [a, b] = [
      [1, 2],
      [3, 4],
    ];
    const matrix = [a!, b!];
    get("rows")(matrix);
    expect(matrix[0]).to.equal(b);
    expect(matrix).to.deep.equal([
      [9, 4],
      [1, 2],
    ]);
    const t = tensor([1, 2]);
    get("data")(t);
    expect([...t.data]).to.deep.equal([1, 5]);
    const untouched = [3, 1, 2];
    expect(get("careful")(untouched)).to.deep.equal([1, 2, 3]);
    get("freeze")(untouched);
    expect(untouched).to.deep.equal([3, 1, 2]);
    expect(Object.isFrozen(untouched)).to.equal(false);
  });

  it("cannot change a frozen argument, and has its own error for it", async () => {
    const { get } = await student("const push = (xs: number[]) => { xs.push(1) };");
    const frozen: readonly number[] = Object.freeze([1, 2]);
    expect(() => get("push")(frozen)).to.throw(TypeError, "not extensible");
    expect(frozen).to.deep.equal([1, 2]);
  });

  it("is told from one that spoils its arguments by `check`", async () => {
    const { get } = await student(
      "const sum = (xs: number[]) => { let s = 0; while (xs.length) s += xs.pop()!; return s; };",
    );
    const verdict = judge(
      "sum",
      {
        points: 1,
        hints: [],
        tests: [{ title: "adds", points: 1, run: ({ sum }, expects) => expects.like(sum!([1, 2]), 3) }],
      },
      { sum: get("sum") },
    );
    expect(verdict.outcomes[0]).to.include({
      passed: false,
      called: "sum([1, 2])",
      came: "3",
      problem: "It changed its argument 1, which belongs to the caller.",
    });
  });
});

describe("what an answer does not hand over", () => {
  afterEach(endStudents);

  it("is a class that makes instances, which behave as such", async () => {
    const { get } = await student(
      "class Shape { constructor(readonly name: string) {} area() { return 0 } get label() { return this.name + ':' + this.area() } static unit() { return new Square(1) } static count = 3 }",
      "class Square extends Shape { side: number; constructor(side: number) { super('square'); this.side = side } override area() { return this.side ** 2 } *[Symbol.iterator]() { yield this.side; yield this.side } toString() { return 'S' + this.side } }",
      "const areaOf = (s: Shape) => s.area();",
    );
    const [Shape, Square] = [get("Shape"), get("Square")];
    expect([typeof Square, Square.name, Square.length]).to.deep.equal(["function", "Square", 1]);
    const square = new Square(3);
    expect([typeof square, square.area(), square.side, square.label]).to.deep.equal([
      "object",
      9,
      3,
      "square:9",
    ]);
    expect([
      square instanceof Square,
      square instanceof Shape,
      new Shape("x") instanceof Square,
    ]).to.deep.equal([true, true, false]);
    square.side = 4;
    expect([square.area(), [...square], `${square}`]).to.deep.equal([16, [4, 4], "S4"]);
    expect(Object.entries(square)).to.deep.equal([
      ["name", "square"],
      ["side", 4],
    ]);
    expect(["area" in square, "volume" in square, square.constructor === Square]).to.deep.equal([
      true,
      false,
      true,
    ]);
    expect(get("areaOf")(square)).to.equal(16);
    expect(Shape.unit()).to.be.instanceOf(Square);
    expect(Shape.count).to.equal(3);
    expect(() => Square(1)).to.throw(TypeError, "without 'new'");
    expect(square.area).to.equal(square.area);
  });

  it("is a record with functions that share a state", async () => {
    const { get } = await student(
      "const counter = () => ({ count: 0, up() { return ++this.count } }); const closed = () => { let n = 0; return { up: () => ++n } }",
    );
    const counter = get("counter")();
    counter.up();
    counter.up();
    expect(counter.count).to.equal(2);
    expect(Object.keys(counter)).to.deep.equal(["count", "up"]);
    const closed = get("closed")();
    expect([closed.up(), closed.up()]).to.deep.equal([1, 2]);
  });

  it("is a generator or an iterator that is walked step by step", async () => {
    const { get } = await student(
      "function* numbers(n: number) { for (let i = 0; i < n; i++) yield [i]; return 'end' } const entries = () => new Map([['a', 1]]).entries();",
    );
    expect([...get("numbers")(3)]).to.deep.equal([[0], [1], [2]]);
    const one = get("numbers")(1);
    expect([one.next(), one.next()]).to.deep.equal([
      { value: [0], done: false },
      { value: "end", done: true },
    ]);
    expect(Object.prototype.toString.call(one)).to.equal("[object Generator]");
    expect([...get("entries")()]).to.deep.equal([["a", 1]]);
  });

  it("is a promise that ends as it ends there", async () => {
    const { get } = await student(
      "const wait = async (ms: number, x: unknown) => { await new Promise((r) => setTimeout(r, ms)); return x }",
      "const fails = async () => { throw new RangeError('late') }; const never = () => new Promise(() => {}); const both = async (f: any) => (await wait(5, 1)) as number + f()",
    );
    const wait = get("wait");
    const promise = wait(1, [1]);
    expect(types.isPromise(promise)).to.equal(true);
    expect(await promise).to.deep.equal([1]);
    expect(await Promise.all([wait(120, "slow"), wait(1, "quick")])).to.deep.equal(["slow", "quick"]);
    const error = await get("fails")().catch((caught: unknown) => caught);
    expect(error).to.be.instanceOf(RangeError).with.property("message", "late");
    const never = await get("never")().catch((caught: unknown) => caught);
    expect(never).to.be.instanceOf(Error).with.property("message").that.includes("never settles");
    expect(await get("both")(() => 41)).to.equal(42);
    expect(wait(1, 1)).not.to.equal(promise);
  });

  it("is a symbol that only it has", async () => {
    const { get } = await student(
      "const own = Symbol('own'); const isOwn = (s: symbol) => s === own; const make = () => own;",
    );
    const own = get("own");
    expect([typeof own, own.description, get("isOwn")(own), get("make")() === own]).to.deep.equal([
      "symbol",
      "own",
      true,
      true,
    ]);
    expect(() => get("isOwn")(Symbol("ours"))).to.throw(TypeError, "cannot be given");
  });
});
