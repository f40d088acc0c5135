// What answers try to reach from a sandbox, at each level, as root and as an ordinary user.
import { expect } from "chai";
import type { Level } from "../../../../kernel-ext/grading/sandbox/sandbox.ts";
import type { Told } from "./asked.ts";
import { ATTACKS, NETWORK, READING } from "./attacks.ts";
import { everybody, has, trial } from "./inside.ts";

const linux = process.platform === "linux";
const NOT_THERE: Readonly<Record<string, boolean>> = {
  bwrap: !linux || !has("bwrap"),
  landlock: !linux || !has("python3"),
};

for (const level of ["bwrap", "landlock"] as const satisfies readonly Level[]) {
  for (const who of everybody()) {
    (NOT_THERE[level] ? describe.skip : describe)(`The sandbox ${level}, opened by ${who}`, function () {
      this.timeout(120_000);
      let told: Told;
      before(async () => {
        told = await trial(who, level, ATTACKS);
        expect(told.trouble).to.equal(undefined);
      });
      for (const name of Object.keys(ATTACKS)) {
        it(`holds an answer that ${name}`, () => {
          const { printed = "", said = "" } = told.went[name] ?? {};
          expect(printed, said).to.include("tried");
          expect(printed).not.to.include("OUT");
        });
      }
      it("lets nothing reach the grader's sockets, and leaves no file", () => {
        expect(told.reached).to.deep.equal([]);
        expect(told.files).to.deep.equal([]);
      });
    });
  }
}

describe("A trial without a sandbox", function () {
  this.timeout(60_000);
  it("gets out by the same attacks, so that they can fail", async function () {
    if (NOT_THERE.landlock) this.skip();
    const told = await trial("an ordinary user", "none", { ...READING, ...NETWORK });
    const out = Object.entries(told.went).filter(([, { printed }]) => printed.includes("OUT"));
    expect(out.map(([name]) => name)).to.include.members([
      "lists the grader's folder",
      "reads the hidden tests",
      "calls by TCP",
      "calls by a socket's file",
      "calls by an abstract socket",
    ]);
    expect(told.reached).to.include.members(["tcp", "unix", "abstract"]);
    expect(told.warning).to.match(/without a sandbox/);
  });
});
