// What students are called.
import { expect } from "chai";
import type { Owner } from "../../../../kernel-ext/grading/intake/owner.ts";
import { namedApart } from "../../../../kernel-ext/grading/intake/student.ts";

const owner = (id: string, number?: string): Owner => ({
  key: id,
  id,
  rest: "",
  order: 0,
  ...(number ? { number } : {}),
});
const idsOf = (...owners: readonly Owner[]) => namedApart(owners).map(({ student }) => student.id);

describe("A student's id", () => {
  it("is one for each: of several with one name each has its number, or a count", () => {
    expect(idsOf(owner("doe", "1"), owner("roe", "2"), owner("doe", "3"))).to.deep.equal([
      "doe 1",
      "roe",
      "doe 3",
    ]);
    expect(idsOf(owner("doe"), owner("Doe"), owner("doe (2)"))).to.deep.equal(["doe", "Doe (3)", "doe (2)"]);
    expect(idsOf(owner("doe", "1"), owner("doe", "2"), owner("doe 1"))).to.deep.equal([
      "doe 1 (2)",
      "doe 2",
      "doe 1",
    ]);
    expect(idsOf(owner("e\u0301"), owner("\u00e9"))).to.deep.equal(["é", "é (2)"]);
  });

  it("is a line that can be shown, and says where something was left out", () => {
    const [odd] = namedApart([owner('Evil\n"quote" \u202egnp.exe\u0000\ud800')]);
    expect(odd?.student.id).to.equal('Evil "quote" gnp.exe');
    expect(odd?.notes).to.deep.equal(["an odd name: characters that cannot be shown are left out"]);
    expect(idsOf(owner("\u202e\n"), owner("x".repeat(500)))[0]).to.equal("unnamed");
    expect(idsOf(owner("x".repeat(500)))[0]).to.have.length.at.most(100);
    expect(namedApart([owner("Ó Conchúir, Ana-María")])[0]?.notes).to.deep.equal([]);
  });
});
