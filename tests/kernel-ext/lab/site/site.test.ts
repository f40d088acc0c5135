// The site as a whole, of lessons made up for it: what is on its pages, and what must not be.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { fromSource, ROOT } from "../../../source.ts";
import { CLAIMS, code, exercise, folded, notebook, PLOTLY, printed, ran, result, text } from "./made.ts";

type Site = typeof import("../../../../kernel-ext/lab/site/site.mjs");
type Lesson = typeof import("../../../../kernel-ext/lab/site/lesson.mjs");

describe("the site", function () {
  this.timeout(90_000);
  let lib: Site;
  let files: ReadonlyMap<string, string>;
  before(async () => {
    lib = await fromSource<Site>("lab/site/site.mjs");
    ({ files } = await lib.filesOf(LESSONS));
  });
  const page = (name: string): string =>
    files.get(name) ?? expect.fail(`no ${name} among ${[...files.keys()]}`);

  it("has a page for the course, for each lesson and for the claims, and each thing they share once", () => {
    expect([...files.keys()].sort()).to.deep.equal([
      "01-sums.html",
      "04-rates.html",
      "assets/math.css",
      "assets/plotly.js",
      "assets/search-index.js",
      "assets/site.css",
      "assets/site.js",
      "claims.html",
      "index.html",
    ]);
    expect(page("assets/math.css")).not.to.match(/url\((?!data:)/);
  });

  it("lists the lessons with number, lead, exercises and points", () => {
    const course = page("index.html");
    expect(course).to.match(
      />1<.*<a href="01-sums.html">Sums<\/a>.*What is a sum\? We &lt;add&gt;: .*one more\..*2 exercises, 7 points/s,
    );
    expect(course).not.to.include("And more.");
    expect(course).to.match(/<a href="04-rates.html">Rates<\/a>.*no exercises/s);
    expect(course).to.include("2 lessons · 1 figure · 2 exercises with 7 points");
  });

  it("shows no solution, no hidden test, no planted answer, and nothing that they put out", () => {
    for (const [name, content] of files) {
      if (/plotly|math/.test(name)) continue;
      const words = content.replace(/\\"|&quot;/g, '"').replace(/<[^>]*>/g, "");
      for (const secret of [
        "secretIngredient",
        "as long as its ingredient",
        "hidden(",
        "planted in",
        "printed by the solution",
        "Solved: ",
        "SOLUTION",
      ])
        expect(words.includes(secret), `${secret} in ${name}`).to.equal(false);
    }
    const lesson = page("01-sums.html");
    expect(lesson).to.include("Your code here.").and.include("Yours to write (4 points)");
    expect(lesson.match(/npm run lab/g)).to.have.length(1);
  });

  it("refuses to be made where another cell gives a solution away", async () => {
    const told = code("told", "1", printed('  const secretIngredient = "of dough & co";\n'));
    const failure = await lib
      .filesOf([ran("01-sums.ipynb", text("lead", "# 1 · Sums"), ...exercise("dough", 4), told)])
      .catch((error: Error) => error);
    expect(failure)
      .to.be.instanceOf(Error)
      .with.property("message")
      .that.includes("a hidden test of 01-sums.ipynb");
  });

  it("shows what cells gave: text escaped, HTML as it is, pictures with words, figures as data", () => {
    const lesson = page("01-sums.html");
    expect(lesson).to.include("one &lt;b&gt;\ntwo</pre>");
    expect(lesson).to.include('<pre class="out stderr"').and.include("careful");
    expect(lesson).to.include("<table><tr><td>made</td></tr></table>");
    expect(lesson).to.include('<img src="data:image/png;base64,iVBORw0KGgo=" alt="Picture: a dot">');
    expect(lesson).to.match(/<img src="data:image\/svg\+xml;base64,[\w+/=]+" alt="Picture: a circle">/);
    const figures = [
      ...lesson.matchAll(
        /<figure class="plot" aria-label="(.*?)".*?<script type="application\/json">(.*?)<\/script>/g,
      ),
    ];
    expect(figures).to.have.length(1);
    expect(figures[0]?.[1]).to.equal("Figure: loss &lt; 1");
    expect(JSON.parse(figures[0]?.[2] ?? "")).to.deep.equal(FIGURE);
    expect(lesson).to.include("the kernel says");
    expect(lesson).not.to.include("\u001b");
  });

  it("folds imports, and cells that are folded in the lesson; what came out stays in view", () => {
    const [, cell = ""] =
      /(<div class="cell" id="cell-claims">[\s\S]*?<\/details>[\s\S]*?<\/div>)/.exec(page("01-sums.html")) ??
      [];
    expect(cell).to.match(/^<div[^>]*><details class="folded"><summary>How it was measured<\/summary><pre/);
    expect(page("01-sums.html")).to.include('<details class="folded"><summary>Imports</summary>');
    expect(cell.split("</details>")[1]).to.include("outputs");
  });

  it("lists the claims by course, with the way back to what measured them", () => {
    const claims = page("claims.html");
    expect(claims).to.match(
      /<h2 id="stanford">Stanford<\/h2>.*“Sums &amp; such grow\.”.*href="01-sums.html#cell-claims"/s,
    );
    expect(claims).to.match(/data-verdict="holds-in-part"[^>]*>holds in part <span>1</);
    expect(page("01-sums.html")).to.include('<article class="claim holds-in-part">');
  });

  it("has landmarks, a way past the bar, one title a page, links that lead somewhere, and ids only once", () => {
    for (const [name, html] of files) {
      if (!name.endsWith(".html")) continue;
      for (const landmark of [
        "<main ",
        "<header ",
        "<footer>",
        'class="skip" href="#content"',
        '<html lang="en">',
      ])
        expect(html.split(landmark), `${landmark} of ${name}`).to.have.length(2);
      expect(html.match(/<h1/g), name).to.have.length(1);
      const ids = [...html.matchAll(/ id="([^"]*)"/g)].map((match) => match[1]);
      expect(ids, name).to.deep.equal([...new Set(ids)]);
      for (const [, target = ""] of html.matchAll(/(?:href|src)="(?!https?:|data:)([^"]*)"/g)) {
        const [file, id] = target.split("#");
        const other = file ? page(file) : html;
        if (id) expect(other, `${target} from ${name}`).to.include(` id="${id}"`);
      }
    }
    expect(page("01-sums.html")).to.include('<a rel="next" href="04-rates.html">');
    expect(page("04-rates.html")).to.include('<a rel="prev" href="01-sums.html">');
  });

  it("needs nothing from a network, and tells nobody where it was made", () => {
    for (const [name, content] of files) {
      expect(content.includes(ROOT), name).to.equal(false);
      if (name.endsWith(".html")) expect(content, name).not.to.match(/(src|<link[^>]*href)="(https?:)?\/\//);
    }
    expect(page("01-sums.html")).to.include("read from lib/ops/sum.ts");
  });

  it("is the same each time", async () => {
    const again = (await lib.filesOf(LESSONS)).files;
    for (const [name, content] of files) expect(again.get(name) === content, name).to.equal(true);
  });

  it("replaces an older one whole, or leaves it as it was", () => {
    const place = mkdtempSync(join(tmpdir(), "site é "));
    try {
      const folder = join(place, "site");
      lib.writeFolder(
        folder,
        new Map([
          ["a.html", "old"],
          ["assets/x.js", "1"],
        ]),
      );
      lib.writeFolder(folder, new Map([["a.html", "new"]]));
      expect(readdirSync(folder)).to.deep.equal(["a.html"]);
      // A file where a folder should be: the writing ends in the middle.
      const broken = new Map([
        ["a.html", "newest"],
        ["a.html/b.html", "2"],
      ]);
      expect(() => lib.writeFolder(folder, broken)).to.throw();
      expect(readFileSync(join(folder, "a.html"), "utf8")).to.equal("new");
      expect(readdirSync(place)).to.deep.equal(["site"]);
      expect(existsSync(join(folder, "assets"))).to.equal(false);
    } finally {
      rmSync(place, { recursive: true, force: true });
    }
  });
});

describe("a lesson that has run", () => {
  let lib: Lesson;
  before(async () => {
    lib = await fromSource<Lesson>("lab/site/lesson.mjs");
  });
  const { source, executed } = ran(
    "01-sums.ipynb",
    text("lead", "# 1 · Sums"),
    code("one", "1 + 1", result({ "text/plain": "2" })),
  );

  it("is shown where it is the lesson as it stands, run to its end", () => {
    expect(lib.flaw(source, executed)).to.equal(undefined);
  });

  it("is not where a cell has changed, was not run or has ended with an error", () => {
    const changed = notebook(source.cells[0]!, code("one", "1 + 2"));
    expect(lib.flaw(changed, executed)).to.equal("cell “one” was not run as it stands now");
    const waiting = notebook(source.cells[0]!, { ...executed.cells[1]!, execution_count: null });
    expect(lib.flaw(source, waiting)).to.equal("cell “one” was not run");
    const error = { output_type: "error", ename: "RangeError", evalue: "too much\nof it", traceback: [] };
    const failed = notebook(source.cells[0]!, code("one", "1 + 1", error));
    expect(lib.flaw(source, failed)).to.equal("cell “one” ends with RangeError: too much");
  });

  it("needs a title", () => {
    const untitled = ran("01-sums.ipynb", text("lead", "No title."));
    expect(() => lib.lessonOf("01-sums.ipynb", untitled.source, untitled.executed)).to.throw(
      "01-sums.ipynb does not begin with a title",
    );
  });
});

const FIGURE = {
  data: [{ type: "scatter", y: [1, 2], name: "</script><!--" }],
  layout: { title: { text: "loss" }, height: 300 },
};

const LESSONS = [
  ran(
    "01-sums.ipynb",
    text(
      "lead",
      "# 1 · Sums\n\nWhat is a sum? We &lt;add&gt;: one number and another, however many there are, in the order in which they come, and then one more. And more.\n\nSee [rates](04-rates.ipynb).",
    ),
    code("imports", 'import { sum } from "gradbook";'),
    text("formula", "## The formula\n\n$$s = \\sum_i x_i$$"),
    code("prints", "print()", printed("one <b>\n"), printed("two\n"), printed("careful\n", "stderr")),
    code(
      "html",
      "table()",
      result({ "text/html": "<table><tr><td>made</td></tr></table>", "text/plain": "made" }),
    ),
    code("png", "dot()", result({ "image/png": "iVBORw0KGgo=\n", "text/plain": "Picture: a dot" })),
    code(
      "svg",
      "circle()",
      result({ "image/svg+xml": "<svg onload='alert(1)'></svg>", "text/plain": "Picture: a circle" }),
    ),
    code("figure", "figure()", result({ [PLOTLY]: FIGURE, "text/plain": "Figure: loss < 1" })),
    code("colours", "warn()", printed("\u001b[31mthe kernel says\u001b[0m")),
    code("path", "path()", printed(`read from ${ROOT}/lib/ops/sum.ts`)),
    folded(
      "claims",
      "claims()",
      result({
        [CLAIMS]: [
          {
            course: "Stanford",
            topic: "sums",
            says: "Sums & such grow.",
            measured: "2 of 3 did",
            verdict: "holds in part",
          },
        ],
        "text/plain": "claims",
      }),
    ),
    text("now-you", "## Now you\n\n### 1 · Dough"),
    ...exercise("dough", 4),
    text("second", "### 2 · Batter"),
    ...exercise("batter", 3),
  ),
  ran(
    "04-rates.ipynb",
    text("lead", "# 4 · Rates\n\nHow fast?"),
    code("one", "1 + 1", result({ "text/plain": "2" })),
  ),
];
