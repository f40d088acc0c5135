import { inspect } from "node:util";
import { expect } from "chai";
import { checksOf } from "../../../kernel-ext/grading/check.ts";
import { difference } from "../../../kernel-ext/grading/difference.ts";
import { type Exercise, test } from "../../../kernel-ext/grading/exercise.ts";
import { callText, valueText } from "../../../kernel-ext/grading/values.ts";
import { tensor } from "../../../lib/index.ts";

type Halve = (xs: number[]) => unknown;

const halving: Exercise<{ halve: Halve }> = {
  points: 4,
  hints: ["Look at each number.", "Divide each by 2."],
  tests: [
    test("halves", 1, ({ halve }, expect) => {
      expect.like(halve([2, 4]), [1, 2], { mistakes: { "You doubled <them>.": [4, 8] } });
    }),
    test("takes none", 1, ({ halve }, expect) => expect.like(halve([]), [])),
    test("minds no number", 1, ({ halve }, expect) => {
      expect.throws(() => halve(["a"] as never), "A text cannot be halved, and was.");
    }),
  ],
};
const { check, hint, hidden } = checksOf({ halving });
const right: Halve = (xs) =>
  xs.map((x) => {
    if (typeof x !== "number") throw new TypeError("no number");
    return x / 2;
  });

describe("An exercise's check", () => {
  const said = (halve: Halve): string => inspect(check("halving", { halve }));

  it("gives the points of the tests that pass, and says which", () => {
    const report = check("halving", { halve: right });
    expect(report.verdict.earned).to.equal(3);
    expect(String(report)).to.equal(
      "Solved: halving, 3 points; 1 point more by tests that are not shown\n  ✓ halves\n  ✓ takes none\n  ✓ minds no number",
    );
  });

  it("explains the first that fails: what was called, what came, what is wrong; and not what was wanted", () => {
    expect(said((xs) => xs.map((x) => 2 * x))).to.equal(
      [
        "halving: 1 of 3 points; 1 point more by tests that are not shown",
        "  ✗ halves",
        "      halve([2, 4]) gave [4, 8]",
        "      You doubled <them>.",
        "  ✓ takes none",
        "  ✗ minds no number",
        '  There are 2 hints: hint("halving")',
      ].join("\n"),
    );
  });

  it("shows it as a page that opens a hint at a time, every text escaped", () => {
    const html = check("halving", { halve: (xs) => xs.map((x) => 2 * x) }).toHtml();
    expect(html)
      .to.include("You doubled &lt;them&gt;.")
      .and.to.include("A hint</summary>".replace("</summary>", " (1 of 2)"));
    expect(html.indexOf("Divide each by 2.")).to.be.greaterThan(html.indexOf("Another hint (2 of 2)"));
    expect(html).not.to.include("[1, 2]");
  });

  it("is the points alone as plain text, which nbgrader reads", () => {
    const plain = (halve: Halve): string | undefined => {
      const report = check("halving", { halve });
      const look = Reflect.get(report, Symbol.for("Jupyter.display")) as () => Record<string, string>;
      return look.call(report)["text/plain"];
    };
    expect(plain(() => [])).to.equal("1");
    expect(plain(right), "nothing is wrong as far as the student's tests can tell").to.equal("4");
  });

  for (const [what, halve, words] of [
    [
      "a stub",
      () => {
        throw new Error("not written yet");
      },
      "It is not written yet.",
    ],
    [
      "an error",
      () => {
        throw new RangeError("too far");
      },
      "It threw RangeError: too far",
    ],
    [
      "a thrown text",
      () => {
        throw "x";
      },
      'It threw "x".',
    ],
    ["nothing", () => {}, "Nothing came back: is there a `return`?"],
    ["a promise", async () => [1, 2], "numbers should come back, and a promise did."],
    ["one number", () => 1, "Many numbers should come back, and not one."],
    ["a changed argument", (xs: number[]) => xs.map((x, i) => (xs[i] = x / 2)), "It changed its argument 1"],
    ["other lengths", () => [1, 2, 3], "Its shape is [3], and should be [2]."],
  ] as const) {
    it(`says in words what is wrong with ${what}`, () => {
      expect(said(halve as Halve)).to.include(words);
    });
  }

  it("minds what is no function", () => {
    expect(said(7 as never)).to.include("halve should be a function, and is 7.");
  });

  it("gives a hint after the other, and the last one again", () => {
    expect([1, 2, 3].map(() => hint("halving"))).to.deep.equal([
      "1 of 2: Look at each number.",
      "2 of 2: Divide each by 2.",
      "2 of 2: Divide each by 2.",
    ]);
  });

  it("says of a hidden test only whether it passes", () => {
    const own = checksOf({ halving });
    own.hidden("halving", [test("a secret", 1, ({ halve }, expect) => expect.like(halve([8]), [4]))]);
    const text = String(own.check("halving", { halve: () => [7] }));
    expect(text)
      .to.include("✗ a test that is not shown")
      .and.not.to.include("secret")
      .and.not.to.include("halve([8])");
    expect(own.check("halving", { halve: right }).verdict.earned).to.equal(4);
  });

  it("names the exercises where one is not there", () => {
    expect(() => check("halfing" as never, {} as never)).to.throw(
      'There is no exercise "halfing": halving are there',
    );
    expect(() => hidden("toString" as never, [])).not.to.throw();
    expect(() => check("toString" as never, {} as never)).to.throw('There is no exercise "toString"');
  });
});

