import { expect } from "chai";
import { lookOf } from "../../../lib/display.ts";
import { Figure, LiveCurves } from "../../../lib/plots/index.ts";

describe("curves that grow", () => {
  const shown: object[][] = [];
  before(() => {
    Reflect.set(globalThis, "display", (value: object) => {
      const place = [value];
      shown.push(place);
      return { update: (next: object) => void place.push(next) };
    });
  });
  after(() => Reflect.deleteProperty(globalThis, "display"));
  beforeEach(() => void shown.splice(0));

  it("are in one place, drawn seldom, and at the end a figure of every point", () => {
    const live = new LiveCurves({ title: "Training", y: "loss (nats)" });
    for (let step = 0; step < 100; step++) live.add({ training: 1 / (step + 1) });
    live.end();
    expect(shown).to.have.length(1);
    expect(shown[0]!.length).to.be.at.most(3);
    const last = shown[0]!.at(-1);
    if (!(last instanceof Figure)) throw new Error("no figure at the end");
    const { data, layout } = last;
    expect(data[0]!.y).to.have.length(100);
    expect(data[0]!.x).to.deep.equal(Array.from({ length: 100 }, (_, i) => i));
    expect(layout.title).to.deep.equal({ text: "Training" });
  });

  it("have places of their own, for what is measured seldom", () => {
    const live = new LiveCurves();
    for (let step = 0; step < 20; step++) {
      live.add({ training: step });
      if (step % 10 === 9) live.add({ validation: step }, step);
    }
    const [training, validation] = live.figure.data;
    expect(training!.x).to.have.length(20);
    expect(validation!.x).to.deep.equal([9, 19]);
  });

  it("are drawn meanwhile as a picture that a page may take the place of, whatever comes", () => {
    for (const values of [[1, 2], [3], [Number.NaN, Number.POSITIVE_INFINITY], [0, 0], [-1, 1e-30]]) {
      for (const log of [false, true]) {
        const live = new LiveCurves({ title: "a < b", log });
        for (const value of values) live.add({ "<loss>": value });
        const look = lookOf(shown.at(-1)![0]!);
        expect(look?.["text/html"])
          .to.match(/^<svg .*aria-label="a &lt; b".*<polyline .*&lt;loss&gt;.*<\/svg>$/)
          .and.not.to.match(/NaN|Infinity/);
        expect(look?.["text/plain"]).to.match(/^a < b: \d points so far$/);
      }
    }
  });

  it("are thinned to what a figure can show, each point a mean", () => {
    const live = new LiveCurves();
    for (let step = 0; step < 10_000; step++) live.add({ loss: step % 2 });
    const y = live.figure.data[0]!.y as number[];
    expect(y.length).to.equal(500);
    expect(new Set(y)).to.deep.equal(new Set([0.5]));
  });

  it("show nothing where nothing came", () => {
    new LiveCurves().end();
    expect(shown).to.be.empty;
  });
});

it("curves that grow show nothing where there is no place to show it", () => {
  const live = new LiveCurves();
  live.add({ loss: 1 });
  live.end();
  expect(live.figure.data[0]!.y).to.deep.equal([1]);
});
