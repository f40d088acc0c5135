// What crosses between a test and an answer, both ways.
import { expect } from "chai";
import { Random } from "../../../../lib/random/index.ts";
import { Tensor, tensor } from "../../../../lib/tensor/index.ts";
import { endStudents, student } from "./student.ts";

const ECHO = "const echo = (x: unknown) => [x]; const same = (x: unknown) => x;";

describe("a value on its way to an answer and back", () => {
  afterEach(endStudents);

  it("is the same, whatever plain value it is", async () => {
    const { get } = await student(ECHO);
    const echo = get<(x: unknown) => unknown[]>("echo");
    const values = [
      undefined,
      null,
      true,
      false,
      0,
      -0,
      1,
      -1,
      2 ** 31,
      -(2 ** 31),
      0.1,
      Number.NaN,
      Infinity,
      -Infinity,
      5n,
      -(2n ** 200n),
      0n,
      "",
      "text",
      "ä€😀",
      "\ud800 alone \udc00",
      "long ".repeat(1000),
      "längere ".repeat(1000),
      Symbol.iterator,
      Symbol.for("registered"),
    ];
    for (const value of values) {
      const [came] = echo(value);
      expect(Object.is(came, value), String(value)).to.equal(true);
    }
  });

  it("is equal, whatever data it is", async () => {
    const { get } = await student(ECHO);
    const echo = get<(x: unknown) => unknown[]>("echo");
    const values = [
      [],
      [1, 2.5, Number.NaN, -0],
      [[1, 2], [3], []],
      ["a", 1, null, undefined, [true]],
      {},
      { a: 1, b: { c: [1, 2] } },
      Array.from({ length: 1000 }, (_, i) => i / 7),
      new Float32Array([1, 2.5]),
      new Float64Array([1e300, Number.NaN]),
      new Int8Array([-1]),
      new Uint8ClampedArray([255]),
      new BigInt64Array([-5n]),
      new Uint8Array([1, 2]).buffer,
      new Date(5e11),
      new Map<unknown, unknown>([
        ["a", [1]],
        [{ key: 1 }, new Set([1, "b"])],
      ]),
      new Set([[1], [2]]),
      /ab+c/gi,
      Object.freeze([1, 2]),
    ];
    for (const value of values) {
      const [came] = echo(value);
      expect(came).to.deep.equal(value);
      expect(Object.prototype.toString.call(came)).to.equal(Object.prototype.toString.call(value));
    }
  });

  it("keeps holes, shared parts, cycles, and what it inherits from where that is nothing", async () => {
    const { get } = await student(
      "const holes = [, 1, , 2, ,]; const row = [1]; const shared = [row, row];",
      "const ring: Record<string, unknown> = { name: 'ring' }; ring.self = ring; const bare = Object.create(null); bare.x = 1;",
    );
    const holes = get<unknown[]>("holes");
    expect([holes.length, 0 in holes, 1 in holes, 2 in holes]).to.deep.equal([5, false, true, false]);
    const [a, b] = get<object[]>("shared");
    expect(a).to.equal(b);
    const ring = get<{ self: unknown }>("ring");
    expect(ring.self).to.equal(ring);
    expect(Object.getPrototypeOf(get("bare"))).to.equal(null);
  });

  it("is a tensor on both sides, with its shape and its element type", async () => {
    const { get, ran } = await student(
      'import { Tensor, add, tensor } from "gradbook";\nconst twice = (x: Tensor) => x instanceof Tensor ? add(x, x) : undefined;',
      'const whole = tensor([[1, 2], [3, 4]], { dtype: "int32" }); const flags = tensor([true, false], { dtype: "bool" });',
    );
    expect(ran).to.deep.equal([{}, {}]);
    const twice = get<(x: Tensor) => Tensor>("twice")(
      tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]),
    );
    expect(twice).to.be.instanceOf(Tensor);
    expect([twice.shape, twice.dtype, Array.from(twice.data)]).to.deep.equal([
      [2, 3],
      "float32",
      [2, 4, 6, 8, 10, 12],
    ]);
    expect(get<Tensor>("whole").dtype).to.equal("int32");
    expect(get<Tensor>("flags").dtype).to.equal("bool");
    const large = tensor(Array.from({ length: 1000 }, (_, i) => i));
    expect(get<(x: Tensor) => Tensor>("twice")(large).data[999]).to.equal(1998);
  });

  it("is a random source that has gone on where the answer drew from it", async () => {
    const { get } = await student(
      "const draw = (random: { next(): number }) => [random.next(), random.next()];",
    );
    const [ours, twin] = [new Random(7), new Random(7)];
    const drawn = get<(random: Random) => number[]>("draw")(ours);
    expect(drawn).to.deep.equal([twin.next(), twin.next()]);
    expect(ours.next()).to.equal(twin.next());
  });

  it("is an error with its name and its message, of the language's own class where it is of one", async () => {
    const { get } = await student(
      "class OddError extends RangeError { override name = 'OddError'; extra = 1 }",
      "const throws = (what: unknown) => { throw what === 1 ? new TypeError('one') : what === 2 ? new OddError('two') : what; }",
      "const deep = (n: number): number => deep(n + 1) + 1; const broken = () => { const e = new Error(); Object.defineProperty(e, 'message', { get() { throw 1 } }); throw e; }",
    );
    const throws = get<(what: unknown) => void>("throws");
    const caught = (work: () => unknown): Error => {
      try {
        work();
      } catch (error) {
        return error as Error;
      }
      throw new Error("nothing was thrown");
    };
    const one = caught(() => throws(1));
    expect([one instanceof TypeError, one.name, one.message]).to.deep.equal([true, "TypeError", "one"]);
    const two = caught(() => throws(2));
    expect(two).to.be.instanceOf(RangeError);
    expect(two).to.be.instanceOf(get("OddError"));
    expect([two.name, two.message]).to.deep.equal(["OddError", "two"]);
    expect(caught(() => throws("text"))).to.equal("text");
    const own = new SyntaxError("mine");
    expect(caught(() => throws(own))).to.equal(own);
    const deep = caught(() => get("deep")(0));
    expect(deep).to.be.instanceOf(RangeError);
    expect(deep.message).to.match(/call stack/);
    expect(caught(() => get("broken")())).to.be.instanceOf(Error);
  });

  it("may be of any size up to the limit, both ways, and says so beyond it", async () => {
    const { get } = await student(
      ECHO,
      "const many = (n: number) => Array.from({ length: n }, (_, i) => i); const nested = (n: number): unknown => n ? [nested(n - 1)] : 0;",
    );
    const million = new Float64Array(1_000_000).map((_, i) => i);
    const [back] = get<(x: unknown) => [Float64Array]>("echo")(million);
    expect(back.length).to.equal(1_000_000);
    expect(back[999_999]).to.equal(999_999);
    expect(get("many")(1_000_000).at(-1)).to.equal(999_999);
    expect(() => get("many")(2e7)).to.throw(RangeError, "cannot cross");
    expect(() => get("same")("x".repeat(2e8))).to.throw(RangeError, "cannot cross");
    expect(get("nested")(400)).to.be.an("array");
    expect(() => get("nested")(900)).to.throw(RangeError, "nested more than");
    expect(() => get("same")(Array.from({ length: 2e7 }, () => 0))).to.throw(RangeError, "cannot cross");
    const ring: unknown[] = [];
    ring.push(ring);
    const came = get("same")(ring);
    expect(came).to.equal(ring);
    expect(get("many")(3)).to.deep.equal([0, 1, 2]);
  });

  it("cannot be an instance of a class that the other side does not have", async () => {
    const { get } = await student(ECHO);
    class Cat {}
    expect(() => get("same")(new Cat())).to.throw(
      TypeError,
      "An instance of Cat cannot be given to an answer",
    );
    expect(() => get("same")(Promise.resolve())).to.throw(TypeError, "A promise cannot");
    expect(get("same")(1)).to.equal(1);
  });

  it("has an own __proto__ that is a property and nothing else", async () => {
    const { get } = await student(
      `const evil = JSON.parse('{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}');`,
    );
    const evil = get<object>("evil");
    expect(Object.getPrototypeOf(evil)).to.equal(Object.prototype);
    expect(Object.hasOwn(evil, "__proto__")).to.equal(true);
    expect(Reflect.get({}, "polluted")).to.equal(undefined);
  });
});
