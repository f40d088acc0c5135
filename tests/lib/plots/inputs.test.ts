// What figures are drawn from may be a tensor, typed arrays, nested arrays, or a frame: the same numbers, the same figure.
import { expect } from "chai";
import {
  attentionMap,
  bars,
  boxesOn,
  confusionMatrix,
  type Figure,
  figure,
  heatmap,
  histogramGrid,
  imageGrid,
  layerHistograms,
  lossCurves,
  parallelCoordinates,
  spectrum,
  tensor,
  trajectories,
  tree,
  weightImages,
} from "../../../lib/index.ts";
import { breakLines } from "../../../lib/plots/text.ts";

const rows = [
  [2, 0.25],
  [1, 0.5],
  [0.5, 0.75],
];
const matrix = tensor(rows);
const typed = rows.map((row) => Float32Array.from(row));
/** As danfojs's DataFrame has it. */
const frame = { $isSeries: false, columns: ["0", "1"], values: rows };
const series = { $isSeries: true, columns: ["loss"], values: [2, 1, 0.5] };
const plane = { x: [0, 1], y: [0, 1], resolution: 3 } as const;

const drawn = ({ data, layout }: Figure): unknown => ({ data, layout });

describe("what figures are drawn from", () => {
  const builders: Record<string, (source: typeof frame) => Figure> = {
    lossCurves,
    layerHistograms,
    spectrum,
    parallelCoordinates,
    attentionMap: (source) => attentionMap(source),
    heatmap: (source) => heatmap(source, { title: "h" }),
    weightImages: (source) => weightImages(source, { size: [1, 3] }),
    trajectories: (source) => trajectories((x, y) => x + y, { path: source }, plane),
  };
  for (const [name, build] of Object.entries(builders)) {
    it(`may be a frame, a tensor, nested or typed arrays: ${name}`, () => {
      const whole = drawn(build(frame));
      for (const source of [matrix, rows, typed]) {
        expect(drawn(build(source as unknown as typeof frame))).to.deep.equal(whole);
      }
    });
  }

  it("may be a series or a row of numbers, for one curve", () => {
    const y = (given: Figure): unknown => given.data[0]?.y;
    for (const source of [series, [2, 1, 0.5], Float64Array.of(2, 1, 0.5), tensor([2, 1, 0.5])]) {
      expect(y(lossCurves(source))).to.deep.equal([2, 1, 0.5]);
      expect(y(lossCurves({ training: source }))).to.deep.equal([2, 1, 0.5]);
    }
    const axes = { title: "t", xaxis: { title: "x" }, yaxis: { title: "y" } };
    expect(y(figure([{ type: "scatter", y: series }], axes))).to.deep.equal([2, 1, 0.5]);
  });

  it("may be nested arrays, for pictures, boxes and counts", () => {
    const picture = [
      [0, 1],
      [1, 0],
    ];
    expect(drawn(imageGrid([picture]))).to.deep.equal(drawn(imageGrid(tensor([picture]))));
    const boxes = [[0, 0, 1, 2]];
    expect(drawn(boxesOn(picture, { found: { boxes, scores: [0.5] } }))).to.deep.equal(
      drawn(boxesOn(tensor(picture), { found: { boxes: tensor(boxes), scores: tensor([0.5]) } })),
    );
    expect(boxesOn(picture, { found: { boxes: [] } }).layout.shapes).to.deep.equal([]);
    expect(confusionMatrix([Int32Array.of(3, 1), [0, 4]]).layout.title.text).to.equal(
      "Confusion (88 % of 8 right)",
    );
  });

  it("gives a place to each word of a frame", () => {
    const trials = {
      ...frame,
      columns: ["method", "accuracy"],
      values: [
        ["sgd", 0.7],
        ["adam", 0.9],
        ["sgd", 0.8],
      ],
    };
    const [method] = parallelCoordinates(trials).data[0]!.dimensions as object[];
    expect(method).to.deep.include({ values: [0, 1, 0], ticktext: ["sgd", "adam"] });
  });

  it("is refused in words where it cannot be drawn", () => {
    const bad: [() => unknown, RegExp][] = [
      [() => lossCurves({}), /lossCurves: there is nothing to draw/],
      [() => lossCurves({ a: 3 }), /"a" is 3; a row of numbers/],
      [() => lossCurves({ a: [1, 2] }, { at: [1] }), /"a" has 2 points and `at` 1 places/],
      [() => layerHistograms({ a: [1] }, { bins: 0 }), /bins must be a whole number, 1 or more; it is 0/],
      [() => layerHistograms({ a: [1] }, { range: [1, 0] }), /from 1 to 0/],
      [() => histogramGrid({}), /histogramGrid: there is nothing to draw/],
      [() => histogramGrid({ row: { a: [1] } }, { range: [1, 0] }), /from 1 to 0/],
      [
        () =>
          confusionMatrix([
            [1, -2],
            [0, 1],
          ]),
        /counts are 0 or more; one is -2/,
      ],
      [() => attentionMap(undefined as never), /attentionMap: nothing came/],
      [() => attentionMap([[1, 2], [3]]), /ragged/],
      [() => attentionMap(rows, { heads: ["a", "b"] }), /2 heads are named/],
      [() => parallelCoordinates({ a: [1, 2], b: [1] }), /"a" has 2 while "b" has 1/],
      [() => parallelCoordinates({ a: [1] }, { log: ["z"] }), /no column "z", only a/],
      [() => boxesOn(rows, { a: { boxes: [[0, 0, 1, 1]], names: [] } }), /1 boxes and 0 names/],
      [() => trajectories((x) => x, {}, { x: [1, -1], y: [0, 1] }), /x goes from 1 to -1/],
      [() => bars({}), /nothing to draw/],
      [() => tree(undefined as never), /it takes its root/],
    ];
    for (const [draw, message] of bad) expect(draw).to.throw(message);
  });
});

describe("words in figures", () => {
  it("go to another line where they would run out of the figure", () => {
    const { layout } = lossCurves({ a: [1] }, { title: "what was trained and how ".repeat(6).trim() });
    const lines = layout.title.text.split("<br>");
    expect(lines).to.have.length(3);
    for (const line of lines) expect(line.length).to.be.at.most(71);
    expect(layout.margin.t).to.equal(50 + 2 * 22);
  });

  it("lose their end where one alone is too long, and keep their tags", () => {
    expect(breakLines("an incomprehensible word", 8)).to.equal("an<br>incompr…<br>word");
    expect(breakLines("<b>ab</b> cd", 5)).to.equal("<b>ab</b> cd");
  });

  it("stand over each picture of a grid without reaching its neighbour", () => {
    const captions = ["a 7 taken for 1", "a 3 taken for 8", ...Array(6).fill("9")];
    const { layout } = imageGrid(tensor(new Float32Array(8 * 16), { shape: [8, 4, 4] }), { captions });
    expect(layout.annotations?.[0]).to.include({ text: "a 7 taken<br>for 1" });
  });

  it("has ticks at three round numbers or more under every histogram", () => {
    const steps = [
      [-4.1, 4.1, 4],
      [0, 1, 0.5],
      [-1, 1, 1],
      [0, 3e-7, 1e-7],
    ].map(([low, high]) => {
      const { layout } = layerHistograms({ a: [0] }, { range: [low!, high!] });
      return layout.xaxis.dtick;
    });
    [4, 0.5, 1, 1e-7].forEach((step, i) => {
      expect(steps[i]).to.be.closeTo(step, step * 1e-9);
    });
  });
});
