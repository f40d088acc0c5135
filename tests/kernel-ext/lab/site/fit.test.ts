// Figures on a phone.
import { expect } from "chai";
import { fromSource } from "../../../source.ts";

type Fit = typeof import("../../../../kernel-ext/lab/site/client/fit.mjs");

describe("a figure of the site", () => {
  let lib: Fit;
  before(async () => {
    lib = await fromSource<Fit>("lab/site/client/fit.mjs");
  });
  const axis = (title: string, domain: readonly [number, number]) => ({ title: { text: title }, domain });
  const panels = {
    title: { text: "Four panels, each of them with a rather long title" },
    height: 640,
    xaxis: axis("a", [0, 0.4]),
    yaxis: axis("a", [0.6, 1]),
    xaxis2: axis("b", [0.6, 1]),
    yaxis2: axis("b", [0.6, 1]),
    xaxis3: axis("c", [0, 0.4]),
    yaxis3: axis("c", [0, 0.4]),
    annotations: [
      { xref: "paper", yref: "paper", x: 0.8, y: 1, text: "over b" },
      { xref: "x", yref: "y", x: 3, y: 4, text: "in a" },
    ],
  };

  it("is as wide as its place, and otherwise itself, where there is room", () => {
    const { layout } = lib.fitted({ data: [], layout: { ...panels, width: 900 } }, 700);
    expect(layout).to.deep.equal({ ...panels, autosize: true });
    expect(lib.fitted({ data: [], layout: { ...panels, width: 600 } }, 700).layout.width).to.equal(600);
  });

  it("has its panels one under the other on a phone, in order, with the words that stand at them", () => {
    const { layout } = lib.fitted({ data: [], layout: panels }, 360);
    const tops = ["yaxis", "yaxis2", "yaxis3"].map((name) => layout[name].domain as [number, number]);
    expect(tops[0]![0]).to.be.greaterThan(tops[1]![1]);
    expect(tops[1]![0]).to.be.greaterThan(tops[2]![1]);
    expect(tops[2]![0]).to.be.closeTo(0, 1e-9);
    for (const name of ["xaxis", "xaxis2", "xaxis3"]) expect(layout[name].domain).to.deep.equal([0, 1]);
    expect(layout.annotations[0].x).to.be.closeTo(0.5, 1e-9);
    expect(layout.annotations[0].y).to.be.closeTo(tops[1]![1], 1e-9);
    expect(layout.annotations[1]).to.include({ x: 3, y: 4 });
    expect(layout.title.text).to.include("<br>");
  });

  it("has its panels in reading order, a low one before the high one to its right", () => {
    // A picture, a filter above its products, and a map, the order of whose axes says nothing.
    const step = {
      xaxis: axis("map", [0.64, 1]),
      yaxis: axis("map", [0, 1]),
      xaxis2: axis("products", [0.42, 0.57]),
      yaxis2: axis("products", [0, 0.44]),
      xaxis3: axis("filter", [0.42, 0.57]),
      yaxis3: axis("filter", [0.56, 1]),
      xaxis4: axis("picture", [0, 0.37]),
      yaxis4: axis("picture", [0, 1]),
    };
    const inOrder = (given: Record<string, ReturnType<typeof axis>>): string[] => {
      const { layout } = lib.fitted({ data: [], layout: given }, 360);
      return Object.keys(given)
        .filter((name) => name.startsWith("y"))
        .toSorted((a, b) => layout[b].domain[1] - layout[a].domain[1])
        .map((name) => layout[name].title.text);
    };
    expect(inOrder(step)).to.deep.equal(["picture", "filter", "products", "map"]);
    const rows = {
      xaxis: axis("below", [0, 1]),
      yaxis: axis("below", [0, 0.4]),
      xaxis2: axis("right, lower", [0.6, 1]),
      yaxis2: axis("right, lower", [0.55, 0.95]),
      xaxis3: axis("left", [0, 0.4]),
      yaxis3: axis("left", [0.5, 0.9]),
    };
    expect(inOrder(rows)).to.deep.equal(["left", "right, lower", "below"]);
  });

  it("has many panels in two columns on a phone", () => {
    const eight = Object.fromEntries(
      Array.from({ length: 8 }, (_, i) => {
        const [name, left] = [i ? String(i + 1) : "", i / 8];
        return [
          [`xaxis${name}`, axis(`layer ${i}`, [left, left + 0.1])],
          [`yaxis${name}`, axis("share", [0, 1])],
        ];
      }).flat(),
    );
    const { layout } = lib.fitted({ data: [], layout: eight }, 360);
    const [first, second, third] = ["", "2", "3"].map((name) => [
      ...layout[`xaxis${name}`].domain,
      ...layout[`yaxis${name}`].domain,
    ]);
    expect(second![0]).to.be.greaterThan(first![1]);
    expect(second!.slice(2)).to.deep.equal(first!.slice(2));
    expect(third!.slice(0, 2)).to.deep.equal(first!.slice(0, 2));
    expect(third![3]).to.be.lessThan(first![2]);
    expect(layout.height).to.be.lessThan(1000);
  });

  it("is never so narrow that plotly would draw what is shorter than nothing", () => {
    const given = { data: [], layout: { xaxis: axis("a", [0, 1]), yaxis: axis("a", [0, 1]), sliders: [{}] } };
    const least = lib.fitted(given, lib.LEAST).layout;
    expect(least).to.include({ autosize: true }).and.not.to.have.property("width");
    for (const width of [lib.LEAST - 1, 20, 1]) {
      const { layout } = lib.fitted(given, width);
      expect(layout).to.include({ width: lib.LEAST, height: 450 }).and.not.to.have.property("autosize");
      expect(layout.title).to.deep.equal(least.title);
    }
  });

  it("leaves pictures in a grid beside each other, only lower", () => {
    const silent = Object.fromEntries(
      Object.entries(panels).map(([key, value]) => [
        key,
        key.includes("axis") ? { ...Object(value), visible: false } : value,
      ]),
    );
    const { layout } = lib.fitted({ data: [], layout: { ...silent, width: 720 } }, 360);
    expect(layout.xaxis2.domain).to.deep.equal([0.6, 1]);
    expect(layout.height).to.equal(380);
  });

  it("has its legend below on a phone, with room for each line, and below a slider", () => {
    const layout = { xaxis: axis("a", [0, 1]), yaxis: axis("a", [0, 1]) };
    const lines = (count: number) =>
      Array.from({ length: count }, (_, i) => ({ type: "scatter", name: `line ${i}` }));
    const two = lib.fitted({ data: lines(2), layout }, 360).layout;
    expect(two.legend).to.include({ orientation: "h", yref: "container", y: 0 });
    const eight = lib.fitted({ data: lines(8), layout }, 360).layout;
    expect(eight.margin.b - two.margin.b).to.equal(60);
    expect(eight.height - eight.margin.b - eight.margin.t).to.be.at.least(200);
    const moving = lib.fitted({ data: lines(2), layout: { ...layout, sliders: [{}] } }, 360).layout;
    expect(moving.margin.b).to.be.greaterThan(two.margin.b + 50);
    expect(lib.fitted({ data: lines(1), layout }, 360).layout).not.to.have.property("legend");
    expect(
      lib.fitted({ data: lines(2), layout: { ...layout, showlegend: false } }, 360).layout,
    ).not.to.have.property("legend");
  });
});
