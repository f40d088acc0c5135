// Local files that cells import: what a tsconfig.json beside the notebook says of them, JSX, circles and long ways.
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { Kernel, plain, printed } from "./client.ts";

function write(folder: string, name: string, text: string): void {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

const FACTORY =
  "export const h = (...all: unknown[]): any => JSON.stringify(all); export const Fragment = 'F';";

describe("Local files", function () {
  this.timeout(60_000);
  let kernel: Kernel;
  before(async () => {
    kernel = await Kernel.start();
    write(
      kernel.folder,
      "node_modules/react/package.json",
      '{"name":"react","type":"module","exports":{"./jsx-runtime":"./j.js"}}',
    );
    write(
      kernel.folder,
      "node_modules/react/j.js",
      "export const jsx = (type, props) => ({ type, props }); export const jsxs = jsx, Fragment = 'F';",
    );
    write(
      kernel.folder,
      "node_modules/mini/package.json",
      '{"name":"mini","type":"module","exports":{"./jsx-runtime":"./j.js"}}',
    );
    write(
      kernel.folder,
      "node_modules/mini/j.js",
      "export const jsx = (type) => 'mini ' + type; export const jsxs = jsx;",
    );
    write(kernel.folder, "factory.ts", FACTORY);
  });
  after(() => kernel.stop());

  for (const [what, file, text, expected] of [
    [
      "the automatic runtime",
      "auto.tsx",
      "export const x: any = <p>{1}</p>;",
      "{ type: 'p', props: { children: 1 } }",
    ],
    [
      "@jsx and @jsxFrag",
      "pragmas.tsx",
      '/** @jsx h */\n/** @jsxFrag Fragment */\nimport { h, Fragment } from "./factory";\nexport const x: any = <><b/></>;',
      `'["F",null,"[\\\\"b\\\\",null]"]'`,
    ],
    [
      "@jsxImportSource",
      "source.tsx",
      "/** @jsxImportSource mini */\nexport const x: any = <p>{1}</p>;",
      "'mini p'",
    ],
    ["a file that is JavaScript", "plain.jsx", "export const x = <i/>;", "{ type: 'i', props: {} }"],
  ] as const) {
    it(`may use JSX by ${what}, as may cells that are modules`, async () => {
      write(kernel.folder, file, text);
      expect(await kernel.value(`import { x } from "./${file.replace(/\.tsx$/, "")}"\nx`)).to.equal(expected);
      const name = file.replace(/\W/g, "");
      await kernel.value(`/** @module ${name} */\n${text}`);
      expect(await kernel.value(`import { x as y } from "./${name}"\ny`)).to.equal(expected);
    });
  }

  it("have their JSX checked where its library has types, in cells and in cells for the page", async () => {
    const folder = "node_modules/typed";
    const types =
      "export namespace JSX { interface IntrinsicElements { p: { id?: string } } type Element = string } export declare const jsx: any, jsxs: any, Fragment: any;";
    write(
      kernel.folder,
      `${folder}/package.json`,
      '{"name":"typed","type":"module","exports":{"./jsx-runtime":{"types":"./j.d.ts","default":"./j.js"}}}',
    );
    write(kernel.folder, `${folder}/j.d.ts`, types);
    write(
      kernel.folder,
      `${folder}/j.js`,
      "export const jsx = (type, props) => type + props.id; export const jsxs = jsx;",
    );
    for (const head of ["/** @jsxImportSource typed */", "/** @browser */\n/** @jsxImportSource typed */"]) {
      const { reply } = await kernel.run(`${head}\nconst bad: string = <p id={1}/>;`);
      expect(reply.evalue).to.include("Type 'number' is not assignable to type 'string'");
    }
    expect(
      await kernel.value("/** @jsxImportSource typed */\nconst good: string = <p id='x'/>\ngood"),
    ).to.equal("'px'");
  });

  it("may use JSX where tslab's bare @jsx says that there is some", async () => {
    await kernel.value("/** @jsx @module bare */\nexport const x: any = <p/>;");
    expect(await kernel.value('import { x as bare } from "./bare"\nbare')).to.equal(
      "{ type: 'p', props: {} }",
    );
    expect(await kernel.value("/** @jsx */\nconst made: any = <p/>\nmade.type")).to.equal("'p'");
  });

  it("may use standard decorators and `using`", async () => {
    write(
      kernel.folder,
      "decorated.ts",
      `function twice(f: () => number, _: ClassMethodDecoratorContext) { return () => 2 * f(); }
      export class A { @twice n() { return 21; } }
      export const log: string[] = [];
      { using r = { [Symbol.dispose]() { log.push("gone"); } }; r; }`,
    );
    expect(await kernel.value('import { A, log } from "./decorated"\n[new A().n(), log[0]]')).to.equal(
      "[ 42, 'gone' ]",
    );
  });

  it("that import each other in a circle run once, and again together when one is edited", async () => {
    write(
      kernel.folder,
      "ring/a.ts",
      "import { b } from './b'; export const a = () => b() + 1; console.log('a');",
    );
    write(
      kernel.folder,
      "ring/b.ts",
      "import { a } from './a'; import './c'; export const b = () => 1; console.log('b'); export { a };",
    );
    write(
      kernel.folder,
      "ring/c.ts",
      "import { b } from './b'; export const c = () => b(); console.log('c');",
    );
    const cell =
      'import { a } from "./ring/a"; import { b } from "./ring/b"; import { c } from "./ring/c";\n[a(), b(), c()]';
    const first = await kernel.run(cell);
    expect(printed(first)).to.equal("c\nb\na\n");
    expect(printed(await kernel.run(cell.replace("./ring/a", "./ring/a.ts")))).to.equal("");
    expect(printed(await kernel.run('import { c as again } from "./ring/c"; again();'))).to.equal("");
    write(
      kernel.folder,
      "ring/c.ts",
      "import { b } from './b'; export const c = () => -b(); console.log('C');",
    );
    const edited = await kernel.run(cell);
    expect(printed(edited)).to.equal("C\nb\na\n");
    expect(edited.outputs.at(-1)?.content.data["text/plain"]).to.equal("[ 2, 1, -1 ]");
  });

  it("are found again when another file takes a name's place", async () => {
    write(kernel.folder, "place/index.ts", "export const where = 'folder';");
    write(kernel.folder, "asks.ts", "export { where } from './place';");
    expect(await kernel.value('import { where } from "./asks"\nwhere')).to.equal("'folder'");
    write(kernel.folder, "place.ts", "export const where = 'file';");
    expect(await kernel.value('import { where } from "./asks"\nwhere')).to.equal("'file'");
  });
});

describe("A tsconfig.json beside the notebook, for local files and cells alike,", function () {
  this.timeout(60_000);
  let kernel: Kernel;
  before(async () => {
    const folder = mkdtempSync(join(tmpdir(), "gradbook-kernel-"));
    write(folder, "node_modules/shared-config/package.json", '{"name":"shared-config"}');
    write(
      folder,
      "node_modules/shared-config/tsconfig.json",
      '{ "compilerOptions": { "experimentalDecorators": true, "jsx": "react", "jsxFactory": "wrong" } }',
    );
    write(
      folder,
      "config/base.json",
      `{ // where things are
        "extends": "shared-config/tsconfig.json",
        "compilerOptions": { "paths": { "@/*": ["src/*"], "@/exact": ["./src/other.ts"], }, "jsxFactory": "h", },
      }`,
    );
    write(
      folder,
      "tsconfig.json",
      '{ "extends": "./config/base", "compilerOptions": { "baseUrl": ".", "strict": true } }',
    );
    write(folder, "src/deep/one.ts", 'import { two } from "@/two"; export const one = "one " + two;');
    write(folder, "src/two.ts", 'import { three } from "lib/three"; export const two = "two " + three;');
    write(folder, "src/other.ts", "export const exact = true;");
    write(folder, "lib/three.ts", "export const three: string = 'three';");
    write(
      folder,
      "src/old.tsx",
      `import { h } from "lib/h";
      function named(t: object, k: string, d: PropertyDescriptor) { d.value = () => k; }
      export class Old { @named m() {} }
      export const x: any = <p/>;`,
    );
    write(folder, "lib/h.ts", "export const h = (type: string): any => 'h ' + type;");
    kernel = await Kernel.startIn(folder);
  });
  after(() => kernel.stop());

  it("says where paths and baseUrl lead, and edits are seen through them", async () => {
    const cell = 'import { one } from "@/deep/one"\none';
    expect(await kernel.value(cell)).to.equal("'one two three'");
    expect(await kernel.value('import { exact } from "@/exact"\nexact')).to.equal("true");
    expect(await kernel.value('import { three } from "lib/three"\nthree.length')).to.equal("5");
    expect(await kernel.value('(await import("@/two")).two')).to.equal("'two three'");
    write(kernel.folder, "lib/three.ts", "export const three: string = 'edited';");
    expect(await kernel.value(cell)).to.equal("'one two edited'");
  });

  it("says how JSX and decorators are compiled, through all that it extends", async () => {
    expect(await kernel.value('import { Old, x } from "@/old"\n[(new Old() as any).m(), x]')).to.equal(
      "[ 'm', 'h p' ]",
    );
  });

  it("holds in cells for the page too", async () => {
    const { reply, outputs } = await kernel.run(
      '/** @browser */\nimport { one } from "@/deep/one"; import { x } from "@/old"; element.append(one, x);',
    );
    expect(reply.status, plain(reply.traceback ?? [])).to.equal("ok");
    const html: string = outputs[1]?.content.data["text/html"];
    expect(html).to.include('"edited"').and.include('h("p"').and.not.include("react");
  });
});
