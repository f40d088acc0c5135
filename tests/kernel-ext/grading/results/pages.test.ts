import { expect } from "chai";
import { feedbackPage } from "../../../../kernel-ext/grading/results/feedback.ts";
import { cleanSvg } from "../../../../kernel-ext/grading/results/picture.ts";
import { limitWords } from "../../../../kernel-ext/grading/results/seen.ts";
import { statistics } from "../../../../kernel-ext/grading/results/statistics.ts";
import { summaryCsv, summaryPage } from "../../../../kernel-ext/grading/results/summary.ts";
import { cleaned, readable } from "../../../../kernel-ext/grading/results/text.ts";
import { ada, assignment, ben, cleo, dan, eve, exercise, mallory, result, results, SECRET } from "./class.ts";

/** What a reader sees, on one line. */
const words = (html: string): string =>
  html
    .replace(/<style>[\s\S]*?<\/style>/, "")
    .replace(/<[^>]+>/g, " ")
    .replace(/&#39;/g, "'")
    .replace(/&quot;/g, '"')
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/\s+/g, " ");

describe("A student's feedback", () => {
  const page = (of: typeof ada): string => words(feedbackPage(of, assignment));

  it("gives the points by exercise and in all, extra points named", () => {
    expect(page(ada))
      .to.include("12 of 10 points")
      .and.include("stable softmax 4 of 4 ✓ solved")
      .and.include("2 of 2 extra ✓ solved");
    expect(page(ben))
      .to.include("stable softmax 1 of 4 ◐ in part")
      .and.include("bonus 0 of 2 extra ✗ not solved");
  });

  it("says of each failed test what was called, what came, and what is wrong", () => {
    expect(page(cleo))
      .to.include("softmax([1, 2]) gave [1, 2]")
      .and.include("divide by <their> sum.")
      .and.include("softmax([1000, 0]) gave [NaN, 0]");
  });

  it("says of a hidden test its points and whether it passed, and nothing else", () => {
    for (const one of results) {
      const html = feedbackPage(one, assignment);
      expect(html.toLowerCase()).not.to.include(SECRET.toLowerCase());
    }
    expect(page(ben)).to.include("a hidden test 2 points ✗ failed");
    expect(page(cleo)).to.include("It failed a hidden test.");
  });

  it("shows what answers printed when tests called them only where no test is hidden, not even in the source", () => {
    const printing = { printed: "from the cell", printedInTests: "from a test" };
    const all = [exercise("cross-entropy-check", 2, printing), exercise("beam-check", 1, printing)];
    const [, open = "", closed = ""] = feedbackPage(result("x", all), assignment).split('<h2 id="exercise-');
    expect(open).to.include("from the cell\nfrom a test");
    expect(closed).to.include("from the cell").and.not.include("from a test");
  });

  it("points at the student's own line with a caret, in a long line too", () => {
    const html = feedbackPage(cleo, assignment);
    expect(html).to.include(
      `3 │   const largest: number = &quot;many&quot;;\n<span aria-hidden="true">  │ ${" ".repeat(21)}<span class="caret">^`,
    );
    const lines = html.replace(/<[^>]+>/g, "").split("\n");
    const long = lines.find((line) => line.startsWith("12 │ …"))!;
    const caret = lines[lines.indexOf(long) + 1]!;
    expect(long.slice(caret.indexOf("^")), "what the caret stands under").to.match(/^logitz;/);
  });

  it("says which limit was hit, in words that help", () => {
    expect(page(cleo)).to.include("Your answer ran longer than 2.5 s: is there a loop that does not end?");
    for (const limit of ["memory", "processes", "files", "output"] as const)
      expect(page(dan)).to.include(limitWords(limit, 10));
  });

  it("says that a person will grade an answer in words, and shows it", () => {
    expect(page(ben))
      .to.include("so far: a person will grade one more answer")
      .and.include("Because **exp** overflows.");
    expect(page(cleo)).to.include("There is nothing in it.");
  });

  it("says why nothing could be graded, and what was noted", () => {
    expect(page(eve)).to.include("It could not be graded. eve.ipynb is not JSON");
    expect(page(cleo)).to.include("A byte order mark was taken away.");
  });

  it("says nothing of the sandbox, which is the lecturer's concern", () => {
    expect(page(dan)).not.to.match(/sandbox/i);
  });

  it("is one file that asks for nothing and runs nothing", () => {
    for (const one of results) {
      const html = feedbackPage(one, assignment);
      expect(html).not.to.match(/<(?:script|link|iframe)|<[^>]*\s(?:src|href)="(?!data:|#)/i);
      expect(html.replace(/"[^"]*"/g, '""'), "no element has a listener").not.to.match(/<[^>]*\son\w+=/i);
      expect(html).to.include("default-src 'none'");
    }
  });

  it("stays small and readable, whatever a submission says", () => {
    const html = feedbackPage(mallory, assignment);
    expect(html.length).to.be.lessThan(150_000);
    expect(html).not.to.match(/(?![\t\n])\p{Cc}|\u202e|\p{Surrogate}/u);
    expect(html).to.include("&lt;/pre&gt;&lt;/td&gt;&lt;script&gt;").and.include("more characters)");
  });

  it("is the same page for the same result", () => {
    expect(feedbackPage(cleo, assignment)).to.equal(feedbackPage(cleo, assignment));
  });
});

describe("A drawing of an answer's", () => {
  it("keeps what draws, and loses what runs or fetches", () => {
    const clean = cleanSvg(
      `<?xml version="1.0"?><svg viewBox="0 0 9 9" onload="x()"><style>@import "http://e"</style><a href="javascript:x()"><text x="1">a &amp; b < c</text></a><rect fill="url(#g)" stroke="url(http://e)" style="fill:red"/><use xlink:href="http://e#x"/><use href="#g"/><image href="x"/><script>if (a<b) "</svg>"</script><path d="M0 0"/></svg><svg onload="y()"/>`,
    );
    expect(clean).to.equal(
      `<svg viewBox="0 0 9 9" xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><text x="1">a &amp; b &lt; c</text><rect fill="url(#g)" style="fill:red"/><use/><use href="#g"/><path d="M0 0"/></svg>`,
    );
  });

  it("is none where it is no SVG, or a huge one", () => {
    expect(cleanSvg("<p>no</p>")).to.equal(undefined);
    expect(cleanSvg(`<svg>${"<g>".repeat(500_000)}</svg>`)).to.equal(undefined);
  });

  it("takes no time to be cleaned, however it is made", () => {
    const evil = [
      "<!--",
      "<![CDATA[",
      "<!x",
      "<a '",
      '<a "',
      "<g ",
      "<!---->",
      "a",
      '""',
      "<script>",
      "url(",
    ];
    const started = performance.now();
    for (const part of evil) {
      const many = part.repeat(400_000 / part.length);
      for (const svg of [many, `<svg>${many}`, `<svg ${many}/>`, `<svg x="${many}"/>`, `<svg><text>${many}`])
        cleanSvg(svg);
    }
    // 55 drawings of 400,000 characters; where one were looked at again and again, it would be minutes.
    expect(performance.now() - started).to.be.lessThan(15_000);
  });

  it("ends what it begins, where the drawing does not", () => {
    expect(cleanSvg("<svg><g><text>a")).to.match(/<text>a<\/text><\/g><\/svg>$/);
  });
});

describe("A class's summary", () => {
  it("has mean, median, spread and a bin for each point", () => {
    const { mean, median, lowest, highest, bins } = statistics(results, assignment);
    // 12, 4, 0, 0, 0 and 1.
    expect({ mean, median, lowest, highest }).to.deep.equal({
      mean: 17 / 6,
      median: 0.5,
      lowest: 0,
      highest: 12,
    });
    expect(bins.map(({ number }) => number)).to.deep.equal([3, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1]);
  });

  it("says of each exercise who solved it, what they got on average, and who waits", () => {
    const { exercises } = statistics(results, assignment);
    const shown = exercises.map(({ id, graded, solved, mean, waiting }) => ({
      id,
      graded,
      solved,
      mean,
      waiting,
    }));
    expect(shown).to.deep.include({
      id: "stable-softmax-check",
      graded: 5,
      solved: 1,
      mean: 1.2,
      waiting: 0,
    });
    expect(shown).to.deep.include({ id: "why-shift", graded: 2, solved: 1, mean: 1.5, waiting: 3 });
  });

  it("groups failures by their words, a submission once, and type errors by their code", () => {
    const wrong = (name: string): typeof ada =>
      result(name, [
        exercise("stable-softmax-check", 0, {
          outcomes: [{ title: "sums", points: 1, passed: false, hidden: false, problem: "No sum." }],
          problems: [`a`, `b${name}`].map((text) => ({
            cell: "c",
            line: 1,
            column: 1,
            text,
            message: `TS2304: Cannot find name '${text}'.`,
          })),
        }),
      ]);
    const { failures } = statistics([wrong("x"), wrong("y"), wrong("z")], assignment);
    expect(failures).to.deep.equal([
      { exercise: "stable softmax", words: "TS2304: Cannot find name ‘…’.", number: 3, hidden: false },
      { exercise: "stable softmax", words: "sums: No sum.", number: 3, hidden: false },
    ]);
  });

  it("names who waits, what could not be graded, the slowest, and who ran without a sandbox", () => {
    const html = words(summaryPage(results, assignment));
    expect(html)
      .to.include("Hur, Ben (ben) why shift")
      .and.include("eve eve.ipynb is not JSON")
      .and.include("cleo 12.25")
      .and.include("1 submission ran without a sandbox");
  });

  it("holds for a class of none", () => {
    expect(words(summaryPage([], assignment))).to.include("There are no submissions.");
    expect(summaryCsv([], assignment).split("\r\n")[1]).to.equal("Mean,,,,,,,,,");
  });

  it("comes as a table with a column for each exercise, that a spreadsheet reads and does not compute", () => {
    const table = summaryCsv(results, assignment);
    expect(table).to.match(/^\ufeffStudent,Name,Email,Points,To reach,stable softmax \(4\),/);
    expect(table).to.include("ada,Ada Lovelace,ada@example.org,12,10,4,2,2,3,1,done,0.9,bwrap,,\r\n");
    expect(table).to.include("\"'=HYPERLINK(").and.include(",'@SUM(1+1),");
  });

  it("stays readable, whatever submissions say", () => {
    const html = summaryPage(results, assignment);
    expect(html.length).to.be.lessThan(100_000);
    expect(html).not.to.match(/<script|<img|(?![\t\n])\p{Cc}|\u202e/u);
  });
});

describe("A text that comes from an answer", () => {
  it("loses its escape sequences, and shows what cannot be seen", () => {
    expect(
      cleaned("\u001b[31mred\u001b[0m \u001b]8;;x\u0007link\u001b]8;;\u001b\\ a\u0000b\r\nc\ud800 \u202e"),
    ).to.equal("red link a␀b\nc� \\u202e");
  });

  it("is cut, and says by how much", () => {
    expect(readable("a".repeat(1_000_010), 10)).to.equal("aaaaaaaaaa… (1,000,000 more characters)");
    expect(readable("😀".repeat(9), 3)).to.match(/^😀… /);
  });
});
