import { expect } from "chai";
import {
  type Answer,
  maxRelativeDifference,
  type Preference,
  type Reference,
  ReferenceUnavailable,
  reference,
  type Tfjs,
  type TfTensor,
  WrongBackend,
} from "../../../lib/reference/index.ts";

const NAMES = { native: "tensorflow", wasm: "wasm", cpu: "cpu" } as const;

/** Skips where the native reference is not set up; in CI its absence is a failure. */
async function get(test: Mocha.Context, prefer: Preference): Promise<Reference> {
  const found = await reference({ prefer }).catch((error: unknown) => error);
  const isThere = !(found instanceof Error) && (found as Reference).backend === NAMES[prefer];
  if (!isThere && !process.env.CI) test.skip();
  if (!isThere) throw new Error(`the ${prefer} reference is not here: ${found}`);
  return found as Reference;
}

const wave = (shape: readonly number[], phase: number): Answer => ({
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i * 0.7 + phase)),
  shape,
});

/** Each computation with its inputs; the gradients of convolutions and of gather are those that wasm lacks. */
const CASES: readonly [string, readonly Answer[], (tf: Tfjs, ...inputs: TfTensor[]) => TfTensor][] = [
  ["softmax", [wave([3, 5], 0)], (tf, x) => tf.softmax(x!)],
  ["matmul", [wave([4, 3], 0), wave([3, 5], 1)], (tf, a, b) => tf.matMul(a!, b!)],
  [
    "conv2d",
    [wave([2, 6, 6, 3], 0), wave([3, 3, 3, 4], 1)],
    (tf, x, w) => tf.conv2d(x!.as4D(2, 6, 6, 3), w!.as4D(3, 3, 3, 4), 2, "same"),
  ],
  [
    "depthwise convolution",
    [wave([2, 6, 6, 3], 0), wave([3, 3, 3, 2], 1)],
    (tf, x, w) => tf.depthwiseConv2d(x!.as4D(2, 6, 6, 3), w!.as4D(3, 3, 3, 2), 1, "valid"),
  ],
  ["gather", [wave([4, 3], 0)], (tf, x) => tf.gather(x!, tf.tensor1d([2, 0, 2], "int32"))],
  ["max pooling", [wave([1, 4, 4, 2], 0)], (tf, x) => tf.maxPool(x!.as4D(1, 4, 4, 2), 2, 2, "valid")],
];

describe("reference: backends", () => {
  for (const prefer of ["native", "wasm", "cpu"] as const) {
    it(`${prefer} computes what plain JavaScript computes, forward and backward`, async function () {
      const ref = await get(this, prefer);
      const plain = await reference({ prefer: "cpu" });
      for (const [name, inputs, compute] of CASES) {
        const shape = plain.run((tf) => compute(tf, ...inputs.map((input) => plain.tensor(input)))).shape;
        const ours = ref.gradients(compute, inputs, wave(shape, 2));
        const theirs = plain.gradients(compute, inputs, wave(shape, 2));
        ref.compare({ name, ours: ours.value, theirs: theirs.value }).assert();
        expect(ours.gradients).to.have.length(inputs.length);
        for (const [index, gradient] of ours.gradients.entries()) {
          const wanted = theirs.gradients[index]!;
          ref.compare({ name, direction: "gradient", ours: gradient, theirs: wanted }).assert();
          expect(Math.max(...wanted.data.map(Math.abs)), `${name} has a gradient`).to.be.above(0);
        }
      }
    });

    it(`${prefer} names itself`, async function () {
      const ref = await get(this, prefer);
      expect(ref.describe()).to.match(new RegExp(`^${NAMES[prefer]} \\(`));
      expect(ref.tf.getBackend()).to.equal(NAMES[prefer]);
      if (prefer === "native") expect(ref.describe()).to.match(/libtensorflow \d+\.\d+\.\d+/);
    });

    it(`${prefer} leaves no tensors behind`, async function () {
      const ref = await get(this, prefer);
      const { numTensors } = ref.tf.memory();
      ref.gradients((tf, x) => tf.square(x!), [[1, 2, 3]]);
      expect(() =>
        ref.run((tf) => {
          tf.scalar(1);
          throw new Error("half-way");
        }),
      ).to.throw("half-way");
      expect(ref.tf.memory().numTensors).to.equal(numTensors);
    });
  }

  it("lets plain JavaScript answer where wasm has no kernel and the inputs come as a list", async () => {
    const wasm = await reference({ prefer: "wasm" });
    const product = wasm.run((tf) => tf.einsum("ij,jk->ik", tf.tensor2d([[1, 2]]), tf.tensor2d([[3], [4]])));
    expect([...product.data]).to.deep.equal([11]);
  });

  it("answers each from its own backend when several are in use, and leaves the active one as it was", async () => {
    const wasm = await reference({ prefer: "wasm" });
    const cpu = await reference({ prefer: "cpu" });
    expect(wasm.run((tf) => tf.scalar(wasm.backend === tf.getBackend() ? 1 : 0)).data[0]).to.equal(1);
    expect(cpu.tf.getBackend()).to.equal("cpu");
  });

  it("catches another backend taking over half-way", async () => {
    const cpu = await reference({ prefer: "cpu" });
    await reference({ prefer: "wasm" });
    const take = () =>
      cpu.run((tf) => {
        tf.setBackend("wasm").catch(() => {});
        return tf.square(tf.scalar(3));
      });
    expect(take).to.throw(WrongBackend, "wasm became the active backend meanwhile");
  });

  it("gives back the handlers of uncaught errors that tfjs-wasm puts in place", async () => {
    await reference({ prefer: "wasm" });
    const texts = process.listeners("uncaughtException").map(String);
    expect(texts.filter((text) => text.includes("ExitStatus"))).to.deep.equal([]);
  });

  it("says what to ask for when wasm cannot hold complex numbers", async () => {
    const wasm = await reference({ prefer: "wasm" });
    const transform = () => wasm.run((tf) => tf.real(tf.fft(tf.complex([1, 2], [0, 0]))));
    expect(transform).to.throw(ReferenceUnavailable, "prefer");
  });

  it("refuses a function that returns no tensor", async () => {
    const cpu = await reference({ prefer: "cpu" });
    expect(() => cpu.run((() => 3) as never)).to.throw("must return a tfjs tensor");
  });

  it("takes float64 and nested arrays", async () => {
    const cpu = await reference({ prefer: "cpu" });
    const { data, shape } = cpu.run((tf) => tf.add(cpu.tensor(Float64Array.of(1, 2)), cpu.tensor([3, 4])));
    expect(maxRelativeDifference(data, [4, 6])).to.equal(0);
    expect(shape).to.deep.equal([2]);
  });
});
