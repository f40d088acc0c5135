// What is seen of values, with a breakpoint and without.
import { expect } from "chai";
import { Kernel } from "../kernel/client.ts";
import { Adapter, named } from "./adapter.ts";

describe("The debugger's values", function () {
  this.timeout(240_000);
  let kernel: Kernel;
  let adapter: Adapter;
  before(async () => {
    kernel = await Kernel.start();
    await kernel.run(`import { tensor } from "gradbook";
const weights = tensor([[1, 2, 3], [4, 5, 6]]);
const many = Array.from({ length: 5000 }, (_, n) => n * n);
const nested = { a: { b: new Map([["key", new Set([1])]]) }, get costly(): number { throw new Error("asked") } };
let empty: undefined;
const text = "two\\nlines";
function noted(x: number) {
  const inner = { doubled: 2 * x };
  return inner.doubled;
}`);
    adapter = await Adapter.attach(kernel);
  });
  after(() => kernel.stop());

  it("lists the session's names without a breakpoint, tensors readable, what is computed with first", async () => {
    const globals = named(await adapter.ask("inspectVariables"));
    expect(globals.weights).to.match(/^tensor.*1, 2, 3.*float32/);
    expect(globals).to.include({ text: "'two\\nlines'", empty: "undefined" });
    expect(globals.nested).to.include("[Getter]");
    const names = Object.keys(globals);
    expect(names.indexOf("weights")).to.be.lessThan(names.indexOf("noted"));
    expect(names.filter((name) => name.startsWith("$"))).to.deep.equal([]);
  });

  it("opens what is nested, in pieces where it is long, and calls no getter", async () => {
    const { variables } = await adapter.ask("inspectVariables");
    const find = (list: { name: string; variablesReference: number }[], name: string) =>
      list.find((one) => one.name === name)?.variablesReference;
    const open = async (list: never, name: string, range: object = {}) =>
      (await adapter.ask("variables", { variablesReference: find(list, name), ...range })).variables;
    const nested = await open(variables as never, "nested");
    expect(named({ variables: nested })).to.deep.equal({
      a: "{ b: Map(1) { 'key' => [Set] } }",
      costly: "(a getter)",
    });
    const map = await open((await open(nested as never, "a")) as never, "b");
    expect(named({ variables: map })).to.deep.equal({ "'key'": "Set(1) { 1 }" });
    const page = await open(variables as never, "many", { start: 4000, count: 2 });
    expect(named({ variables: page })).to.deep.equal({ "4000": "16000000", "4001": "16008001" });
    const all = await open(variables as never, "many");
    expect(all.at(-1)).to.include({ name: "…", value: "4000 more" });
  });

  it("shows a value as a cell would, with a breakpoint and without", async () => {
    const { data } = await adapter.ask("richInspectVariables", { variableName: "weights" });
    expect(data["text/plain"]).to.include("tensor([[1, 2, 3]");
    await adapter.breakIn("noted(4)", 1);
    const id = kernel.start("noted(4)");
    await adapter.stopped();
    expect(await adapter.step("stepIn")).to.deep.equal(["noted:8", "(cell):1"]);
    expect(await adapter.step()).to.deep.equal(["noted:9", "(cell):1"]);
    const { stackFrames } = await adapter.ask("stackTrace", { threadId: 1 });
    const looked = { variableName: "inner", frameId: stackFrames[0].id };
    expect((await adapter.ask("richInspectVariables", looked)).data["text/plain"]).to.equal("{ doubled: 8 }");
    const seen = await adapter.ask("evaluate", { expression: "inner", frameId: stackFrames[0].id });
    expect(seen).to.include({ result: "{ doubled: 8 }", type: "Object" });
    expect(named(await adapter.ask("variables", seen))).to.deep.equal({ doubled: "8" });
    const globals = named(await adapter.ask("inspectVariables"));
    expect(globals).to.include({ text: "'two\\nlines'" });

    const copy = { srcVariableName: "inner", dstVariableName: "copied", srcFrameId: stackFrames[0].id };
    await adapter.ask("copyToGlobals", copy);
    expect(await adapter.variables("Globals")).to.include({ copied: "{ doubled: 8 }" });
    await adapter.breakIn("noted(4)");
    await adapter.go();
    await kernel.answer(id);
    expect(await kernel.value("copied.doubled + 1")).to.equal("9");
  });

  it("looks at values while a cell runs, and loses no breakpoint by it", async () => {
    const cell = `class Shown {
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return "as it says";
  }
}
const shown = new Shown();
for (let round = 0; round < 40; round++) {
  console.log(round);
  await null;
}`;
    await adapter.breakIn(cell, 3, 9);
    const id = kernel.start(cell);
    for (let round = 0; round < 40; round++) {
      expect((await adapter.stopped()).stack[0]).to.equal("(cell):9");
      expect(await adapter.evaluate("round")).to.equal(String(round));
      const going = adapter.go();
      const globals = named(await adapter.ask("inspectVariables"));
      await going;
      if (globals.shown !== undefined) expect(globals.shown).to.equal("as it says");
    }
    await adapter.breakIn(cell);
    expect((await kernel.answer(id)).reply.status).to.equal("ok");
  });

  it("types what it copied, where the type can be told", async () => {
    await adapter.breakIn("noted(5)", 1);
    const id = kernel.start("noted(5)");
    await adapter.stopped();
    await adapter.step("stepIn");
    const { stackFrames } = await adapter.ask("stackTrace", { threadId: 1 });
    await adapter.ask("copyToGlobals", {
      srcVariableName: "x",
      dstVariableName: "seen",
      srcFrameId: stackFrames[0].id,
    });
    await adapter.breakIn("noted(5)");
    await adapter.go();
    await kernel.answer(id);
    expect(await kernel.value("seen + 1")).to.equal("6");
    const { reply } = await kernel.run("seen.toUpperCase()");
    expect(reply.evalue).to.include("does not exist on type 'number'");
  });

  it("evaluates TypeScript in a frame and outside of one, changes names, and says what is wrong", async () => {
    expect((await adapter.ask("evaluate", { expression: "weights.shape as number[]" })).result).to.equal(
      "[ 2, 3 ]",
    );
    await adapter.ask("evaluate", { expression: "empty = 7 as never" });
    expect(await kernel.value("empty")).to.equal("7");
    expect((await adapter.ask("evaluate", { expression: "const a = 1; a + 1" })).result).to.equal("2");
    for (const [expression, message] of [
      ["nobody + 1", "nobody is not defined"],
      ["1 +", "Unexpected"],
      ["await 1", "cannot await"],
      [" ", "nothing to evaluate"],
    ]) {
      const reply = await adapter.request("evaluate", { expression });
      expect(reply.success, expression).to.equal(false);
      expect(reply.message).to.include(message);
    }
  });
});
