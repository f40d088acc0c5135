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
const reports = await runLanes(jobs(), lanes, [
  ...(values.grep ? ["--grep", values.grep] : []),
  // What a lane prints goes through here, where it cannot see the terminal.
  ...(process.stdout.isTTY ? ["--color"] : []),
]);

const sum = (of: (report: (typeof reports)[number]) => number) =>
  reports.reduce((all, report) => all + of(report), 0);
const failures = reports.flatMap((report) => report.failures);
const again = reports.flatMap((report) => report.again);
const [passed, skipped] = [sum((report) => report.passed), sum((report) => report.skipped)];
const lines: string[] = [];
// Of one job it stands above already.
if (reports.length > 1)
  lines.push(...failures.map(({ title, why }) => `Failed: ${title}\n${indented(why)}\n`));
if (again.length > 0) lines.push("Passed at the second try:", ...again.map(late), "");
if (ci) lines.push("Where the time went:", slowest(15), "");
if (ci && skipped > 0) lines.push("Nothing may be skipped in CI.");
const failed = failures.length + (ci ? skipped : 0);
lines.push(`${passed} passed, ${failed} failed${skipped > 0 && !ci ? `, ${skipped} skipped` : ""}\n`);
process.stdout.write(lines.join("\n"), () => process.exit(failed > 0 || passed === 0 ? 1 : 0));

/** A slow file is a job, those that take minutes first; of the others a part of the tree. */
function jobs(): readonly Job[] {
  if (values.grep || lanes === 1) return [files.map(placed)];
  const parts = new Map<string, string[]>();
  for (const file of files) parts.set(partOf(file), [...(parts.get(partOf(file)) ?? []), file]);
  const LONGEST = ["other-nodes", "attacks", "lessons", "site", "load", "fresh-clone"];
  const rank = (part: string) => {
    const place = LONGEST.findIndex((word) => part.includes(word));
    return place < 0 ? LONGEST.length : place;
  };
  return [...parts].sort(([one], [other]) => rank(one) - rank(other)).map(([, some]) => some.map(placed));
}

function partOf(file: string): string {
  // Attacks look for what they have left on the whole machine, so one file of them runs at a time.
  if (isSlow(file)) return file.includes("/attacks/") ? "attacks" : file;
  return file.split("/", file.startsWith("kernel-ext") ? 2 : 1).join("/");
}

function placed(file: string): string {
  return join(here, file);
}

function isSlow(file: string): boolean {
  return file.endsWith(".slow.test.js");
}

function late({ title, why }: (typeof again)[number]): string {
  return indented(`${title}\n${indented(why)}`);
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
