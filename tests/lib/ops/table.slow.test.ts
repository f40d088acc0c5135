import { OPS, Random } from "../../../lib/index.ts";
import { type Reference, ReferenceUnavailable, reference } from "../../../lib/reference/index.ts";
import { proveAgainst } from "./proof.ts";

describe("every operation equals native tfjs to 1e-5", function () {
  this.timeout(120_000);
  let ref: Reference;
  before(async function () {
    ref = await reference({ prefer: "native" });
    if (ref.backend !== "tensorflow" && !process.env.CI) this.skip();
    if (ref.backend !== "tensorflow")
      throw new ReferenceUnavailable(ref.describe(), "npm run lab sets it up");
  });

  for (const op of Object.values(OPS)) {
    if (op.reference === undefined) continue;
    it(`${op.name}, forward and gradient`, () => {
      for (const sample of op.samples(new Random(2))) proveAgainst(ref, op, sample);
    });
  }
});
