import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { Kernel } from "./client.ts";

function write(folder: string, name: string, text: string): void {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** A JSX library whose elements show how they were made. */
function writeJsxLibrary(kernel: Kernel): void {
  write(
    kernel.folder,
    "node_modules/react/package.json",
    '{"name":"react","type":"module","exports":{"./jsx-runtime":"./j.js"}}',
  );
  write(
    kernel.folder,
    "node_modules/react/j.js",
    "const make = (kind) => (type, props, key) => JSON.stringify({ kind, type: String(type?.name ?? type), props, key });\nexport const jsx = make('jsx'), jsxs = make('jsxs'), Fragment = 'fragment';",
  );
}

describe("TypeScript in cells", function () {
  this.timeout(90_000);
  let kernel: Kernel;
  before(async () => {
    kernel = await Kernel.start();
    writeJsxLibrary(kernel);
  });
  after(() => kernel.stop());

  for (const [what, cells, expected] of [
    [
      "a name that a later cell declares",
      ["function early() { return lateName + 1 }", "let lateName = 1", "lateName = 4", "early()"],
      "5",
    ],
    [
      "a late name that is assigned, tested and called",
      [
        "const uses = () => { if (typeof lateFlag === 'undefined') return 'none'; lateFlag++; return [lateFlag, lateCall()] }",
        "const before = uses()",
        "let lateFlag = 1; function lateCall() { return lateFlag * 10 }",
        "JSON.stringify([before, uses()])",
      ],
      `'["none",[2,20]]'`,
    ],
    [
      "export",
      [
        "export const ex = 1; export function ef() { return ex }",
        "const orig = 2; export { orig as renamed }",
        "export let ex = 5",
        "ef() + orig",
      ],
      "7",
    ],
    [
      "export default",
      [
        "export default class Whole { n = 3 }",
        "export default class { n = 1 }",
        "export default function () {}",
        "new Whole().n",
      ],
      "3",
    ],
    [
      "import.meta",
      ["import.meta.url.endsWith('cell.ts') && import.meta.resolve('./x').startsWith('file:')"],
      "true",
    ],
    [
      "identifiers with __",
      [
        "const __dunder = 1; let __proto = 2; function __f() { return __dunder + __proto }",
        "__proto = 5",
        "__f()",
      ],
      "6",
    ],
    [
      "enums, const enums and their redeclaration",
      [
        "enum Colour { Red = 1, Green = Red << 1 } const enum Size { L = 9 }",
        "const seen = [Colour.Green, Colour[1], Size.L]",
        "enum Colour { Blue = 7 }",
        "JSON.stringify([seen, Colour.Blue])",
      ],
      `'[[2,"Red",9],7]'`,
    ],
    [
      "namespaces",
      [
        "namespace Geo { export const pi = 3; export namespace Deep { export const e = pi - 1 } }",
        "Geo.pi + Geo.Deep.e",
      ],
      "5",
    ],
    [
      "abstract classes and private fields",
      [
        "abstract class Shape { #name = 'shape'; static count = 0; abstract area(): number; get name() { Shape.count++; return this.#name } }",
        "class Square extends Shape { constructor(private readonly side: number) { super() } area() { return this.side ** 2 } }",
        "[new Square(3).area(), new Square(1).name, Shape.count]",
      ],
      "[ 9, 'shape', 1 ]",
    ],
    [
      "a class that is declared again under its functions",
      ["class Model { v = 1 }; function make() { return new Model() }", "class Model { v = 2 }", "make().v"],
      "2",
    ],
    [
      "destructuring and its redeclaration",
      [
        "const { da, ...dr } = { da: 1, db: 2 }; let [dc, [dd = 4]] = [3, [undefined]]; const sumOf = () => da + dc + dd + dr.db",
        "[dc, dd] = [30, [40][0]!]",
        "const { da } = { da: 10 }",
        "sumOf()",
      ],
      "82",
    ],
    [
      "labeled loops",
      [
        "let hits = 0; outer: for (const i of [1, 2, 3]) { for (const j of [1, 2, 3]) { if (j === 2) continue outer; if (i === 3) break outer; hits++ } }",
        "hits",
      ],
      "2",
    ],
    [
      "generators",
      [
        "function* count() { let n = 0; while (true) yield n++ }",
        "const it = count(); it.next(); it.next().value",
      ],
      "1",
    ],
    [
      "for await",
      [
        "async function* ticks() { yield 1; yield 2 } let ticked = 0; for await (const t of ticks()) ticked += t",
        "ticked",
      ],
      "3",
    ],
    [
      "using",
      [
        "const log: string[] = []; { using a = { [Symbol.dispose]: () => log.push('a') }; await using b = { [Symbol.asyncDispose]: async () => { log.push('b') } } }",
        "log.join()",
      ],
      "'b,a'",
    ],
    [
      "decorators",
      [
        "function mark<T extends new (...all: any[]) => object>(c: T, context: ClassDecoratorContext) { return class extends c { mark = context.name } }",
        "@mark class Marked { a = 1 }",
        "JSON.stringify(new Marked())",
      ],
      `'{"a":1,"mark":"Marked"}'`,
    ],
    [
      "JSX by the automatic runtime",
      ["const Box = (p: { n: number }) => p", "(<><Box n={1} /><b>x</b></> as unknown as string).length > 0"],
      "true",
    ],
    [
      "JSX by a pragma",
      [
        "function h(type: unknown, props: object | null, ...children: unknown[]) { return [typeof type, props, children.length] }",
        "/** @jsx h */\nJSON.stringify(<p id='a'>{1}{2}</p>)",
      ],
      `'["string",{"id":"a"},2]'`,
    ],
    [
      "satisfies, casts and generic arrows",
      [
        "const ga = <T,>(x: T) => x; const gb = <T>(x: T): T => x; (<number>ga(1)) + (gb(2) satisfies number)",
      ],
      "3",
    ],
    [
      "accessors, optional calls and big integers",
      [
        "const acc = { get x() { return 1n }, f: undefined as undefined | (() => 1) }; [acc.x + 2n, acc.f?.()]",
      ],
      "[ 3n, undefined ]",
    ],
  ] as const) {
    it(`may use ${what}`, async () => {
      let last: string | undefined;
      for (const code of cells) last = await kernel.value(code);
      expect(last).to.equal(expected);
    });
  }

  it("imports types without saying so", async () => {
    write(
      kernel.folder,
      "node_modules/only-types/package.json",
      '{"name":"only-types","types":"index.d.ts"}',
    );
    write(kernel.folder, "node_modules/only-types/index.d.ts", "export interface Shape { n: number }");
    expect(await kernel.value('import { Shape } from "only-types"\nconst s: Shape = { n: 2 }; s.n')).to.equal(
      "2",
    );
  });

  it("imports JSON, and requires", async () => {
    write(kernel.folder, "values.json", '{ "a": [1, 2] }');
    expect(
      await kernel.value(
        'import values from "./values.json"\nimport again from "./values.json" with { type: "json" }\nvalues.a[1]! + again.a.length',
      ),
    ).to.equal("4");
    expect(await kernel.value('require("./values.json").a[0]')).to.equal("1");
  });

  it("keeps what an import binds alive, and lets it be declared again", async () => {
    write(kernel.folder, "live.ts", "export let n = 1; export const bump = () => ++n");
    await kernel.value('import { n, bump } from "./live.ts"; const readN = () => n');
    expect(await kernel.value("bump(); readN()")).to.equal("2");
    await kernel.value("const n = 'own'");
    expect(await kernel.value("n.length")).to.equal("3");
  });
});

describe("A tsconfig.json beside the notebook", function () {
  this.timeout(90_000);
  it("is honoured", async () => {
    const folder = mkdtempSync(join(tmpdir(), "gradbook-kernel-"));
    const compilerOptions = { experimentalDecorators: true, strict: false };
    write(folder, "config/paths.json", '{ "compilerOptions": { "paths": { "@/*": ["../src/*"] } } }');
    write(folder, "tsconfig.json", JSON.stringify({ extends: "./config/paths.json", compilerOptions }));
    write(folder, "src/m.ts", "export const m = 5");
    const kernel = await Kernel.startIn(folder);
    try {
      await kernel.value(
        "function old(target: object, key: string, d: PropertyDescriptor) { d.value = () => key }",
      );
      expect(await kernel.value("class O { @old m() {} }\nconst loose = (x) => x\nnew O().m()")).to.equal(
        "'m'",
      );
      expect(await kernel.value('import { m } from "@/m"\nm')).to.equal("5");
    } finally {
      await kernel.stop();
    }
  });
});

describe("JavaScript in cells", function () {
  this.timeout(90_000);
  let kernel: Kernel;
  before(async () => {
    kernel = await Kernel.start("--language", "javascript");
    writeJsxLibrary(kernel);
  });
  after(() => kernel.stop());

  it("has no types to be wrong", async () => {
    expect(await kernel.value("let j = 1; j = 'text'; j.nothing; j")).to.equal("'text'");
    expect(await kernel.value("function late() { return soon }")).to.equal(undefined);
    expect(await kernel.value("const soon = 3; late()")).to.equal("3");
    expect(await kernel.value("JSON.parse(<p>{1}</p>).type")).to.equal("'p'");
  });

  it("is stopped by wrong syntax, types, and an assignment to a constant", async () => {
    expect((await kernel.run("const = 1")).reply.ename).to.equal("SyntaxError");
    expect((await kernel.run("let t: number = 1")).reply.evalue).to.include("a JavaScript cell");
    expect((await kernel.run("soon = 4")).reply.evalue).to.include("constant");
    expect(await kernel.value("const soon = 5; soon")).to.equal("5");
  });
});
