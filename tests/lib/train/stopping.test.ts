import { expect } from "chai";
import { whereToStop } from "../../../lib/train/index.ts";

describe("where to stop", () => {
  it("is so many epochs behind the best, and no later than the last", () => {
    expect(whereToStop([3, 2, 2.5, 2.4, 1], 2)).to.deep.equal({ best: 1, end: 3 });
    expect(whereToStop([3, 2, 2.5, 2.4, 1], 3)).to.deep.equal({ best: 4, end: 4 });
    expect(whereToStop([1, 2], 1)).to.deep.equal({ best: 0, end: 1 });
    expect(whereToStop([1], 4)).to.deep.equal({ best: 0, end: 0 });
  });

  it("takes an equal value for no better one", () => {
    expect(whereToStop([2, 2, 2, 1], 2)).to.deep.equal({ best: 0, end: 2 });
  });

  it("says what is no patience, and that there is nothing", () => {
    for (const patience of [0, -1, 1.5, Number.NaN]) {
      expect(() => whereToStop([1], patience)).to.throw(`not ${patience}.`);
    }
    expect(() => whereToStop([], 1)).to.throw("no epoch has a value");
  });
});
