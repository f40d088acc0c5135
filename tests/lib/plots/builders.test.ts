import { expect } from "chai";
import {
  attentionMap,
  bars,
  boxesOn,
  confusionMatrix,
  heatmaps,
  histogramGrid,
  imageGrid,
  layerHistograms,
  letterMaps,
  lookOf,
  lossCurves,
  parallelCoordinates,
  Random,
  spectrum,
  type Tensor,
  tensor,
  trajectories,
  tree,
  weightImages,
  zeros,
} from "../../../lib/index.ts";
import { sent } from "./sent.ts";

const random = new Random(1);
const frame = {
  $isSeries: false,
  columns: ["loss", "accuracy"],
  values: [
    [2, 0.1],
    [1, 0.5],
  ],
};

describe("figures of the course", () => {
  it("draw curves from arrays, tensors and frames", () => {
    const curves = lossCurves({ training: [3, 2, 1], validation: tensor([3, 2.5, 2]) });
    expect(curves.data.map(({ name, y }) => [name, y])).to.deep.equal([
      ["training", [3, 2, 1]],
      ["validation", [3, 2.5, 2]],
    ]);
    const { data } = lossCurves(frame, { columns: ["loss"], log: true });
    expect(data.map(({ y }) => y)).to.deep.equal([[2, 1]]);
    expect(() => lossCurves(frame, { columns: ["los"] })).to.throw(/no column "los", only loss, accuracy/);
    sent(curves);
  });

  it("smooth with bias correction, over the pale measured curve", () => {
    const { data } = lossCurves({ a: [4, 4, 4, 0] }, { smooth: 0.5 });
    expect(data).to.have.length(2);
    const smooth = data[1]?.y as number[];
    expect(smooth.slice(0, 3)).to.deep.equal([4, 4, 4]);
    expect(smooth[3]).to.be.closeTo((4 * 7) / 15, 1e-12);
  });

  it("count histograms themselves, all layers on one scale, and say what is not finite", () => {
    const layers = { one: tensor([0, 0.1, 0.9, 1]), two: tensor([0.5, Number.NaN, 0.5, 0.5]) };
    const figure = layerHistograms(layers, { bins: 2, range: [0, 1] });
    expect(figure.data.map(({ y }) => y)).to.deep.equal([
      [0.5, 0.5],
      [0, 1],
    ]);
    expect(JSON.stringify(figure.layout.annotations)).to.include("1 not finite");
    expect(figure.data[1]).to.include({ xaxis: "x2", yaxis: "y2" });
    sent(figure);
  });

  it("put histograms into a table on one scale, each panel as high as it needs, others as a line over them", () => {
    const rows = { small: { one: [0, 0.1, 0.2, 0.9], two: [0.1, 0.1] }, large: { one: [1, 1], two: [0, 1] } };
    const figure = histogramGrid(rows, {
      bins: 2,
      x: "activation",
      outline: { small: { one: [1, 1] } },
    });
    const [bars, line] = figure.data;
    expect([bars?.y, line?.y]).to.deep.equal([
      [0.75, 0.25],
      [0, 1],
    ]);
    expect(figure.data).to.have.length(5);
    expect(figure.data[4]).to.include({ name: "large", xaxis: "x4", yaxis: "y4" });
    expect(figure.layout.yaxis).to.have.property("range").that.deep.equals([0, 1.05]);
    const words = JSON.stringify(figure.layout.annotations);
    expect(words).to.include("<b>large</b>").and.include("two: std 0.50");
    expect(String(figure)).to.include("(activation against share; bar small, scatter, bar large)");
    sent(figure);
  });

  it("draw paths on level lines, and animate them", () => {
    const path = tensor([
      [1, 1],
      [0.5, 0.2],
      [0, 0],
    ]);
    const bowl = (x: number, y: number): number => x * x + 9 * y * y;
    const options = { x: [-1, 1], y: [-1, 1], resolution: 5 } as const;
    const still = trajectories(bowl, { sgd: path }, options);
    expect(still.data.map(({ type }) => type)).to.deep.equal(["contour", "scatter"]);
    expect(still.frames).to.deep.equal([]);
    expect(lookOf(still)?.["application/vnd.plotly.v1+json"]).not.to.have.property("frames");
    const moving = trajectories(bowl, { sgd: path }, { ...options, animate: true });
    expect(moving.frames).to.have.length(3);
    expect(moving.frames[0]).to.have.nested.property("data[0].x").that.deep.equals([1]);
    expect(lookOf(moving)?.["application/vnd.plotly.v1+json"]).to.have.property("frames");
    expect(() => trajectories(bowl, { sgd: zeros([3]) }, options)).to.throw(
      /path "sgd" is \[steps, 2\], not \[3\]/,
    );
    sent(moving);
  });

  it("keep the colours of paths, and the legend, where some are hidden", () => {
    const paths = { a: zeros([2, 2]), b: zeros([2, 2]), c: zeros([1, 2]) };
    const seen = (hidden: string[]) =>
      trajectories((x) => x, paths, { x: [0, 1], y: [0, 1], resolution: 2, hidden }).data.slice(1);
    expect(seen(["b"]).map(({ visible }) => visible)).to.deep.equal([undefined, "legendonly", undefined]);
    expect(seen(["b"]).map(({ line }) => line)).to.deep.equal(seen([]).map(({ line }) => line));
  });

  it("map what units do at each letter of a text, in a room that stays when the text grows", () => {
    const maps = (width: number) => ({
      gate: { values: zeros([3, width]), range: [0, 1] as const },
      cell: { values: random.normal([3, width]), range: [-2, 2] as const },
    });
    const figure = letterMaps([..."ab \n"], maps(4), { room: 10 });
    expect(figure.layout.xaxis.ticktext).to.deep.equal(["a", "b", "␣", "␣"]);
    expect(figure.data.map(({ zmin, zmax, zmid }) => [zmin, zmax, zmid])).to.deep.equal([
      [0, 1, undefined],
      [-2, 2, 0],
    ]);
    const nothing = letterMaps([], { gate: { values: [], range: [0, 1] } }, { room: 10 });
    expect(nothing.layout.xaxis.range).to.deep.equal(figure.layout.xaxis.range);
    expect(() => letterMaps([..."abc"], maps(4))).to.throw(
      /"gate" is \[units, letters\], 3 letters wide, not \[3, 4\]/,
    );
    for (const one of [figure, nothing]) sent(one);
  });

  it("map attention, a panel for each head", () => {
    const figure = attentionMap(random.uniform([3, 2, 4]), {
      queries: ["a", "b"],
      keys: ["c", "d", "e", "f"],
    });
    expect(figure.data).to.have.length(3);
    expect(figure.layout).to.have.nested.property("xaxis3.domain");
    expect(() => attentionMap(zeros([2, 4]), { keys: ["one"] })).to.throw(
      /1 keys are named and the tensor has 4/,
    );
    sent(figure);
  });

  it("put matrices of any sizes side by side, on one scale or each on its own", () => {
    const image = zeros([5, 7]);
    const filter = [
      [1, 0],
      [0, -3],
    ];
    const both = heatmaps({ image, filter }, { title: "A filter", value: "weight" });
    sent(both);
    expect(both.data.map(({ zmin, zmax }) => [zmin, zmax])).to.deep.equal([
      [-3, 3],
      [-3, 3],
    ]);
    expect(both.data.map(({ showscale }) => showscale)).to.deep.equal([true, false]);
    expect(JSON.stringify(both.layout.annotations)).to.match(/image.*filter/);
    expect(heatmaps({ image, counts: [[2, 9]] }, { range: "own" }).data[1]).to.include({ zmin: 0, zmax: 9 });
    expect(() => heatmaps({})).to.throw(/nothing to draw/);
    expect(() => heatmaps({ row: [1, 2] })).to.throw(/"row" is \[2\]; a matrix has two axes/);
  });

  it("show a confusion matrix by its errors", () => {
    const matrix = tensor(Int32Array.of(8, 2, 0, 10), { shape: [2, 2] });
    const { data, layout } = confusionMatrix(matrix, { names: ["cat", "dog"] });
    expect(data[0]?.z).to.deep.equal([
      [null, 2],
      [null, null],
    ]);
    expect(layout.title.text).to.equal("Confusion (90 % of 20 right)");
    expect(() => confusionMatrix(zeros([2, 3]))).to.throw(/\[classes, classes\], not \[2, 3\]/);
  });

  it("put pictures and weights in rows, and boxes on a picture", () => {
    const images = imageGrid(random.uniform([5, 4, 4]), { captions: [..."abcde"], columns: 3 });
    expect(images.layout.images).to.have.length(5);
    expect(images.layout.annotations).to.have.length(5);
    expect(weightImages(random.normal([16, 3])).layout.images).to.have.length(3);
    expect(() => weightImages(zeros([15, 3]))).to.throw(/4 × 4.*\[15, 3\]/);
    const found: { boxes: Tensor; names: string[] } = { boxes: tensor([[1, 1, 3, 4]]), names: ["cat"] };
    const boxes = boxesOn(random.uniform([8, 8, 3]), { found });
    expect(boxes.layout.shapes?.[0]).to.include({ x0: 1, y0: 1, x1: 3, y1: 4 });
    for (const figure of [images, boxes]) sent(figure);
  });

  it("draw trees with what was chosen in colour", () => {
    const figure = tree({
      label: "a",
      children: [{ label: "b", edge: "0.6", marked: true }, { label: "c" }],
    });
    expect(JSON.stringify(figure.layout.annotations)).to.include("<b>b</b>").and.include("0.6");
    const tall = tree({ label: "a" }, { title: "two<br>lines that are kept", height: 540 });
    expect([tall.layout.height, tall.layout.title.text]).to.deep.equal([540, "two<br>lines that are kept"]);
    sent(figure);
  });

  it("leave room in trees for the names at both ends", () => {
    const share = (root: string, leaf: string): number[] => {
      const [from, to] = tree({ label: root, children: [{ label: leaf }] }).layout.xaxis.range!;
      return [-from / (to - from), (to - 1) / (to - from)];
    };
    const [left, right] = share("a root with a long name", "a leaf with a longer one yet");
    expect(left! * 660).to.be.above(23 * 8);
    expect(right! * 660).to.be.above(28 * 8);
    expect(share("a", "b").map((part) => part < 0.1)).to.deep.equal([true, true]);
  });

  it("draw trials over uprights, some by their logarithm", () => {
    const { data } = parallelCoordinates({ rate: [0.1, 0.001], accuracy: [0.7, 0.9] }, { log: ["rate"] });
    const [rate] = data[0]!.dimensions as { values: number[]; ticktext: string[] }[];
    expect(rate?.values).to.deep.equal([-1, -3]);
    expect(rate?.ticktext).to.include.members(["0.1", "0.01", "0.001"]);
    expect(() => parallelCoordinates({ rate: [0, 1] }, { log: ["rate"] })).to.throw(/no logarithm: 0/);
    expect(parallelCoordinates(frame).data[0]?.dimensions).to.have.length(2);
  });

  it("draw bars with whiskers, and spectra with their shares", () => {
    const figure = bars({ a: { value: 2, low: 1, high: 4 }, b: 3 });
    expect(figure.data[0]?.error_y).to.deep.include({ array: [2, 0], arrayminus: [1, 0] });
    expect(() => bars({ a: { value: 2, low: 3, high: 4 } })).to.throw(/"a" has value 2 outside/);
    const { data } = spectrum({ W: [2, 1, 1] }, { cumulative: true });
    expect(data[1]?.y).to.deep.equal([4 / 6, 5 / 6, 1]);
  });
});
