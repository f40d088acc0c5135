// `fit` in a notebook: its progress as a front end gets it, and as nbclient keeps it.
import { execFile } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { expect } from "chai";
import { type Answer, Kernel, type Reply } from "../kernel-ext/kernel/client.ts";
import { fromSource, ROOT } from "../source.ts";

const SETUP = `
import { adam, crossEntropy, fit, linear, Random, tensor } from "gradbook";
const random = new Random(1);
const x = random.normal([600, 20]);
const y = random.integers([600], { high: 3 });
const params = { W: random.normal([20, 3]), b: tensor([0, 0, 0]) };
const options = {
  params, data: { x, y }, random, optimizer: adam(),
  loss: ({ W, b }: typeof params, { x, y }: { x: typeof W; y: typeof W }) => crossEntropy(linear(x, W, b), y),
  validate: () => ({ "<accuracy>": 0.8123 }),
};
let seen = 0;
const slow = () => { seen++; const end = performance.now() + 5; while (performance.now() < end); };`;

const LAST = /^4 epochs in \d\.\d s: loss [\d.]+, <accuracy> 0\.8123, rate 0\.001$/;

describe("training in a notebook", function () {
  this.timeout(60_000);
  let kernel: Kernel;
  before(async () => {
    kernel = await Kernel.start();
    await kernel.run(SETUP);
  });
  after(() => kernel.stop());

  const bars = ({ outputs }: Answer): Reply[] =>
    outputs.filter(({ content }) => content.transient !== undefined);

  it("shows one bar that changes in place, ten times a second at most, and leaves one plain line", async () => {
    const answer = await kernel.run("await fit({ ...options, epochs: 4, afterStep: slow });");
    const shown = bars(answer);
    expect(answer.reply.status).to.equal("ok");
    expect(answer.outputs.filter(({ type }) => type === "stream")).to.deep.equal([]);
    expect(shown.map(({ type }) => type)).to.deep.equal([
      "display_data",
      ...shown.slice(1).map(() => "update_display_data"),
    ]);
    expect(new Set(shown.map(({ content }) => content.transient.display_id)).size).to.equal(1);
    const looks = shown.map(({ content }) => content.data);
    for (const look of looks.slice(0, -1)) {
      expect(look["text/plain"]).to.match(
        /^epoch [1-4]\/4 ━*─* {1}\d+\/19 {2}loss [\d.]+( {2}<accuracy> 0\.8123)? {2}rate 0\.001 {2}[\d.]+ s( left)?$/,
      );
      expect(look["text/html"]).to.match(/<progress value="[01]\.\d{3}" max="1"/);
    }
    expect(looks.at(-2)?.["text/html"]).to.include("&lt;accuracy&gt; 0.8123");
    expect(looks.at(-1)).to.have.all.keys("text/plain");
    expect(looks.at(-1)["text/plain"]).to.match(LAST);
    const seconds = Number(/ in ([\d.]+) s/.exec(looks.at(-1)["text/plain"])?.[1]);
    expect(shown.length).to.be.within(4, 3 + 10 * (seconds + 0.1));
  });

  it("stands still where it was interrupted, and trains again", async () => {
    for (const pause of [150, 230]) {
      const id = kernel.start("await fit({ ...options, epochs: 1e6, afterStep: slow });");
      await kernel.until(() => kernel.said(id, "update_display_data").length > 0, "bar");
      await sleep(pause);
      kernel.send("interrupt_request", {}, "control");
      const answer = await kernel.answer(id);
      expect(answer.reply.ename).to.equal("KeyboardInterrupt");
      expect(bars(answer).at(-1)?.content.data["text/plain"]).to.match(
        /^epoch \d+(\/1000000 | of 1000000.*; interrupted$)/,
      );
      await sleep(100); // a slice of 50 ms may be under way
      const count = await kernel.value("seen");
      await sleep(200);
      expect(await kernel.value("seen"), "nothing trains on behind the cell").to.equal(count);
    }
    expect((await kernel.run("await fit({ ...options, epochs: 1 });")).reply.status).to.equal("ok");
  });

  it("ends a search, too, whose trials run in threads or in this one", async () => {
    const space =
      'import { between, gridConfigs, search } from "gradbook"; const space = { x: between(0, 1) };';
    await kernel.run(`${space} const configs = gridConfigs(space, 200);`);
    for (const call of [
      "await search({ space, configs, workers: 1, run: () => { const end = Date.now() + 50; while (Date.now() < end); return 1; } })",
      "await search({ space, configs, run: () => { slow(); return 1; } })",
      "await search({ space, configs, run: async () => { await fit({ ...options, epochs: 1, afterStep: slow }); return 1; } })",
    ]) {
      const id = kernel.start(call);
      await sleep(400);
      kernel.send("interrupt_request", {}, "control");
      const began = Date.now();
      expect((await kernel.answer(id)).reply.ename, call).to.equal("KeyboardInterrupt");
      expect(Date.now() - began).to.be.below(1000);
      await sleep(100);
      const count = await kernel.value("seen");
      await sleep(200);
      expect(await kernel.value("seen"), call).to.equal(count);
    }
  });

  it("says where it broke off, and why it stopped early", async () => {
    const failed = await kernel.run(
      'await fit({ ...options, epochs: 3, afterStep: (() => { let n = 0; return () => { if (++n > 25) throw new Error("no"); }; })() });',
    );
    expect(bars(failed).at(-1)?.content.data["text/plain"]).to.match(
      /^epoch 2 of 3, step 6 of 19 in \d\.\d s: loss .*; broken off$/,
    );
    const early = await kernel.run(
      'await fit({ ...options, epochs: 9, earlyStopping: { metric: "<accuracy>", patience: 1 } });',
    );
    expect(bars(early).at(-1)?.content.data["text/plain"]).to.match(
      /^epoch 2 of 9 in .*; no better <accuracy> in 1 epochs/,
    );
  });

  it("is kept by nbclient as that one line", async () => {
    const { labEnv } = await fromSource<typeof import("../../kernel-ext/lab/lab.mjs")>("lab/lab.mjs");
    const { venvPython } = await fromSource<typeof import("../../kernel-ext/lab/place.mjs")>("lab/place.mjs");
    const folder = join(ROOT, "build", "tests", `training-${process.pid}`);
    mkdirSync(folder, { recursive: true });
    const cells = [SETUP, "(await fit({ ...options, epochs: 4, afterStep: slow })).stopped"];
    const notebook = {
      cells: cells.map((source, i) => ({
        cell_type: "code",
        execution_count: null,
        id: `cell-${i}`,
        metadata: {},
        outputs: [],
        source,
      })),
      metadata: { kernelspec: { name: "gradbook", display_name: "TypeScript (gradbook)" } },
      nbformat: 4,
      nbformat_minor: 5,
    };
    const file = join(folder, "training.ipynb");
    writeFileSync(file, JSON.stringify(notebook));
    try {
      const script = join(ROOT, "tests", "notebooks", "execute.py");
      const { stdout } = await promisify(execFile)(venvPython(ROOT), [script, file, folder], {
        env: labEnv(ROOT),
      });
      const { cells: run } = JSON.parse(stdout) as {
        cells: { outputs: { output_type: string; data: Record<string, string> }[] }[];
      };
      const outputs = run[1]!.outputs;
      expect(outputs.map(({ output_type }) => output_type)).to.deep.equal(["display_data", "execute_result"]);
      expect(outputs[0]!.data).to.have.all.keys("text/plain");
      expect(outputs[0]!.data["text/plain"]).to.match(LAST);
      expect(outputs[1]!.data["text/plain"]).to.equal("'all epochs done'");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
