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

  const plain = { xaxis: axis("x"), yaxis: axis("y") };

  it("has a map's first row on top where its axis goes downwards, at the places that its axes name", () => {
    const z = [[1, 2], [3]];
    const tops = (range: readonly [number, number]): number[] => {
      const svg = drawn(
        figure([{ type: "heatmap", z }], { title: "", xaxis: axis("x"), yaxis: axis("y", { range }) }),
      );
      return [...svg.matchAll(/<rect x="[\d.]+" y="([\d.]+)"/g)].map(([, y]) => Number(y));
    };
    const [first, , last] = tops([1.5, -0.5]);
    expect(first).to.be.below(last!);
    const [upFirst, , upLast] = tops([-0.5, 1.5]);
    expect(upFirst).to.be.above(upLast!);
    const wide = drawn(
      figure([{ type: "heatmap", z: [[1, 2]] }], {
        title: "",
        xaxis: axis("x", { range: [-0.5, 9.5] }),
        yaxis: axis("y"),
      }),
    );
    const widths = [...wide.matchAll(/<rect [^>]*width="([\d.]+)"/g)].map(([, width]) => Number(width));
    expect(widths).to.deep.equal([56, 56]);
  });

  it("has two colours where a map has both signs", () => {
    const colours = (zmid?: number): number => {
      const trace = { type: "heatmap", z: [[-1, 1]], ...(zmid !== undefined && { zmid }) } as const;
      return new Set(drawn(figure([trace], { title: "", ...plain })).match(/fill="#[^"]*" fill-opacity/g))
        .size;
    };
    expect([colours(), colours(0)]).to.deep.equal([1, 2]);
  });

  it("has curves that end where a number is missing, as wide and as seen as they are", () => {
    const svg = drawn(
      figure(
        [
          { type: "scatter", y: [1, 2, null, 4, 5], line: { width: 4, color: "#123456" } },
          { type: "scatter", y: [1, 2], visible: "legendonly" },
        ],
        { title: "", ...plain },
      ),
    );
    expect(count(svg, "polyline")).to.equal(2);
    expect(svg).to.include('stroke="#123456" stroke-width="4"');
  });

  it("has words at points, bars in their own colours, names, and what is written at an axis", () => {
    const svg = drawn(
      figure(
        [
          { type: "bar", name: "first", y: [1, 2], marker: { color: ["#111111", "#222222"] } },
          { type: "scatter", name: "second", mode: "text", y: [1, 2], text: ["one half", "two"] },
        ],
        {
          title: "a title<br>of two lines",
          xaxis: axis("x", { tickvals: [0, 1], ticktext: ["left", "right"] }),
          yaxis: axis("y", { visible: false }),
          showlegend: true,
        },
      ),
    );
    for (const words of ["one half", "two", "first", "second", "left", "right", "a title", "of two lines"])
      expect(svg).to.include(`>${words}<`);
    expect(svg).not.to.include(">y<");
    for (const colour of ["#111111", "#222222"]) expect(svg).to.include(`fill="${colour}"`);
  });
});
