// Cells of text and of code as HTML.
import { expect } from "chai";
import { fromSource } from "../../../source.ts";

type Markdown = typeof import("../../../../kernel-ext/lab/site/markdown.mjs");
type Highlight = typeof import("../../../../kernel-ext/lab/site/highlight.mjs");
type Html = typeof import("../../../../kernel-ext/lab/site/html.mjs");

describe("the site's text", () => {
  let markdown: Markdown;
  let highlight: Highlight;
  let html: Html;
  before(async () => {
    markdown = await fromSource<Markdown>("lab/site/markdown.mjs");
    highlight = await fromSource<Highlight>("lab/site/highlight.mjs");
    html = await fromSource<Html>("lab/site/html.mjs");
  });

  const place = (ids = new Set<string>()) => ({
    where: "01.ipynb, cell “a”",
    ids,
    pages: new Set(["04-rates.html"]),
  });
  const whole = (source: string): string =>
    markdown
      .parts(source, place())
      .map((part) => part.html)
      .join("");

  it("typesets formulas to look at and to be read out, and leaves Markdown out of them", () => {
    const made = whole(
      "Let $a_1 * b_2 * c$ be, and\n\n$$\\sum_i |x_i|$$\n\n| a | b |\n|---|---|\n| $|x|$ | 2 |\n",
    );
    expect(made.match(/<math /g)).to.have.length(3);
    expect(made).to.include('class="katex-display"').and.not.include("<em>");
    expect(made).to.match(/<td>.*<math .*<\/td><td>2<\/td>/s);
    expect(made).not.to.match(/\$|[\uE000\uE001]/);
  });

  it("keeps the full stop after a formula with it, and out of what is searched", () => {
    const [part] = markdown.parts("It is $x$. So ($y$).", place());
    expect(part?.html.match(/<\/span>&#8288;[.)]/g)).to.have.length(2);
    expect(part?.text).to.equal("It is x. So (y).");
  });

  it("takes no formula out of code, prices and escaped signs", () => {
    const made = whole("`$x$` costs $5 and $10, or \\$3.\n\n```sh\necho $HOME $PATH$\n```\n");
    expect(made).not.to.include("katex");
    expect(made).to.include("<code>$x$</code>").and.include("$5 and $10").and.include("echo $HOME $PATH$");
  });

  it("names the lesson, the cell and the formula that cannot be typeset", () => {
    expect(() => whole("Here $\\frac{1}{$ is.")).to.throw(
      /^01\.ipynb, cell “a”: the formula “\\frac\{1\}\{” cannot be typeset \(.+\)$/,
    );
    expect(() => whole("$$\\nosuchcommand$$")).to.throw("nosuchcommand");
  });

  it("gives each heading an id of its own, and its words to the search", () => {
    const ids = new Set(["over"]);
    const [lead, first, second] = markdown.parts(
      "Lead.\n\n## Over $z$\n\nOne <b>word</b>.\n\n## Over\n\nTwo & more.",
      place(ids),
    );
    expect(lead).to.deep.include({ heading: undefined, text: "Lead." });
    expect(first?.heading).to.include({ id: "over-z", level: 2, text: "Over z" });
    expect(first?.text).to.equal("One word.");
    expect(second?.heading?.id).to.equal("over-2");
    expect(second?.text).to.equal("Two & more.");
  });

  it("links to other lessons' pages and out, and to nothing that only a clone has", () => {
    expect(
      whole("[a](04-rates.ipynb#momentum) [b](https://example.org) [c](../lib/ops/softmax.ts)"),
    ).to.equal('<p><a href="04-rates.html#momentum">a</a> <a href="https://example.org">b</a> c</p>\n');
  });

  it("refuses a picture that would need the network or the clone", () => {
    expect(() => whole("![x](https://example.org/x.png)")).to.throw("is not in the notebook");
    expect(whole("![a dot](data:image/png;base64,AAAA)")).to.include('alt="a dot"');
  });

  it("takes a lead's first sentences", () => {
    const lead = "# 1 · Title\n\nOne of $e^x$. Is it two? Three.\n\nMore.";
    const made = markdown.firstSentences(lead, 15, place());
    expect(html.textOf(made.replace(/<annotation.*?<\/annotation>/g, ""))).to.match(
      /^One of .* Is it two\?$/,
    );
  });

  it("colours TypeScript, and changes nothing of it", () => {
    const source =
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code, in a string
      'const half = (x: number): string => `${x / 2} and ${{ a: "}" }.a}`; // a / b\nArray.from(type).of(/[/"]+/g.test(s) ? 1e-3 : 2n);\nfor (const [of] of [[1]]) await of;';
    const made = highlight.highlighted(source);
    expect(html.textOf(made)).to.equal(source.replace(/\s+/g, " "));
    const spans = (name: string): string[] =>
      [...made.matchAll(new RegExp(`<span class="hl-${name}">(.*?)</span>`, "g"))].map((match) =>
        html.textOf(match[1]!),
      );
    expect(spans("k")).to.deep.equal(["const", "number", "string", "for", "const", "of", "await"]);
    expect(spans("c")).to.deep.equal(["// a / b"]);
    expect(spans("n")).to.deep.equal(["2", "1e-3", "2n", "1"]);
    expect(spans("s")).to.include('/[/"]+/g').and.include('"}"');
  });

  it("escapes code of other languages", () => {
    expect(whole("```html\n<b>&\n```")).to.include("<code>&lt;b&gt;&amp;</code>");
  });
});
