// The tests of the kernel and the library once more on each other Node that is supported.

import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { ROOT } from "../browser/lab.ts";

const run = promisify(execFile);
const others = (process.env.GRADBOOK_TEST_NODES ?? "")
  .split(":")
  .filter((node) => node && node !== process.execPath);

for (const node of others) {
  const version = /node.(\d+)/.exec(node)?.[1] ?? node;
  describe(`on Node ${version}`, () => {
    it("the kernel and the library pass their tests", async function () {
      this.timeout(900_000);
      const script = join(ROOT, "build", "dist", "tests", "run.js");
      const args = [script, "--under", "kernel-ext/kernel", "--under", "lib"];
      const env = { ...process.env, GRADBOOK_TEST_NODES: node };
      const result = await run(node, args, { cwd: ROOT, env, maxBuffer: 1 << 26 }).catch(
        (error: unknown) => error,
      );
      const { stdout } = result as { stdout: string };
      const last = stdout.trim().split("\n").at(-1) ?? "";
      expect(last, stdout.slice(-3000)).to.match(/^\d{2,} passed, 0 failed$/);
    });
  });
}
