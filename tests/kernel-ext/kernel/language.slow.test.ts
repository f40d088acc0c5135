import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { Checker } from "../../../kernel-ext/language/checker.ts";
import type { Place } from "../../../kernel-ext/language/checks.ts";
import { checkersFrom, testedChecker, works } from "../../../kernel-ext/language/choose.ts";
import { defaultOptions } from "../../../kernel-ext/language/compiler.ts";
import { applyEdits, originalOffset } from "../../../kernel-ext/language/edits.ts";
import { Engine } from "../../../kernel-ext/language/engine.ts";
import { loadTypeScript } from "../../../kernel-ext/language/internals.ts";
import type { Problem } from "../../../kernel-ext/language/language.ts";
import { ServiceChecker } from "../../../kernel-ext/language/service.ts";

const ts = loadTypeScript();
const tested = testedChecker(ts);
const implementations = {
  "the persistent checker": (place: Place) => checkersFrom(ts, place, tested),
  "the language service": (place: Place) => checkersFrom(ts, place, undefined),
};

for (const [name, create] of Object.entries(implementations)) {
  describe(`The language on ${name}`, function () {
    this.timeout(60_000);
    let folder: string;
    let engine: Engine;
    const problemsIn = (code: string): readonly Problem[] => {
      const prepared = engine.prepare({ code });
      return "problems" in prepared ? prepared.problems : [];
    };
    const good = (...cells: string[]): void => {
      for (const code of cells) expect(problemsIn(code), code).to.deep.equal([]);
    };
    const wrong = (code: string): string => problemsIn(code)[0]?.message ?? "";
    const open = (language: Place["language"] = "typescript"): Engine => {
      const place: Place = { folder, language };
      engine = new Engine(ts, place, create(place));
      return engine;
    };
    const completed = (marked: string): string[] => {
      const position = marked.indexOf("|");
      const code = marked.replace("|", "");
      return engine.complete({ code, position }).matches.map(({ text }) => text);
    };
    const described = (marked: string, detail = 0) => {
      const position = marked.indexOf("|");
      return engine.inspect({ code: marked.replace("|", ""), position, detail });
    };

    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), "gradbook-language-"));
      open();
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    it("checks strictly, and says where", () => {
      expect(wrong("function f(x) { return x }")).to.include("implicitly has an 'any' type");
      expect(wrong("const t: string = null")).to.include("'null' is not assignable");
      const [problem] = problemsIn("const a = 1\na.length");
      expect(problem).to.include({ kind: "type", code: 2339, start: 14, length: 6 });
    });

    it("lets later cells see what earlier ones declare, and declare it again", () => {
      good("interface P { x: number }", "let p: P = { x: 1 }; const c = 1", "p = { x: 2 }", "p.x + c");
      expect(wrong("p = { y: 1 }")).to.include("'y' does not exist");
      expect(wrong("c = 2")).to.include("'c' because it is a constant");
      good(
        "const p = 'text'",
        "p.length",
        "class p {}",
        "new p()",
        "enum p { A }",
        "p.A",
        "type p = 3; const x: p = 3",
      );
    });

    it("forgets what a cell with an error declares", () => {
      wrong("const gone = 1; gone.length");
      expect(wrong("gone")).to.include("Cannot find name 'gone'");
      expect(wrong("\nfunction unmade(): number {\n  return 'a' }; class Lost {}; enum Never {}")).to.include(
        "string",
      );
      for (const name of ["unmade", "({ unmade })", "Lost", "Never"]) {
        expect(wrong(name)).to.match(
          /^Cannot find name '\w+'\. The cell that declares it did not run: line 3 of it is wrong \(Type/,
        );
      }
      expect(wrong("const broken = (")).to.include("expected");
      expect(wrong("broken")).to.include("line 1 of it is wrong");
      good("function unmade() { return 1 }", "unmade()");
    });

    it("lets a function name what a later cell declares, and finds slips of the pen", () => {
      good("function f() { return laterOn + 1 }", "const laterOn = 1; f()");
      expect(wrong("neverDeclared")).to.include("Cannot find name");
      expect(wrong("function g() { return consolle.log(1) }")).to.include("Did you mean 'console'");
      expect(wrong("function h(x: NoSuchType) {}")).to.include("Cannot find name 'NoSuchType'");
    });

    it("takes everything that the language has", () => {
      good(
        "export const e1 = 1; const e2 = 2; export { e2 as renamed }; export default e1",
        "enum E { A = 1, B } namespace N { export const inner = E.B } abstract class Abs { abstract m(): number }",
        "class Priv extends Abs { #x = N.inner; m() { return this.#x } static { } get g() { return 1 } }",
        "const { a, ...others } = { a: 1, b: 2 }; let [h = 3, , ...t] = [1, 2, 3]",
        "outer: for (const i of [1]) { for (;;) { continue outer } }",
        "function* gen() { yield 1 } async function* agen() { yield* gen() } for await (const v of agen()) v",
        "const __under = 1; __under + 1",
        "import.meta.dirname; const fs = require('fs')",
        "{ using r = { [Symbol.dispose]() {} }; r }",
        "function dec<T>(value: T, context: ClassMethodDecoratorContext): T { return value } class D { @dec m() {} }",
        "const generic = <T>(x: T): T => x; const cast = <number>generic(1); cast satisfies number",
        "let v!: number; var w = 1 as const; v = w",
        "import type { Stats } from 'fs'; import { type Dirent, readFileSync } from 'fs'; readFileSync satisfies Function",
      );
    });

    it("leaves out imports that are types alone", () => {
      writeFileSync(join(folder, "types.ts"), "export interface Only { n: number }\nexport const value = 1");
      const code = 'import { Only } from "./types"\nconst o: Only = { n: 1 }';
      const prepared = engine.prepare({ code });
      expect("cell" in prepared && prepared.cell.javascript).to.not.include("types");
      const both = engine.prepare({ code: 'import { Only, value } from "./types"\nvalue' });
      expect("cell" in both && both.cell.names).to.deep.equal(["value"]);
    });

    it("sees an edited file", () => {
      writeFileSync(join(folder, "local.ts"), "export const n = 1");
      good('import { n } from "./local"; n.toFixed()');
      writeFileSync(join(folder, "local.ts"), 'export const n = "changed"');
      good('import { n } from "./local"; n.length');
    });

    it("honours the tsconfig.json beside the notebook", () => {
      const config = {
        extends: "./base.json",
        compilerOptions: {
          strict: false,
          lib: ["ES2020", "DOM"],
          jsx: "react",
          jsxFactory: "h",
          paths: { "@/*": ["./src/*"] },
        },
      };
      writeFileSync(join(folder, "base.json"), '{ "compilerOptions": { "experimentalDecorators": true } }');
      writeFileSync(join(folder, "tsconfig.json"), `// a comment\n${JSON.stringify(config)}`);
      mkdirSync(join(folder, "src"));
      writeFileSync(join(folder, "src/m.ts"), "export const m = 1");
      open();
      good("function loose(x) { return x }", "document.title", 'import { m } from "@/m"; m.toFixed()');
      good("function old(t: object, k: string, d: PropertyDescriptor) {} class O { @old m() {} }");
      expect(wrong("[1].toSorted()")).to.include("'toSorted' does not exist");
      const jsx = engine.prepare({
        code: "function h(...all: unknown[]) { return all }\nconst x: any = <p>text</p>",
      });
      expect("cell" in jsx && jsx.cell.javascript).to.match(/\$\.h\("p", null, "text"\)|h\("p"/);
    });

    it("compiles JSX by the automatic runtime, or by a pragma", () => {
      const automatic = engine.prepare({ code: "const x = <p>{1}</p>" });
      expect("cell" in automatic && automatic.cell.javascript).to.include('"react/jsx-runtime"');
      good("function h(...all: unknown[]) { return all }");
      const pragma = engine.prepare({ code: "/** @jsx h */\nconst y: unknown = <p>text</p>" });
      expect("cell" in pragma && pragma.cell.javascript).to.include('.h("p", null, "text")');
    });

    it("asks of JavaScript only that it can run", () => {
      open("javascript");
      good("let j = 1; j = 'text'; j.nothing", "const c = 1", "<p/>; undeclared");
      expect(wrong("c = 2")).to.include("constant");
      expect(problemsIn("const = 1")[0]).to.include({ kind: "syntax" });
      expect(problemsIn("let t: number = 1")).to.have.length.greaterThan(0);
    });

    it("knows all of Node's modules, those that are seldom imported too", () => {
      expect(completed('import {} from "node:htt|')).to.include.members(["node:http", "node:http2"]);
      good(
        "const before = new Date()",
        'import { connect } from "node:http2"',
        "connect('https://a.b').close()",
      );
      expect(wrong("connect(1)")).to.include("number");
      good("before.getTime()", 'const { Session } = await import("inspector"); new Session().connect()');
      expect(wrong("const s: import('node:sqlite').DatabaseSync = 1")).to.include("DatabaseSync");
      open();
      good('import repl = require("node:repl"); repl.start().close()');
      expect(wrong("repl.stat()")).to.include("stat");
      open();
      writeFileSync(join(folder, "seldom.ts"), 'export { createTracing as trace } from "node:trace_events";');
      expect(wrong('import { trace } from "./seldom"; trace(1)')).to.include("number");
    });

    it("completes members, names and what the cell itself declares", () => {
      good("const point = { xCoordinate: 1 }; let list = [1]");
      expect(completed("point.x|")).to.deep.equal(["xCoordinate"]);
      expect(completed("list.redu|")).to.include.members(["reduce", "reduceRight"]);
      expect(completed("poi|")).to.include("point");
      expect(completed("const local = 1; loc|")).to.include("local");
      expect(completed("import * as path from 'node:path'; path.joi|")).to.include("join");
    });

    it("completes what is imported", () => {
      mkdirSync(join(folder, "node_modules/some-package"), { recursive: true });
      mkdirSync(join(folder, "node_modules/@scope/inner"), { recursive: true });
      mkdirSync(join(folder, "sub"));
      writeFileSync(join(folder, "helper.ts"), "");
      expect(completed('import {} from "node:pa|')).to.include("node:path");
      expect(completed('import {} from "some|"')).to.deep.equal(["some-package"]);
      expect(completed('await import("@scope/|')).to.deep.equal(["@scope/inner"]);
      expect(completed('require("./|')).to.deep.equal(["./helper.ts", "./sub/"]);
      expect(completed('import {} from "gradb|')).to.include.members(["gradbook", "gradbook/data"]);
    });

    it("says which value of the session it knows nothing about", () => {
      good("const some: any = { a: 1 }");
      expect(engine.complete({ code: "some.a.", position: 7 })).to.deep.include({
        untyped: { path: ["some", "a"], prefix: "" },
        start: 7,
      });
      expect(engine.complete({ code: "some.a().", position: 9 })).to.not.have.property("untyped");
    });

    it("describes names and calls, in Markdown", () => {
      good(
        "/**\n * Adds.\n * @param a - the first\n * @example\n * add(1, 2)\n */\nfunction add(a: number, b = 1): number { return a + b }",
      );
      expect(described("ad|d")?.signature).to.equal("add: (a: number, b?: number) => number");
      expect(described("add|")?.documentation)
        .to.include("Adds.")
        .and.include("- `a`: the first")
        .and.include("```typescript\nadd(1, 2)\n```");
      expect(described("add(1, |)")?.signature).to.equal("add(a: number, b?: number): number");
      expect(described("add(|")?.signature).to.equal("add(a: number, b?: number): number");
      expect(described("add|", 1)?.documentation).to.include("return a + b");
      expect(described("|  ")).to.equal(undefined);
    });
  });
}

