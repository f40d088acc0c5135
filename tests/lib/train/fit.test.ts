import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import {
  adam,
  clipByGlobalNorm,
  crossEntropy,
  dropout,
  type FitOptions,
  type FitResult,
  lbfgs,
  linear,
  type Params,
  ProgressBar,
  powerDecay,
  Random,
  sgd,
  type Tensor,
  tensor,
  fit as train,
  training,
  updateRatios,
  Workers,
} from "../../../lib/index.ts";
import { fromDanfo } from "../../../lib/io/index.ts";
import { readCheckpoint } from "../../../lib/train/checkpoint.ts";

interface Model extends Params {
  readonly W1: Tensor;
  readonly b1: Tensor;
  readonly W2: Tensor;
}
type Data = { readonly x: Tensor; readonly y: Tensor };

/** Two classes, inside and outside of a circle. */
function circle(count = 150, seed = 1): Data {
  const x = new Random(seed).normal([count, 2]);
  const y = Int32Array.from({ length: count }, (_, i) =>
    Number(x.data[2 * i]! ** 2 + x.data[2 * i + 1]! ** 2 > 1.4),
  );
  return { x, y: tensor(y) };
}

function model(): Model {
  const random = new Random(5);
  return {
    W1: random.normal([2, 16]),
    b1: tensor(new Float32Array(16)),
    W2: random.normal([16, 2], { std: 0.3 }),
  };
}

function options(more: Partial<FitOptions<Model, Data>> = {}): FitOptions<Model, Data> {
  return {
    params: model(),
    loss: ({ W1, b1, W2 }, { x, y }, { seed }) => {
      const hidden = dropout(linear(x, W1, b1, { relu: true }), { rate: 0.2, seed });
      const logits = linear(hidden, W2, tensor([0, 0]));
      return crossEntropy(logits, y);
    },
    data: circle(),
    optimizer: adam({ rate: 0.02 }),
    random: new Random(9),
    epochs: 6,
    progress: false,
    ...more,
  };
}

const bits = (params: Params): number[][] => Object.values(params).map(({ data }) => [...data]);

