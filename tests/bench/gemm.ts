// How fast is the matrix product? One line a size: GFLOP/s on one thread and on two, and, where tfjs's native
// addon is set up, how many times as fast as it (on all its threads) two threads are. Best of several rounds, so
// that what else the machine does counts little.
//   node build/dist/tests/bench/gemm.js [--rounds 15]
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { Block } from "../../lib/kernels/block.ts";
import { backend, engine } from "../../lib/kernels/engine.ts";
import { gemm } from "../../lib/kernels/gemm.ts";
import type { Tfjs } from "../../lib/reference/index.ts";
import { loadNative } from "../../lib/reference/tfjs.ts";

const SIZES: readonly (readonly [m: number, k: number, n: number])[] = [
  [1024, 1024, 1024],
  [512, 512, 512],
  [256, 256, 256],
  [128, 128, 128],
  [64, 64, 64],
  [128, 784, 256],
  [128, 784, 10],
  [784, 128, 10],
  [32, 128, 512],
  [1, 784, 256],
  [784, 256, 1],
];
const PAGE = 65_536;

const { values: options } = parseArgs({ options: { rounds: { type: "string", default: "15" } } });
const rounds = Number(options.rounds);

/** Milliseconds of one call, the best of the rounds. */
function best(call: () => void): number {
  const warm = performance.now();
  let calls = 0;
  for (; performance.now() - warm < 200; calls++) call();
  const repeats = Math.max(1, Math.floor(calls / 20));
  let least = Infinity;
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    for (let i = 0; i < repeats; i++) call();
    least = Math.min(least, (performance.now() - started) / repeats);
  }
  return least;
}

function block(length: number): Block {
  const wasm = engine();
  const numbers = Float32Array.from({ length }, (_, i) => Math.sin(i));
  if (!wasm) return { dtype: "float32", length, address: 0, array: () => numbers };
  const address = wasm.memory.grow(Math.ceil((4 * length) / PAGE)) * PAGE;
  const array = () => new Float32Array(wasm.memory.buffer, address, length);
  array().set(numbers);
  return { dtype: "float32", length, address, array };
}

function native(): Tfjs | undefined {
  try {
    const { tf } = loadNative();
    tf.setBackend("tensorflow");
    return tf;
  } catch (error) {
    console.log(`without tfjs-node: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

const tf = native();
console.log(`Node ${process.version}, ${backend.describe()}, float32, GFLOP/s`);
console.log(
  ["m×k·k×n", "1 thread", "2 threads", "gain", "tfjs-node", "ratio"]
    .map((head) => head.padStart(14))
    .join(""),
);
for (const [m, k, n] of SIZES) {
  const [a, b, c] = [block(m * k), block(k * n), block(m * n)];
  const call = () =>
    gemm(m, n, k, { block: a, row: k, column: 1 }, { block: b, row: n, column: 1 }, { block: c, row: n });
  const flop = 2 * m * n * k;
  const speed = (ms: number) => flop / ms / 1e6;
  backend.threads = 1;
  const one = speed(best(call));
  backend.threads = 2;
  call();
  // The helper thread starts with the first call and joins as soon as it is there.
  await sleep(100);
  const two = speed(best(call));
  let theirs: number | undefined;
  if (tf) {
    const [x, y] = [
      tf.tensor2d(a.array() as Float32Array, [m, k]),
      tf.tensor2d(b.array() as Float32Array, [k, n]),
    ];
    theirs = speed(best(() => tf.matMul(x, y).dispose()));
    tf.dispose([x, y]);
  }
  const cells = [
    `${m}×${k}·${k}×${n}`,
    one.toFixed(1),
    two.toFixed(1),
    (two / one).toFixed(2),
    theirs?.toFixed(1) ?? "-",
    theirs ? (two / theirs).toFixed(2) : "-",
  ];
  console.log(cells.map((cell) => cell.padStart(14)).join(""));
}
