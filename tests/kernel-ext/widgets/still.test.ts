import { expect } from "chai";
import { still } from "../../../kernel-ext/widgets/still.ts";
import { type Axis, figure, panelled } from "../../../lib/plots/figure.ts";

const axis = (title: string, more: Partial<Axis> = {}): Axis => ({ title, ...more });
const drawn = (shown: ReturnType<typeof figure>): string => still(shown, String(shown));
const count = (svg: string, tag: string): number => svg.split(`<${tag} `).length - 1;

describe("A figure as a still picture", () => {
  it("has a bar for each name, from nothing upwards", () => {
    const svg = drawn(
      figure([{ type: "bar", x: ["cat", "dog", "eel"], y: [3, 6, 0] }], {
        title: "Bars",
        xaxis: axis("animal"),
        yaxis: axis("count"),
      }),
    );
    const heights = [...svg.matchAll(/<rect [^>]*height="([\d.]+)"/g)].map(([, height]) => Number(height));
    expect(heights).to.have.length(3);
    expect(heights[1]).to.be.closeTo(2 * heights[0]!, 0.2);
    expect(heights[2]).to.equal(0);
    for (const word of ["cat", "dog", "eel", "animal", "count", "Bars"]) expect(svg).to.include(`>${word}<`);
  });

  it("has logarithmic axes, panels and maps of numbers", () => {
    const log = drawn(
      figure([{ type: "scatter", mode: "markers", x: [1, 10, 100], y: [1, 10, 100] }], {
        title: "Log",
        xaxis: axis("x", { type: "log" }),
        yaxis: axis("y", { type: "log" }),
      }),
    );
    const across = [...log.matchAll(/cx="([\d.]+)"/g)].map(([, x]) => Number(x));
    expect(across[1]! - across[0]!).to.be.closeTo(across[2]! - across[1]!, 0.2);

    const panels = [0, 0.6].map((from, at) => ({
      across: [from, from + 0.4] as const,
      up: [0, 1] as const,
      xaxis: axis(`x${at}`),
      yaxis: axis(`y${at}`),
    }));
    const two = panelled(
      [
        { type: "scatter", y: [1, 2] },
        { type: "scatter", y: [2, 1], xaxis: "x2", yaxis: "y2" },
      ],
      panels,
      { title: "Panels" },
    );
    const starts = [...drawn(two).matchAll(/points="([\d.]+)/g)].map(([, x]) => Number(x));
    expect(starts[1]! - starts[0]!).to.be.above(300);

    const map = figure(
      [
        {
          type: "heatmap",
          z: [
            [0, 1, 2],
            [3, 4, 5],
          ],
        },
      ],
      {
        title: "Map",
        xaxis: axis("x"),
        yaxis: axis("y"),
      },
    );
    expect(count(drawn(map), "rect")).to.equal(6);
  });

  it("is small however many points there are, and shows a name as text", () => {
    const y = Array.from({ length: 100_000 }, (_, i) => Math.sin(i / 5000));
    const svg = drawn(
      figure([{ type: "scatter", y }], { title: "<script>", xaxis: axis("a < b"), yaxis: axis("y") }),
    );
    expect(svg.length).to.be.below(10_000);
    expect(svg).to.include("a &lt; b").and.not.to.include("<script");
  });
});
