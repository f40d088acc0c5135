// Runs the tests and ends with the one line that says how it went.
import { readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Job, runLanes } from "./lanes.ts";

const here = dirname(fileURLToPath(import.meta.url));
const ci = Boolean(process.env.CI);
const { values } = parseArgs({
  options: {
    quick: { type: "boolean" },
    grep: { type: "string" },
    under: { type: "string", multiple: true },
  },
});

/** Files ending in `.slow.test` need a browser, libtensorflow or Python; `test:quick` leaves them out. */
const files = readdirSync(here, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".test.js") && !(values.quick && isSlow(file)))
  .filter((file) => !values.under || values.under.some((folder) => file.startsWith(folder)))
  .sort();

const lanes = Number(process.env.GRADBOOK_LANES) || Math.min(availableParallelism(), 4);
const reports = await runLanes(jobs(), lanes, values.grep ? ["--grep", values.grep] : []);

const sum = (of: (report: (typeof reports)[number]) => number) =>
  reports.reduce((all, report) => all + of(report), 0);
const failures = reports.flatMap((report) => report.failures);
const again = reports.flatMap((report) => report.again);
const [passed, skipped] = [sum((report) => report.passed), sum((report) => report.skipped)];
const lines: string[] = [];
// With one lane it stands above already.
if (reports.length > 1)
  lines.push(...failures.map(({ title, why }) => `Failed: ${title}\n${indented(why)}\n`));
if (again.length > 0) lines.push("Passed at the second try:", ...again.map(indented), "");
if (ci) lines.push("Where the time went:", slowest(15), "");
if (ci && skipped > 0) lines.push("Nothing may be skipped in CI.");
const failed = failures.length + (ci ? skipped : 0);
lines.push(`${passed} passed, ${failed} failed${skipped > 0 && !ci ? `, ${skipped} skipped` : ""}\n`);
process.stdout.write(lines.join("\n"), () => process.exit(failed > 0 || passed === 0 ? 1 : 0));

/** A job a slow file, those that take minutes first; the others are dealt out. */
function jobs(): readonly Job[] {
  const paths = (some: readonly string[]) => some.map((file) => join(here, file));
  if (values.grep || lanes === 1) return [paths(files)];
  const LONGEST = ["other-nodes", "attacks/", "lessons", "site", "load", "fresh-clone"];
  const slow = files.filter((file) => isSlow(file) && !isAttack(file)).map((file) => [file]);
  const rank = ([file = ""]: readonly string[]) => {
    const place = LONGEST.findIndex((word) => file.includes(word));
    return place < 0 ? LONGEST.length : place;
  };
  const fast = files.filter((file) => !isSlow(file));
  const dealt = Array.from({ length: lanes }, (_, lane) => fast.filter((_file, i) => i % lanes === lane));
  const attacks = files.filter((file) => isSlow(file) && isAttack(file));
  return [...slow, attacks]
    .sort((one, other) => rank(one) - rank(other))
    .concat(dealt)
    .filter((job) => job.length > 0)
    .map(paths);
}

function isSlow(file: string): boolean {
  return file.endsWith(".slow.test.js");
}

/** Attacks look for what they have left on the whole machine, so only one file of them runs at a time. */
function isAttack(file: string): boolean {
  return file.includes("/attacks/");
}

function indented(text: string): string {
  return text.replace(/^/gm, "  ");
}

function slowest(count: number): string {
  const rows = reports
    .flatMap(({ seconds }) => Object.entries(seconds))
    .sort(([, one], [, other]) => other - one);
  return rows
    .slice(0, count)
    .map(([file, time]) => `${time.toFixed(0).padStart(6)} s  ${file}`)
    .join("\n");
}
