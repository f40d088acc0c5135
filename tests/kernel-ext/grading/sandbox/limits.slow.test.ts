// What answers run into, and that they are told which limit it was.
import { expect } from "chai";
import type { Level } from "../../../../kernel-ext/grading/sandbox/sandbox.ts";
import type { Case, Told } from "./asked.ts";
import { BOMB, EXCESSES, fine, HIDING, TALKING } from "./excesses.ts";
import { everybody, has, trial } from "./inside.ts";

function withinLimits(told: () => Told): void {
  for (const [name, { limit }] of Object.entries(EXCESSES)) {
    it(`ends an answer that ${name}, by its limit: ${limit}`, () => {
      const { printed = "", said = "", end, left } = told().went[name] ?? {};
      expect(printed, said).not.to.include("NO LIMIT");
      expect(end?.limit, JSON.stringify(end) + said).to.equal(limit);
      expect(left).to.equal(0);
    });
  }
  it("ends a fork bomb with nothing left, and runs what comes after it", () => {
    expect(told().went.bomb?.left).to.equal(0);
    expect(told().went.fine?.printed).to.equal("fine\n");
  });
  it("is not held up by what nobody reads", () => {
    expect(told().went.talking?.end).to.deep.equal({ code: 0, signal: null });
  });
  it("takes away files that are closed or too deep", () => {
    expect(told().files).to.deep.equal([]);
  });
}

const ALL: Readonly<Record<string, Case>> = {
  ...EXCESSES,
  bomb: BOMB,
  hiding: HIDING,
  talking: TALKING,
  fine,
};

for (const level of ["bwrap", "landlock"] as const satisfies readonly Level[]) {
  const missing = process.platform !== "linux" || !has(level === "bwrap" ? "bwrap" : "python3");
  for (const who of everybody()) {
    (missing ? describe.skip : describe)(`The limits of ${level}, opened by ${who}`, function () {
      this.timeout(240_000);
      let told: Told;
      before(async () => {
        told = await trial(who, level, ALL);
        expect(told.trouble).to.equal(undefined);
      });
      withinLimits(() => told);
    });
  }
}
