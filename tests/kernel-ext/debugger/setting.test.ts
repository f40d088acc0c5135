// Variables that are changed while something is paused.
import { expect } from "chai";
import { type Json, type Kernel, printed } from "../kernel/client.ts";
import { type Adapter, debugged, named } from "./adapter.ts";

const CELL = `function outer(given: number) {
  let closed = 1;
  const fixed = 2;
  const same = "outer", peek = () => same;
  const add = (step: number) => {
    let same = "inner";
    const kept = { deep: [1, 2], get read() { return 1 } };
    const frozen = Object.freeze({ one: 1 });
    const entries = new Map<unknown, unknown>([["key", 1], [{ a: 1 }, 2], [{ a: 1 }, 3]]);
    const bytes = new Uint8Array(3);
    for (const turn of [7]) {
      let within = turn;
      const captured = () => [within, turn];
      step += 1;
      console.log(JSON.stringify([given, closed, fixed, step, same, kept, [...entries.values()], [...bytes], captured()]));
    }
    return same;
  };
  return [add(10), closed, peek()];
}
let total = 1;
const pinned = 1;
console.log(JSON.stringify([outer(5), total]));`;

describe("The debugger's changes", function () {
  this.timeout(240_000);
  let kernel: Kernel;
  let adapter: Adapter;
  debugged((...both) => {
    [kernel, adapter] = both;
  });

  const change = async (variablesReference: unknown, name: unknown, value: unknown): Promise<Json> =>
    adapter.request("setVariable", { variablesReference, name, value });

  /** The references of the top frame's scopes. */
  async function scopes(frame = 0): Promise<Record<string, number>> {
    const { stackFrames } = await adapter.ask("stackTrace", { threadId: 1 });
    const { scopes } = await adapter.ask("scopes", { frameId: stackFrames[frame].id });
    return Object.fromEntries(scopes.map((scope: Json) => [scope.name, scope.variablesReference]));
  }

  async function opened(reference: number | undefined, name: string): Promise<number> {
    const { variables } = await adapter.ask("variables", { variablesReference: reference });
    return variables.find((one: Json) => one.name === name).variablesReference;
  }

  async function pausedAt(line: number, code = CELL): Promise<string> {
    await adapter.breakIn(code, line);
    const id = kernel.start(code);
    await adapter.stopped();
    return id;
  }

  async function ended(id: string, code = CELL): Promise<string> {
    await adapter.breakIn(code);
    await adapter.go();
    const answer = await kernel.answer(id);
    expect(answer.reply.status, answer.reply.evalue).to.equal("ok");
    return printed(answer, "stdout");
  }

  it("changes locals, blocks, closures and the session's names, each in its own scope", async () => {
    const id = await pausedAt(15);
    const { Locals, Closure, Globals } = await scopes();
    const changes: [number | undefined, string, string, object][] = [
      [Locals, "step", "(step as number) + given + total", { value: "17", type: "number" }],
      [Locals, "within", "[undefined, -0]", { value: "[ undefined, -0 ]", type: "Array" }],
      [Locals, "same", "'changed'", { value: "'changed'" }],
      [Closure, "closed", "10n ** 20n", { value: "100000000000000000000n", type: "bigint" }],
      [Closure, "given", "NaN", { value: "NaN" }],
      [Globals, "total", "{ held: step }", { value: "{ held: 17 }", type: "Object" }],
    ];
    for (const [reference, name, value, result] of changes) {
      const { success, message, body } = await change(reference, name, value);
      expect(success, message).to.equal(true);
      expect(body, name).to.include(result);
    }
    expect(await adapter.variables("Locals")).to.include({ step: "17", same: "'changed'" });
    expect(await adapter.variables("Closure")).to.include({ given: "NaN", same: "'outer'" });
    // What two frames share is changed for both.
    expect(await adapter.variables("Locals", 1)).to.include({ closed: "100000000000000000000n" });
    expect((await change(Closure, "closed", "3")).success).to.equal(true);
    expect(await ended(id)).to.equal(
      '[null,3,2,17,"changed",{"deep":[1,2],"read":1},[1,2,3],[0,0,0],[[null,0],7]]\n[["changed",3,"outer"],{"held":17}]\n',
    );
    expect(await kernel.value("total")).to.equal("{ held: 17 }");
  });

  it("changes properties, elements and a map's entries, and what an expression came to", async () => {
    const id = await pausedAt(15);
    const { Locals } = await scopes();
    const kept = await opened(Locals, "kept");
    expect((await change(await opened(kept, "deep"), "1", "given")).body).to.include({ value: "5" });
    expect((await change(await opened(Locals, "entries"), "'key'", "[1]")).body).to.include({
      value: "[ 1 ]",
      indexedVariables: 1,
    });
    expect((await change(await opened(Locals, "bytes"), "2", "258")).body).to.include({ value: "2" });
    const { stackFrames } = await adapter.ask("stackTrace", { threadId: 1 });
    const seen = await adapter.ask("evaluate", { expression: "kept.deep", frameId: stackFrames[0].id });
    expect((await change(seen.variablesReference, "0", "step")).body).to.include({ value: "11" });
    expect(await ended(id)).to.include('{"deep":[11,5],"read":1},[[1],2,3],[0,0,2]');
  });

  it("shows what an expression has changed", async () => {
    const id = await pausedAt(15);
    await adapter.evaluate("step = closed = 40");
    expect(await adapter.variables("Locals")).to.include({ step: "40" });
    expect(await adapter.variables("Closure")).to.include({ closed: "40" });
    expect(await ended(id)).to.include("[5,40,2,40,");
  });

  it("says in a sentence what cannot be changed, and changes nothing", async () => {
    const id = await pausedAt(15);
    const { Locals, Closure, Globals } = await scopes();
    const held = named(await adapter.ask("variables", { variablesReference: Locals }));
    const kept = await opened(Locals, "kept");
    const entries = await opened(Locals, "entries");
    const wrong: [unknown, unknown, unknown, string][] = [
      [Locals, "nobody", "1", "There is no “nobody” here"],
      [Locals, "kept", "1", "“kept” is a constant"],
      [Locals, "turn", "1", "“turn” is a constant"],
      [Closure, "fixed", "1", "“fixed” is a constant"],
      [Closure, "same", "1", "“same” is a constant"],
      [Globals, "pinned", "1", "“pinned” is a constant"],
      [Globals, "outer.name", "1", "There is no “outer.name” here"],
      [Locals, "step", "nobody + 1", "ReferenceError: nobody is not defined"],
      [Locals, "step", "(() => { throw new Error('no') })()", "Error: no"],
      [Locals, "step", "(() => { for (;;) {} })()", "This took longer than 2 s, and was ended"],
      [Locals, "step", "1 +", "Unexpected"],
      [Locals, "step", "await 1", "cannot await"],
      [Locals, "step", 7, "There is nothing to evaluate"],
      [Locals, { toString: 1 }, "1", "There is no “” here"],
      [kept, "read", "1", "“read” cannot be changed"],
      [await opened(Locals, "frozen"), "one", "2", "“one” cannot be changed"],
      [await opened(kept, "deep"), "2", "1", "There is no “2” here"],
      [entries, "{ a: 1 }", "1", "There is more than one “{ a: 1 }” here"],
      [1e9, "step", "1", "There is no such variable (any more)"],
      [-1, "step", "1", "There is no such variable (any more)"],
      ["x", "step", "1", "There is no such variable (any more)"],
      [undefined, undefined, undefined, "There is no such variable (any more)"],
    ];
    for (const [reference, name, value, message] of wrong) {
      const answer = await change(reference, name, value);
      expect(answer.success, message).to.equal(false);
      expect(answer.message).to.include(message);
      expect(answer.message).not.to.match(/^Error: There/);
      expect(answer.message).not.to.include("\n");
    }
    expect(named(await adapter.ask("variables", { variablesReference: Locals }))).to.deep.equal(held);
    expect(await ended(id)).to.include('[5,1,2,11,"inner",');
    expect((await change(Locals, "step", "1")).message).to.include("nothing is");
    const again = await pausedAt(15);
    expect((await change(Locals, "step", "1")).message).to.equal("There is no such variable (any more)");
    await ended(again);
  });

  it("changes the session's names below a frame that awaits, and never an import", async () => {
    const cell =
      'import { sep } from "node:path";\nlet shared = 1;\nasync function later() {\n  await null;\n  return shared;\n}\nconsole.log(await later());';
    const id = await pausedAt(5, cell);
    const { Globals } = await scopes(1);
    expect((await change(Globals, "shared", "shared + 1")).body).to.include({ value: "2" });
    expect((await change(Globals, "sep", "1")).message).to.equal("“sep” is a constant");
    expect(await ended(id, cell)).to.equal("2\n");
  });

  it("assigns to expressions, which variables show", async () => {
    const id = await pausedAt(15);
    const set = async (expression: unknown, value: unknown, frameId?: unknown): Promise<Json> =>
      adapter.request("setExpression", { expression, value, frameId });
    const good: [string, string, string][] = [
      ["kept.deep[1]", "step + 30", "41"],
      ["step", "kept.deep[1] as number", "41"],
      ["closed", "3n", "3n"],
      ["bytes[2]", "258", "2"],
      ["(kept as any).fresh", "{ a: [1] }", "{ a: [ 1 ] }"],
      ["[...entries.keys()].length === 3 ? kept.deep : kept.deep", "1", ""],
      ["total", "{ held: step }", "{ held: 41 }"],
      ["(() => kept)().deep[0]", "7", "7"],
    ];
    for (const [expression, value, shown] of good) {
      const { success, message, body } = await set(expression, value);
      expect(success, `${expression}: ${message}`).to.equal(shown !== "");
      if (success) expect(body, expression).to.include({ value: shown });
    }
    expect(await adapter.variables("Locals")).to.include({ step: "41" });
    expect(await adapter.variables("Closure")).to.include({ closed: "3n" });
    const { stackFrames } = await adapter.ask("stackTrace", { threadId: 1 });
    const { body } = await set("given", "[1, 2]", stackFrames[1].id);
    expect(body).to.include({ value: "[ 1, 2 ]", indexedVariables: 2 });
    expect((await change(body.variablesReference, "0", "9")).success).to.equal(true);
    expect((await set("closed", "3")).success).to.equal(true);
    const wrong: [unknown, unknown, string, unknown?][] = [
      ["kept", "1", "“kept” is a constant"],
      ["turn", "1", "“turn” is a constant"],
      ["fixed", "1", "“fixed” is a constant"],
      ["pinned", "1", "“pinned” is a constant"],
      ["kept.read", "1", "“kept.read” cannot be changed"],
      ["frozen.one", "2", "“frozen.one” cannot be changed"],
      ["frozen\n.two", "2", "“frozen .two” cannot be changed"],
      ["captured()", "1", "“captured()” is nothing that can be assigned to"],
      ["step + 1", "1", "“step + 1” is nothing that can be assigned to"],
      ["kept?.deep", "1", "“kept?.deep” is nothing that can be assigned to"],
      ["nobody", "1", "ReferenceError: nobody is not defined"],
      ["nobody.x", "1", "ReferenceError: nobody is not defined"],
      ["step", "null.x", "TypeError: Cannot read"],
      ["step", "1 +", "Unexpected"],
      ["step +", "1", "Unexpected"],
      ["step", "await 1", "cannot await"],
      ["(await step).x", "1", "cannot await"],
      ["step", undefined, "There is nothing to evaluate"],
      [undefined, "1", "There is nothing to assign to"],
      [7, 7, "There is nothing to assign to"],
      ["kept[(() => { for (;;) {} })()]", "1", "This took longer than 2 s, and was ended"],
      ["step", "1", "There is no such frame (any more)", -1],
    ];
    for (const [expression, value, message, frameId] of wrong) {
      const answer = await set(expression, value, frameId);
      expect(answer.success, message).to.equal(false);
      expect(answer.message).to.include(message);
      expect(answer.message).not.to.include("\n");
    }
    expect(await ended(id)).to.equal(
      '[[9,2],3,2,41,"inner",{"deep":[7,41],"read":1,"fresh":{"a":[1]}},[1,2,3],[0,0,2],[7,7]]\n[["inner",3,"outer"],{"held":41}]\n',
    );
    expect((await set("step", "1")).message).to.include("nothing is");
  });

  it("looks and changes where an author's names hide the language's", async () => {
    const cell =
      "setTimeout(() => {\n  const [Symbol, globalThis, Object, Reflect] = [1, 2, 3, 4];\n  let seen = [Symbol, globalThis, Object, Reflect];\n  console.log(seen);\n}, 1);\nawait new Promise((done) => setTimeout(done, 50));";
    const id = await pausedAt(4, cell);
    expect(await adapter.variables("Locals")).to.include({ Symbol: "1", globalThis: "2", Object: "3" });
    expect(await adapter.evaluate("Object + seen.length")).to.equal("7");
    const { Locals } = await scopes();
    expect((await change(Locals, "seen", "[Object]")).body).to.include({ value: "[ 3 ]" });
    expect(
      (await adapter.ask("setExpression", { expression: "seen[0]", value: "seen[0] + 1" })).value,
    ).to.equal("4");
    expect(await ended(id, cell)).to.equal("[ 4 ]\n");
  });
});