describe("fit", () => {
  it("lowers the loss, and keeps a row for each epoch", async () => {
    const { history, stopped } = await train(options({ epochs: 30 }));
    const losses = history.column("loss");
    expect(losses).to.have.length(30);
    expect(losses.at(-1)).to.be.below(0.6 * losses[0]!);
    expect(history.columns).to.deep.equal(["epoch", "loss", "rate", "seconds"]);
    expect(stopped).to.equal("all epochs done");
    expect(() => history.column("accuracy")).to.throw(
      'no column "accuracy"; there are epoch, loss, rate, seconds.',
    );
    expect(String(history)).to.match(/^30 epochs\nepoch +loss/);
  });

  it("does the same for the same seed, whatever the data's order in memory", async () => {
    const [one, other] = [options(), options()];
    await train(one);
    await train(other);
    expect(bits(one.params)).to.deep.equal(bits(other.params));
  });

  it("gives its log as a frame", async () => {
    const { history } = await train(options({ epochs: 2 }));
    expect(fromDanfo(history, { columns: ["epoch", "loss"] }).shape).to.deep.equal([2, 2]);
    class DataFrame {
      readonly columns: string[];
      readonly rows: number;
      constructor(data: number[][] | boolean[][], { columns }: { columns: string[] }) {
        this.rows = data.length;
        this.columns = columns;
      }
    }
    expect(history.frame({ DataFrame }).columns).to.deep.equal([...history.columns]);
  });

  it("validates, measures, schedules, clips, and works on parameters after each step", async () => {
    let after = 0;
    const { history, ratios } = await train(
      options({
        loss: ({ W2 }, { x, y }) => {
          const value = crossEntropy(
            linear(linear(x, model().W1, model().b1, { relu: true }), W2, tensor([0, 0])),
            y,
          );
          return { value, metrics: { twice: 2 * value.item() } };
        },
        validate: ({ W2 }) => ({ first: W2.data[0]! }),
        schedule: powerDecay({ rate: 0.1, base: 0.5 }),
        schedulePer: "epoch",
        clip: (grads) => clipByGlobalNorm(grads, 0.1),
        afterStep: () => {
          after++;
        },
        ratiosEvery: 5,
        epochs: 3,
      }),
    );
    expect(after).to.equal(15);
    expect(history.column("rate")).to.deep.equal([0.1, 0.05, 0.025]);
    history.rows.forEach(({ loss, twice }) => {
      expect(twice).to.be.closeTo(2 * loss!, 1e-6);
    });
    expect(history.column("first")[2]).to.be.a("number");
    expect(ratios.map(({ step }) => step)).to.deep.equal([0, 5, 10]);
    expect(ratios[0]!.W2).to.be.above(1e-4);
  });

  it("stops early and puts the best parameters back", async () => {
    const found = [3, 2, 1, 5, 5, 5, 5];
    const seen: number[][] = [];
    const chosen = options({
      epochs: 20,
      validate: ({ W2 }) => {
        seen.push([...W2.data]);
        return { error: found[seen.length - 1]! };
      },
      earlyStopping: { metric: "error", patience: 2 },
    });
    const { best, stopped, history } = await train(chosen);
    expect(best).to.deep.equal({ value: 1, epoch: 3 });
    expect(stopped).to.equal("no better error in 2 epochs (the best was in epoch 3)");
    expect(history.rows).to.have.length(5);
    expect([...chosen.params.W2.data]).to.deep.equal(seen[2]);
  });

  it("takes a number for better than none: a first value that is NaN stops nothing", async () => {
    const found = [Number.NaN, 3, 2, Number.NaN, Number.NaN, 1];
    let at = 0;
    const { best, stopped } = await train(
      options({ validate: () => ({ error: found[at++]! }), earlyStopping: { metric: "error", patience: 3 } }),
    );
    expect(best).to.deep.equal({ value: 1, epoch: 6 });
    expect(stopped).to.equal("all epochs done");
  });

  it("works with a line search, on all examples at once", async () => {
    const { history } = await train(
      options({
        optimizer: lbfgs(),
        batchSize: 150,
        epochs: 25,
        loss: ({ W1, b1, W2 }, { x, y }) =>
          crossEntropy(linear(linear(x, W1, b1, { relu: true }), W2, tensor([0, 0])), y),
      }),
    );
    expect(history.column("loss").at(-1)).to.be.below(0.1);
  });

  it("says what is wrong", async () => {
    const failure = async (more: Partial<FitOptions<Model, Data>>): Promise<string> =>
      train(options(more)).then(
        () => "",
        (error: Error) => error.message,
      );
    expect(await failure({ optimizer: sgd({ rate: 1e30 }) })).to.match(
      /^fit: the loss is NaN in step \d+ .*traceNaN\(\(params\) => loss, params\) names the operation/,
    );
    expect(await failure({ data: { x: circle().x, y: tensor([1, 0]) } })).to.include(
      "x has 150 examples and y",
    );
    expect(await failure({ epochs: 0 })).to.include("epochs is 0");
    expect(await failure({ optimizer: lbfgs(), clip: (g) => g })).to.include("leave clip out");
    expect(await failure({ earlyStopping: { metric: "accuracy" } })).to.include(
      'early stopping looks at "accuracy", and there are loss',
    );
  });
});

