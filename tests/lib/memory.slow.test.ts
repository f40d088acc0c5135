// Naive training loops, as a kernel runs them: nothing is disposed of, and resident memory stays where it was after the
// warm-up.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect } from "chai";
import { kernelFlags } from "../source.ts";
import type { Found } from "./memory-loop.ts";

const LOOP = fileURLToPath(new URL("./memory-loop.js", import.meta.url));

describe("a naive training loop of 10,000 steps holds memory flat", function () {
  this.timeout(300_000);

  for (const name of ["an MLP", "a CNN", "an LSTM"]) {
    it(`with ${name}`, async () => {
      const { stdout } = await promisify(execFile)(process.execPath, [...(await kernelFlags()), LOOP, name]);
      const { growth, pool, first, last } = JSON.parse(stdout) as Found;
      expect(growth, "megabytes of growth").to.be.below(20);
      // What is taken from the pool swings by what is dead and not yet found, 128 MB at most.
      if (pool !== null) expect(pool, "megabytes taken from the pool").to.be.below(128);
      expect(last).to.be.below(first);
    });
  }
});
