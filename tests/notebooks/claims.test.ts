import { expect } from "chai";
import { lookOf } from "../../lib/display.ts";
import { CLAIMS_MIME, type Claim, COURSES, claims } from "../../notebooks/claims.ts";

describe("claims", () => {
  const claim: Claim = {
    course: "udacity",
    topic: "softmax",
    says: "p < 1 & p > 0",
    measured: "p is 0.5",
    verdict: "holds in part",
    shown: true,
  };

  it("keep each sentence with its course, its topic, what was measured and the verdict", () => {
    const look = lookOf(claims(claim, { ...claim, verdict: "does not hold" }));
    const kept = look?.[CLAIMS_MIME] as Record<string, string>[];
    expect(kept.map(({ verdict }) => verdict)).to.deep.equal(["holds in part", "does not hold"]);
    expect(kept[0]).to.deep.equal({
      course: COURSES.udacity,
      topic: "softmax",
      says: "p < 1 & p > 0",
      measured: "p is 0.5",
      verdict: "holds in part",
    });
  });

  it("are a table on a page, in which no text is taken for HTML", () => {
    const html = String(lookOf(claims(claim))?.["text/html"]);
    expect(html).to.include("“p &lt; 1 &amp; p &gt; 0”").and.to.include(COURSES.udacity);
    expect(html.match(/<th scope="col"/g)).to.have.length(3);
  });

  it("fail where what was measured does not bear the verdict", () => {
    expect(() => claims(claim, { ...claim, says: "p is 1", shown: false })).to.throw(
      "What was measured does not show that “p is 1” holds in part: p is 0.5",
    );
  });
});
