import { expect } from "chai";
import { type Json, Kernel } from "./client.ts";

describe("The look of a value", function () {
  this.timeout(60_000);
  let kernel: Kernel;
  before(async () => {
    kernel = await Kernel.start();
  });
  after(() => kernel.stop());

  async function bundle(code: string): Promise<Json> {
    const { reply, outputs } = await kernel.run(code);
    expect(reply.status, reply.evalue).to.equal("ok");
    return outputs.find(({ type }) => type === "execute_result")?.content.data;
  }

  for (const [code, text] of [
    ["new Int16Array([1, -2])", "Int16Array(2) [ 1, -2 ]"],
    ["new Set([1, 'a'])", "Set(2) { 1, 'a' }"],
    ["Promise.resolve(3)", "Promise { 3 }"],
    ["new Promise(() => {})", "Promise { <pending> }"],
    ["new Date(0)", "1970-01-01T00:00:00.000Z"],
    ["/a+/gi", "/a+/gi"],
    ["Symbol('s')", "Symbol(s)"],
    ["const ring: Record<string, unknown> = {}; ring.me = ring; ring", "<ref *1> { me: [Circular *1] }"],
    [
      "async function fetchAll(urls: string[], { retries = 3, wait = ')' } = {}) {}\nfetchAll",
      "async function fetchAll(urls: string[], { retries, wait }?: { retries?: number | undefined; wait?: string | undefined; }): Promise<void>",
    ],
    ["const twice: (n: number) => number = x => 2 * x; twice", "function twice(n: number): number"],
    [
      "class Dense { constructor(size: number, bias = true) {} }\nDense",
      "[class Dense] (size: number, bias?: boolean)",
    ],
    ["const start = 1; function count(from = start) {}\ncount", "function count(from?: number): void"],
    ["Math.max", "function max(...values: number[]): number"],
    ["const hidden: unknown = Math.min; hidden", "[Function: min]"],
    ["const untyped: any = function* (steps = 3) {}; untyped", "function* untyped(steps = 3)"],
    ["eval('(a, b = 2) => a')", "function (a, b = 2)"],
    [
      "function pick(n: number): string; function pick(s: string): number; function pick(x: unknown): any { return x }\npick",
      "function pick(n: number): string // and 1 other overload",
    ],
    [
      "function counter() { return 1 }\ncounter.count = 2; display(counter); counter",
      "function counter(): number { count: 2 }",
    ],
    ["import { join } from 'node:path'; join", "function join(...paths: string[]): string"],
    ["({ get x(): number { throw new Error('called') } })", "{ x: [Getter] }"],
    ["new Proxy({ a: 1 }, { get() { throw new Error('asked') } })", "{ a: 1 }"],
    ["new Proxy({ a: 1 }, { get: () => () => ({}).constructor })", "{ a: 1 }"],
    ["10n ** 1_000_000n", "[bigint of about 1,000,001 digits]"],
    ["({ [Symbol.for('nodejs.util.inspect.custom')]() { throw new Error('no') } })", "[Object]"],
  ] as const) {
    it(`${code} is ${text}`, async () => {
      expect((await bundle(code))["text/plain"]).to.equal(text);
    });
  }

  it("a buffer is its bytes", async () => {
    const { "text/plain": text } = await bundle("new Uint8Array([1, 2]).buffer");
    expect(text).to.match(/^ArrayBuffer \{ \[Uint8Contents\]: <01 02>, \[?byteLength\]?: 2 \}$/);
  });

  it("a rejected promise says why, and is no error where it was handled", async () => {
    const shown = await bundle(
      "const failed = Promise.reject(new RangeError('too far')); failed.catch(() => {}); failed",
    );
    expect(shown["text/plain"]).to.match(/^Promise \{\s+<rejected> RangeError: too far/);
  });

  it("an error has its name, message and lines of cells, none of the kernel", async () => {
    const text: string = (
      await bundle("function deep() { return new TypeError('odd', { cause: 'why' }) }\ndeep()")
    )["text/plain"];
    expect(text, text).to.match(
      /^TypeError: odd\n {4}at deep \(Cell \[\d+\]:1:\d+\)\n {4}at Cell \[\d+\]:2:\d/,
    );
    expect(text)
      .to.include("[cause]: 'why'")
      .and.not.match(/kernel-ext|node:|node_modules/);
  });

  it("whatever its size is cut, in bounded time", async () => {
    const began = Date.now();
    for (const [code, expected] of [
      [
        "const wide: Record<string, number> = {}; for (let i = 0; i < 1e6; i++) wide['k' + i] = i; wide",
        "999,900 more properties",
      ],
      ["({ inside: [wide] })", "999,900 more properties"],
      ["class Big {}\nObject.assign(new Big(), wide)", "Big {"],
      ["'x'.repeat(100e6)", "more characters"],
      ["Array.from({ length: 99 }, () => Array(99).fill(Array(99).fill({ a: [1] })))", "[Array]"],
      ["new Map(Array.from({ length: 1e5 }, (_, i) => [i, { i }]))", "more items"],
    ]) {
      const text: string = (await bundle(code ?? ""))["text/plain"];
      expect(text, code).to.include(expected).and.have.lengthOf.below(110_000);
    }
    expect(Date.now() - began).to.be.lessThan(30_000);
    expect((await kernel.run("throw wide")).reply.evalue).to.include("more properties");
  });

  it("a picture is shown as one", async () => {
    expect(await bundle("({ data: new Uint8Array([1, 2, 3]), mimeType: 'image/webp' })")).to.deep.equal({
      "image/webp": "AQID",
      "text/plain": "[image/webp, 3 bytes]",
    });
  });

  it("danfojs's frames and series are tables, escaped and cut", async () => {
    const code = `import * as dfd from "danfojs-node";
      new dfd.DataFrame([[1, "<b>"], [2.5, "y"]], { columns: ["a", "b&c"], index: ["r", "s"] })`;
    const { "text/html": html, "text/plain": text } = await bundle(code);
    expect(html).to.include("<caption>2 rows × 2 columns</caption>");
    expect(html).to.include("<th></th><th>a</th><th>b&amp;c</th>");
    expect(html).to.include("<tr><th>s</th><td>2.5</td><td>y</td></tr>").and.include("<td>&lt;b&gt;</td>");
    expect(text).to.equal("   a    b&c\nr  1    <b>\ns  2.5  y\n2 rows × 2 columns");
    const series: string = (
      await bundle("new dfd.Series(Array.from({ length: 1000 }, (_, i) => i * 10), { columns: ['q'] })")
    )["text/html"];
    expect(series).to.include("1,000 rows").and.include("<th>q</th>").and.include("<td>9990</td>");
    expect(series.match(/<tr>/g)).to.have.lengthOf(22);
  });

  it("tfjs's tensors have their type, shape and an excerpt", async () => {
    const { "text/plain": text } = await bundle(
      'import * as tf from "@tensorflow/tfjs"\ntf.tensor([[1, 2], [3, 4]])',
    );
    expect(text).to.equal("Tensor float32 [2, 2]\n    [[1, 2],\n     [3, 4]]");
    const disposed = await bundle("const gone = tf.zeros([3]); gone.dispose(); gone");
    expect(disposed["text/plain"]).to.equal("Tensor float32 [3], disposed");
  });

  it("our own tensors are pictures where they have the shape of one", async () => {
    const shown = await bundle('import { zeros } from "gradbook"\nzeros([28, 28])');
    expect(shown["image/png"]).to.match(/^iVBORw0KGgo/);
    expect(shown["text/html"]).to.include(shown["image/png"]).and.include("float32 [28, 28]");
    expect(shown["text/plain"]).to.match(/^tensor\(/);
  });
});