describe("The language", function () {
  this.timeout(60_000);
  const place: Place = { folder: tmpdir(), language: "typescript" };
  const create = (): Engine => new Engine(ts, place, checkersFrom(ts, place, tested));

  it("passes its self-test on both checkers, and fails it where TypeScript is another", () => {
    expect(tested).to.be.instanceOf(Checker);
    expect(works(new ServiceChecker(ts, place, defaultOptions(ts)))).to.equal(true);
    const { bindSourceFile } = ts;
    const other = { ...ts, bindSourceFile: () => {} };
    expect(testedChecker(other)).to.equal(undefined);
    expect(ts.bindSourceFile).to.equal(bindSourceFile);
  });

  it("runs a cell unchecked when its checker fails, says so, and recovers", () => {
    const engine = create();
    engine.prepare({ code: "const before: number = 1" });
    const { check } = Checker.prototype;
    Checker.prototype.check = (): never => {
      throw new Error("Debug Failure.");
    };
    const failed = engine.prepare({ code: "const during: string = 2" });
    Checker.prototype.check = check;
    expect(failed).to.have.property("cell");
    expect(failed).to.have.property("warning").that.includes("Debug Failure");
    expect(engine.prepare({ code: "before.toFixed(); during.length" })).to.have.property("cell");
    const wrong = engine.prepare({ code: "before.length" });
    expect("problems" in wrong && wrong.problems[0]?.message).to.include(
      "'length' does not exist on type 'number'",
    );
  });

  it("checks the thousandth cell as quickly as the tenth", () => {
    const engine = create();
    const times: number[] = [];
    for (let n = 1; n <= 1010; n++) {
      const begin = performance.now();
      engine.prepare({
        code: `interface I${n} { n: number }\nconst a${n}: I${n} = { n: ${n > 1 ? `a${n - 1}.n` : 1} }`,
      });
      times.push(performance.now() - begin);
    }
    const median = (from: number): number => times.slice(from, from + 10).sort((a, b) => a - b)[5] ?? 0;
    expect(median(1000)).to.be.lessThan(3 * median(10) + 1);
  });

  for (const [code, status, indent] of [
    ["1 + 1", "complete", ""],
    ["const f = (a: number) => {", "incomplete", "  "],
    ["function f() {\n    if (x) {", "incomplete", "        "],
    ["function f() {\n\tg();", "incomplete", "\t"],
    ["const t = `a {", "incomplete", ""],
    ["const r = /[{(]/", "complete", ""],
    ["for (const x of xs)", "incomplete", "  "],
    ["/* a", "incomplete", ""],
    ["const = 3", "invalid", ""],
    ["const x = <p>hello</p>", "complete", ""],
  ] as const) {
    it(`finds ${JSON.stringify(code)} ${status}`, () => {
      expect(create().isComplete({ code })).to.deep.equal({ status, indent });
    });
  }

  it("leads every offset of a rewritten text back", () => {
    const edits = [
      { start: 2, end: 3, text: "LONG" },
      { start: 5, end: 5, text: "++" },
    ];
    const edited = applyEdits("abcdefg", edits);
    expect(edited).to.equal("abLONGde++fg");
    expect([...edited].map((_, at) => originalOffset(edits, at))).to.deep.equal([
      0, 1, 2, 2, 2, 2, 3, 4, 5, 5, 5, 6,
    ]);
  });
});
