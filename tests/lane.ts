// One lane's process: runs the test files that it is given with mocha, and tells whoever started it how that went.
import { basename, dirname, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import Mocha from "mocha";

export interface Failure {
  readonly title: string;
  readonly why: string;
  /** What goes before or after tests: mocha tries only tests again. */
  readonly hook: boolean;
}

export interface Report {
  readonly passed: number;
  readonly skipped: number;
  readonly failures: readonly Failure[];
  /** What failed at its first try alone. */
  readonly again: readonly Failure[];
  /** Seconds by file, with what goes before and after its tests. */
  readonly seconds: Readonly<Record<string, number>>;
}

if (process.send && process.argv[1] && basename(process.argv[1]) === "lane.js") await runLane();

async function runLane(): Promise<void> {
  const here = dirname(fileURLToPath(import.meta.url));
  const { values, positionals } = parseArgs({
    options: { grep: { type: "string" }, color: { type: "boolean" } },
    allowPositionals: true,
  });
  const ci = Boolean(process.env.CI);
  const mocha = new Mocha({
    reporter: "spec",
    timeout: 60_000,
    slow: 5_000,
    forbidOnly: ci,
    // A machine that others share can be late once; what is broken fails twice, and what passed late is named.
    retries: ci ? 1 : 0,
    ...(values.color ? { color: true } : {}),
    ...(values.grep ? { grep: new RegExp(values.grep) } : {}),
  });
  for (const file of positionals) mocha.addFile(relative(process.cwd(), file));
  await mocha.loadFilesAsync();

  const failures: Failure[] = [];
  const late = new Map<string, Failure>();
  const seconds: Record<string, number> = {};
  let began = 0;
  const runner = mocha.run();
  runner.on("suite", ({ parent }) => {
    if (parent?.root) began = performance.now();
  });
  runner.on("suite end", ({ parent, file = "" }) => {
    if (!parent?.root) return;
    const name = relative(here, file).replace(/\.js$/, "");
    seconds[name] = (seconds[name] ?? 0) + (performance.now() - began) / 1000;
  });
  runner.on("retry", (test, error) => late.set(test.fullTitle(), failureOf(test, error)));
  runner.on("fail", (test, error) => {
    late.delete(test.fullTitle());
    failures.push(failureOf(test, error));
  });
  runner.on("end", function (this: Mocha.Runner) {
    const { passes: passed = 0, pending: skipped = 0 } = this.stats ?? {};
    const report: Report = { passed, skipped, failures, again: [...late.values()], seconds };
    // What the reporter has still to print goes first; what tests have left running must not hold up the others.
    process.stdout.write("", () => process.send?.(report, undefined, undefined, () => process.exit()));
  });
}

function failureOf(runnable: Mocha.Test | Mocha.Hook, error: Error | undefined): Failure {
  const why = String(error?.stack ?? error).slice(0, 4_000);
  return { title: runnable.fullTitle(), why, hook: runnable.type === "hook" };
}
