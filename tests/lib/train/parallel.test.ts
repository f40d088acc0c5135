import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import {
  adam,
  add,
  clipByGlobalNorm,
  cosineDecay,
  crossEntropy,
  DataParallel,
  lbfgs,
  ModelParallel,
  matmul,
  mul,
  type Params,
  Random,
  relu,
  type Share,
  sgd,
  type Tensor,
  tensor,
  fit as train,
  training,
  valueAndGrad,
  Workers,
} from "../../../lib/index.ts";

const random = new Random(3);
const x = random.normal([37, 20]);
const y = random.integers([37], { high: 4 });
type Model = { readonly W1: Tensor; readonly b1: Tensor; readonly W2: Tensor };
type Data = { readonly x: Tensor; readonly y: Tensor };
const fresh = (): Model => {
  const own = new Random(8);
  return {
    W1: own.normal([20, 30], { std: 0.3 }),
    b1: own.normal([30]),
    W2: own.normal([30, 4], { std: 0.3 }),
  };
};
const serial = ({ W1, b1, W2 }: Params): Tensor =>
  crossEntropy(matmul(relu(add(matmul(x, W1!), b1!)), W2!), y);

function near(one: Params, other: Params, tolerance = 1e-6): void {
  for (const [name, { data }] of Object.entries(one)) {
    data.forEach((value, i) => {
      expect(value, `${name}[${i}]`).to.be.closeTo(other[name]!.data[i]!, tolerance);
    });
  }
}

describe("workers", () => {
  it("carry out tasks beside each other, and give the results in order", async () => {
    const workers = new Workers({ count: 2, shared: { scale: tensor([2, 3]), name: "s" } });
    try {
      const results = await workers.map([1, 2, 3, 4, 5], (n, { lib, shared }) => ({
        n,
        y: lib.mul(shared.scale as Tensor, n),
      }));
      expect(results.map(({ n }) => n)).to.deep.equal([1, 2, 3, 4, 5]);
      expect([...results[3]!.y.data]).to.deep.equal([8, 12]);
      const late = workers.on(0, (_, { memory }) => void memory.set("kept", 7), undefined);
      await late;
      expect(await workers.on(0, (_, { memory }) => memory.get("kept"), undefined)).to.equal(7);
      expect(await workers.on(1, (_, { memory }) => memory.get("kept"), undefined)).to.equal(undefined);
    } finally {
      await workers.close();
    }
  });

  it("say what a task cannot do, and go on", async () => {
    const workers = new Workers({ count: 1 });
    const around = 5;
    const failure = (run: Promise<unknown>): Promise<string> =>
      run.then(
        () => "",
        (error: Error) => error.message,
      );
    try {
      expect(await failure(workers.on(0, () => around, undefined))).to.match(
        /^around is not defined \(a task runs in another thread and knows only its arguments/,
      );
      expect(
        await failure(workers.on(0, (_, { lib }) => lib.matmul(lib.zeros([2, 3]), lib.zeros([2, 3])), 0)),
      ).to.match(/^matmul/);
      expect(await workers.on(0, (n: number) => n + 1, 1)).to.equal(2);
      expect(() => workers.on(0, Math.max as never, 1)).to.throw("must be written as an arrow function");
      expect(() => workers.on(3, () => 1, 1)).to.throw("there is no thread 3 of 1");
    } finally {
      await workers.close();
    }
    expect(await failure(workers.on(0, () => 1, 1))).to.include("the thread has ended");
    expect(() => new Workers({ count: 0 })).to.throw("count is 0");
  });
});

describe("threads that were not closed", () => {
  it("hold up no process, whatever was asked of them", async () => {
    const lib = new URL("../../../lib/index.js", import.meta.url).href;
    const script = `
      import { Workers } from ${JSON.stringify(lib)};
      const workers = new Workers({ count: 2 });
      const failures = [];
      const fails = (run) => run.catch((error) => failures.push(error.message));
      await fails(workers.on(0, (x) => x, { circle: new WeakMap() }));
      await fails(workers.on(0, () => process.exit(4), 0));
      await fails(workers.on(0, () => 1, 0));
      workers.renew(0);
      failures.push(String(await workers.on(0, () => 1, 0)));
      console.log(failures.join("\\n"));`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
      timeout: 30_000,
    });
    const lines = stdout.trim().split("\n");
    expect(lines[0]).to.include("could not be cloned");
    expect(lines[1]).to.match(/^Workers: the thread has ended \(exit code 4\), and what it kept is gone/);
    expect(lines[2]).to.equal(lines[1]);
    expect(lines[3]).to.equal("1");
  }).timeout(90_000);
});

