// What do the kernels take, plain and in wasm? `node build/dist/tests/bench/kernels.js [--grep X]`: nanoseconds an
// element (of the largest operand), GB/s read and written in wasm, and how many times as fast wasm is, on one thread
// and on all; best of several runs.
import { parseArgs } from "node:util";
import type { Block } from "../../lib/kernels/block.ts";
import { permuteCopy } from "../../lib/kernels/copies.ts";
import { crossEntropyRows, crossEntropyRowsGrad } from "../../lib/kernels/cross-entropy.ts";
import { dropoutMask } from "../../lib/kernels/dropout.ts";
import { binaryKernel } from "../../lib/kernels/elementwise.ts";
import { gatherRows, scatterAddRows } from "../../lib/kernels/embedding.ts";
import { backend, engine } from "../../lib/kernels/engine.ts";
import { groupNorm, groupNormGrad } from "../../lib/kernels/group-norm.ts";
import { layerNormRows, layerNormRowsGrad } from "../../lib/kernels/layer-norm.ts";
import { lstmBackward, lstmForward } from "../../lib/kernels/lstm.ts";
import { adamUpdate } from "../../lib/kernels/optimizers.ts";
import { recurrentScratch } from "../../lib/kernels/recurrent.ts";
import { reduce } from "../../lib/kernels/reductions.ts";
import { softmaxRows, softmaxRowsGrad } from "../../lib/kernels/softmax-rows.ts";
import { type UnaryOp, unary } from "../../lib/kernels/unary.ts";
import { inside, numbers, outside, releaseAll } from "../lib/kernels/twins.ts";

const { values } = parseArgs({ options: { grep: { type: "string", default: "" } } });

interface Case {
  readonly name: string;
  /** Elements that the time is divided by. */
  readonly count: number;
  /** Float32 numbers read and written for each of them. */
  readonly traffic: number;
  /** Prepares the operands and hands back what is timed. */
  readonly prepare: (make: (count: number, low?: number, high?: number) => Block) => () => void;
}

const N = 1 << 18;
const UNARY: readonly UnaryOp[] = [
  "relu",
  "exp",
  "log",
  "tanh",
  "sigmoid",
  "gelu",
  "geluTanh",
  "silu",
  "softplus",
  "sin",
];

