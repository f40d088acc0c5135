// Figures that a reader plays with: they answer every setting, and what does not change stays where it is.
import { expect } from "chai";
import {
  beamSearch,
  type Candidate,
  convolutionStep,
  letterMaps,
  type SequenceModel,
  searchRounds,
  tensor,
  zeros,
} from "../../../lib/index.ts";
import type { Figure } from "../../../lib/plots/figure.ts";
import { sent } from "./sent.ts";

const picture = [
  [0, 1, 2],
  [3, 4, 5],
  [6, 7, 8],
];
const filter = [
  [1, 0],
  [0, -2],
];
const rowsOf = (trace: Figure["data"][number] | undefined): number[][] => trace?.z as number[][];
const titleOf = ({ layout }: Figure): string => layout.title.text;

describe("a convolution to play with", () => {
  it("is stepped through: window, filter, products, and the map as far as it is filled", () => {
    const figure = convolutionStep(picture, filter, { at: 2 });
    const [image, , products, map] = figure.data.map(({ z }) => z);
    expect(image).to.deep.equal(picture);
    expect(products).to.deep.equal([
      [3, 0],
      [0, -14],
    ]);
    expect(map).to.deep.equal([
      [-8, -9],
      [-11, null],
    ]);
    const [window, place] = figure.layout.shapes as { x0: number; y1: number }[];
    expect([window!.x0, window!.y1, place!.x0, place!.y1]).to.deep.equal([-0.5, 2.5, -0.5, 1.5]);
    expect(figure.layout.title.text).to.equal("Row 1, column 0: the products add up to −11");
    const whole = convolutionStep(tensor(picture), filter).data.map(({ zmax, zmin }) => [zmin, zmax]);
    expect(figure.data.map(({ zmax, zmin }) => [zmin, zmax])).to.deep.equal(whole);
    expect(convolutionStep(picture, filter, { stride: 2 }).data[3]?.z).to.deep.equal([[-8]]);
    sent(figure);
    for (const [call, words] of [
      [() => convolutionStep(picture, filter, { at: 4 }), /places 0 to 3, and no 4/],
      [() => convolutionStep(picture, zeros([4, 1])), /a filter of 4 does not fit on 3 pixels/],
      [() => convolutionStep([1, 2], filter), /the picture is \[2\]; it has two axes/],
    ] as const)
      expect(call).to.throw(words);
  });

  it("goes over a ring of zeros, with the picture where it was", () => {
    const { data, layout } = convolutionStep(picture, filter, { at: 0, padding: 1 });
    const [image, , products, map] = data;
    expect([image?.x, image?.y]).to.deep.equal([
      [-1, 0, 1, 2, 3],
      [-1, 0, 1, 2, 3],
    ]);
    expect(rowsOf(image)[1]).to.deep.equal([0, 0, 1, 2, 0]);
    expect(products?.z).to.deep.equal([
      [0, 0],
      [0, -0],
    ]);
    expect(rowsOf(map).map((row) => row.length)).to.deep.equal([4, 4, 4, 4]);
    const [window, , edge] = layout.shapes as { x0: number; y0: number; x1: number }[];
    expect([window?.x0, window?.y0, edge?.x0, edge?.x1]).to.deep.equal([-1.5, -1.5, -0.5, 2.5]);
  });

  it("finds the same by padding as on a picture that has its zeros", () => {
    const ringed = [[0, 0, 0, 0, 0], ...picture.map((row) => [0, ...row, 0]), [0, 0, 0, 0, 0]];
    for (const stride of [1, 2, 3]) {
      const map = convolutionStep(picture, filter, { padding: 1, stride }).data[3]?.z;
      expect(map).to.deep.equal(convolutionStep(ringed, filter, { stride }).data[3]?.z);
    }
  });

  it("is as far as a share of its way, whatever the number of places", () => {
    const heads = (share: number, stride: number): string =>
      titleOf(convolutionStep(picture, filter, { share, stride, padding: 1 })).split(":")[0]!;
    expect([0, 0.5, 1].map((share) => heads(share, 1))).to.deep.equal([
      "Row 0, column 0",
      "Row 2, column 0",
      "Row 3, column 3",
    ]);
    expect([0, 1].map((share) => heads(share, 2))).to.deep.equal(["Row 0, column 0", "Row 1, column 1"]);
  });

  it("says what it does not take", () => {
    expect(() => convolutionStep(picture, filter, { padding: -1 })).to.throw(
      /padding must be a whole number/,
    );
    expect(() => convolutionStep(picture, filter, { share: 2 })).to.throw(/places 0 to 3, and no 6/);
    expect(() => convolutionStep(picture, filter, { stride: 0 })).to.throw(/stride must be a whole number/);
  });
});

