import { expect } from "chai";
import { add, grad, mean, mul, rows, sub, sum, Tensor, tensor, zeros } from "../../../lib/index.ts";
import { backend } from "../../../lib/kernels/engine.ts";
import { empty } from "../../../lib/tensor/create.ts";
import { TensorTooLarge } from "../../../lib/tensor/dtype.ts";
import { sizeClass } from "../../../lib/tensor/heap.ts";
import { Residents, useResidents } from "../../../lib/tensor/residents.ts";
import { inArena, Storage } from "../../../lib/tensor/storage.ts";

const MB = 2 ** 20;

/** A memory of the engine's kind, without kernels: large float32 tensors live in it, plain loops compute on it. */
function residentsOf(megabytes: number): Residents {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65_536, shared: true });
  return new Residents({ memory, heapBase: 4096 }, megabytes * MB);
}

function filled(length: number, value: number): Tensor {
  const x = empty([length], "float32");
  x.storage.array().fill(value);
  return x;
}

describe("the heap of tensors", () => {
  let heap: Residents;
  let restore: () => void;
  const within = (megabytes: number): void => {
    heap = residentsOf(megabytes);
    restore = useResidents(heap);
    // The addresses are of this memory, not of the one that the wasm kernels work in.
    backend.force("plain");
  };
  afterEach(() => {
    restore();
    backend.force("auto");
  });

  it("takes float32 of 256 elements and more, and leaves the rest outside", () => {
    within(8);
    expect(empty([256], "float32").storage.address).to.be.above(0);
    expect(empty([255], "float32").storage.address).to.equal(0);
    expect(empty([256], "float64").storage.address).to.equal(0);
    expect(empty([256], "float32").storage.address % 64).to.equal(0);
  });

  it("gives a freed piece to the next of its size", () => {
    within(8);
    const first = empty([1000], "float32");
    const { address } = first.storage;
    first.storage.free();
    expect(empty([1000], "float32").storage.address).to.equal(address);
  });

  it("rounds up by an eighth at most", () => {
    within(1);
    for (let bytes = 1024; bytes < 1e7; bytes = Math.ceil(bytes * 1.07)) {
      expect(sizeClass(bytes)).to.be.within(bytes, bytes * 1.126);
      expect(sizeClass(bytes) % 64).to.equal(0);
    }
  });

  it("joins neighbours for a large piece", () => {
    within(4);
    const small = Array.from({ length: 8 }, () => empty([100_000], "float32"));
    for (const { storage } of small) storage.free();
    expect(empty([900_000], "float32").storage.address).to.be.above(0);
  });

  it("moves the longest unused out when it is full, and keeps their values", () => {
    within(8);
    const all = Array.from({ length: 200 }, (_, i) => filled(65_536, i)); // 50 MB
    expect(heap.heap.used).to.be.at.most(8 * MB);
    expect(heap.count).to.be.within(10, 32);
    all.forEach((x, i) => {
      const values = x.storage.array();
      expect([values[0], values[65_535]]).to.deep.equal([i, i]);
    });
  });

  it("brings them back when a kernel asks", () => {
    within(8);
    const all = Array.from({ length: 200 }, (_, i) => filled(65_536, i));
    expect(all[0]!.storage.address).to.be.above(0);
    expect(all[0]!.storage.array()[1]).to.equal(0);
    expect(sum(add(all[3]!, all[150]!)).item()).to.equal(153 * 65_536);
  });

  it("frees what an arena made, but for what it hands out", () => {
    within(8);
    const kept = inArena(
      () => {
        const parts = Array.from({ length: 10 }, (_, i) => filled(1000, i));
        return parts[7]!;
      },
      ({ storage }) => [storage],
    );
    expect(heap.count).to.equal(1);
    expect(kept.storage.array()[999]).to.equal(7);
  });

  it("frees an arena's pieces after an error, and what was brought in stays", () => {
    within(8);
    const outside = new Tensor(Storage.adopt(new Float32Array(1000).fill(3), "float32"), [1000]);
    const fail = (): Tensor => {
      filled(1000, 1);
      expect(outside.storage.address).to.be.above(0);
      throw new Error("stop");
    };
    expect(() => inArena(fail, () => [])).to.throw("stop");
    expect(heap.count).to.equal(1);
    expect(outside.storage.array()[5]).to.equal(3);
  });

  it("hands out data that stays, and computes with what a user wrote into it", () => {
    within(8);
    const x = filled(1000, 2);
    const { data } = x;
    data[3] = 50;
    expect(x.storage.array()[3]).to.equal(50);
    expect(x.storage.address).to.be.above(0); // a kernel's copy
    data[4] = 60;
    expect(sum(mul(x, 1)).item()).to.equal(2 * 998 + 110);
    for (let i = 0; i < 100; i++) filled(65_536, i);
    expect(data[0]).to.equal(2);
    expect(x.data).to.equal(data);
  });

  it("shares memory with slices", () => {
    within(8);
    const x = filled(3000, 1);
    const part = rows(mul(x, 2), 1000, 2000);
    expect(part.storage.address % 4).to.equal(0);
    expect(sum(part).item()).to.equal(2000);
    expect(x.data.subarray(0, 1).buffer).to.equal(x.data.buffer);
  });

  it("holds 2,000 training steps flat", function () {
    this.timeout(60_000);
    within(256);
    const X = filled(4096, 0.5);
    let W = zeros([4096]);
    const step = (): void => {
      const { W: g } = grad(({ W }) => mean(mul(sub(mul(W, X), 1), sub(mul(W, X), 1))), { W });
      W = sub(W, mul(0.1, g));
    };
    for (let i = 0; i < 500; i++) step();
    const before = process.memoryUsage();
    for (let i = 0; i < 1500; i++) step();
    const after = process.memoryUsage();
    expect(after.rss - before.rss).to.be.below(20 * MB);
    expect(heap.heap.used).to.be.at.most(128 * MB);
  });

  it("finds dead tensors inside one synchronous loop", () => {
    within(256);
    for (let i = 0; i < 2000; i++) filled(65_536, i); // 500 MB
    expect(heap.heap.used).to.be.at.most(128 * MB);
    expect(heap.count).to.be.at.most(512);
  });
});

describe("a tensor that is too large", () => {
  it("is refused in words, and the library goes on", () => {
    expect(() => zeros([30_000, 30_000])).to.throw(
      TensorTooLarge,
      "900000000 elements of float32 would take 3.6 GB, and one tensor may take 2.1 GB; work in smaller batches.",
    );
    const column = zeros([30_000, 1]);
    expect(() => add(column, zeros([30_000]))).to.throw(
      TensorTooLarge,
      "add: from [30000, 1] and [30000], 900000000 elements",
    );
    expect(sum(add(tensor([1]), 1)).item()).to.equal(2);
  });

  it("lives outside when the engine's memory is exhausted", () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 2, shared: true });
    const restore = useResidents(new Residents({ memory, heapBase: 4096 }, 64 * MB));
    const x = empty([100_000], "float32");
    x.storage.array().fill(1);
    expect(x.storage.address).to.equal(0);
    expect(sum(add(x, x)).item()).to.equal(200_000);
    restore();
  });
});
