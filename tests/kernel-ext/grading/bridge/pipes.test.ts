// The pipes themselves.
import { mkdtempSync, readdirSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { openPipes, PipeMaker } from "../../../../kernel-ext/grading/bridge/pipes.ts";

const descriptors = (): number => readdirSync("/proc/self/fd").length;

describe("pipes to the answers", () => {
  it("carry what is written, wait, and end when the other side does", () => {
    const pipes = openPipes();
    const buffer = Buffer.alloc(10);
    writeSync(pipes.write, "down");
    expect(readSync(pipes.theirs[0], buffer)).to.equal(4);
    writeSync(pipes.theirs[1], "up");
    expect(readSync(pipes.read, buffer)).to.equal(2);
    pipes.closeTheirs();
    expect(readSync(pipes.read, buffer)).to.equal(0);
    expect(() => writeSync(pipes.write, "nobody")).to.throw("EPIPE");
    pipes.close();
    pipes.close();
  });

  it("leave no file and no descriptor behind", function () {
    if (process.platform !== "linux") this.skip();
    const { TMPDIR } = process.env;
    const folder = mkdtempSync(join(tmpdir(), "pipes-test-"));
    process.env.TMPDIR = folder;
    try {
      const open = descriptors();
      const maker = new PipeMaker();
      for (let round = 0; round < 70; round++) maker.open().close();
      expect(readdirSync(folder)).to.deep.equal([]);
      maker.close();
      expect(descriptors()).to.equal(open);
    } finally {
      if (TMPDIR === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = TMPDIR;
      rmSync(folder, { recursive: true });
    }
  });
});