describe("units by the letters of a text", () => {
  it("keep their rows, and the strip of colours, where nothing is typed", () => {
    const maps = (width: number) => ({
      gate: { values: [0, 1, 2].map(() => new Array<number>(width).fill(1)), range: [0, 1] as const },
    });
    const [empty, full] = [0, 2].map(
      (width) => letterMaps([..."ab"].slice(0, width), maps(width), { room: 9 }).data[0]!,
    );
    expect([empty!.z, empty!.x]).to.deep.equal([[[0], [0], [0]], [-2]]);
    expect(empty!.colorbar).to.deep.equal(full!.colorbar);
  });
});

describe("the rounds of a search", () => {
  // After a the model is undecided, after b nearly sure: greedy takes a, and a beam of 2 comes to bb.
  const after: Record<string, number[]> = { "": [0.6, 0.4], "0": [0.5, 0.5], "1": [0.1, 0.9] };
  const position = (state: string) => ({ logits: after[state]!.map(Math.log), state });
  const model: SequenceModel<string> = {
    start: position(""),
    next: (state, token) => position(state + token),
  };
  function drawn(width: number, shown?: number): Figure {
    const rounds: (readonly Candidate[])[] = [];
    const [found] = beamSearch(model, { width, length: 2, onStep: (round) => rounds.push(round) });
    return searchRounds(rounds, (token) => "ab"[token]!, {
      found: found!.tokens,
      room: 4,
      pruned: 1,
      ...(shown !== undefined && { shown }),
    });
  }
  const discs = (figure: Figure): Record<string, unknown> =>
    Object.fromEntries(
      figure.data.filter(({ mode }) => mode === "markers+text").map(({ name, text, y }) => [name, [text, y]]),
    );

  it("show what was found where others were ahead of it, what was kept, and what was pruned", () => {
    expect(discs(drawn(2))).to.deep.equal({
      "pruned at once": [["b"], [3]],
      "kept for a while": [
        ["a", "a"],
        [1, 2],
      ],
      "what it found in the end": [
        ["b", "b"],
        [2, 1],
      ],
    });
  });

  it("tell ln P of each, and of which text", () => {
    const { data } = drawn(2);
    const [numbers] = data.filter(({ mode }) => mode === "text");
    expect(numbers?.text).to.deep.equal(["−0.5", "−0.9", "−1.0", "−1.2", "−1.2"]);
    const [found] = data.filter(({ name, mode }) => /found/.test(String(name)) && mode === "markers+text");
    expect(found?.hovertext).to.deep.equal(["b: ln P = −0.9", "bb: ln P = −1.0"]);
  });

  it("are drawn as far as asked, and keep their room", () => {
    const whole = drawn(2);
    for (const figure of [drawn(2, 1), drawn(1), drawn(1, 1)]) {
      expect(figure.layout.xaxis.range).to.deep.equal(whole.layout.xaxis.range);
      expect(figure.layout.yaxis.range).to.deep.equal(whole.layout.yaxis.range);
      expect(figure.layout.height).to.equal(whole.layout.height);
    }
    expect(discs(drawn(2, 1))).to.deep.equal({
      "pruned at once": [[], []],
      "kept for a while": [["a"], [1]],
      "what it found in the end": [["b"], [2]],
    });
  });

  it("are drawn for no search that had none", () => {
    expect(() => searchRounds([], String)).to.throw(/no round to draw/);
    expect(() => searchRounds([[]], String, { shown: 0 })).to.throw(/shown must be a whole number/);
  });
});
