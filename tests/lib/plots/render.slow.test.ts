import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import {
  type Figure,
  lossCurves,
  parallelCoordinates,
  Renderer,
  saveFigure,
  weightImages,
  zeros,
} from "../../../lib/index.ts";

describe("a figure as a file", function () {
  this.timeout(60_000);
  before(function () {
    if (!process.env.GRADBOOK_CHROMIUM) this.skip();
  });
  const curves = lossCurves({ training: [3, 2, 1] });

  it("is a PNG of the size that was asked, on a light and on a dark page, and an SVG with its words", async () => {
    const renderer = await Renderer.open();
    try {
      for (const theme of ["light", "dark", "clear"] as const) {
        const png = Buffer.from(await renderer.png(curves, { theme, width: 400, height: 300, scale: 2 }));
        expect(png.subarray(1, 4).toString()).to.equal("PNG");
        expect([png.readUInt32BE(16), png.readUInt32BE(20)]).to.deep.equal([800, 600]);
      }
      const svg = await renderer.svg(curves, { theme: "dark" });
      expect(svg).to.match(/^<svg/).and.include("Loss").and.include("rgb(17, 17, 17)");
      // WebGL and pictures come out too.
      for (const figure of [parallelCoordinates({ a: [1, 2], b: [2, 1] }), weightImages(zeros([16, 4]))]) {
        expect((await renderer.png(figure)).length).to.be.above(2000);
      }
    } finally {
      await renderer.close();
    }
  });

  it("is the same byte for byte, in whatever order and by whichever Chromium it is drawn", async () => {
    const others = [parallelCoordinates({ a: [1, 2], b: [2, 1] }), weightImages(zeros([16, 4])), curves];
    const drawn = async (figures: readonly Figure[]): Promise<Map<Figure, string>> => {
      const renderer = await Renderer.open();
      try {
        const forms = new Map<Figure, string>();
        for (const figure of figures) {
          const png = Buffer.from(await renderer.png(figure)).toString("base64");
          forms.set(figure, `${await renderer.svg(figure)} ${png}`);
        }
        return forms;
      } finally {
        await renderer.close();
      }
    };
    const [once, again] = [await drawn(others), await drawn(others.toReversed())];
    for (const figure of others) expect(once.get(figure) === again.get(figure), `${figure}`).to.equal(true);
    // Two on one page must not share what one of them cuts out.
    const names = [...once.values()].map((svg) => /id="(clip[^"]+)"/.exec(svg)?.[1]);
    expect(new Set(names).size).to.equal(3);
  });

  it("is written whole, by the ending of its name", async () => {
    const folder = await mkdtemp(join(tmpdir(), "figure-"));
    try {
      await saveFigure(curves, join(folder, "loss.svg"));
      expect(await readFile(join(folder, "loss.svg"), "utf8")).to.match(/<\/svg>\s*$/);
      expect(await readdir(folder)).to.deep.equal(["loss.svg"]);
      const error = await saveFigure(curves, join(folder, "loss.gif")).catch((error: Error) => error);
      expect(error).to.be.instanceOf(RangeError);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
