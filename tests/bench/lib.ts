// How fast is lib, and how fast are others? `npm run bench:lib`: six training steps (tests/bench/lib/models.ts) and the
// forward passes of four real networks (networks.ts), each in turn by everybody who is on this machine, from the same
// tensors; milliseconds a step (the median), whether the first losses, or the outputs, agree, and how many times longer
// ours takes than each. One process for each peer and model, kept to as many cores as it has threads.
//   --only 2,3      these (7 to 10: real)   --steps 200    at most so many steps
//   --seconds 5     at most so long each    --torch PYTHON a Python with PyTorch (or GRADBOOK_TORCH)
//   --peers a,b     whose name begins so    --jax FOLDER   where @jax-js/jax is installed, if not here
//   --json FILE     the figures as JSON
import { execFile } from "node:child_process";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { writeSafetensors } from "../../lib/io/index.ts";
import { begin, MODELS } from "./lib/models.ts";
import { NETWORKS } from "./lib/networks.ts";
import type { Outcome } from "./lib/peer.ts";

interface Peer {
  readonly name: string;
  readonly threads: 1 | 2;
  readonly program: readonly string[];
  /** What runs the real networks, where it has them. */
  readonly networks?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Seconds for each model where it is not `--seconds`: plain JavaScript takes a minute for one step of the last. */
  readonly seconds?: number;
  /** The models that it can train; all where nothing is said. */
  readonly models?: readonly number[];
}

/** What is measured: a training step, or a network's forward pass. */
interface Task {
  readonly number: number;
  readonly name: string;
  readonly says: string;
}

interface Row {
  readonly model: number;
  readonly peer: string;
  readonly by?: string;
  /** Median, in milliseconds; absent where there is none, and `trouble` says why. */
  readonly ms?: number;
  readonly steps?: number;
  /** Only the first losses, of a training step; a network's outputs are compared and not kept. */
  readonly losses?: readonly number[];
  readonly trouble?: string;
}

const run = promisify(execFile);
const AGREEMENT = 1e-4;
const OURS = "gradbook";
const TASKS: readonly Task[] = [...MODELS, ...NETWORKS];
const isNetwork = ({ number }: Task): boolean => NETWORKS.some((each) => each.number === number);

const { values: options } = parseArgs({
  options: {
    only: { type: "string" },
    steps: { type: "string", default: "200" },
    seconds: { type: "string", default: "5" },
    torch: { type: "string", default: process.env.GRADBOOK_TORCH ?? "" },
    jax: { type: "string", default: "" },
    peers: { type: "string" },
    json: { type: "string" },
  },
});

function peers(): Peer[] {
  const node = (file: string): string[] => [
    process.execPath,
    fileURLToPath(new URL(`./lib/${file}.js`, import.meta.url)),
  ];
  const tfjs = (backend: string): Record<string, string> => ({ GRADBOOK_REFERENCE: backend });
  const root = fileURLToPath(new URL("../../../../", import.meta.url));
  const torch = [options.torch, join(root, "tests/bench/lib/torch.py")];
  const all: Peer[] = [
    { name: `${OURS}, 1 thread`, threads: 1, program: node("gradbook"), networks: node("networks-gradbook") },
    {
      name: `${OURS}, 2 threads`,
      threads: 2,
      program: node("gradbook"),
      networks: node("networks-gradbook"),
    },
    {
      name: "tfjs-node",
      threads: 2,
      program: node("tfjs"),
      networks: node("networks-tfjs"),
      environment: tfjs("native"),
    },
    { name: "tfjs-wasm", threads: 2, program: node("tfjs"), environment: tfjs("wasm"), models: [1, 2] },
    { name: "tfjs-cpu", threads: 1, program: node("tfjs"), environment: tfjs("cpu"), seconds: 1 },
    { name: "jax-js", threads: 2, program: node("jax"), environment: { GRADBOOK_JAX: options.jax } },
    { name: "PyTorch, 1 thread", threads: 1, program: torch },
    { name: "PyTorch, 2 threads", threads: 2, program: torch },
  ];
  const wanted = options.peers?.split(",");
  const isThere = ({ name }: Peer): boolean => options.torch !== "" || !name.startsWith("PyTorch");
  return all.filter(isThere).filter(({ name }) => !wanted || wanted.some((start) => name.startsWith(start)));
}

interface Measured {
  readonly row: Row;
  readonly answers?: Outcome["answers"];
}

async function measure(folder: string, model: Task, peer: Peer, pin: boolean): Promise<Measured> {
  if (peer.models && !peer.models.includes(model.number)) {
    return {
      row: { model: model.number, peer: peer.name, trouble: "it has no kernels for these gradients" },
    };
  }
  const cores = peer.threads === 1 ? "0" : "0,1";
  const [program = "", ...rest] = [
    ...(pin ? ["taskset", "-c", cores] : []),
    ...(isNetwork(model) ? (peer.networks ?? []) : peer.program),
  ];
  const seconds = String(peer.seconds ?? options.seconds);
  const args = [...rest, folder, String(model.number), options.steps, seconds, String(peer.threads)];
  const row = { model: model.number, peer: peer.name };
  const threads = String(peer.threads);
  const env = {
    ...process.env,
    OMP_NUM_THREADS: threads,
    MKL_NUM_THREADS: threads,
    TF_NUM_INTRAOP_THREADS: threads,
    TF_NUM_INTEROP_THREADS: "1",
    ...peer.environment,
  };
  try {
    const { stdout } = await run(program, args, { env, timeout: 300_000, maxBuffer: 1 << 26 });
    const { by, answers, times }: Outcome = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
    const losses = isNetwork(model) ? {} : { losses: answers[0] ?? [] };
    return { row: { ...row, by, ...losses, ms: median(times), steps: times.length }, answers };
  } catch (error) {
    return { row: { ...row, trouble: reason(error) } };
  }
}

