import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { Kernel, printed } from "./client.ts";

describe("Two thousand local files that import one another in a row", function () {
  this.timeout(120_000);
  const COUNT = 2000;
  let kernel: Kernel;
  const write = (folder: string, number: number, text: string): void => {
    mkdirSync(join(kernel.folder, folder), { recursive: true });
    writeFileSync(join(kernel.folder, folder, `f${number}.ts`), text);
  };
  const row = (folder: string, more: string, last: string): void => {
    for (let number = 0; number < COUNT - 1; number++)
      write(folder, number, `import { v as w } from "./f${number + 1}";\nexport const v = ${more};`);
    write(folder, COUNT - 1, `console.log("runs"); export const v = ${last};`);
  };
  const timed = async (code: string): Promise<{ readonly time: number; readonly text: string }> => {
    const began = performance.now();
    const answer = await kernel.run(code);
    expect(answer.reply.status, answer.reply.evalue).to.equal("ok");
    expect(printed(answer, "stderr")).to.equal("");
    return { time: performance.now() - began, text: printed(answer) };
  };
  before(async () => {
    kernel = await Kernel.start();
    await kernel.value("1");
  });
  after(() => kernel.stop());

  it("are checked, run once and kept, and an edit of the last is seen", async () => {
    row("plain", "w + 1", "1");
    const cell = 'import { v } from "./plain/f0"\nconsole.log(v.toFixed());';
    const first = await timed(cell);
    expect(first.text).to.equal(`runs\n${COUNT}\n`);
    const again = await timed(cell);
    expect(again.text).to.equal(`${COUNT}\n`);
    expect(again.time, `${again.time} ms, first ${first.time} ms`).to.be.lessThan(first.time / 2 + 100);
    write("plain", COUNT - 1, 'console.log("edited"); export const v = 2;');
    expect((await timed(cell)).text).to.equal(`edited\n${COUNT + 1}\n`);
    expect((await kernel.run(cell.replace("toFixed", "toFixd"))).reply.evalue).to.include("toFixd");
  });

  it("may infer each its type from the next's", async () => {
    row("functions", "() => 1 + w()", "() => 1");
    expect(
      (await timed('import { v as f } from "./functions/f0"\nconsole.log(f().toFixed());')).text,
    ).to.equal(`runs\n${COUNT}\n`);
  });
});