describe("a checkpoint", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "gradbook-fit-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Everything that training measured, but the time that it took. */
  const outcome = ({ history, ratios, best }: FitResult, params: Params) => ({
    params: bits(params),
    rows: history.rows.map((row) => ({ ...row, seconds: 0 })),
    ratios,
    best,
  });
  const rich = (more: Partial<FitOptions<Model, Data>>): FitOptions<Model, Data> =>
    options({
      validate: ({ W2 }) => ({ size: Array.from(W2.data).reduce((sum, w) => sum + w * w, 0) }),
      earlyStopping: { metric: "size", patience: 9 },
      augment: ({ x, y }, random) => ({ x: x.size > 0 ? random.normal(x.shape, { std: 1 }) : x, y }),
      ratiosEvery: 4,
      ...more,
    });

  for (const cut of [1, 7, 10, 13]) {
    it(`goes on bit for bit where training was broken off after ${cut} of 30 steps`, async () => {
      const straight = rich({});
      const wanted = outcome(await train(straight), straight.params);
      const file = join(folder, "training.safetensors");
      const stop = new AbortController();
      const first = await train(
        rich({
          checkpoint: { file },
          signal: stop.signal,
          afterStep: (() => {
            let steps = 0;
            return () => {
              steps++;
              if (steps === cut) stop.abort();
            };
          })(),
        }),
      );
      expect(first.stopped).to.equal("stopped by its signal");
      // Another process: other parameters, a source of random numbers elsewhere, a fresh optimizer.
      const params = { ...model(), W2: new Random(77).normal([16, 2]) };
      const second = rich({ params, random: new Random(1234), checkpoint: { file } });
      expect(outcome(await train(second), params)).to.deep.equal(wanted);
    });
  }

  it("is written every so many steps, and what was done after it is done again", async () => {
    const straight = options();
    await train(straight);
    const file = join(folder, "often.safetensors");
    const steps = training(options({ checkpoint: { file, everySteps: 3 } }));
    for (let i = 0; i < 11; i++) await steps.next(); // and then the machine fails
    const again = options({ params: model(), random: new Random(0), checkpoint: { file, everySteps: 3 } });
    await train(again);
    expect(bits(again.params)).to.deep.equal(bits(straight.params));
  });

  it("of finished training adds epochs when more are asked for, and nothing otherwise", async () => {
    const file = join(folder, "longer.safetensors");
    await train(options({ epochs: 2, checkpoint: { file } }));
    const same = await train(options({ epochs: 2, checkpoint: { file } }));
    expect(same.history.rows).to.have.length(2);
    const more = options({ epochs: 6, checkpoint: { file } });
    await train(more);
    const straight = options();
    await train(straight);
    expect(bits(more.params)).to.deep.equal(bits(straight.params));
  });

  it("that is cut short, damaged or another optimizer's is refused, with what to do", async () => {
    const file = join(folder, "broken.safetensors");
    await train(options({ epochs: 1, checkpoint: { file } }));
    const whole = readFileSync(file);
    const refusal = async (
      bytes: Uint8Array,
      more: Partial<FitOptions<Model, Data>> = {},
    ): Promise<string> => {
      writeFileSync(file, bytes);
      return train(options({ checkpoint: { file }, ...more })).then(
        () => "",
        (error: Error) => error.message,
      );
    };
    const advice = "training cannot go on from it; remove the file to start anew, or name another";
    for (const size of [0, 5, 90, whole.length >> 1, whole.length - 1]) {
      const message = await refusal(whole.subarray(0, size));
      expect(message, `${size} bytes`).to.match(/broken\.safetensors: .*(cut short|no safetensors file)/);
      expect(message).to.include(advice);
      expect(readFileSync(file)).to.have.length(size);
    }
    const damaged = Buffer.from(whole);
    damaged.write("S", damaged.indexOf("standing"));
    expect(await refusal(damaged)).to.include("what it says of the training is damaged");
    expect(await refusal(whole, { optimizer: sgd({ rate: 0.1, momentum: 0.9 }) })).to.equal(
      "sgd: the state is that of adam, and cannot be gone on from with sgd.",
    );
    expect(await refusal(whole, { optimizer: lbfgs() })).to.include("lbfgs: the state is that of adam");
    expect(await refusal(whole)).to.equal("");
  });

  it("written by several threads at once is always whole", async () => {
    const file = join(folder, "together.safetensors");
    const lib = new URL("../../../lib/train/checkpoint.js", import.meta.url).href;
    const workers = new Workers({ count: 3, shared: { file, from: lib } });
    try {
      await workers.map([1, 2, 3, 4, 5, 6], async (n, { lib, shared }) => {
        const { writeCheckpoint } = await import(String(shared.from));
        const params = { W: lib.full([50_000], n) };
        const standing = { rows: [], random: {} };
        for (let i = 0; i < 20; i++) {
          const optimizer = { rate: n, steps: 1, tensors: {} };
          writeCheckpoint(shared.file, { params, state: {}, best: {}, optimizer, standing });
        }
      });
    } finally {
      await workers.close();
    }
    const found = readCheckpoint(file)!;
    expect(new Set(found.params.W!.data)).to.deep.equal(new Set([found.optimizer.rate]));
    expect(readdirSync(folder)).to.deep.equal(["together.safetensors"]);
  });

  it("of another model or other data is refused", async () => {
    const file = join(folder, "other.safetensors");
    await train(options({ epochs: 1, checkpoint: { file } }));
    const refusal = async (more: Partial<FitOptions<Model, Data>>): Promise<string> =>
      train(options({ checkpoint: { file }, ...more })).then(String, (error: Error) => error.message);
    expect(await refusal({ params: { ...model(), W2: tensor([1]) } })).to.include(
      'parameter "W2" is float32 [1] and the checkpoint holds float32 [16, 2]; it is another model\'s.',
    );
    expect(await refusal({ data: circle(100) })).to.include(
      "150 examples in batches of 32, and these are 100",
    );
  });
});

