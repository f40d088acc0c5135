// The site's colours, as its stylesheet has them: what figures' words have to stand out from.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { contrast } from "../../../contrast.ts";
import { ROOT } from "../../../source.ts";

describe("the site's colours", () => {
  it("are legible in figures, dark and light", () => {
    const file = join(ROOT, "kernel-ext", "lab", "site", "look", "colours.css");
    const blocks = readFileSync(file, "utf8").split("--page:").slice(1);
    expect(blocks, "light, the system's dark, the reader's").to.have.length(3);
    for (const block of blocks) {
      const [page] = block.match(/#\w{6}/) ?? [];
      const [, ink] = block.match(/--figure-ink: (#\w{6})/) ?? [];
      expect(contrast(ink ?? "", page ?? ""), `${ink} on ${page}`).to.be.at.least(4.5);
    }
  });
});
