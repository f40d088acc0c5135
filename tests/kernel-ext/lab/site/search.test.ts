import { expect } from "chai";
import type { Section } from "../../../../kernel-ext/lab/site/client/search.mjs";
import { fromSource } from "../../../source.ts";

type Search = typeof import("../../../../kernel-ext/lab/site/client/search.mjs");

describe("the site's search", () => {
  let lib: Search;
  before(async () => {
    lib = await fromSource<Search>("lab/site/client/search.mjs");
  });

  const section = (heading: string, text: string, code = "", lesson = "1 · Losses"): Section => ({
    page: "01.html",
    lesson,
    heading,
    id: heading,
    text,
    code,
  });
  const SECTIONS = [
    section("Temperature", "Divide the logits before softmax. Entropy grows with the temperature."),
    section("Cross-entropy", "How surprised a prediction is."),
    section("Practice", "Three functions.", "crossEntropy(z, labels) + naïveBayes(x)"),
    section(
      "Dropout",
      "Each unit is left out now and then; the cross is on the map.",
      "",
      "7 · Regularization",
    ),
  ];
  const found = (query: string): string[] =>
    lib
      .searchOver(SECTIONS)
      .find(query)
      .map(({ section: one }) => one.heading);

  it("puts headings before text, and text before code", () => {
    expect(found("entropy")).to.deep.equal(["Cross-entropy", "Temperature", "Practice"]);
  });

  it("finds a word by its beginning, a name by its parts, and neither case nor accents matter", () => {
    expect(found("temper")).to.deep.equal(["Temperature"]);
    expect(found("CROSSENTROPY")).to.deep.equal(["Practice"]);
    expect(found("naive")).to.deep.equal(["Practice"]);
    expect(found("regulari")).to.deep.equal(["Dropout"]);
  });

  it("wants every word, however they are joined", () => {
    expect(found("cross-entropy")).to.deep.equal(["Cross-entropy", "Practice"]);
    expect(found("cross map")).to.deep.equal(["Dropout"]);
    expect(found("cross zebra")).to.deep.equal([]);
  });

  it("finds nothing for nothing, and for signs alone", () => {
    expect(found("")).to.deep.equal([]);
    expect(found("() => *")).to.deep.equal([]);
  });

  it("shows the words where they stand", () => {
    const long = `${"word ".repeat(100)}and the softmaxes of it ${"end ".repeat(100)}`;
    const pieces = lib.snippet(long, "Softmax");
    expect(pieces.filter(({ marked }) => marked)).to.deep.equal([{ text: "softmaxes", marked: true }]);
    expect(pieces[0]?.text).to.equal("… ");
    expect(pieces.at(-1)?.text).to.equal(" …");
    expect(pieces.map(({ text }) => text).join("").length).to.be.below(170);
    const both = `softmax alone ${"word ".repeat(60)}the hierarchical softmax`;
    expect(
      lib
        .snippet(both, "soft hier")
        .map(({ text }) => text)
        .join(""),
    ).to.include("the hierarchical softmax");
    expect(lib.snippet("short", "zebra")).to.deep.equal([{ text: "short", marked: false }]);
  });
});