const cases: Case[] = [
  ...UNARY.map(
    (op): Case => ({
      name: op,
      count: N,
      traffic: 2,
      prepare: (make) => {
        const [x, y] = [make(N, 0.1, 4), make(N)];
        return () => unary(op, x, y);
      },
    }),
  ),
  {
    name: "add",
    count: N,
    traffic: 3,
    prepare: (make) => {
      const [x, y, z] = [make(N), make(N), make(N)];
      return () => binaryKernel("add", x, [N], y, [N], z, [N]);
    },
  },
  {
    name: "add a row",
    count: N,
    traffic: 2,
    prepare: (make) => {
      const [x, y, z] = [make(N), make(256), make(N)];
      return () => binaryKernel("add", x, [N / 256, 256], y, [256], z, [N / 256, 256]);
    },
  },
  {
    name: "pow",
    count: N,
    traffic: 3,
    prepare: (make) => {
      const [x, y, z] = [make(N, 0.1, 3), make(N), make(N)];
      return () => binaryKernel("pow", x, [N], y, [N], z, [N]);
    },
  },
  ...[
    { name: "sum of rows", outer: N / 256, axis: 256, inner: 1 },
    { name: "sum of columns", outer: 1, axis: N / 256, inner: 256 },
    { name: "max of rows", outer: N / 256, axis: 256, inner: 1 },
  ].map(
    ({ name, outer, axis, inner }): Case => ({
      name,
      count: N,
      traffic: 1,
      prepare: (make) => {
        const [x, y] = [make(N), make(outer * inner)];
        return () => reduce(name.startsWith("max") ? "max" : "sum", x, outer, axis, inner, y);
      },
    }),
  ),
  {
    name: "softmax, width 64",
    count: N,
    traffic: 2,
    prepare: (make) => {
      const [x, y] = [make(N), make(N)];
      return () => softmaxRows(x, 64, y);
    },
  },
  {
    name: "softmax backward",
    count: N,
    traffic: 3,
    prepare: (make) => {
      const [x, y, z] = [make(N), make(N), make(N)];
      return () => softmaxRowsGrad(x, y, 64, z);
    },
  },
  {
    name: "cross-entropy, 64 classes, both ways",
    count: N,
    traffic: 3,
    prepare: (make) => {
      const [z, g, losses, lses, dz] = [make(N), make(N / 64), make(N / 64), make(N / 64), make(N)];
      const labels = outside(Int32Array.from(numbers(N / 64, 0, 64), Math.floor));
      return () => {
        crossEntropyRows(z, 64, { labels }, 0, losses, lses);
        crossEntropyRowsGrad(g, z, 64, { labels }, 0, lses, dz);
      };
    },
  },
  {
    name: "layer norm, width 64, both ways",
    count: N,
    traffic: 5,
    prepare: (make) => {
      const [x, y, g, dx] = [make(N), make(N), make(N), make(N)];
      const [gamma, beta, means, invs] = [make(64), make(64), make(N / 64), make(N / 64)];
      return () => {
        layerNormRows(x, 64, gamma, beta, 1e-5, y, means, invs);
        layerNormRowsGrad(g, x, 64, gamma, means, invs, dx);
      };
    },
  },
  {
    name: "batch norm, 32 channels, both ways",
    count: N,
    traffic: 5,
    prepare: (make) => {
      const layout = { samples: 1, rows: N / 32, channels: 32, groups: 32 };
      const [x, y, g, dx] = [make(N), make(N), make(N), make(N)];
      const [gamma, beta, means, variances] = [make(32), make(32), make(32), make(32)];
      const [dgamma, dbeta] = [make(32), make(32)];
      return () => {
        groupNorm(x, layout, gamma, beta, 1e-5, y, means, variances);
        groupNormGrad(g, x, layout, gamma, 1e-5, means, variances, dx, dgamma, dbeta);
      };
    },
  },
  {
    name: "transpose 512 × 512",
    count: N,
    traffic: 2,
    prepare: (make) => {
      const [x, y] = [make(N), make(N)];
      return () => permuteCopy(x, [512, 512], [1, 0], y);
    },
  },
  {
    name: "heads [16, 64, 4, 64] to [16, 4, 64, 64]",
    count: N,
    traffic: 2,
    prepare: (make) => {
      const [x, y] = [make(N), make(N)];
      return () => permuteCopy(x, [16, 64, 4, 64], [0, 2, 1, 3], y);
    },
  },
  {
    name: "embedding, width 32, both ways",
    count: N,
    traffic: 5,
    prepare: (make) => {
      const [table, rows] = [make(64 * 32), make(N)];
      const indices = outside(Int32Array.from(numbers(N / 32, 0, 64), Math.floor));
      return () => {
        gatherRows(table, indices, 32, rows);
        scatterAddRows(rows, indices, 32, table);
      };
    },
  },
  {
    name: "Adam",
    count: N,
    traffic: 7,
    prepare: (make) => {
      const [p, g, m, v] = [make(N), make(N), make(N), make(N, 0, 1)];
      const step = {
        rate: 1e-3,
        beta1: 0.9,
        beta2: 0.999,
        epsilon: 1e-8,
        weightDecay: 0,
        decoupled: false,
        step: 9,
      };
      return () => adamUpdate(p, g, m, v, p, step);
    },
  },
  {
    name: "dropout",
    count: N,
    traffic: 2,
    prepare: (make) => {
      const [x, y] = [make(N), make(N)];
      return () => dropoutMask(x, 0.1, [1, 2], y);
    },
  },
  ...(["forward", "backward"] as const).map(
    (way): Case => ({
      name: `LSTM ${way}, 64 steps, batch 32, hidden 128 (recurrent part)`,
      count: 64 * 32 * 128,
      traffic: 10,
      prepare: (make) => {
        const size = { steps: 64, batch: 32, hidden: 128 };
        const each = 32 * 128;
        const [gates, dgates, weights] = [
          make(64 * 4 * each, -1, 1),
          make(64 * 4 * each),
          make(4 * 128 * 128, -0.1, 0.1),
        ];
        const [h, c, dhs, dh, dc] = [
          make(65 * each),
          make(65 * each),
          make(64 * each),
          make(each),
          make(each),
        ];
        const scratch = make(recurrentScratch(128, 4));
        return way === "forward"
          ? () => lstmForward(size, gates, weights, h, c, scratch)
          : () => lstmBackward(size, gates, weights, c, dhs, dh, dc, dgates, scratch);
      },
    }),
  ),
];

/** The best of several runs, in milliseconds. */
function best(run: () => void): number {
  let least = Infinity;
  const end = performance.now() + 300;
  for (let i = 0; i < 5 || performance.now() < end; i++) {
    const start = performance.now();
    run();
    least = Math.min(least, performance.now() - start);
    if (i >= 2 && performance.now() > end + 1_000) break;
  }
  return least;
}

const makeOutside = (count: number, low = -1, high = 1): Block =>
  outside(Float32Array.from(numbers(count, low, high)));
const makeInside = (count: number, low = -1, high = 1): Block => inside(numbers(count, low, high));

if (engine() === undefined) {
  console.log("The wasm kernels are not built here: `npm run lab` builds them.");
  process.exit(1);
}
console.log(`${backend.describe()}; Node ${process.version}; ns an element, GB/s, times as fast as plain\n`);
console.log(`${"".padEnd(58)}   plain    wasm   GB/s   ratio  threads  ratio`);
const threads = Math.max(2, backend.threads);
for (const { name, count, traffic, prepare } of cases) {
  if (!name.includes(values.grep)) continue;
  const nanoseconds = (run: () => void): number => (1e6 * best(run)) / count;
  const plain = nanoseconds(prepare(makeOutside));
  backend.threads = 1;
  const wasm = nanoseconds(prepare(makeInside));
  backend.threads = threads;
  const shared = nanoseconds(prepare(makeInside));
  releaseAll();
  const columns = [plain, wasm, (4 * traffic) / wasm, plain / wasm, shared, plain / shared];
  console.log(name.padEnd(58), columns.map((value) => value.toFixed(2).padStart(7)).join(" "));
}
process.exit(0);
