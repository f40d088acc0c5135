// The commands that grade, as they are typed.
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { writeAside } from "../lab/files.mjs";
import { lock } from "../lab/lock.mjs";
import type { Screen } from "../lab/screen.mjs";
import { Trouble } from "../lab/trouble.mjs";
import type { Typed } from "../lab/usage.mjs";
import { LEVELS, type Level } from "./sandbox/sandbox.ts";

/** Returns the exit code. Loads what it needs itself: each is quick to start. */
type Command = (words: readonly string[], typed: Typed, screen: Screen) => Promise<number>;

const GRADE = "gradbook grade ASSIGNMENT SUBMISSIONS… --out DIR";
const EXPORT = "gradbook export autograder|classroom ASSIGNMENT [--to FILE]";

const COMMANDS: Readonly<Record<string, Command>> = {
  async release(notebooks, typed, screen) {
    const { releaseAssignment, saidOf } = await import("./assignment/release.ts");
    screen.say(saidOf(releaseAssignment(notebooks, { to: text(typed.to) })));
    return 0;
  },
  async verify([assignment = ""], typed, screen) {
    const { verify } = await import("./grade/verify.ts");
    return verify({ assignment, ...where(typed), seeds: count(typed.seeds, "--seeds") ?? 20 }, screen);
  },
  async grade([assignment, ...submissions], typed, screen) {
    const exports = [typed.export ?? []].flat().map(String);
    if (exports.includes("list")) return listFormats(screen);
    if (assignment === undefined || submissions.length === 0)
      throw new Trouble("grade takes an assignment, and what was handed in", GRADE);
    const out = text(typed.out);
    if (out === undefined) throw new Trouble("grade needs a folder for the results", GRADE);
    const { gradeAll } = await import("./grade/run.ts");
    // Two runs into one folder would each write a summary of a half.
    const giveBack = await lock(join(out, ".grading"), "the same command", "grading into this folder");
    try {
      const list = { roster: text(typed.roster), column: text(typed.column), scale: typed.scale === true };
      const again = typed.again === true;
      const elsewhere = await queueOf(typed, screen);
      return await gradeAll(
        { assignment, submissions, out, exports, list, again, elsewhere, ...where(typed) },
        screen,
      );
    } finally {
      giveBack();
    }
  },
  async export([kind, path], typed, screen) {
    const { ELSEWHERE } = await import("./results/elsewhere.ts");
    if (kind === undefined) {
      for (const [name, { about }] of Object.entries(ELSEWHERE)) screen.say(`  ${name.padEnd(12)} ${about}`);
      return 0;
    }
    const made = Object.hasOwn(ELSEWHERE, kind) ? ELSEWHERE[kind] : undefined;
    if (!made)
      throw new Trouble(`There is no export “${kind}”`, `one of ${Object.keys(ELSEWHERE).join(", ")}`);
    if (path === undefined) throw new Trouble("export takes an assignment, too", EXPORT);
    const { prepared } = await import("./assignment/read.ts");
    const { assignment, notebooks } = prepared([path]);
    const to = text(typed.to) ?? made.file;
    writeAside(
      to,
      made.make(
        assignment,
        notebooks.map((notebook) => notebook.path),
      ),
    );
    screen.say(`${to}: ${made.about}`);
    return 0;
  },
  async check([notebook = ""], typed, screen) {
    const { checkOwn } = await import("./grade/check-own.ts");
    return checkOwn({ notebook, exercise: text(typed.exercise), ...where(typed) }, screen);
  },
  async worker(_, typed, screen) {
    const { workerCommand } = await import("./queue/commands.ts");
    return workerCommand(plain(typed), where(typed), (line) => screen.say(line));
  },
  async status(_, typed, screen) {
    const { statusCommand } = await import("./queue/commands.ts");
    return statusCommand(plain(typed), (line) => screen.say(line));
  },
};

export async function gradingCommand(
  name: string,
  words: readonly string[],
  typed: Typed,
  screen: Screen,
): Promise<number> {
  const command = COMMANDS[name];
  if (!command) throw new Trouble(`There is no command “${name}”`, "gradbook help");
  return command(words, typed, screen);
}

async function listFormats(screen: Screen): Promise<number> {
  const { FORMATS } = await import("./results/formats.ts");
  for (const [name, { about }] of Object.entries(FORMATS)) screen.say(`  ${name.padEnd(12)} ${about}`);
  return 0;
}

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

function where(typed: Typed): { level: Level | undefined; workers: number } {
  const named = typed.sandbox;
  const level = LEVELS.find((one) => one === named);
  if (named !== undefined && !level)
    throw new Trouble(`--sandbox takes ${LEVELS.join(", ")}, not “${String(named)}”`, "--sandbox bwrap");
  return { level, workers: count(typed.workers, "--workers") ?? availableParallelism() };
}

function count(typed: unknown, option: string): number | undefined {
  if (typed === undefined) return undefined;
  const number = Number(typed);
  if (Number.isInteger(number) && number >= 1 && number <= 256) return number;
  throw new Trouble(`${option} takes a whole number from 1 to 256, not “${String(typed)}”`, `${option} 4`);
}

/** Nobody repeats these. */
const plain = (typed: Typed): Readonly<Record<string, string | boolean | undefined>> =>
  Object.fromEntries(
    Object.entries(typed).map(([name, value]) => [name, typeof value === "object" ? undefined : value]),
  );

async function queueOf(
  typed: Typed,
  screen: Screen,
): Promise<(() => Promise<import("./grade/job.ts").Grader>) | undefined> {
  if (typed.queue === undefined && !process.env.GRADBOOK_QUEUE) return undefined;
  const { queueAddress } = await import("./queue/commands.ts");
  const address = queueAddress(plain(typed));
  if (!address) return undefined;
  const { queueGrader } = await import("./queue/queue-grader.ts");
  const again = typed.again === true;
  return () => queueGrader({ ...address, again, say: (line) => screen.say(line) });
}
