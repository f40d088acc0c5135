// The tests of the kernel, its parts and the library once more on each other Node that is supported.

import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { ROOT } from "../source.ts";

const run = promisify(execFile);
const others = (process.env.GRADBOOK_TEST_NODES ?? "")
  .split(":")
  .filter((node) => node && node !== process.execPath);

const PARTS = ["kernel-ext/kernel", "kernel-ext/debugger", "kernel-ext/widgets", "lib"];

/** Of the slow tests, those whose outcome could depend on Node; interrupts are tried on all at once. */
const NODES_OWN = [
  "interrupts",
  "language",
  "values",
  "snapshot",
  "abuse",
  "history",
  "local-files",
  "page",
].map((name) => `kernel-ext/kernel/${name}.slow`);

for (const node of others) {
  const version = /node.(\d+)/.exec(node)?.[1] ?? node;

  async function expectToPass(args: readonly string[]): Promise<void> {
    const script = join(ROOT, "build", "dist", "tests", "run.js");
    const env = { ...process.env, GRADBOOK_TEST_NODES: node };
    const options = { cwd: ROOT, env, maxBuffer: 1 << 26 };
    const result = await run(node, [script, ...args], options).catch((error: unknown) => error);
    const { stdout } = result as { stdout: string };
    const last = stdout.trim().split("\n").at(-1) ?? "";
    expect(last, stdout.slice(-3000)).to.match(/^\d{2,} passed, 0 failed$/);
  }

  describe(`on Node ${version}`, function () {
    this.timeout(900_000);
    // Its tests have had their second try by themselves.
    this.retries(0);

    it("the kernel, its debugger, its controls and the library pass their tests", () =>
      expectToPass(["--quick", ...PARTS.flatMap((part) => ["--under", part])]));

    it("the kernel passes those that take longer", () =>
      expectToPass(NODES_OWN.flatMap((file) => ["--under", file])));
  });
}