describe("data-parallel training", () => {
  for (const workers of [1, 2, 3]) {
    it(`on ${workers} threads steps as one thread does`, async () => {
      const [params, alone] = [fresh(), fresh()];
      const team = new DataParallel<Model, Data>({
        params,
        loss: ({ W1, b1, W2 }, { x, y }, lib) =>
          lib.crossEntropy(lib.matmul(lib.relu(lib.add(lib.matmul(x, W1), b1)), W2), y),
        workers,
      });
      try {
        const whole = valueAndGrad(serial, alone);
        const { value, grads } = await team.gradients({ x, y });
        expect(value.item()).to.be.closeTo(whole.value.item(), 1e-6);
        near(grads, whole.grads);
        const [optimizer, other] = [sgd({ rate: 0.1, momentum: 0.9 }), sgd({ rate: 0.1, momentum: 0.9 })];
        for (let i = 0; i < 3; i++) {
          await team.step({ x, y }, optimizer);
          other.minimize(serial, alone);
        }
        near(params, alone);
      } finally {
        await team.close();
      }
    });
  }
});

describe("fit on several threads", () => {
  const remote = (
    { W1, b1, W2 }: Model,
    { x, y }: Data,
    lib: typeof import("../../../lib/index.ts"),
    share: Share,
  ) => {
    const hidden = lib.relu(lib.add(lib.matmul(x, W1), b1));
    return lib.crossEntropy(lib.matmul(lib.dropout(hidden, { rate: 0.3, seed: share.seed }), W2), y);
  };
  const plain = ({ W1, b1, W2 }: Model, { x, y }: Data, lib: typeof import("../../../lib/index.ts")) =>
    lib.crossEntropy(lib.matmul(lib.relu(lib.add(lib.matmul(x, W1), b1)), W2), y);
  const settings = () => ({
    data: { x, y },
    optimizer: adam({ rate: 0.01 }),
    random: new Random(4),
    batchSize: 10,
    epochs: 4,
    schedule: cosineDecay({ rate: 0.01, steps: 16 }),
    clip: (g: Model) => clipByGlobalNorm(g, 1),
    progress: false,
  });

  it("ends where one thread does, with batches that do not divide", async () => {
    const [params, alone] = [fresh(), fresh()];
    const team = new DataParallel<Model, Data>({ params, loss: plain, workers: 3 });
    try {
      const { history } = await train({ ...settings(), params, loss: team });
      const other = await train({
        ...settings(),
        params: alone,
        loss: ({ W1, b1, W2 }, batch) =>
          crossEntropy(matmul(relu(add(matmul(batch.x, W1), b1)), W2), batch.y),
      });
      near(params, alone, 2e-6);
      other.history.column("loss").forEach((loss, i) => {
        expect(history.column("loss")[i]).to.be.closeTo(loss, 1e-6);
      });
    } finally {
      await team.close();
    }
  });

  it("goes on bit for bit from a checkpoint within an epoch, with shuffling, schedule and dropout", async () => {
    const folder = mkdtempSync(join(tmpdir(), "gradbook-team-"));
    const ends: Params[] = [];
    try {
      for (const cut of [undefined, 6]) {
        const checkpoint = { file: join(folder, `${cut}.safetensors`), everySteps: 3 };
        for (const again of cut === undefined ? [true] : [false, true]) {
          const params = fresh();
          const team = new DataParallel<Model, Data>({ params, loss: remote, workers: 2 });
          try {
            const steps = training({ ...settings(), params, loss: team, checkpoint });
            for (let i = 0; again || i < cut! + 1; i++) if ((await steps.next()).done) break;
            if (again) ends.push(params);
          } finally {
            await team.close();
          }
        }
      }
      near(ends[1]!, ends[0]!, 0);
      expect(ends[0]!.W1!.data[0]).not.to.equal(fresh().W1.data[0]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("says what does not go together, and which thread ended", async () => {
    const params = fresh();
    const team = new DataParallel<Model, Data>({
      params,
      loss: () => {
        process.exit(7);
      },
      workers: 2,
    });
    const failure = (more: object): Promise<string> =>
      train({ ...settings(), params, loss: team, ...more }).then(
        () => "",
        (error: Error) => error.message,
      );
    try {
      expect(await failure({ params: fresh() })).to.include("the gradients of other parameters");
      expect(await failure({ optimizer: lbfgs(), clip: undefined })).to.include("use one with step");
      expect(await failure({})).to.match(/^Workers: the thread has ended \(exit code 7\)/);
    } finally {
      await team.close();
    }
  });
});

describe("model-parallel training", () => {
  it("steps as one thread does, with each stage's parameters in a thread of their own", async () => {
    const [{ W1, b1, W2 }, alone] = [fresh(), fresh()];
    const team = await ModelParallel.start({
      stages: [
        { params: { W1, b1 }, forward: ({ W1, b1 }, x, lib) => lib.add(lib.matmul(x, W1!), b1!) },
        { params: {}, forward: (_, x, lib) => lib.relu(x) },
        { params: { W2 }, forward: ({ W2 }, x, lib) => lib.matmul(x, W2!) },
      ],
      loss: (logits, labels, lib) => lib.crossEntropy(logits, labels),
      optimizer: (lib) => lib.adam({ rate: 1e-3 }),
    });
    try {
      const optimizer = adam({ rate: 1e-3 });
      for (let i = 0; i < 3; i++) {
        const value = await team.step(x, y);
        expect(value.item()).to.be.closeTo(optimizer.minimize(serial, alone).value.item(), 1e-6);
      }
      near(Object.assign({}, ...(await team.params())), alone);
      expect((await team.forward(x)).shape).to.deep.equal([37, 4]);
    } finally {
      await team.close();
    }
  });

  const pipeline = (microBatches: number, { W1, b1, W2 }: Model = fresh()): Promise<ModelParallel> =>
    ModelParallel.start({
      stages: [
        { params: { W1, b1 }, forward: ({ W1, b1 }, x, lib) => lib.add(lib.matmul(x, W1!), b1!) },
        { params: {}, forward: (_, x, lib) => lib.relu(x) },
        { params: { W2 }, forward: ({ W2 }, x, lib) => lib.matmul(x, W2!) },
      ],
      loss: (logits, labels, lib) => lib.crossEntropy(logits, labels),
      optimizer: (lib) => lib.sgd({ rate: 0.2, momentum: 0.9, weightDecay: 1e-3 }),
      microBatches,
    });
  const whole = async (team: ModelParallel): Promise<Params> => Object.assign({}, ...(await team.params()));

  for (const microBatches of [2, 5, 37, 100]) {
    it(`as a pipeline of ${microBatches} micro-batches steps as one thread does`, async () => {
      const [team, alone] = [await pipeline(microBatches), fresh()];
      try {
        const optimizer = sgd({ rate: 0.2, momentum: 0.9, weightDecay: 1e-3 });
        for (let i = 0; i < 5; i++) {
          const value = await team.step(x, y);
          expect(value.item()).to.be.closeTo(optimizer.minimize(serial, alone).value.item(), 1e-6);
        }
        near(await whole(team), alone);
        const parts = Math.min(microBatches, 37);
        expect(team.report?.microBatches).to.equal(parts);
        expect(team.report?.idealBubble).to.be.closeTo(2 / (parts + 2), 1e-12);
        expect(team.report?.bubble).to.be.within(0, 1);
        expect(team.report?.busy).to.have.length(3);
      } finally {
        await team.close();
      }
    });
  }

  it("has its stages at work at the same time", async () => {
    const wait = (_: Params, x: Tensor): Tensor => {
      const end = performance.now() + 20;
      while (performance.now() < end);
      return x;
    };
    const options = {
      stages: [
        { params: {}, forward: wait },
        { params: {}, forward: wait },
      ],
      loss: (output: Tensor, _: Tensor, lib: typeof import("../../../lib/index.ts")) => lib.mean(output),
      optimizer: (lib: typeof import("../../../lib/index.ts")) => lib.sgd({ rate: 1 }),
    };
    const seconds: number[] = [];
    for (const microBatches of [1, 8]) {
      const team = await ModelParallel.start({ ...options, microBatches });
      try {
        await team.step(x, y);
        await team.step(x, y);
        seconds.push(team.report!.seconds / microBatches);
      } finally {
        await team.close();
      }
    }
    // A part takes 40 ms through both stages alone, and 20 in a row of many (22.5 with the first one's way).
    expect(seconds[0]).to.be.above(0.04);
    expect(seconds[1]).to.be.below(0.036);
  });

  it("does the same each time, and goes on bit for bit from its state", async () => {
    const ends: Params[] = [];
    for (const broken of [false, true, false]) {
      let team = await pipeline(4);
      try {
        for (let i = 0; i < 6; i++) {
          if (broken && i === 3) {
            const state = await team.state();
            await team.close();
            team = await pipeline(4, { W1: tensor([[9]]), b1: tensor([9]), W2: tensor([[9]]) });
            await team.restore(state);
          }
          await team.step(x, y);
        }
        ends.push(await whole(team));
      } finally {
        await team.close();
      }
    }
    for (const end of ends.slice(1)) near(end, ends[0]!, 0);
  });

  it("names the stage that fails, takes the next batch, and says when a thread is gone", async () => {
    const team = await ModelParallel.start({
      stages: [
        { params: { W: fresh().W1 }, forward: ({ W }, x, lib) => lib.matmul(x, W!) },
        {
          params: {},
          forward: (_, x) => {
            if (x.data[0]! > 1e6) process.exit(1);
            return x;
          },
        },
      ],
      loss: (output, target, lib) => lib.mse(output, target),
      optimizer: (lib) => lib.sgd({ rate: 0 }),
      microBatches: 3,
    });
    const failure = (input: Tensor, target: Tensor): Promise<string> =>
      team.step(input, target).then(
        () => "",
        (error: Error) => error.message,
      );
    try {
      const target = random.normal([37, 30]);
      expect(await failure(random.normal([37, 21]), target)).to.match(
        /^ModelParallel: stage 1 of 2: matmul.*\[13, 21\]|^ModelParallel: stage 1 of 2: matmul/,
      );
      expect(await failure(x, random.normal([37, 29]))).to.match(/^ModelParallel: stage 2 of 2: /);
      expect(await failure(x, random.normal([36, 30]))).to.include("they must have equally many");
      expect(await failure(x, target)).to.equal("");
      expect(await failure(mul(x, 1e9), target)).to.match(
        /^ModelParallel: stage 2 of 2: Workers: the thread has ended \(exit code 1\)/,
      );
    } finally {
      await team.close();
    }
  });

  it("says when there is nothing to train", async () => {
    const message = await ModelParallel.start({
      stages: [],
      loss: (x) => x,
      optimizer: (lib) => lib.adam(),
    }).catch((error: Error) => error.message);
    expect(message).to.equal("ModelParallel: there is no stage; a network has one at least.");
  });
});