describe("progress", () => {
  it("comes after each step, with the time left", async () => {
    const seen: number[] = [];
    let last = Infinity;
    for await (const { step, remaining, loss, epoch, batch } of training(options({ epochs: 2 }))) {
      seen.push(step);
      last = remaining;
      expect(loss).to.be.within(0, 3);
      expect([epoch, batch]).to.deep.equal([Math.ceil(step / 5), ((step - 1) % 5) + 1]);
    }
    expect(seen).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(last).to.equal(0);
  });

  const written = async (out: object, epochs = 2): Promise<string> => {
    let text = "";
    await train(options({ epochs, progress: { ...out, write: (more) => (text += more) } }));
    return text;
  };

  it("is one line of a terminal that is written over, never longer than the terminal", async () => {
    const text = await written({ isTTY: true, columns: 60 });
    const parts = text.split("\r\x1b[K");
    expect(parts[0]).to.equal("");
    expect(parts[1]).to.match(/^epoch 1\/2 ━*─* 1\/5 {2}loss \d\.\d+ {2}rate 0\.02 {2}\d\.\d s left$/);
    for (const part of parts.slice(0, -1)) expect(part).to.have.length.below(60);
    expect(parts.at(-1)).to.match(/^2 epochs in 0\.\d s: loss 0\.\d+, rate 0\.02\n$/);
    expect(text.split("\n")).to.have.length(2);
    const narrow = await written({ isTTY: true, columns: 20 });
    for (const part of narrow.split("\r\x1b[K").slice(0, -1)) expect(part).to.have.length.below(20);
  });

  it("is plain lines elsewhere", async () => {
    const text = await written({}, 400);
    expect(text).not.to.include("\r");
    expect(text).not.to.include("\x1b");
    const rows = text.trimEnd().split("\n");
    expect(rows.length).to.be.within(2, 100);
    for (const row of rows.slice(0, -1)) expect(row).to.match(/^epoch \d+\/400 ━{20} 5\/5 {2}loss/);
    expect(rows.at(-1)).to.match(/^400 epochs in \d\.\d s: loss/);
  });

  it("has no last line where there was no first one", () => {
    let text = "";
    new ProgressBar({ write: (more) => (text += more) }).end();
    expect(text).to.equal("");
  });

  it("keeps the event loop turning, so that training can be stopped", async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 20);
    const { stopped } = await train(options({ epochs: 1_000_000, signal: stop.signal }));
    expect(stopped).to.equal("stopped by its signal");
  });
});

describe("updateRatios", () => {
  it("is the length of the step over that of the weights", () => {
    const ratios = updateRatios(
      { W: tensor([3, 4]), b: tensor([0]) },
      { W: tensor([3, 4.01]), b: tensor([1]) },
    );
    expect(ratios.W).to.be.closeTo(0.002, 1e-6);
    expect(ratios.b).to.be.NaN;
    expect(() => updateRatios({ W: tensor([1]) }, {})).to.throw('"W" has 1 numbers before and 0 after');
  });
});
