import { createRequire } from "node:module";
import { expect } from "chai";
import { History, tensor, zeros } from "../../../lib/index.ts";
import { fromDanfo, fromTfjs, toDanfo, toTfjs } from "../../../lib/io/index.ts";

const load = createRequire(import.meta.url);
const tf: typeof import("@tensorflow/tfjs") = load("@tensorflow/tfjs");

describe("tensors from and to tfjs", () => {
  it("keep shape, type and values", () => {
    for (const x of [
      tensor([
        [1, 2.5],
        [3, 4],
      ]),
      tensor([1, -2, 3], { dtype: "int32" }),
      tensor([true, false]),
      tensor(7),
      zeros([0, 3]),
    ]) {
      const there = toTfjs(tf, x);
      expect(there).to.be.instanceOf(tf.Tensor);
      const back = fromTfjs(there);
      there.dispose();
      expect(back).to.deep.equal(x);
    }
  });

  it("become float32 there when they are float64 here", () => {
    expect(toTfjs(tf, tensor([1.5], { dtype: "float64" })).dtype).to.equal("float32");
  });

  it("are copies: neither side sees the other's changes", () => {
    const x = tensor([1, 2, 3]);
    const there = toTfjs(tf, x);
    there.dataSync()[0] = 9;
    expect(x.toArray()).to.deep.equal([1, 2, 3]);
    const here = fromTfjs(there);
    there.dataSync()[1] = 9;
    expect(here.toArray()).to.deep.equal([9, 2, 3]);
  });

  it("refuse text and complex numbers", () => {
    expect(() => fromTfjs(tf.tensor(["a"]))).to.throw("fromTfjs: a string tensor has no counterpart");
  });
});

describe("tensors from and to danfojs", () => {
  const dfd: typeof import("danfojs-node") = load("danfojs-node");
  const frame = new dfd.DataFrame({
    width: [1.5, 2, 3],
    count: [1, 2, 3],
    name: ["a", "b", "c"],
    gap: [1, Number.NaN, 3],
  });

  it("take the numeric columns that are named", () => {
    const x = fromDanfo(frame, { columns: ["count", "width"] });
    expect(x.toArray()).to.deep.equal([
      [1, 1.5],
      [2, 2],
      [3, 3],
    ]);
    expect(fromDanfo(frame, { columns: ["count"], dtype: "int32" }).dtype).to.equal("int32");
  });

  it("take a training log, which makes a frame of itself", () => {
    const history = new History([
      { epoch: 1, loss: 2.5 },
      { epoch: 2, loss: 1.5, accuracy: 0.5 },
    ]);
    const log = history.frame(dfd);
    expect(log.columns).to.deep.equal(["epoch", "loss", "accuracy"]);
    expect(fromDanfo(log, { columns: ["loss"] }).toArray()).to.deep.equal(
      fromDanfo(history, { columns: ["loss"] }).toArray(),
    );
  });

  it("take a series as a vector", () => {
    expect(fromDanfo(frame.column("count")).toArray()).to.deep.equal([1, 2, 3]);
    expect(fromDanfo(new dfd.Series([true, false]), { dtype: "bool" }).toArray()).to.deep.equal([
      true,
      false,
    ]);
  });

  it("hold a missing value as NaN in floats alone", () => {
    expect(fromDanfo(frame, { columns: ["gap"] }).toArray()).to.deep.equal([[1], [Number.NaN], [3]]);
    expect(() => fromDanfo(frame, { columns: ["gap"], dtype: "int32" })).to.throw(
      'fromDanfo: column "gap", row 1 holds NaN, which is no int32.',
    );
  });

  it("say which column holds no numbers, and which is not there", () => {
    expect(() => fromDanfo(frame)).to.throw('fromDanfo: column "name", row 0 holds "a", a string; choose');
    expect(() => fromDanfo(frame, { columns: ["x"] })).to.throw(
      'fromDanfo: no column "x"; there are width, count, name, gap.',
    );
  });

  it("become a frame with the columns' names", () => {
    const there = toDanfo(
      dfd,
      tensor([
        [1, 2],
        [3, 4],
      ]),
      { columns: ["a", "b"] },
    );
    expect(there).to.be.instanceOf(dfd.DataFrame);
    expect(there.columns).to.deep.equal(["a", "b"]);
    expect(fromDanfo(there).toArray()).to.deep.equal([
      [1, 2],
      [3, 4],
    ]);
    expect(() => toDanfo(dfd, tensor([1, 2]))).to.throw("a frame is a matrix, [rows, columns]");
    expect(() => toDanfo(dfd, tensor([[1, 2]]), { columns: ["a"] })).to.throw("1 column names for 2 columns");
  });
});
