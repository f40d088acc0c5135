import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { execPath, platform } from "node:process";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { expect } from "chai";
import {
  augment,
  augmentedBatches,
  contentLoss,
  conv2d,
  gradCheck,
  gram,
  maxPool,
  mean,
  Random,
  type Recipe,
  receptiveField,
  receptiveFieldByGradient,
  relu,
  segmentation,
  styleLoss,
  styleTransfer,
  type Tensor,
  tensor,
  totalVariation,
} from "../../../lib/index.ts";

const random = new Random(4);
/** How many threads this process has, where the system tells. */
const threads = (): number => readdirSync("/proc/self/task").length;
const draw = (shape: number[]): Tensor => random.uniform(shape, { dtype: "float64" });

describe("a receptive field", () => {
  it("is 7 behind three 3 × 3 convolutions, at stride 1", () => {
    expect(
      receptiveField([{ kernel: 3 }, { kernel: 3 }, { kernel: 3 }]).map(({ size }) => size),
    ).to.deep.equal([3, 5, 7]);
  });

  it("is measured by the gradient as it is computed, with strides, dilation and padding", () => {
    const layers = [
      { kernel: 3, stride: 2, padding: 1 },
      { kernel: 3, dilation: 2 },
      { kernel: 2, stride: 2 },
      { kernel: 3 },
    ];
    const weights = layers.map(({ kernel }) => random.uniform([kernel, kernel, 1, 1], { low: 0.1, high: 1 }));
    const network = (x: Tensor): Tensor =>
      layers.reduce((y, { stride = 1, dilation = 1, padding = 0 }, i) => {
        const around = [padding, padding] as const;
        return conv2d(y, weights[i]!, { stride, dilation, padding: [around, around] });
      }, x);
    const input = random.normal([1, 65, 65, 1]);
    const analytic = receptiveField(layers).at(-1)!;
    const at = [4, 3] as const;
    const measured = receptiveFieldByGradient(network, { input, at });
    expect([measured.height, measured.width]).to.deep.equal([analytic.size, analytic.size]);
    const middle = (first: number, place: number): number => first + place * analytic.jump;
    expect(measured.top + (measured.height - 1) / 2).to.equal(middle(analytic.start, 4));
    expect(measured.left + (measured.width - 1) / 2).to.equal(middle(analytic.start, 3));
  });

  it("says which unit there is not", () => {
    const input = random.normal([1, 8, 8, 1]);
    expect(() => receptiveFieldByGradient((x) => x, { input, at: [0.5, 0] })).to.throw("no unit at [0.5, 0]");
    expect(() => receptiveFieldByGradient((x) => maxPool(x, 2), { input, at: [4, 0] })).to.throw(
      /\[4, 0\].*4, 4, 1/,
    );
  });
});

describe("style and content", () => {
  const [features, content, other] = [draw([1, 3, 4, 2]), draw([1, 3, 4, 2]), draw([1, 5, 2, 2])];

  it("compare Gram matrices and features, with gradients", () => {
    const f = features.data;
    let g01 = 0;
    for (let i = 0; i < f.length; i += 2) g01 += f[i]! * f[i + 1]!;
    expect(gram(features).data[1]).to.be.closeTo(g01, 1e-12);
    expect(contentLoss(features, features).item()).to.equal(0);
    expect(styleLoss(features, features).item()).to.equal(0);
    for (const loss of [
      (x: Tensor) => mean(gram(x)),
      (x: Tensor) => contentLoss(x, content),
      (x: Tensor) => styleLoss(x, other),
      totalVariation,
    ]) {
      gradCheck(({ x }) => loss(x), { x: features }).assert();
    }
    expect(() => contentLoss(features, other)).to.throw(/pictures be of one size/);
  });

  it("pull a picture towards both, step by step", () => {
    const w = random.normal([3, 3, 3, 6], { std: 0.4 });
    const network = (x: Tensor) => {
      const one = relu(conv2d(x, w, { padding: "same" }));
      return { one, two: maxPool(one, 2) };
    };
    const [photo, painting] = [random.uniform([1, 12, 12, 3]), random.uniform([1, 10, 8, 3])];
    const steps = [
      ...styleTransfer({
        features: network,
        content: photo,
        style: painting,
        contentWeights: { two: 0.01 },
        styleWeights: { one: 1, two: 1 },
        smoothness: 1e-4,
        steps: 25,
      }),
    ];
    expect(steps).to.have.length(26);
    expect(steps.at(-1)!.loss).to.be.below(0.7 * steps[0]!.loss);
    expect(Object.keys(steps[3]!.style)).to.deep.equal(["one", "two"]);
    expect([...steps[0]!.picture.data]).to.deep.equal([...photo.data]);
    expect(steps.at(-1)!.picture.data.every((value) => value >= 0 && value <= 1)).to.equal(true);
  });
});

