import { expect } from "chai";
import { KnownCells } from "../../../kernel-ext/language/known.ts";
import type { Prepared } from "../../../kernel-ext/language/language.ts";
import { Kernel, plain } from "./client.ts";

function prepared(names: readonly string[], types?: readonly string[]): Prepared {
  return { cell: { javascript: "", mappings: "", edits: [], prefix: 0, names, ...(types && { types }) } };
}

describe("Cells that come again", () => {
  it("are known until a name in them is declared anew", () => {
    const cells = new KnownCells();
    const [sum, length] = [prepared([], []), prepared(["length"], [])];
    cells.learn("a + 1", sum);
    cells.learn("const length = text.length", length);
    expect([cells.find("a + 1"), cells.find("a + 2")]).to.deep.equal([sum, undefined]);
    cells.learn("const ab = 1", prepared(["ab"], []));
    expect(cells.find("a + 1"), "another name").to.equal(sum);
    cells.learn("const a = 1", prepared(["a"], []));
    expect(cells.find("a + 1")).to.equal(undefined);
    expect(cells.find("const length = text.length")).to.equal(length);
    cells.learn("type text = string", prepared([], ["text"]));
    expect(cells.find("const length = text.length")).to.equal(undefined);
  });

  it("are all forgotten at a cell that may change any, and none at one that did not run", () => {
    const cells = new KnownCells();
    cells.learn("a", prepared([], []));
    cells.learn("a b", { problems: [] });
    expect(cells.find("a")).not.to.equal(undefined);
    expect(cells.find("a b")).to.equal(undefined);
    cells.learn("import 'c'", prepared([]));
    expect([cells.find("a"), cells.find("import 'c'")]).to.deep.equal([undefined, undefined]);
  });

  it("are as many as a notebook has, and no endless list", () => {
    const cells = new KnownCells();
    for (let n = 0; n < 1000; n++) cells.learn(String(n), prepared([], []));
    expect([cells.find("0"), cells.find("500")]).to.deep.equal([undefined, undefined]);
    expect(cells.find("999")).not.to.equal(undefined);
  });
});

describe("A cell that is run again", function () {
  this.timeout(90_000);
  let kernel: Kernel;
  before(async () => {
    kernel = await Kernel.start();
  });
  after(() => kernel.stop());

  async function runs(code: string): Promise<boolean> {
    const { reply } = await kernel.run(code);
    return reply.status === "ok";
  }

  /** Twice, so that the second time it is known. */
  async function known(code: string): Promise<void> {
    for (const time of ["first", "second"]) expect(await runs(code), `${code}, ${time}`).to.equal(true);
  }

  const changes: readonly [what: string, before: string, cell: string, after: string][] = [
    ["a value of another type", "let v = 1", "v.toFixed()", "let v = 'text'"],
    ["another interface", "interface S { a: number }", "({ a: 1 }) satisfies S", "interface S { b: string }"],
    ["a type alias", "type T = number", "const n: T = 1", "type T = string"],
    ["another function", "function f(x: number) { return x }", "f(1)", "function f(x: string) { return x }"],
    ["a class", "class C { m() {} }", "new C().m()", "class C { n() {} }"],
    [
      "an import",
      "import { join as j } from 'node:path'",
      "j('a', 'b')",
      "import { sep as j } from 'node:path'",
    ],
    ["a name that hides a global one", "1", "Math.max(1, 2)", "const Math = { min: 3 }"],
    ["a name by code points", "let code = 1", "code.toFixed()", "let \\u0063ode = 'text'"],
  ];
  for (const [what, before, cell, after] of changes) {
    it(`is checked anew after ${what}`, async () => {
      if (before !== "1") await known(before);
      await known(cell);
      await known(after);
      expect(await runs(cell), "against the old type").to.equal(false);
      if (before === "1") return;
      await known(before);
      await known(cell);
    });
  }

  it("is refused again as often as it is wrong", async () => {
    for (let n = 0; n < 3; n++) expect(await runs("const wrong: number = 'text'")).to.equal(false);
  });

  it("runs anew each time, under its own number", async () => {
    await known("let runCount = 0");
    expect([await kernel.value("++runCount"), await kernel.value("++runCount")]).to.deep.equal(["1", "2"]);
    await kernel.run("throw new Error('again')");
    const { reply } = await kernel.run("throw new Error('again')");
    expect(plain(reply.traceback as string[])).to.contain(`Cell [${reply.execution_count}]`);
  });

  it("declares again what it declares, after another cell did", async () => {
    await known("const whose = 1");
    await known("const whose = 'text'");
    await known("const whose = 1");
    expect(await kernel.value("whose.toFixed(1)")).to.equal("'1.0'");
  });
});
