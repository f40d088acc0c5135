import { expect } from "chai";
import { type DigitsOptions, digits } from "../../data/index.ts";
import { mean } from "../../lib/index.ts";

/** The error that loading ends in. */
function failure(options: DigitsOptions): Promise<Error> {
  return digits(options).then(
    () => new Error("nothing was thrown"),
    (error: Error) => error,
  );
}

describe("the digits", function () {
  this.timeout(90_000);

  it("are 10,000 pictures, split 8,000 to 2,000, with every class in both", async () => {
    const { train, test, classes, side } = await digits();
    expect([classes, side]).to.deep.equal([10, 28]);
    expect(train.images.shape).to.deep.equal([8000, 784]);
    expect(test.images.shape).to.deep.equal([2000, 784]);
    expect([train.images.dtype, train.labels.dtype]).to.deep.equal(["float32", "int32"]);
    for (const { labels } of [train, test]) {
      const counts = Array.from(
        { length: 10 },
        (_, digit) => labels.data.filter((label) => label === digit).length,
      );
      expect(Math.min(...counts) / labels.size).to.be.above(0.07);
    }
    // 5 is the rarest digit of the package, with 863.
    const fives = [train, test].map(({ labels }) => labels.data.filter((label) => label === 5).length);
    expect(fives[0]! + fives[1]!).to.equal(863);
  });

  it("are grey values from 0 to 1, mostly paper", async () => {
    const { images } = (await digits()).test;
    expect(images.data.every((grey) => grey >= 0 && grey <= 1)).to.equal(true);
    expect(mean(images).item()).to.be.within(0.1, 0.16);
  });

  it("come in the same order for the same seed, and in another for another", async () => {
    const [a, b, c] = await Promise.all([digits({ seed: 5 }), digits({ seed: 5 }), digits({ seed: 6 })]);
    expect(a.train.labels.data).to.deep.equal(b.train.labels.data);
    expect(a.train.labels.data).not.to.deep.equal(c.train.labels.data);
  });

  it("say where they come from and under which licence", async () => {
    expect(await digits()).to.include({ licence: "MIT, © 2015 Juan Cazala" });
  });

  it("can be split otherwise, within reason", async () => {
    expect((await digits({ test: 0 })).train.labels.size).to.equal(10_000);
    expect(await failure({ test: 10_001 })).to.be.instanceOf(RangeError);
  });
});
