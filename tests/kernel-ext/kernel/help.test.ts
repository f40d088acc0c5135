// Help while one writes: what is in a call's parentheses, and the properties of values whose types say nothing.
import { expect } from "chai";
import { type Json, Kernel } from "./client.ts";

describe("Help", function () {
  this.timeout(60_000);
  let kernel: Kernel;
  before(async () => {
    kernel = await Kernel.start();
  });
  after(() => kernel.stop());

  async function inspected(marked: string): Promise<Json> {
    const cursor_pos = [...marked.slice(0, marked.indexOf("|"))].length;
    const code = marked.replace("|", "");
    return (await kernel.request("inspect_request", { code, cursor_pos, detail_level: 0 })).reply.data;
  }
  async function completed(code: string): Promise<string[]> {
    const { reply } = await kernel.request("complete_request", { code, cursor_pos: [...code].length });
    return reply.matches;
  }

  it("in a call marks the parameter that is to be written, and says what it is", async () => {
    await kernel.value(
      "/**\n * Adds.\n * @param a - the first\n * @param rest - all others\n */\nfunction add(a: number, how: { by: (x: number, y: string) => void }, ...rest: number[]): number { return a }",
    );
    const first = await inspected("add(|");
    expect(first["text/markdown"]).to.match(
      /^`add\(`\*\*`a: number`\*\*`, how: \{ by: \(x: number, y: string\) => void; \}, \.\.\.rest: number\[\]\): number`/,
    );
    expect(first["text/markdown"]).to.include("`a`: the first").and.include("Adds.");
    expect(first["text/plain"]).to.match(/^add\(a: number, how: /);
    expect((await inspected("add(1, |)"))["text/markdown"]).to.include(
      "**`how: { by: (x: number, y: string) => void; }`**",
    );
    for (const code of [
      "add(1, { by() {} }, |)",
      "add(1, { by() {} }, 2, 3, |)",
      "add(1, { by() {} }, 2, 3|)",
    ])
      expect((await inspected(code))["text/markdown"], code)
        .to.include("**`...rest: number[]`**")
        .and.include("all others");
  });

  it("in a call counts overloads, and takes constructors, methods and generic functions", async () => {
    expect((await inspected('"abc".replace(|'))["text/markdown"]).to.match(/_Overload \d of \d_/);
    expect((await inspected("new Map<string, number>(|)"))["text/plain"]).to.match(/^new Map\(/);
    expect((await inspected("[1].map(|)"))["text/markdown"]).to.include("**`callbackfn: (value: number");
    expect((await inspected("const 𝒳 = 1; Math.pow(𝒳, |)"))["text/markdown"]).to.include("**`y: number`**");
    expect((await inspected("JSON.stringify(1, null, |2)"))["text/markdown"]).to.include("**`space?: ");
  });

  it("on a name in a call tells both", async () => {
    await kernel.value("const size = 3");
    const { "text/plain": text } = await inspected("Math.abs(siz|e)");
    expect(text)
      .to.match(/^size: 3\n/)
      .and.include("abs(x: number): number");
  });

  it("never runs the user's code to complete a value of unknown type", async () => {
    await kernel.value(`let ran = 0;
      const trap = (): never => { ran++; throw new Error("ran"); };
      const handler: any = new Proxy({}, { get: () => trap });
      const bad: any = {
        get getter() { return trap(); }, plain: { inner: 1 }, proxy: new Proxy({ hidden: 1 }, handler),
        child: Object.create(new Proxy({ far: 1 }, handler)), bare: Object.assign(Object.create(null), { naked: 1 }),
        list: Array(1e6).fill(0), text: "abc", bytes: new Uint8Array(1e7), [Symbol.iterator]: trap, "not a name": 1,
        call: Object.assign(() => trap(), { tagged: 1 }), nothing: null, revoked: (() => { const r = Proxy.revocable({}, {}); r.revoke(); return r.proxy; })(),
      };
      bad.circular = bad; Object.defineProperty(bad.child, "own", { value: 1 }); Object.defineProperty(bad, "hidden", { get: trap, enumerable: false });
      const wide: any = {}; for (let i = 0; i < 100_000; i++) wide["key" + i] = i; wide.zebra = 1;`);
    expect(await completed("bad."))
      .to.include.members(["getter", "plain", "circular", "hidden"])
      .and.not.include("not a name");
    expect(await completed("bad.circular.circular.plain.")).to.deep.equal(["inner"]);
    for (const path of ["getter", "proxy", "nothing", "revoked", "hidden", "no.such"])
      expect(await completed(`bad.${path}.`), path).to.deep.equal([]);
    expect(await completed("bad.child.")).to.deep.equal(["own"]);
    expect(await completed("bad.bare.")).to.deep.equal(["naked"]);
    expect(await completed("bad.call.ta")).to.deep.equal(["tagged"]);
    expect(await completed("bad.list.fla")).to.have.members(["flat", "flatMap"]);
    expect(await completed("bad.text.toUpper")).to.deep.equal(["toUpperCase"]);
    expect(await completed("bad.bytes.subar")).to.deep.equal(["subarray"]);
    expect(await completed("wide.zeb")).to.deep.equal(["zebra"]);
    expect(await completed("wide.key9999"))
      .to.include.members(["key9999", "key99999"])
      .and.have.length(11);
    expect(await completed("wide.")).to.have.length.within(100, 1000);
    expect(await kernel.value("ran")).to.equal("0");
  });

  it("completes what a module exports, and paths", async () => {
    expect(await completed("import { readFil")).to.be.an("array");
    const code = 'import {  } from "node:fs"';
    const { reply } = await kernel.request("complete_request", { code, cursor_pos: 9 });
    expect(reply.matches).to.include("readFileSync");
    expect(await completed('import { x } from "./')).to.be.an("array");
    expect(await completed('import fs from "node:f')).to.include("node:fs");
  });
});
