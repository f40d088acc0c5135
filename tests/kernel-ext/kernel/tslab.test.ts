// What tslab's documentation promises (README and docs/advanced.md of tslab 1.0.22), as cells.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { Kernel, plain, printed } from "./client.ts";

// The types of tslab's own package, which ours have to satisfy: else this does not compile.
type Theirs = typeof import("tslab");
type Ours = typeof import("../../../kernel-ext/display/tslab.ts");
const compatible: Ours extends Theirs ? true : false = true;

describe("As in tslab,", function () {
  this.timeout(90_000);
  let kernel: Kernel;
  before(async () => {
    kernel = await Kernel.start();
  });
  after(() => kernel.stop());

  it("a cell may define a module that later cells import, typed", async () => {
    const cell =
      "/** @module mylib */\nexport interface Named { name: string }\nexport let a: Named = { name: 'first' };";
    expect((await kernel.run(cell)).outputs.map(({ type }) => type)).to.deep.equal(["execute_input"]);
    expect(await kernel.value('import { a, Named } from "./mylib"\na.name.toUpperCase()')).to.equal(
      "'FIRST'",
    );
    const { reply } = await kernel.run('import { a as wrong } from "./mylib"\nwrong.size');
    expect(reply.evalue).to.include("Property 'size' does not exist on type 'Named'");
  });

  it("running the module's cell again redefines it, and one that is the same is not run twice", async () => {
    const counter = "/**\n * Counts.\n * @module counter\n */\nconsole.log('runs'); export const n = 1;";
    const use = 'import { n } from "./counter"\nn';
    await kernel.run(counter);
    expect(printed(await kernel.run(use))).to.equal("runs\n");
    await kernel.run(counter);
    expect(printed(await kernel.run(use))).to.equal("");
    await kernel.run(counter.replace("n = 1", "n = 'two'"));
    const again = await kernel.run(use);
    expect(printed(again)).to.equal("runs\n");
    expect(again.outputs.at(-1)?.content.data["text/plain"]).to.equal("'two'");
  });

  it("a module sees no cell's names, and what it declares is no cell's", async () => {
    await kernel.run("const inCell = 1");
    const { reply } = await kernel.run("/** @module closed */\nexport const copy = inCell;");
    expect(reply.evalue).to.include("Cannot find name 'inCell'").and.include("line 2, column 21");
    await kernel.value("/** @module hidden */\nexport const inModule = 1; const own = 2;");
    expect((await kernel.run("inModule")).reply.evalue).to.include("Cannot find name 'inModule'");
    expect((await kernel.run('import { copy } from "./closed"')).reply.status).to.equal("error");
  });

  it("a module imports modules of cells, local files and packages, and is imported by local files", async () => {
    writeFileSync(join(kernel.folder, "local.ts"), "export const local = 'file';");
    await kernel.value("/** @module deep/inner */\nexport const inner = 'inner';");
    await kernel.value(`/** @module outer */
      import { inner } from "./deep/inner"; import { local } from "./local"; import ts from "typescript";
      export const all = [inner, local, typeof ts.createSourceFile];`);
    expect(await kernel.value('import { all } from "./outer"\nall')).to.equal(
      "[ 'inner', 'file', 'function' ]",
    );
    await kernel.value("/** @module deep/inner */\nexport const inner = 'newer';");
    expect(await kernel.value('import { all } from "./outer"\nall[0]')).to.equal("'newer'");
    writeFileSync(join(kernel.folder, "user.ts"), 'export { inner as seen } from "./deep/inner";');
    expect(await kernel.value('import { seen } from "./user"\nseen')).to.equal("'newer'");
  });

  it("errors in modules and local files name the file and the line", async () => {
    await kernel.value(
      "/** @module failing */\n\nexport function fail(): never {\n  throw new Error('in a module');\n}",
    );
    const { reply } = await kernel.run('import { fail } from "./failing"\nfail()');
    expect(plain(reply.traceback)).to.match(/Error: in a module\n {4}at (Module\.)?fail \(failing\.ts:4:9\)/);
  });

  it("an unchanged local module is kept, with its state", async () => {
    writeFileSync(join(kernel.folder, "state.ts"), "console.log('loaded'); export const state = { n: 0 };");
    expect(printed(await kernel.run('import { state } from "./state"\nstate.n++;'))).to.equal("loaded\n");
    const again = await kernel.run('import { state } from "./state"\nstate.n');
    expect(printed(again)).to.equal("");
    expect(again.outputs.at(-1)?.content.data["text/plain"]).to.equal("1");
  });

  it("its names are all there, with its types", async () => {
    expect(compatible).to.equal(true);
    const code = `import * as tslab from "tslab";
      import { display as shown, newDisplay, type Display } from "tslab";
      const d: Display = newDisplay();
      [Object.keys(tslab.versions).join(), shown === tslab.display,
       (["javascript","html","markdown","latex","svg","png","jpeg","gif","pdf","text","raw"] as const)
         .every((name) => typeof d[name] === "function")]`;
    expect(await kernel.value(code)).to.equal("[ 'tslab,typescript,node', true, true ]");
  });

  it("JavaScript cells require it, and modules of cells import it", async () => {
    const javascript = await Kernel.start("--language", "javascript");
    try {
      const code = 'const tslab = require("tslab"); tslab.display.html("<b>");';
      expect((await javascript.run(code)).outputs[1]?.content.data).to.deep.equal({ "text/html": "<b>" });
      await javascript.run(
        '/** @module shows */\nimport { display } from "tslab"; export const show = (s) => display.text(s);',
      );
      const { outputs } = await javascript.run('import { show } from "./shows"; show("from a module");');
      expect(outputs[1]?.content.data).to.deep.equal({ "text/plain": "from a module" });
      expect(
        await javascript.value(
          'const { sep } = require("path"); const os = require("os"); [sep, typeof os.cpus]',
        ),
      ).to.equal("[ '/', 'function' ]");
      expect(await javascript.value("sep + typeof os.cpus")).to.equal("'/function'");
      expect(
        await javascript.value('typeof require("node:fs").readFileSync + typeof require.resolve'),
      ).to.equal("'functionfunction'");
    } finally {
      await javascript.stop();
    }
  });

  it("top-level await, redeclaration, types, classes and the last value work as its guides show", async () => {
    expect(await kernel.value("let x = 10; let y = 32; x + y")).to.equal("42");
    expect(await kernel.value("let x = 'again'; x")).to.equal("'again'");
    expect(
      await kernel.value(
        "const sleep = (ms: number) => new Promise<void>((r) => setTimeout(r, ms)); await sleep(1); 'slept'",
      ),
    ).to.equal("'slept'");
    expect(
      await kernel.value("class Person { constructor(public name: string) {} }\nnew Person('Ann')"),
    ).to.equal("Person { name: 'Ann' }");
    expect((await kernel.run("let s: string = 1")).reply.ename).to.equal("TypeCheckError");
    expect(
      printed(
        await kernel.run("console.error('E'); setTimeout(() => console.log('late'), 0); await sleep(20)"),
      ),
    ).to.equal("late\n");
    expect(await kernel.value("import * as fs from 'fs'; typeof fs.readFileSync")).to.equal("'function'");
  });
});
