import { expect } from "chai";
import { addingTask, blobs, copyTask, dates, moons, shapes, sine, spirals, xor } from "../../data/index.ts";

const numbers = (made: unknown): unknown => JSON.parse(JSON.stringify(made));

describe("what is made from a seed", () => {
  it("is the same for the same seed, and else not", () => {
    for (const make of [
      (seed: number) => spirals({ seed }).points,
      (seed: number) => moons({ seed }).points,
      (seed: number) => blobs({ seed }).points,
      (seed: number) => xor({ seed }).points,
      (seed: number) => sine({ seed }).y,
      (seed: number) => shapes({ seed, count: 2, side: 32 }).images,
      (seed: number) => addingTask({ seed, count: 3 }).inputs,
      (seed: number) => copyTask({ seed, count: 3 }).inputs,
    ]) {
      expect([...make(3).data]).to.deep.equal([...make(3).data]);
      expect([...make(3).data]).not.to.deep.equal([...make(4).data]);
    }
    expect(numbers(dates({ seed: 3, count: 5 }))).to.deep.equal(numbers(dates({ seed: 3, count: 5 })));
  });

  it("has as many points as asked, in even classes", () => {
    const { points, labels, classes } = spirals({ classes: 3, count: 100 });
    expect([points.shape, classes]).to.deep.equal([[100, 2], 3]);
    const counts = [0, 1, 2].map((label) => labels.data.filter((value) => value === label).length);
    expect(counts).to.deep.equal([34, 33, 33]);
    expect(() => moons({ count: 0 })).to.throw(/moons.*not 0/);
  });

  it("puts spirals and moons where their formulas say", () => {
    const { points, labels } = moons({ count: 50, noise: 0 });
    labels.data.forEach((label, i) => {
      const [x, y] = [points.data[2 * i]!, points.data[2 * i + 1]!];
      expect(label === 0 ? Math.hypot(x, y) : Math.hypot(x - 1, y - 0.5)).to.be.closeTo(1, 1e-6);
    });
    const { points: p, labels: l } = xor({ count: 60 });
    l.data.forEach((label, i) => {
      expect(p.data[2 * i]! * p.data[2 * i + 1]! < 0).to.equal(label === 1);
    });
  });

  it("draws shapes inside their boxes, which do not overlap", () => {
    const { images, truth, masks, names } = shapes({ count: 20, side: 48, noise: 0 });
    expect([images.shape, masks.shape, names.length]).to.deep.equal([[20, 48, 48, 3], [20, 48, 48], 3]);
    truth.forEach(({ boxes, labels }, picture) => {
      const mask = masks.data.subarray(picture * 48 * 48, (picture + 1) * 48 * 48);
      let covered = 0;
      labels.data.forEach((label, i) => {
        const [left = 0, top = 0, right = 0, bottom = 0] = boxes.data.subarray(4 * i, 4 * i + 4);
        const [columns, lines] = [new Set<number>(), new Set<number>()];
        for (let y = top; y < bottom; y++) {
          for (let x = left; x < right; x++) {
            if (mask[y * 48 + x] !== 1 + label) continue;
            columns.add(x);
            lines.add(y);
            covered++;
          }
        }
        // The shape fills its box from side to side, but for the tip of a triangle.
        expect(lines.size).to.be.within(bottom - top - 1, bottom - top);
        expect(columns.size).to.equal(right - left);
      });
      expect(mask.filter((value) => value > 0).length).to.equal(covered);
    });
  });

  it("has one answer for each date", () => {
    const answers = new Map<string, string>();
    for (const { human, machine } of dates({ count: 3000 })) {
      expect(machine).to.match(/^(19[3-9]|20[0-2])\d-\d\d-\d\d$/);
      expect(answers.get(human) ?? machine).to.equal(machine);
      answers.set(human, machine);
    }
  });

  it("marks two numbers to add, and what to copy", () => {
    const { inputs, targets } = addingTask({ count: 5, length: 9 });
    for (let i = 0; i < 5; i++) {
      let [sum, marks] = [0, 0];
      for (let t = 0; t < 9; t++) {
        const [value = 0, mark = 0] = inputs.data.subarray(2 * (9 * i + t), 2 * (9 * i + t) + 2);
        sum += value * mark;
        marks += mark;
      }
      expect(marks).to.equal(2);
      expect(targets.data[i]).to.be.closeTo(sum, 1e-6);
    }
    const copy = copyTask({ count: 1, length: 3, pause: 2, symbols: 4 });
    const [said, wanted] = [[...copy.inputs.data], [...copy.targets.data]];
    expect(said.slice(3)).to.deep.equal([0, 0, 5, 0, 0, 0]);
    expect(wanted).to.deep.equal([0, 0, 0, 0, 0, 0, ...said.slice(0, 3)]);
  });

  it("is refused where it would be nothing, or no numbers", () => {
    const REFUSED: readonly (readonly [() => unknown, string])[] = [
      [
        () => spirals({ classes: 0 }),
        "spirals: the number of classes must be a whole number, 1 or more, not 0",
      ],
      [() => spirals({ classes: 2.5 }), "not 2.5"],
      [() => spirals({ turns: Number.NaN }), "spirals: turns is NaN"],
      [() => spirals({ noise: Number.NaN }), "spirals: the noise is a standard deviation"],
      [() => moons({ noise: -1 }), "moons: the noise"],
      [() => blobs({ classes: 0 }), "blobs: the number of classes"],
      [() => blobs({ centres: [] }), "blobs: the number of classes"],
      [() => blobs({ centres: [[0, Number.NaN]] }), "blobs: [0, NaN] is no centre"],
      [() => xor({ noise: Infinity }), "xor: the noise"],
      [() => sine({ frequency: Number.NaN }), "sine: the frequency is NaN"],
      [() => shapes({ noise: Number.NaN }), "shapes: the noise"],
      [() => copyTask({ symbols: 0 }), "copyTask: the number of symbols must be"],
      [() => copyTask({ length: 0 }), "copyTask: the length must be"],
      [() => dates({ count: 0 }), "dates: the count must be"],
      [() => dates({ seed: 1.5 }), "the seed must be a whole number"],
    ];
    for (const [make, message] of REFUSED) expect(make, message).to.throw(message);
  });

  it("goes down to one", () => {
    expect(spirals({ count: 1, classes: 1 }).points.shape).to.deep.equal([1, 2]);
    expect(sine({ count: 1 }).x.shape).to.deep.equal([1, 1]);
    expect(shapes({ count: 1, side: 16, most: 50 }).truth[0]!.boxes.shape[0]).to.be.at.least(1);
    expect(addingTask({ count: 1, length: 2 }).targets.item()).to.be.within(0, 2);
    expect([...copyTask({ count: 1, length: 1, pause: 0, symbols: 1 }).inputs.data]).to.deep.equal([1, 2, 0]);
  });
});
