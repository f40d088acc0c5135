import { expect } from "chai";
import { HASH_SEED } from "../../../kernel-ext/debugger/cells.ts";
import { murmur2 } from "../../../kernel-ext/debugger/murmur.ts";

describe("The debugger's name of a cell", () => {
  /** What JupyterLab's own function gives: texts of each remainder of four bytes, and beyond ASCII. */
  const JUPYTERLAB: Readonly<Record<string, number>> = {
    "": 3990065800,
    a: 2167009006,
    ab: 2805137849,
    abc: 3350977461,
    "const x = 1;": 2401825191,
    'let π = "日本語 🎉";\nπ': 3376187099,
    ["x".repeat(1000)]: 2976633443,
  };

  it("is the one that JupyterLab gives it", () => {
    for (const [text, hash] of Object.entries(JUPYTERLAB))
      expect(murmur2(text, HASH_SEED), text).to.equal(hash);
  });
});
