// How fast is the kernel, and how fast are the others? `npm run bench:kernel`: one run, each in turn on this
// machine, medians in milliseconds and what ours is of Deno's. A peer that is not here is left out, by name:
//   --deno PATH (or GRADBOOK_DENO), --python PATH (one with ipykernel), --cells 1000
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type Command, Kernel } from "../kernel-ext/kernel/client.ts";
import { kernelFlags } from "../source.ts";

interface Peer {
  readonly name: string;
  /** Undefined where it is not on this machine. */
  readonly command: Command | undefined;
  readonly python?: boolean;
}

const NODE_FLAGS = await kernelFlags();

type Measures = Record<string, number>;

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const option = (name: string): string | undefined => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1];
};
const cells = Number(option("cells") ?? 1000);

/** With certificates of one's own, Node 20 reads all of them at each start: 35 ms that are not the kernel's. */
const ENV = { NODE_EXTRA_CA_CERTS: undefined };

const TYPED = `interface P { n: number; tags?: string[] }
function total<T extends P>(xs: readonly T[]): number { return xs.reduce((sum, x) => sum + x.n, 0) }
class Holder { constructor(private readonly p: P) {} get n() { return this.p.n } }
total([{ n: 1 }, { n: 2, tags: [] }]) + new Holder({ n: 3 }).n`;
const LOOP = "var sum = 0; for (let i = 0; i < 3e7; i++) sum += i;";
const PYTHON_CLASS = `class Holder:
    def __init__(self, n): self.n = n
sum(x.n for x in [Holder(1), Holder(2)])`;

function peers(): Peer[] {
  const kernel = join(root, "build/dist/kernel-ext/kernel.cjs");
  const deno = option("deno") ?? process.env.GRADBOOK_DENO ?? "deno";
  const python = option("python") ?? join(root, ".venv/bin/python");
  const tslab = tslabProgram();
  return [
    {
      name: "gradbook",
      command: (file) => [process.execPath, ...NODE_FLAGS, kernel, file],
    },
    {
      name: "deno",
      command: existsSync(deno) ? (file) => [deno, "jupyter", "--kernel", "--conn", file] : undefined,
    },
    {
      name: "tslab",
      command: tslab ? (file) => [process.execPath, tslab, "kernel", "--config-path", file] : undefined,
    },
    {
      name: "ipykernel",
      command: existsSync(python) ? (file) => [python, "-m", "ipykernel_launcher", "-f", file] : undefined,
      python: true,
    },
  ];
}

function tslabProgram(): string | undefined {
  try {
    const { resolve } = createRequire(import.meta.url);
    return join(dirname(resolve("tslab/package.json")), "bin/tslab");
  } catch {
    return undefined;
  }
}

/** What could be measured: a kernel that fails on the way keeps what it had until then. */
async function measure(name: string, command: Command, python: boolean): Promise<Measures> {
  const results: Measures = {};
  try {
    await measureInto(results, name, command, python);
  } catch (error) {
    const reason = error instanceof Error ? error.message.split(".")[0] : error;
    console.log(`${name} failed after ${Object.keys(results).at(-1) ?? "nothing"}: ${reason}`);
  }
  return results;
}