/** The line of a failed process that says what it was. */
function reason(error: unknown): string {
  if (error instanceof Error && "killed" in error && error.killed) return "gave no answer in 5 minutes";
  const text = error instanceof Error && "stderr" in error ? String(error.stderr) : String(error);
  const lines = text
    .split("\n")
    .filter((line) => /^(\w*Error|\w*Exception|ReferenceUnavailable|\w+): /.test(line));
  return (lines.at(-1) ?? text.trim().split("\n").at(-1) ?? "").replace(/^Error: /, "").slice(0, 160);
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Who differs from the first that has answers, in any of those that both have. */
function disagreements(measured: readonly Measured[]): string[] {
  const [first, ...others] = measured.filter(({ answers }) => answers !== undefined);
  return others.flatMap(({ row, answers = [] }) => {
    const off = Math.max(...answers.map((values, n) => difference(values, first?.answers?.[n] ?? [])));
    return off <= AGREEMENT ? [] : [`${row.peer} is ${off.toPrecision(2)} off ${first?.row.peer}`];
  });
}

/** The greatest difference of two lists as far as both go, over the greatest of what is wanted; 1 where one is no number. */
function difference(values: readonly number[], wanted: readonly number[]): number {
  const count = Math.min(values.length, wanted.length);
  let [off, size] = [0, 1e-12];
  for (let i = 0; i < count; i++) {
    const apart = Math.abs(values[i]! - wanted[i]!);
    off = apart >= 0 ? Math.max(off, apart) : Infinity;
    size = Math.max(size, Math.abs(wanted[i]!));
  }
  return count === 0 ? 1 : off / size;
}

function print(model: Task, measured: readonly Measured[]): void {
  const rows = measured.map(({ row }) => row);
  const ours = rows.filter(({ peer }) => peer.startsWith(OURS)).map(({ ms }) => ms ?? Number.NaN);
  const best = Math.min(...ours.filter((ms) => !Number.isNaN(ms)));
  console.log(`\n${model.number}. ${model.name}`);
  for (const { peer, ms, steps, by, trouble } of rows) {
    const time = ms === undefined ? "–" : ms.toPrecision(3);
    const ratio = ms === undefined || !Number.isFinite(best) ? "" : `ours / this ${(best / ms).toFixed(2)}`;
    const about = trouble ?? `${steps} steps, ${by}`;
    console.log(`  ${peer.padEnd(20)}${time.padStart(9)} ms   ${ratio.padEnd(20)}  ${about}`);
  }
  const differing = disagreements(measured);
  const what = isNetwork(model) ? "outputs" : "first losses";
  if (differing.length === 0) console.log(`  the ${what} agree to ${AGREEMENT}`);
  for (const line of differing) console.log(`  THE ${what.toUpperCase()} DIFFER: ${line}`);
  if (differing.length > 0) process.exitCode = 1;
}

const wanted = options.only?.split(",").map(Number) ?? TASKS.map(({ number }) => number);
const chosen = TASKS.filter(({ number }) => wanted.includes(number));
if (chosen.length < wanted.length || !(Number(options.steps) >= 1) || !(Number(options.seconds) > 0)) {
  console.error(
    `bench:lib: --only takes numbers from 1 to ${TASKS.length} (such as 2,3), --steps and --seconds numbers above 0.`,
  );
  process.exit(2);
}
const pin = await run("taskset", ["-c", "0,1", "true"]).then(
  () => true,
  () => false,
);
if (!pin)
  console.log(
    "taskset is not here, or there is one core: nobody is kept to as many cores as he has threads.",
  );
const folder = mkdtempSync(join(tmpdir(), "gradbook-bench-"));
const rows: Row[] = [];
try {
  for (const model of chosen) {
    const training = MODELS.find(({ number }) => number === model.number);
    if (training) {
      writeSafetensors(join(folder, `${model.number}.safetensors`), begin(training), {
        metadata: { name: model.name, says: model.says },
      });
    }
    const measured: Measured[] = [];
    for (const peer of peers()) {
      if (training || peer.networks) measured.push(await measure(folder, model, peer, pin));
    }
    print(model, measured);
    rows.push(...measured.map(({ row }) => row));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (options.json) {
  const figures = {
    node: process.version,
    models: chosen.map(({ number, name, says }) => ({ number, name, says })),
    rows,
  };
  writeFileSync(`${options.json}.part`, `${JSON.stringify(figures, null, 2)}\n`);
  renameSync(`${options.json}.part`, options.json);
}
