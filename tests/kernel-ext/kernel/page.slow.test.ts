// Cells for the page that shows the notebook. What comes is run here in a page of a few lines; the real one is in
// tests/browser.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import vm from "node:vm";
import { expect } from "chai";
import { type Answer, Kernel, plain } from "./client.ts";

interface Drawn {
  readonly appended: unknown[];
  readonly title: unknown;
}

/** Runs the script of an output as a page would, with a place that notes what is appended to it. */
async function drawn({ outputs, reply }: Answer): Promise<Drawn> {
  expect(reply.status, reply.evalue).to.equal("ok");
  const html: string = outputs.find(({ type }) => type === "display_data")?.content.data["text/html"];
  const [, id] = /<div id="([^"]+)">/.exec(html) ?? [];
  const script = /<script>([\s\S]*)<\/script>$/.exec(html)?.[1] ?? "";
  expect(script).to.not.match(/<\/script|<!--/);
  const appended: unknown[] = [];
  const element = { id, append: (...parts: unknown[]) => appended.push(...parts) };
  const createElement = (name: string): object => ({ name, style: {} });
  const document = { getElementById: () => element, createElement, body: undefined, title: "" };
  const errors: unknown[] = [];
  const page = { document, console: { error: (error: unknown) => errors.push(error) }, setTimeout };
  vm.runInNewContext(script, { ...page, location: { href: "http://page/" } });
  await new Promise((resolve) => setTimeout(resolve, 20));
  return { appended, title: document.title };
}

