// How fast does lib train, and how fast do others? `npm run bench:lib`: six training steps (tests/bench/lib/models.ts),
// each in turn by everybody who is on this machine, from the same tensors; milliseconds a step (the median), whether
// the first losses agree, and how many times longer ours takes than each. One process for each peer and model, kept to
// as many cores as it has threads.
//   --only 2,3      these models            --steps 200    at most so many steps
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
import { begin, MODELS, type Model } from "./lib/models.ts";
import type { Outcome } from "./lib/peer.ts";

interface Peer {
  readonly name: string;
  readonly threads: 1 | 2;
  readonly program: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Seconds for each model where it is not `--seconds`: plain JavaScript takes a minute for one step of the last. */
  readonly seconds?: number;
  /** The models that it can train; all where nothing is said. */
  readonly models?: readonly number[];
}

interface Row {
  readonly model: number;
  readonly peer: string;
  readonly by?: string;
  /** Median, in milliseconds; absent where there is none, and `trouble` says why. */
  readonly ms?: number;
  readonly steps?: number;
  readonly losses?: readonly number[];
  readonly trouble?: string;
}

const run = promisify(execFile);
const AGREEMENT = 1e-4;
const OURS = "gradbook";

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
    { name: `${OURS}, 1 thread`, threads: 1, program: node("gradbook") },
    { name: `${OURS}, 2 threads`, threads: 2, program: node("gradbook") },
    { name: "tfjs-node", threads: 2, program: node("tfjs"), environment: tfjs("native") },
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

async function measure(folder: string, model: Model, peer: Peer, pin: boolean): Promise<Row> {
  if (peer.models && !peer.models.includes(model.number)) {
    return { model: model.number, peer: peer.name, trouble: "it has no kernels for these gradients" };
  }
  const cores = peer.threads === 1 ? "0" : "0,1";
  const [program = "", ...rest] = [...(pin ? ["taskset", "-c", cores] : []), ...peer.program];
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
    const { by, losses, times }: Outcome = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
    return { ...row, by, losses, ms: median(times), steps: times.length };
  } catch (error) {
    return { ...row, trouble: reason(error) };
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

/** Who differs from the first row that has losses, in any of those that both have. */
function disagreements(rows: readonly Row[]): string[] {
  const [first, ...others] = rows.filter(({ losses }) => losses !== undefined);
  return others.flatMap(({ peer, losses = [] }) => {
    const off = losses.map((loss, n) => {
      const wanted = first?.losses?.[n];
      return wanted === undefined ? 0 : Math.abs(loss - wanted) / Math.max(Math.abs(wanted), 1e-12);
    });
    const agrees = off.every((difference) => difference <= AGREEMENT);
    return agrees
      ? []
      : [`${peer} gives ${losses.join(", ")} and ${first?.peer} ${first?.losses?.join(", ")}`];
  });
}

function print(model: Model, rows: readonly Row[]): void {
  const ours = rows.filter(({ peer }) => peer.startsWith(OURS)).map(({ ms }) => ms ?? Number.NaN);
  const best = Math.min(...ours.filter((ms) => !Number.isNaN(ms)));
  console.log(`\n${model.number}. ${model.name}`);
  for (const { peer, ms, steps, by, trouble } of rows) {
    const time = ms === undefined ? "–" : ms.toPrecision(3);
    const ratio = ms === undefined || !Number.isFinite(best) ? "" : `ours / this ${(best / ms).toFixed(2)}`;
    const about = trouble ?? `${steps} steps, ${by}`;
    console.log(`  ${peer.padEnd(20)}${time.padStart(9)} ms   ${ratio.padEnd(20)}  ${about}`);
  }
  const differing = disagreements(rows);
  if (differing.length === 0) console.log(`  the first losses agree to ${AGREEMENT}`);
  for (const line of differing) console.log(`  THE LOSSES DIFFER: ${line}`);
  if (differing.length > 0) process.exitCode = 1;
}

const wanted = options.only?.split(",").map(Number) ?? MODELS.map(({ number }) => number);
const chosen = MODELS.filter(({ number }) => wanted.includes(number));
if (chosen.length < wanted.length || !(Number(options.steps) >= 1) || !(Number(options.seconds) > 0)) {
  console.error(
    "bench:lib: --only takes numbers from 1 to 6 (such as 2,3), --steps and --seconds numbers above 0.",
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
    writeSafetensors(join(folder, `${model.number}.safetensors`), begin(model), {
      metadata: { name: model.name, says: model.says },
    });
    const measured: Row[] = [];
    for (const peer of peers()) measured.push(await measure(folder, model, peer, pin));
    print(model, measured);
    rows.push(...measured);
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