describe("segmentation", () => {
  it("is scored by dice and IoU of each class, worked by hand", () => {
    const labels = (values: number[][]): Tensor => tensor(values, { dtype: "int32" });
    const scores = segmentation(labels([[0, 0, 1, 1]]), labels([[0, 1, 1, 9]]), { classes: 3, ignored: 9 });
    expect(scores.dice).to.deep.equal([2 / 3, 2 / 3, Number.NaN]);
    expect(scores.iou).to.deep.equal([1 / 2, 1 / 2, Number.NaN]);
    expect(scores.meanIou).to.equal(1 / 2);
    expect(scores.accuracy).to.equal(2 / 3);
    expect([...scores.confusion.data]).to.deep.equal([1, 0, 0, 1, 1, 0, 0, 0, 0]);
    expect(() => segmentation(labels([[4]]), labels([[0]]), { classes: 3 })).to.throw(
      /predicted label.*is 4/,
    );
  });
});

describe("augmentation", () => {
  const ramp = tensor(
    Float32Array.from({ length: 2 * 4 * 5 * 3 }, (_, i) => (i % 60) / 60),
    { shape: [2, 4, 5, 3] },
  );

  it("mirrors left to right", () => {
    const seen = augment(ramp, [{ kind: "mirror", probability: 1 }], new Random(1));
    for (let x = 0; x < 5; x++) expect(seen.data[3 * x + 1]).to.equal(ramp.data[3 * (4 - x) + 1]);
    expect([...augment(ramp, [{ kind: "mirror", probability: 0 }], new Random(1)).data]).to.deep.equal([
      ...ramp.data,
    ]);
  });

  it("cuts out parts, from a frame of zeros too", () => {
    const cut = augment(ramp, [{ kind: "crop", size: [2, 3] }], new Random(2));
    expect(cut.shape).to.deep.equal([2, 2, 3, 3]);
    const first = [...ramp.data].indexOf(cut.data[0]!);
    expect(cut.data[9]).to.equal(ramp.data[first + 15]);
    const padded = augment(ramp, [{ kind: "crop", size: [12, 13], padding: 4 }], new Random(2));
    expect([...padded.data].filter((value) => value > 0)).to.have.length(118);
    expect(() => augment(ramp, [{ kind: "crop", size: [9, 9] }], new Random(1))).to.throw(/9 × 9.*4 × 5/);
  });

  it("changes the light, and nothing where nothing is asked", () => {
    const lit = augment(ramp, [{ kind: "colour", brightness: 0.5 }], new Random(3));
    const ratio = lit.data[7]! / ramp.data[7]!;
    expect(ratio).not.to.be.closeTo(1, 0.01);
    expect(lit.data[20]).to.be.closeTo(ramp.data[20]! * ratio, 1e-6);
    const grey = augment(ramp, [{ kind: "colour", saturation: 0.9, contrast: 0.4 }], new Random(3));
    expect(mean(grey).item()).to.be.closeTo(mean(ramp).item(), 1e-6);
    const shifted = augment(ramp, [{ kind: "colour", shift: 0.1 }], new Random(3));
    expect(shifted.data[3]! - ramp.data[3]!).to.be.closeTo(shifted.data[0]! - ramp.data[0]!, 1e-6);
  });

  it("is the same in the caller's thread and in any number of others", async () => {
    const images = new Random(5).uniform([50, 6, 6, 3]);
    const labels = tensor(Int32Array.from({ length: 50 }, (_, i) => i));
    const recipe: Recipe = [
      { kind: "mirror" },
      { kind: "crop", size: [6, 6], padding: 1 },
      { kind: "colour", shift: 0.1 },
    ];
    const all = async (workers: number) => {
      const seen: number[][] = [];
      for await (const batch of augmentedBatches(images, labels, { recipe, batch: 16, epochs: 2, workers })) {
        seen.push([batch.epoch, ...batch.labels.data, ...batch.images.data]);
      }
      return seen;
    };
    const alone = await all(0);
    expect(alone).to.have.length(8);
    expect(
      alone
        .slice(0, 4)
        .flatMap((row, i) => row.slice(1, i < 3 ? 17 : 3))
        .sort((a, b) => a - b),
    ).to.deep.equal([...labels.data]);
    expect(await all(1)).to.deep.equal(alone);
    expect(await all(2)).to.deep.equal(alone);
  });

  it("hands on what went wrong in a thread", async () => {
    const images = new Random(5).uniform([8, 4, 4, 1]);
    const recipe: Recipe = [{ kind: "crop", size: [1e8, 1e8], padding: 1e8 }]; // more than an array can hold
    const batches = augmentedBatches(images, tensor(new Int32Array(8)), { recipe, batch: 1, workers: 2 });
    let message = "";
    try {
      for await (const _ of batches) expect.fail("there is no such batch");
    } catch (error) {
      message = String(error);
    }
    expect(message).to.match(/^RangeError: .*(length|allocation)/);
  });

  it("lets the process end with threads at work that nobody waits for", async () => {
    const lib = new URL("../../../lib/index.js", import.meta.url).href;
    const script =
      `import { augmentedBatches, zeros } from ${JSON.stringify(lib)};` +
      `const all = { recipe: [{ kind: "mirror" }], batch: 4, epochs: 1000, workers: 2 };` +
      `const { value } = await augmentedBatches(zeros([8, 4, 4, 1]), zeros([8], "int32"), all).next();` +
      `console.log(value.images.shape.join());`;
    const { stdout } = await promisify(execFile)(execPath, ["--input-type=module", "-e", script], {
      timeout: 20_000,
    });
    expect(stdout).to.equal("4,4,4,1\n");
  }).timeout(90_000);

  it("ends its threads when the notebook's cell is interrupted", async function () {
    if (platform !== "linux") this.skip();
    const asked = Symbol.for("Jupyter.interrupt");
    const [waiting, left] = [new AbortController(), new AbortController()];
    const images = new Random(5).uniform([16, 64, 64, 3]);
    const recipe: Recipe = [{ kind: "colour", shift: 0.1 }];
    const start = async ({ signal }: AbortController) => {
      Reflect.set(globalThis, asked, () => signal);
      const options = { recipe, batch: 8, epochs: 1000, workers: 2 };
      const batches = augmentedBatches(images, tensor(new Int32Array(16)), options);
      await batches.next();
      return batches;
    };
    const before = threads();
    try {
      const batches = await start(waiting);
      waiting.abort(new Error("interrupted"));
      expect(await batches.next().then(() => "went on", String)).to.equal("Error: interrupted");
      await start(left);
      expect(threads()).to.be.above(before);
      left.abort(); // and nobody asks for another batch
      for (let i = 0; i < 100 && threads() > before; i++) await setTimeout(20);
      expect(threads()).to.be.at.most(before);
    } finally {
      Reflect.deleteProperty(globalThis, asked);
    }
  });

  it("names a recipe and counts that mean nothing", async () => {
    const images = new Random(5).uniform([4, 4, 4, 1]);
    const go =
      (recipe: unknown): (() => void) =>
      () =>
        void augment(images, recipe as Recipe, new Random(1));
    expect(go("mirror")).to.throw("a recipe is a list of steps");
    expect(go([{ kind: "color" }])).to.throw('there is no step "color"; there are mirror, crop and colour');
    expect(go([{ kind: "mirror", probability: Number.NaN }])).to.throw(
      "probability lies between 0 and 1; it is NaN",
    );
    expect(go([{ kind: "crop" }])).to.throw("a crop's size is [height, width], not undefined");
    expect(go([{ kind: "crop", size: [2, 2, 2] }])).to.throw("not [2,2,2]");
    expect(go([{ kind: "colour", shift: -1 }])).to.throw("the shift of a colour step is -1");
    for (const wrong of [{ ahead: Number.NaN }, { epochs: Number.NaN }, { workers: -1 }, { workers: 1.5 }]) {
      const batches = augmentedBatches(images, tensor(new Int32Array(4)), { recipe: [], batch: 2, ...wrong });
      const [name] = Object.keys(wrong);
      const told = await batches.next().then(() => "nothing", String);
      expect(told).to.include(`augmentedBatches: ${name} is`);
    }
  });

  it("ends its threads when the caller stops early", async () => {
    const images = new Random(5).uniform([20, 4, 4, 1]);
    const labels = tensor(new Int32Array(20));
    for await (const { images: batch } of augmentedBatches(images, labels, {
      recipe: [],
      batch: 5,
      epochs: 100,
    })) {
      expect(batch.shape).to.deep.equal([5, 4, 4, 1]);
      break;
    }
  });
});
