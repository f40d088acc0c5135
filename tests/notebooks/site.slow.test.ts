// What `npm run site` says and does where a lesson does not run to its end.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { fromSource } from "../source.ts";

type Site = typeof import("../../kernel-ext/lab/site/site.mjs");
type Notebooks = typeof import("../../kernel-ext/lab/notebooks.mjs");

describe("the site of a lesson", function () {
  this.timeout(120_000);
  const name = `tried-site-${process.pid}.ipynb`;
  let lib: Site;
  let executed: string;
  let place: string;
  let path: string;
  let folder: string;
  let said: string[];
  before(async () => {
    lib = await fromSource<Site>("lab/site/site.mjs");
    executed = join((await fromSource<Notebooks>("lab/notebooks.mjs")).executedFolder(), name);
    place = mkdtempSync(join(tmpdir(), "site é "));
    path = join(place, name);
    folder = join(place, "site");
  });
  beforeEach(() => {
    said = [];
  });
  after(() => {
    rmSync(place, { recursive: true, force: true });
    rmSync(executed, { force: true });
  });

  const write = (source: string): void => {
    const about = { metadata: {}, id: "one", cell_type: "code", execution_count: null, outputs: [], source };
    const lead = { metadata: {}, id: "lead", cell_type: "markdown", source: "# 1 · Tried\n\nDoes it run?" };
    writeFileSync(
      path,
      JSON.stringify({ cells: [lead, about], metadata: {}, nbformat: 4, nbformat_minor: 5 }),
    );
  };
  const screen = { say: (line: string) => void said.push(line), progress: () => {}, clear: () => {} };
  const make = (): Promise<number> => lib.makeSite(screen, folder, [path]);

  it("names the lesson and the cell that fails, and leaves the older site as it was", async () => {
    mkdirSync(folder);
    writeFileSync(join(folder, "index.html"), "older");
    write("throw new RangeError('no good')");
    expect(await make()).to.equal(1);
    expect(said.join("\n")).to.include(`✗ ${name}: cell “one” ends with RangeError: no good`);
    expect(said.at(-1)).to.match(/^No site was made, .* → npm run site$/);
    expect(readFileSync(join(folder, "index.html"), "utf8")).to.equal("older");
  });

  it("runs the lesson again when it is mended, and not when nothing has changed", async () => {
    write("6 * 7");
    expect(await make(), said.join("\n")).to.equal(0);
    expect(said[0]).to.equal("1 lesson of 1 to run first");
    expect(readFileSync(join(folder, name.replace(".ipynb", ".html")), "utf8")).to.include(">42</pre>");
    expect(existsSync(join(folder, "assets", "plotly.js")), "a site without figures").to.equal(false);
    said = [];
    expect(await make()).to.equal(0);
    expect(said).to.have.length(1);
    expect(said[0]).to.match(/has 1 lesson, 0 figures, \d+ kB, made in/);
  });

  it("says in a line that its folder cannot be written, and what helps", async () => {
    const file = join(place, "a file");
    writeFileSync(file, "");
    const failure = await lib.makeSite(screen, join(file, "site"), [path]).catch((error: unknown) => error);
    expect(String(failure)).to.match(/^Something failed while the site was written: .* → npm run site$/);
  });

  it("runs it again where what it left is damaged", async () => {
    writeFileSync(executed, "{");
    expect(await make()).to.equal(0);
    expect(said[0]).to.equal("1 lesson of 1 to run first");
    expect(readdirSync(place).filter((file) => file.endsWith(".part"))).to.deep.equal([]);
  });
});