async function measureInto(
  results: Measures,
  name: string,
  command: Command,
  python: boolean,
): Promise<void> {
  const starts: number[] = [];
  const firsts: number[] = [];
  for (let n = 0; n < 5; n++) {
    // The one before is still giving its memory back.
    await sleep(500);
    const begin = performance.now();
    const kernel = await Kernel.startOther(command, ENV);
    starts.push(performance.now() - begin);
    firsts.push(await time(kernel, "1+1"));
    await kernel.stop();
  }
  results["start to kernel_info"] = median(starts);
  results["first 1+1"] = median(firsts);
  const kernel = await Kernel.startOther(command, ENV);
  try {
    await time(kernel, "1+1");
    await sleep(1000);
    const before = memory(kernel.process.pid);
    results["memory after start, MB"] = before;
    results["1+1"] = median(await times(kernel, Array(30).fill("1+1")));
    const typed = python ? PYTHON_CLASS : TYPED;
    results["typed cell"] = median(await times(kernel, Array(15).fill(typed)));
    // Ours knows a cell that comes again.
    results["1+1, another each time"] = median(
      await times(
        kernel,
        others(30, (n) => `1+${n}`),
      ),
    );
    results["typed cell, another each time"] = median(
      await times(
        kernel,
        others(15, (n) => typed.replace("(1)", `(${n})`).replace("n: 1", `n: ${n}`)),
      ),
    );
    if (name === "gradbook") {
      results["import of the whole library"] = await time(kernel, 'import * as library from "gradbook"');
      results["the same again"] = await time(kernel, 'import * as library from "gradbook"');
    }
    if (!python) {
      results["loop of 3e7, top level"] = median(await times(kernel, Array(5).fill(LOOP)));
      results["the same in a function"] = median(
        await times(kernel, Array(5).fill(`(() => { ${LOOP} return sum })()`)),
      );
    }
    const declarations = Array.from({ length: cells }, (_, n) =>
      python ? `a${n} = ${n}` : `const a${n}: number = ${n};`,
    );
    const spent = await times(kernel, declarations);
    for (const n of [10, 100, 300, 1000].filter((n) => n <= cells)) {
      results[`declaration ${n}`] = median(spent.slice(Math.max(0, n - 10), n + 10));
    }
    results[`memory grown by ${cells} cells, MB`] = memory(kernel.process.pid) - before;
    if (!python) {
      results["1,000,000 prints"] = await time(kernel, "for (let i = 0; i < 1_000_000; i++) console.log(i)");
    }
  } finally {
    await kernel.stop();
  }
}

const others = (count: number, code: (n: number) => string): string[] =>
  Array.from({ length: count }, (_, n) => code(n + 10));

async function times(kernel: Kernel, codes: readonly string[]): Promise<number[]> {
  const spent: number[] = [];
  for (const code of codes) spent.push(await time(kernel, code));
  return spent;
}

async function time(kernel: Kernel, code: string): Promise<number> {
  const begin = performance.now();
  // The reply alone: some kernels broadcast before anybody can listen, and some forget to say that they are idle.
  const reply = await kernel.reply(kernel.start(code));
  if (reply.status !== "ok") throw new Error(`${code}: ${reply.ename} ${reply.evalue}`);
  return performance.now() - begin;
}

/** What a process and those that it has started hold, shared pages counted once among their users. */
function memory(pid: number | undefined): number {
  if (!existsSync("/proc/self/smaps_rollup")) return Number.NaN;
  const own = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1];
  const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" ").filter(Boolean).map(Number),
  );
  return Number(own) / 1024 + children.reduce((sum, child) => sum + memory(child), 0);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

const measured = new Map<string, Measures>();
for (const { name, command, python = false } of peers()) {
  if (!command) {
    console.log(`${name} is not on this machine and left out`);
    continue;
  }
  measured.set(name, await measure(name, command, python));
}
const ours = measured.get("gradbook") ?? {};
const theirs = [...measured.keys()].filter((name) => name !== "gradbook");
const rows = Object.keys(ours).map((what) => {
  const row: Record<string, string> = { "": what };
  for (const [name, values] of measured) row[name] = values[what]?.toFixed(1) ?? "–";
  for (const name of theirs) {
    row[`ours / ${name}`] = ((ours[what] ?? Number.NaN) / (measured.get(name)?.[what] ?? Number.NaN)).toFixed(
      2,
    );
  }
  return row;
});
const columns = Object.keys(rows[0] ?? {});
const widths = columns.map((column) =>
  Math.max(column.length, ...rows.map((row) => row[column]?.length ?? 0)),
);
for (const row of [Object.fromEntries(columns.map((column) => [column, column])), ...rows]) {
  const line = columns.map((column, n) => {
    const text = row[column] ?? "";
    return n === 0 ? text.padEnd(widths[n] ?? 0) : text.padStart(widths[n] ?? 0);
  });
  console.log(line.join("  "));
}
process.exit(0);
