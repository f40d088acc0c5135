import { tmpdir } from "node:os";
import { expect } from "chai";
import { Checker } from "../../../kernel-ext/language/checker.ts";
import { applyEdits, originalOffset } from "../../../kernel-ext/language/edits.ts";
import { Engine } from "../../../kernel-ext/language/engine.ts";
import { loadTypeScript } from "../../../kernel-ext/language/internals.ts";

describe("The language", function () {
  this.timeout(30_000);
  const ts = loadTypeScript();

  it("runs a cell unchecked when its checker fails, says so, and recovers", () => {
    const engine = new Engine(ts, tmpdir(), "typescript");
    engine.prepare({ code: "const before: number = 1" });
    const { check } = Checker.prototype;
    Checker.prototype.check = () => {
      throw new Error("Debug Failure.");
    };
    const failed = engine.prepare({ code: "const during: string = 2" });
    Checker.prototype.check = check;
    expect(failed).to.have.property("cell");
    expect(failed).to.have.property("warning").that.includes("Debug Failure");
    expect(engine.prepare({ code: "before.toFixed(); during.length" })).to.have.property("cell");
    const wrong = engine.prepare({ code: "before.length" });
    expect("problems" in wrong && wrong.problems[0]?.message).to.include(
      "'length' does not exist on type 'number'",
    );
  });

  it("checks the hundredth cell as quickly as the tenth", () => {
    const engine = new Engine(ts, tmpdir(), "typescript");
    const times: number[] = [];
    for (let n = 1; n <= 110; n++) {
      const begin = performance.now();
      engine.prepare({
        code: `interface I${n} { n: number }\nconst a${n}: I${n} = { n: ${n > 1 ? `a${n - 1}.n` : 1} }`,
      });
      times.push(performance.now() - begin);
    }
    const median = (from: number): number => times.slice(from, from + 10).sort((a, b) => a - b)[5] ?? 0;
    expect(median(100)).to.be.lessThan(5 * median(10) + 2);
  });

  it("leads every offset of a rewritten text back", () => {
    const edits = [
      { start: 2, end: 3, text: "LONG" },
      { start: 5, end: 5, text: "++" },
    ];
    const edited = applyEdits("abcdefg", edits);
    expect(edited).to.equal("abLONGde++fg");
    expect([...edited].map((_, at) => originalOffset(edits, at))).to.deep.equal([
      0, 1, 2, 2, 2, 2, 3, 4, 5, 5, 5, 6,
    ]);
  });
});
