// Runs the tests with mocha and ends with the one line that says how it went.
import { readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import Mocha from "mocha";

const here = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({
  options: {
    quick: { type: "boolean" },
    grep: { type: "string" },
    under: { type: "string", multiple: true },
  },
});

/** Files ending in `.slow.test` need a browser, libtensorflow or Python; `test:quick` leaves them out. */
const files = readdirSync(here, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".test.js") && !(values.quick && file.endsWith(".slow.test.js")))
  .filter((file) => !values.under || values.under.some((folder) => file.startsWith(folder)))
  .sort();

const mocha = new Mocha({
  reporter: "spec",
  timeout: 60_000,
  slow: 5_000,
  forbidOnly: Boolean(process.env.CI),
  ...(values.grep ? { grep: new RegExp(values.grep) } : {}),
});
for (const file of files) mocha.addFile(relative(process.cwd(), join(here, file)));
await mocha.loadFilesAsync();

const runner = mocha.run();
/** Seconds by file, with what goes before and after its tests. */
const seconds = new Map<string, number>();
let began = 0;
runner.on("suite", ({ parent }) => {
  if (parent?.root) began = performance.now();
});
runner.on("suite end", ({ parent, file = "" }) => {
  if (!parent?.root) return;
  const name = relative(here, file).replace(/\.js$/, "");
  seconds.set(name, (seconds.get(name) ?? 0) + (performance.now() - began) / 1000);
});

runner.on("end", function (this: Mocha.Runner) {
  const { passes = 0, failures = 0, pending = 0 } = this.stats ?? {};
  const skippedInCi = Boolean(process.env.CI) && pending > 0;
  if (skippedInCi) process.stdout.write("Nothing may be skipped in CI.\n");
  const failed = failures + (skippedInCi ? pending : 0);
  if (process.env.CI) process.stdout.write(`Where the time went:\n${slowest(15)}\n\n`);
  const skipped = pending > 0 && !skippedInCi ? `, ${pending} skipped` : "";
  process.stdout.write(`${passes} passed, ${failed} failed${skipped}\n`, () => {
    process.exit(failed > 0 || passes === 0 ? 1 : 0);
  });
});

function slowest(count: number): string {
  const rows = [...seconds].sort(([, one], [, other]) => other - one).slice(0, count);
  return rows.map(([file, time]) => `${time.toFixed(0).padStart(6)} s  ${file}`).join("\n");
}
