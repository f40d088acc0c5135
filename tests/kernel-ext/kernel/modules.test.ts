import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { Kernel, plain } from "./client.ts";

describe("An import", function () {
  this.timeout(90_000);
  let kernel: Kernel;
  const write = (name: string, text: string): void => {
    const path = join(kernel.folder, name);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, text);
  };
  before(async () => {
    kernel = await Kernel.start();
  });
  after(() => kernel.stop());

  it("takes Node's modules, whole, by name and at run time", async () => {
    const code = `
      import path, { join as j, type ParsedPath } from "node:path";
      import * as os from "os";
      const { readFileSync } = await import("node:fs");
      [path.sep, j("a", "b"), typeof os.cpus, typeof readFileSync]`;
    expect(await kernel.value(code)).to.equal("[ '/', 'a/b', 'function', 'function' ]");
    expect(await kernel.value("typeof require('fs').readFileSync")).to.equal("'function'");
  });

  it("takes local TypeScript, and sees at once when it is edited, nested files too", async () => {
    write("nested/inner.ts", "export const inner: number = 1;");
    write(
      "local.ts",
      'import { inner } from "./nested/inner";\nexport type T = number;\nexport const twice = (): T => inner * 2;',
    );
    expect(await kernel.value('import { twice, T } from "./local.ts"\ntwice()')).to.equal("2");
    write("nested/inner.ts", "export const inner: number = 21;  ");
    expect(await kernel.value('import { twice } from "./local.ts"\ntwice()')).to.equal("42");
    write("local.ts", "export const twice = (text: string) => text + text;");
    expect(await kernel.value('import { twice } from "./local.ts"\ntwice("ab")')).to.equal("'abab'");
    expect((await kernel.run('import { twice } from "./local.ts"\ntwice(1)')).reply.ename).to.equal(
      "TypeCheckError",
    );
  });

  it("has errors of local files traced to their lines", async () => {
    write(
      "throws.ts",
      "interface Gone {\n  a: 1;\n}\n\nexport function fail(): Gone {\n  throw new Error('in a file');\n}\n",
    );
    const { reply } = await kernel.run('import { fail } from "./throws.ts"\n\nfail()');
    expect(plain(reply.traceback)).to.match(
      /^Cell \[\d+\], line 3\n.*\n.*\nError: in a file\n {4}at (Module\.)?fail \(throws\.ts:6:9\)/,
    );
  });

  it("takes packages from the notebook's folder: ESM only, CommonJS, JSON", async () => {
    write(
      "node_modules/esm-only/package.json",
      '{"name":"esm-only","type":"module","exports":{"import":"./main.js"}}',
    );
    write("node_modules/esm-only/main.js", "export const esm = await Promise.resolve('esm');");
    write("node_modules/common/package.json", '{"name":"common","main":"main.js"}');
    write("node_modules/common/main.js", "const hidden = { common: 'cjs' }; module.exports = hidden;");
    write("data.json", '{"answer": 42}');
    const code =
      'import { esm } from "esm-only"\nimport { common } from "common"\nimport data from "./data.json"\n[esm, common, data.answer]';
    expect(await kernel.value(code)).to.equal("[ 'esm', 'cjs', 42 ]");
  });

  it("takes packages and local files in CommonJS that require files of their own", async () => {
    write("node_modules/parts/package.json", '{"name":"parts","main":"main.js"}');
    write("node_modules/parts/main.js", "exports.part = require('./part').part + require('./data.json').n;");
    write("node_modules/parts/part.js", "exports.part = 'part';");
    write("node_modules/parts/data.json", '{"n": 1}');
    write("local.cjs", "exports.local = require('./beside.cjs').beside + require('parts').part;");
    write("beside.cjs", "exports.beside = 'beside';");
    const code = 'import { part } from "parts"\nimport { local } from "./local.cjs"\n[part, local]';
    expect(await kernel.value(code)).to.equal("[ 'part1', 'besidepart1' ]");
  });

  it("falls back to this package's dependencies", async () => {
    expect(await kernel.value('import ts from "typescript"\ntypeof ts.createSourceFile')).to.equal(
      "'function'",
    );
  });

  it("never loads a student's folder for our own names", async () => {
    for (const name of ["tslab", "gradbook"]) {
      write(`node_modules/${name}/package.json`, `{"name":"${name}","main":"main.js"}`);
      write(`node_modules/${name}/main.js`, "globalThis.stolen = true;");
    }
    await kernel.value('import * as tslab from "tslab"\ntypeof tslab.display.html');
    await kernel.run('await import("gradbook" as string)');
    await kernel.run('await import("gradbook/data" as string)');
    expect(await kernel.value("'stolen' in globalThis")).to.equal("false");
  });

  it("that fails says so in the cell's own terms", async () => {
    const { reply } = await kernel.run('await import("not-there" as string)');
    expect(reply.evalue).to.equal("Cannot find package 'not-there'");
    expect(plain(reply.traceback)).to.include("line 1");
    expect((await kernel.run('import { x } from "./nowhere"')).reply.ename).to.equal("TypeCheckError");
    expect((await kernel.run('import { nothing } from "tslab"')).reply.evalue).to.include(
      'Module "tslab" has no',
    );
  });

  it("knows where the notebook is", async () => {
    expect(await kernel.value("import.meta.dirname === __dirname && process.cwd() === __dirname")).to.equal(
      "true",
    );
  });
});
