// How many submissions a minute? `npm run bench:grade`: the same exercise graded by gradbook and, a sample of it, by
// nbgrader on our own kernel, in one run on this machine. Starting is part of the time.
//   --submissions 200   --sample 8 (nbgrader's)   --many 2000 (for the memory; 0 leaves it out)   --sandbox bwrap
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import {
  GRADBOOK,
  homework,
  notebook,
  OVERFLOWS,
  SOFTMAX,
  submission,
} from "../kernel-ext/grading/grade/homework.ts";
import { nbgraderRate } from "./nbgrader.ts";

const option = (name: string, otherwise: string): string => {
  const at = process.argv.indexOf(`--${name}`);
  return (at < 0 ? undefined : process.argv[at + 1]) ?? otherwise;
};

const ANSWERS = [
  SOFTMAX,
  OVERFLOWS,
  "function softmax(z: readonly number[]): number[] {\n  return z.map(() => 1 / z.length);\n}",
  "function softmax(z: readonly number[]): number[] {\n  return z.toUpperCase();\n}",
];
const POINTS = [4, 1, 0, 0];

const submitted = (at: number): string =>
  submission(homework, { softmax: `// ${at}\n${ANSWERS[at % ANSWERS.length]}` });

interface Run {
  readonly seconds: number;
  /** Bytes that the processes held together, at each tenth of the way. */
  readonly memory: readonly number[];
}

async function gradbook(count: number): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), "gradbook-bench-"));
  try {
    writeFileSync(join(folder, "homework.ipynb"), notebook(homework));
    for (let at = 0; at < count; at++) {
      mkdirSync(join(folder, "submitted", `s${at}`), { recursive: true });
      writeFileSync(join(folder, "submitted", `s${at}`, "homework.ipynb"), submitted(at));
    }
    const began = performance.now();
    const args = [
      "grade",
      join(folder, "homework.ipynb"),
      join(folder, "submitted"),
      "--out",
      join(folder, "out"),
    ];
    const child = spawn(process.execPath, [GRADBOOK, ...args, "--sandbox", option("sandbox", "bwrap")], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
    const memory: number[] = [];
    const watch = setInterval(() => {
      const done = filesIn(join(folder, "out", "results"));
      if (done >= (count / 10) * (memory.length + 1)) memory.push(held(child.pid ?? 0));
    }, 200);
    const status = await ended;
    clearInterval(watch);
    const seconds = (performance.now() - began) / 1000;
    if (status !== 0) throw new Error(`gradbook ended with ${status}`);
    checkPoints(join(folder, "out", "results"), count);
    return { seconds, memory };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A quick grader that grades wrong is none. */
function checkPoints(folder: string, count: number): void {
  for (let at = 0; at < count; at++) {
    const { earned } = JSON.parse(readFileSync(join(folder, `s${at}.json`), "utf8"));
    if (earned !== POINTS[at % POINTS.length]) throw new Error(`s${at} got ${earned}`);
  }
}

function filesIn(folder: string): number {
  try {
    return readdirSync(folder).length;
  } catch {
    return 0;
  }
}

/** The process and the checkers that it has started, without what answers hold for a moment. */
function held(pid: number): number {
  try {
    const own =
      Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1] ?? 0) * 1024;
    const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" ").filter(Boolean).map(Number),
    );
    const checkers = children.filter((child) =>
      readFileSync(`/proc/${child}/cmdline`, "utf8").includes("checker-main"),
    );
    return own + checkers.reduce((sum, child) => sum + held(child), 0);
  } catch {
    return 0;
  }
}

const count = Number(option("submissions", "200"));
const sample = Number(option("sample", "8"));
const many = Number(option("many", "2000"));
const perMinute = (submissions: number, seconds: number): number => (60 * submissions) / seconds;
const row = (what: string, submissions: number, seconds: number, ours: number): void => {
  const rate = perMinute(submissions, seconds);
  console.log(
    `${what.padEnd(34)} ${String(submissions).padStart(5)}  ${seconds.toFixed(1).padStart(7)} s ${rate.toFixed(0).padStart(6)} a minute  ours ${(ours / rate).toFixed(1)} ×`,
  );
};

console.log(
  `${availableParallelism()} cores, Node ${process.versions.node}, sandbox ${option("sandbox", "bwrap")}`,
);
await gradbook(4); // What is bundled once is bundled.
const { seconds } = await gradbook(count);
const ours = perMinute(count, seconds);
row("gradbook", count, seconds, ours);
const source = JSON.parse(notebook(homework));
const submissions = Array.from({ length: sample }, (_, at) => JSON.parse(submitted(at)));
for (const processes of [1, 2] as const) {
  const rate = await nbgraderRate({ notebook: source, submissions }, processes);
  const points = rate.points.map((got, at) => got === POINTS[at % POINTS.length]);
  if (points.includes(false)) console.log(`nbgrader's points are others: ${rate.points.join(", ")}`);
  row(
    `nbgrader, ${processes === 1 ? "one process" : "two started by hand"}`,
    rate.submissions,
    rate.seconds,
    ours,
  );
}
if (many > 0) {
  const { seconds, memory } = await gradbook(many);
  row("gradbook, many", many, seconds, ours);
  console.log(`memory by tenths of the way, MB: ${memory.map((bytes) => Math.round(bytes / 1e6)).join(" ")}`);
}
process.exit(0);