describe("A cell for the page", function () {
  this.timeout(60_000);
  let kernel: Kernel;
  const write = (name: string, text: string): void => {
    const path = join(kernel.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  const problem = async (code: string): Promise<string> => plain((await kernel.run(code)).reply.traceback);
  before(async () => {
    kernel = await Kernel.start();
  });
  after(() => kernel.stop());

  it("is a script that runs in a place of its own, and may await", async () => {
    const answer = await kernel.run(
      "/** @browser */\nconst late = await Promise.resolve('</script><!-- x');\nelement.append(late);\ndocument.title = late as string;",
    );
    expect(answer.outputs.map(({ type }) => type)).to.deep.equal(["execute_input", "display_data"]);
    expect(await drawn(answer)).to.deep.equal({
      appended: ["</script><!-- x"],
      title: "</script><!-- x",
    });
    expect(answer.outputs[1]?.content.data["text/plain"]).to.equal("[script for the page, 0.1 kB]");
  });

  it("is checked against the DOM, by the line, and knows nothing of Node or of other cells", async () => {
    expect(await problem("/** @browser */\n\nconst n: number = document.title;")).to.equal(
      "Cell [2], line 3\n3 | const n: number = document.title;\n          ^\nTS2322: Type 'string' is not assignable to type 'number'.",
    );
    expect(await problem("/** @browser */\nprocess.cwd()")).to.include(
      "Cannot find name 'process': it is Node's, and this cell is for the page",
    );
    expect(await problem("/** @browser */\nimport { sep } from 'node:path'; sep")).to.include("'node:path'");
    await kernel.run("const ofNode = 1");
    expect(await problem("/** @browser */\nconst f = () => ofNode; f()")).to.include("'ofNode'");
    expect((await kernel.run("document.title")).reply.status).to.equal("error");
  });

  it("imports cells, local files, packages and styles, and sees them change", async () => {
    write("local.ts", "import { deep } from './deep/er';\nexport const local: string = deep + '!';");
    write("deep/er.ts", "export enum E { A = 'deep' }\nexport const deep = E.A;");
    write(
      "node_modules/pkg/package.json",
      '{"name":"pkg","type":"module","main":"./n.js","browser":"./m.js"}',
    );
    write("node_modules/pkg/m.js", "export const mode = process.env.NODE_ENV;");
    write("node_modules/pkg/n.js", "export const mode = 'for Node';");
    write("look.css", "p { color: red }");
    await kernel.value("/** @module shared */\nexport const shared: string = 'shared';");
    await kernel.value(
      "/** @browser\n * @module parts/ui\n */\nimport { shared } from '../shared';\nexport const both = (other: string) => shared + other;",
    );
    const code = `/** @browser */
      import { both } from "./parts/ui"; import { local } from "./local"; import { mode } from "pkg";
      import "./look.css";
      element.append(both(local), mode);`;
    const answer = await kernel.run(code);
    expect((await drawn(answer)).appended).to.deep.equal(["shareddeep!", "production"]);
    const html: string = answer.outputs[1]?.content.data["text/html"];
    expect(html)
      .to.match(/^<style>/)
      .and.include("color: red");
    expect(html).to.not.include(kernel.folder);
    write("deep/er.ts", "export const deep = 'newer';");
    await kernel.value("/** @module shared */\nexport const shared: string = 'again';");
    expect((await drawn(await kernel.run(code))).appended[0]).to.equal("againnewer!");
    expect(await problem('/** @browser */\nimport { both } from "./parts/ui";\nboth(1);')).to.include(
      "line 3",
    );
  });

  it("that defines a module shows nothing where it only exports, and is no module of Node's", async () => {
    const only = await kernel.run(
      "/** @browser @module only */\nexport const b = (): Element => document.body;",
    );
    expect(only.outputs.map(({ type }) => type)).to.deep.equal(["execute_input"]);
    const acts = await kernel.run(
      "/** @browser @module acts */\nexport const n = 1; element.append('acts');",
    );
    expect((await drawn(acts)).appended).to.deep.equal(["acts"]);
    expect((await kernel.run('import { n } from "./acts"')).reply.evalue).to.include("'./acts'");
  });

  it("shows the error that it throws where it would have drawn", async () => {
    const { appended } = await drawn(await kernel.run("/** @browser */\nthrow new TypeError('odd');"));
    expect(appended).to.have.length(1);
    expect(appended[0]).to.include({ name: "pre", textContent: "TypeError: odd" });
  });

  it("that cannot be bundled says why and where, on one screen", async () => {
    expect(
      await problem("/** @browser */\n// @ts-ignore\n/* é */ import x from 'not-there';\nelement.append(x);"),
    ).to.equal(
      "Cell [ ], line 3\n3 | /* é */ import x from 'not-there';\n                          ^^^^^^^^^^^\nBundleError: Could not resolve \"not-there\"".replace(
        "[ ]",
        `[${kernel.broadcast.findLast(({ type }) => type === "execute_input")?.content.execution_count}]`,
      ),
    );
    write("broken.ts", "import fs from 'node:fs';\nexport const cwd = fs;");
    const { reply } = await kernel.run(
      '/** @browser */\nimport { cwd } from "./broken"; element.append(String(cwd));',
    );
    expect(reply.ename).to.equal("BundleError");
    expect(reply.evalue).to.equal(
      'broken.ts, line 1, column 16: Could not resolve "node:fs": it is Node\'s, and the page has none of it',
    );
    const many = Array.from({ length: 50 }, (_, n) => `// @ts-ignore\nimport a${n} from 'missing-${n}';`);
    const uses = many.map((_, n) => `a${n}`).join();
    const text = await problem(`/** @browser */\n${many.join("\n")}\nelement.append(${uses});`);
    expect(text.split("\n").length).to.be.lessThan(25);
    expect(text).to.match(/… and \d+ more$/);
  });

  it("has tslab's display calls, which show in the page", async () => {
    const code =
      '/** @browser */\nimport { display, newDisplay } from "tslab"; import * as tslab from "tslab";\ntslab.display.text("plain"); display.text("more"); newDisplay;';
    const { appended } = await drawn(await kernel.run(code));
    expect(appended).to.deep.equal([
      { name: "pre", style: {}, textContent: "plain" },
      { name: "pre", style: {}, textContent: "more" },
    ]);
  });

  it("may use JSX, by the page's own runtime or by a pragma", async () => {
    write(
      "node_modules/react/package.json",
      '{"name":"react","type":"module","exports":{"./jsx-runtime":"./j.js"}}',
    );
    write(
      "node_modules/react/j.js",
      "export const jsx = (type, props) => ({ type, props }); export const jsxs = jsx;",
    );
    const automatic = await kernel.run("/** @browser */\nelement.append((<p>{'x'}</p>) as any);");
    expect((await drawn(automatic)).appended).to.deep.equal([{ type: "p", props: { children: "x" } }]);
    const pragma = await kernel.run(
      "/** @browser @jsx h */\nconst h = (...all: unknown[]): any => all.join('|');\nelement.append(<p>x</p>);",
    );
    expect((await drawn(pragma)).appended).to.deep.equal(["p||x"]);
  });

  it("is completed and inspected as what it is", async () => {
    const code = "/** @browser */\ndocument.create";
    const completed = await kernel.request("complete_request", { code, cursor_pos: code.length });
    expect(completed.reply.matches).to.include("createElement").and.not.include("constructor");
    const asked = "/** @browser */\nelement";
    const { reply } = await kernel.request("inspect_request", {
      code: asked,
      cursor_pos: 20,
      detail_level: 0,
    });
    expect(reply.data["text/plain"]).to.include("element: HTMLElement");
  });

  it("leaves no process behind", async () => {
    await kernel.run("/** @browser */\nelement.append('x')");
    // It is told to end before the cell does, and takes a moment.
    const left = `const { execSync } = require("node:child_process"); let left = true;
      for (let tries = 0; left && tries < 50; tries++) {
        left = execSync("ps -o args= --ppid " + process.pid).toString().includes("esbuild");
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      left`;
    expect(await kernel.value(left)).to.equal("false");
  });
});
