import { execFileSync } from "node:child_process";
import { runInThisContext } from "node:vm";
import { expect } from "chai";
import { backend, type Engine, engine } from "../../../lib/kernels/engine.ts";
import { gemm } from "../../../lib/kernels/gemm.ts";
import { difference, inside, noise, using } from "./blocks.ts";

const HERE = new URL("../../../lib/kernels/engine.js", import.meta.url).href;

function inNewProcess(code: string, env: Record<string, string> = {}): string {
  const args = ["--input-type=module", "--eval", `import { backend, engine } from "${HERE}";\n${code}`];
  return execFileSync(process.execPath, args, {
    encoding: "utf8",
    env: { ...process.env, ...env },
    timeout: 15_000,
    stdio: "pipe",
  });
}

describe("the engine", () => {
  let wasm: Engine;
  before(() => {
    wasm = engine()!;
  });

  it("is built and runs here, with fused multiply-adds on every Node that has them", () => {
    expect(wasm.features).to.include({ simd: true, relaxed: true });
    expect(backend.name).to.equal("wasm");
    expect(wasm.memory.buffer).to.be.instanceOf(SharedArrayBuffer);
    expect(backend.describe()).to.match(/^wasm, SIMD with fused multiply-add, \d+ threads?$/);
  });

  it("stays away where the plain twins are asked for", () => {
    const code = "console.log(engine(), backend.name, backend.describe()); backend.force('wasm')";
    expect(() => inNewProcess(code, { GRADBOOK_BACKEND: "plain" })).to.throw(/GRADBOOK_BACKEND=plain/);
    const said = inNewProcess("console.log(engine(), backend.name)", { GRADBOOK_BACKEND: "plain" });
    expect(said.trim()).to.equal("undefined plain");
  });

  it("says how many threads it can use", () => {
    expect(() => {
      backend.threads = 0;
    }).to.throw(RangeError, "backend.threads: 0 is not a whole number from 1 to 16.");
  });

  it("names a kernel that there is not", () => {
    expect(() => wasm.parallel("nothing", 1, 1)).to.throw('there is no wasm kernel "nothing"');
  });
});

describe("threads", () => {
  const [m, n, k] = [301, 257, 300];
  const a = noise(m * k);
  const b = noise(k * n);
  let threadsBefore: number;
  let right: Float32Array;

  function multiply(times = 1): Float32Array {
    const c = inside(new Float32Array(m * n));
    const [left, other] = [inside(a), inside(b)];
    for (let i = 0; i < times; i++) {
      gemm(
        m,
        n,
        k,
        { block: left, row: k, column: 1 },
        { block: other, row: n, column: 1 },
        { block: c, row: n },
      );
    }
    return c.array().slice() as Float32Array;
  }

  before(() => {
    threadsBefore = backend.threads;
    backend.threads = 1;
    right = multiply();
    backend.threads = 3;
  });
  after(() => {
    backend.threads = threadsBefore;
  });

  it("give what one thread gives, from the first call, while they start, and after", async () => {
    for (let round = 0; round < 40; round++) {
      expect(difference(multiply(), right)).to.be.lessThan(1e-6);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  });

  it("are right again after the calling thread was ended anywhere in the middle", () => {
    (globalThis as { multiplyForever?: () => void }).multiplyForever = () => {
      for (;;) multiply(20);
    };
    for (let round = 0; round < 30; round++) {
      expect(() => runInThisContext("multiplyForever()", { timeout: 3 + (round % 7) })).to.throw(/timed out/);
      expect(difference(multiply(), right), `round ${round}`).to.be.lessThan(1e-6);
    }
  }).timeout(90_000);

  it("do not keep a process alive, nor make it slow to end", () => {
    const started = Date.now();
    const said = inNewProcess(`
      backend.threads = 4;
      const wasm = engine();
      for (let i = 0; i < 50; i++) wasm.parallel("gemm", 96, 12, 96, 96, wasm.heapBase - 65536, 96, 1,
        wasm.heapBase - 65536, 96, 1, wasm.heapBase - 40000, 96, 0, 0, 0);
      console.log("done");`);
    expect(said.trim()).to.equal("done");
    expect(Date.now() - started).to.be.lessThan(5_000);
  });

  it("are not needed: where none can start, one thread computes", () => {
    const said = inNewProcess(`
      import workers from "node:worker_threads";
      import { syncBuiltinESMExports } from "node:module";
      workers.Worker = class { constructor() { throw new Error("no threads here"); } };
      syncBuiltinESMExports();
      backend.threads = 4;
      const wasm = engine();
      const c = wasm.heapBase - 40000;
      const numbers = new Float32Array(wasm.memory.buffer, wasm.heapBase - 65536, 16384).fill(1);
      for (let i = 0; i < 3; i++) wasm.parallel("gemm", 8, 1, 8, 8, wasm.heapBase - 65536, 8, 1,
        wasm.heapBase - 65536, 8, 1, c, 8, 0, 0, 0);
      console.log(numbers[(65536 - 40000) / 4 + 63]);`);
    expect(said.trim()).to.equal("8");
  });

  it("are one with the plain twin", () => {
    expect(
      difference(
        using("plain", () => multiply()),
        right,
      ),
    ).to.be.lessThan(1e-5);
  });
});
