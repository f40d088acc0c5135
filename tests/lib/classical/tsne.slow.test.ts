import { expect } from "chai";
import { tsne } from "../../../lib/index.ts";
import { readGolden } from "../golden/read.ts";
import { neighbourPurity, smallDigits } from "./digits.ts";

interface Golden {
  readonly tsne: readonly { each: number; method: "exact" | "barnes-hut"; divergence: number }[];
}

describe("t-SNE of many digits", () => {
  for (const { each, method, divergence } of readGolden<Golden>("classical").tsne.filter(
    (one) => one.each > 50,
  )) {
    it(`${10 * each}, ${method}: a divergence within 5 % of scikit-learn's`, () => {
      const found = tsne(smallDigits(each), { method });
      expect(
        Math.abs(found.divergence / divergence - 1),
        `${found.divergence} for ${divergence}`,
      ).to.be.at.most(0.05);
      expect(neighbourPurity(found.map, each)).to.be.above(0.85);
    }).timeout(120_000);
  }
});