describe("A difference in words", () => {
  for (const [got, wanted, words] of [
    [1, 1 + 1e-7, undefined],
    [-0, 0, undefined],
    [NaN, NaN, undefined],
    [tensor([[1, 2]]), [[1, 2]], undefined],
    [new Float32Array([1, 2]), [1, 2], undefined],
    [{ a: 1, more: 2 }, { a: 1 }, undefined],
    [{ b: 1 }, { a: 1 }, "There is no a in it."],
    [{ a: -1 }, { a: 1 }, "a: It has the wrong sign."],
    [[-1, 2], [1, -2], "Every number has the wrong sign."],
    [[2, 4, 6], [1, 2, 3], "Every number is 2 times what it should be."],
    [[2, 3, 5], [1, 2, 4], "Every number is 1 too great."],
    [[5, 5, 5], [1, 2, 3], "All numbers are the same."],
    [
      [
        [1, 3],
        [2, 4],
      ],
      [
        [1, 2],
        [3, 4],
      ],
      "Rows and columns are exchanged.",
    ],
    [[3, 2, 1], [1, 2, 3], "The order is reversed."],
    [[2, 3, 1], [1, 2, 3], "The numbers are right, and in another order."],
    [[1, 2, 9], [1, 2, 3], "1 number is wrong of 3, the first at [2]."],
    [[9, 2, 9], [1, 2, 3], "2 numbers are wrong of 3, the first at [0]."],
    [[9, 8, 1], [1, 2, 4], "None of the numbers is right."],
    [
      [[1, NaN]],
      [[1, 2]],
      "There is NaN at [0, 1]: 0 / 0, ∞ − ∞ or the logarithm of a negative number lies behind it.",
    ],
    [[1, Infinity], [1, 2], "There is Infinity at [1]: something has overflowed, or was divided by 0."],
    [3, 4, "That is not the number."],
    [[1], 1, "One number should come back, and not something of shape [1]."],
    [[[1], [1, 2]], [1, 2], "numbers should come back, and rows of different lengths did."],
    ["a", "b", "That is not the text that was to come."],
    [true, false, "That is not the text that was to come."],
    [null, [1], "numbers should come back, and null did."],
    [() => 1, [1], "numbers should come back, and a function did."],
    [[], [1], "Its shape is [0], and should be [1]."],
  ] as const) {
    it(`of ${inspect(got)} and ${inspect(wanted)}: ${words ?? "none"}`, () => {
      expect(difference(got, wanted, 1e-5)).to.equal(words);
    });
  }
});

describe("A call in a line", () => {
  it("is written as one would, and cut", () => {
    expect(callText("f", [[1, 2.00001], "a", tensor([1]), undefined])).to.equal(
      'f([1, 2], "a", tensor([1]), undefined)',
    );
    expect(callText("f", [tensor([new Array(20).fill(1)])])).to.equal("f(a tensor of shape [1, 20])");
    expect(valueText(Array.from({ length: 1000 }, (_, i) => i)).length).to.be.lessThan(90);
    expect(valueText({ a: [1], b: 1e-9 })).to.equal("{ a: [1], b: 1.000e-9 }");
  });
});
