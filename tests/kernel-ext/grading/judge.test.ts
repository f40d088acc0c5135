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
    [
      "a promise",
      async () => [1, 2],
      "Numbers should come back, and a promise did: is the function `async`?",
    ],
    ["one number", () => 1, "Many numbers should come back, and not one."],
    ["a changed argument", (xs: number[]) => xs.map((x, i) => (xs[i] = x / 2)), "It changed its argument 1"],
    ["other lengths", () => [1, 2, 3], "Its shape is [3], and should be [2]."],
  ] as const) {
    it(`says in words what is wrong with ${what}`, () => {
      expect(said(halve as Halve)).to.include(words);
    });
  }

  const circular: unknown[] = [1];
  circular.push(circular);
  let doubling: unknown = [1, 2];
  for (let i = 0; i < 28; i++) doubling = [doubling, doubling];
  let deep: unknown = [];
  for (let i = 0; i < 1e5; i++) deep = [deep];
  const refuses = (): never => {
    throw new Error("no");
  };
  const everyTrap = { get: refuses, getPrototypeOf: refuses, ownKeys: refuses, has: refuses };
  for (const [what, come, words] of [
    ["a circle", circular, "Numbers should come back, and something that contains itself did."],
    ["lists that double", doubling, "and more than 1,000,000 values did."],
    ["a deep list", deep, "and something nested more than 30 deep did."],
    ["a list of 4e9 holes", new Array(2 ** 32 - 1), "and more than 1,000,000 values did."],
    [
      "a throwing getter",
      Object.defineProperty({}, "shape", { get: refuses }),
      "something that cannot be read",
    ],
    ["a proxy that refuses", new Proxy({}, everyTrap), "something that cannot be read"],
    ["a generator", (function* () {})(), "and a generator, not yet run through, did."],
    [
      "a function with an odd name",
      Object.defineProperty(() => 1, "name", { value: 7 }),
      "and a function did.",
    ],
    [
      "an instance",
      new (class Answer {
        x = 1;
      })(),
      "Numbers should come back, and not several named values.",
    ],
  ] as const) {
    it(`survives ${what}, at once`, () => {
      const began = performance.now();
      expect(said(() => come))
        .to.include(words)
        .and.not.include("[1, 2]");
      expect(
        said(() => {
          throw come;
        }),
      ).to.include("It threw ");
      expect(performance.now() - began).to.be.below(20_000);
    });
  }

  it("survives an error that refuses to be looked at, and cuts a long one", () => {
    const sly = new Error("x");
    Object.defineProperty(sly, "message", { get: refuses });
    for (const error of [sly, new Proxy(sly, everyTrap)]) {
      expect(
        said(() => {
          throw error;
        }),
      ).to.include("It threw something that cannot be read.");
    }
    expect(
      said(() => {
        throw new Error("x".repeat(1e6));
      }).length,
    ).to.be.below(700);
  });

  it("names a recursion that never ends", () => {
    const forever: Halve = (xs) => [forever(xs)];
    expect(said(forever)).to.include("It calls itself again and again, and never ends (RangeError:");
  });

  it("tells an error of the answer from what cannot be used", () => {
    const { check } = checksOf({
      summing: {
        points: 1,
        hints: [],
        tests: [
          test("sums", 1, ({ rows }: { rows: () => number[] }, expect) =>
            expect.holds(rows().reduce((a, b) => a + b) === 1, "no"),
          ),
        ],
      },
    });
    expect(String(check("summing", { rows: () => 3 as never }))).to.include(
      "The test cannot go on with what came back. It threw TypeError:",
    );
    expect(String(check("summing", { rows: () => undefined as never }))).to.include("Nothing came back");
  });

  it("gives a stub nothing for having thrown, nor an answer that spoils its argument first", () => {
    const stub = (): never => {
      throw new Error("not written yet");
    };
    expect(check("halving", { halve: stub }).verdict.earned).to.equal(0);
    const spoils: Halve = (xs) => {
      xs[0] = 0;
      return xs;
    };
    expect(said(spoils)).to.include("✗ minds no number");
  });

  it("leaves no rejection behind of an async answer", async () => {
    const left: unknown[] = [];
    const note = (reason: unknown): unknown => left.push(reason);
    const others = process.listeners("unhandledRejection");
    process.removeAllListeners("unhandledRejection").on("unhandledRejection", note);
    try {
      said(async () => {
        throw new Error("not written yet");
      });
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(left).to.deep.equal([]);
    } finally {
      process.off("unhandledRejection", note);
      for (const other of others) process.on("unhandledRejection", other);
    }
  });

  it("says what is lacking where functions are not given by name", () => {
    for (const none of [undefined, null, right]) {
      expect(String(check("halving", none as never))).to.include("takes your functions by name, in braces");
    }
    expect(String(check("halving", { half: right } as never))).to.include(
      "halve is not among the functions that `check` was given.",
    );
  });

  it("adds tenths of points to what they are", () => {
    const part = test("part", 0.1, () => {});
    const { check } = checksOf({ tenths: { points: 0.3, hints: [], tests: [part, part, part] } });
    expect(check("tenths", {}).verdict.earned).to.equal(0.3);
    expect(String(check("tenths", {}))).to.include("Solved: tenths, 0.3 points\n");
  });

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
    [[2, 3, 5], [1, 2, 4], "Every number is too great, by the same amount."],
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
      "There is NaN at [0, 1]: 0 / 0, ∞ − ∞, the logarithm of a negative number or an entry that is not there lies behind it.",
    ],
    [[1, Infinity], [1, 2], "There is Infinity at [1]: something has overflowed, or was divided by 0."],
    [3, 4, "That is not the number."],
    [[1], 1, "One number should come back, and not something of shape [1]."],
    [[[1], [1, 2]], [1, 2], "Numbers should come back, and rows of different lengths did."],
    ["a", "b", "That is not the text that was to come."],
    [true, false, "That is not what was to come."],
    [null, [1], "Numbers should come back, and null did."],
    [() => 1, [1], "Numbers should come back, and a function did."],
    [[], [1], "Its shape is [0], and should be [1]."],
    [[0, 0, 0], [0.25, 0.25, 0.25], "Every number is too small, by the same amount."],
    [[1, 1, 1], [0.25, 0.25, 0.25], "Every number is too great, by the same amount."],
    [[0.3, 0.6, 0.9], [1, 2, 3], "Every number is off by one and the same factor."],
    [[0.25, 0.5], [1, 2], "Every number is 0.25 times what it should be."],
    [[[1], [9, 9]], [[1], [1, 2]], "At [1]: All numbers are the same."],
    [[[1], [1, 2]], [[1], [1, 2]], undefined],
    [[[1], [1, 2], [3]], [[1], [1, 2]], "Its length is 3, and should be 2."],
    [["a", "b", "c"], ["a", "b"], "Its length is 3, and should be 2."],
    [[], ["a"], "Its length is 0, and should be 1."],
    [new Array(3), [1, 2, 3], "There is undefined at [0], where a number should be."],
    [
      [
        [1, 2],
        [3, null],
      ],
      [
        [1, 2],
        [3, 4],
      ],
      "There is null at [1, 1], where a number should be.",
    ],
    [[1n], [1], "There is a bigint at [0], where a number should be."],
    [new BigInt64Array(2), [0, 0], "Numbers should come back, and big integers did."],
    [new BigUint64Array(2), [0, 0], "Numbers should come back, and big integers did."],
    [new Map([[1, 2]]), [1, 2], "Numbers should come back, and a Map did."],
    [{ a: undefined }, { a: 1 }, "There is no a in it."],
    [true, 1, "A number should come back, and not true or false."],
    ["true", true, "True or false should come back, and not a text."],
    [undefined, null, "Nothing came back: is there a `return`?"],
    [null, null, undefined],
    [() => 1, () => 1, "Something else should come back, and a function did."],
    [
      { shape: [1e9], data: new Float32Array(1) },
      [1],
      "Numbers should come back, and not several named values.",
    ],
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
