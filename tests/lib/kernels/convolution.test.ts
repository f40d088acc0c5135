import { expect } from "chai";
import type { Block } from "../../../lib/kernels/block.ts";
import {
  type ConvGeometry,
  convFilterGradient,
  convForward,
  convInputGradient,
} from "../../../lib/kernels/convolution.ts";
import { isWinograd } from "../../../lib/kernels/winograd.ts";
import { difference, inside, noise, outside, using } from "./blocks.ts";

const PLAIN: ConvGeometry = {
  batch: 2,
  height: 9,
  width: 8,
  channels: 3,
  outHeight: 7,
  outWidth: 6,
  outChannels: 5,
  kernelHeight: 3,
  kernelWidth: 3,
  strideY: 1,
  strideX: 1,
  padTop: 0,
  padLeft: 0,
  dilationY: 1,
  dilationX: 1,
  groups: 1,
};

/** The output's size for the same padding on both sides. */
function sized(changes: Partial<ConvGeometry>): ConvGeometry {
  const g = { ...PLAIN, ...changes };
  const out = (size: number, pad: number, kernel: number, dilation: number, stride: number) =>
    Math.max(0, Math.floor((size + 2 * pad - (kernel - 1) * dilation - 1) / stride) + 1);
  return {
    ...g,
    outHeight: out(g.height, g.padTop, g.kernelHeight, g.dilationY, g.strideY),
    outWidth: out(g.width, g.padLeft, g.kernelWidth, g.dilationX, g.strideX),
  };
}

const CASES: Readonly<Record<string, ConvGeometry>> = {
  plain: sized({}),
  padded: sized({ padTop: 1, padLeft: 2 }),
  "padded more than the kernel": sized({ padTop: 4, padLeft: 4 }),
  "with strides": sized({ strideY: 2, strideX: 3, padTop: 1, padLeft: 1 }),
  dilated: sized({ dilationY: 2, dilationX: 3, padTop: 2, padLeft: 3 }),
  "1×1": sized({ kernelHeight: 1, kernelWidth: 1, channels: 16, outChannels: 9 }),
  "in groups": sized({ channels: 6, outChannels: 8, groups: 2, padTop: 1, padLeft: 1 }),
  depthwise: sized({ channels: 7, outChannels: 7, groups: 7, padTop: 1, padLeft: 1 }),
  "depthwise with a multiplier, strided": sized({ channels: 4, outChannels: 8, groups: 4, strideX: 2 }),
  "of no images": sized({ batch: 0 }),
  "of one pixel": sized({
    batch: 1,
    height: 1,
    width: 1,
    channels: 1,
    kernelHeight: 1,
    kernelWidth: 1,
    outChannels: 1,
  }),
  "LeNet's first": sized({
    batch: 3,
    height: 28,
    width: 28,
    channels: 1,
    kernelHeight: 5,
    kernelWidth: 5,
    outChannels: 8,
  }),
  "of one channel, padded, dilated and strided": sized({
    batch: 9,
    height: 23,
    width: 21,
    channels: 1,
    padTop: 3,
    padLeft: 4,
    dilationX: 2,
    dilationY: 3,
    strideY: 2,
    outChannels: 30,
  }),
  "of many channels": sized({
    batch: 2,
    height: 12,
    width: 12,
    channels: 32,
    outChannels: 32,
    padTop: 1,
    padLeft: 1,
  }),
};

/** Those that Winograd's tiles compute, and their neighbours that they do not. */
const TILED: Readonly<Record<string, ConvGeometry>> = {
  "whole tiles": sized({ height: 10, width: 10, channels: 16, outChannels: 16, padTop: 1, padLeft: 1 }),
  "cut tiles": sized({ batch: 3, height: 9, width: 13, channels: 12, outChannels: 20 }),
  "tall and narrow, two around": sized({
    height: 21,
    width: 1,
    channels: 16,
    outChannels: 12,
    padTop: 2,
    padLeft: 2,
  }),
  "one row, three around": sized({
    batch: 5,
    height: 1,
    width: 11,
    channels: 24,
    outChannels: 28,
    padTop: 3,
    padLeft: 3,
  }),
  "several strips": sized({
    batch: 7,
    height: 14,
    width: 15,
    channels: 20,
    outChannels: 36,
    padTop: 1,
    padLeft: 0,
  }),
  "as many channels as there may be": sized({ channels: 124, outChannels: 128, height: 16 }),
  "more than that": sized({ channels: 132, outChannels: 128, height: 16 }),
  "channels that are no fours": sized({ channels: 17, outChannels: 18, height: 16, padTop: 1, padLeft: 1 }),
};

describe("convolution kernels", () => {
  for (const [name, g] of Object.entries({ ...CASES, ...TILED })) {
    it(`have equal twins: ${name}`, () => {
      const x = noise(g.batch * g.height * g.width * g.channels);
      const w = noise((g.kernelHeight * g.kernelWidth * g.channels * g.outChannels) / g.groups);
      const dy = noise(g.batch * g.outHeight * g.outWidth * g.outChannels);
      const bias = noise(g.outChannels);
      const compute = (block: typeof outside) => {
        const y = block(noise(dy.length));
        const dx = block(noise(x.length));
        const dw = block(noise(w.length));
        convForward(g, block(x), block(w), y, { bias: block(bias), relu: true });
        convInputGradient(g, block(dy), block(w), dx);
        convFilterGradient(g, block(x), block(dy), dw);
        return [y, dx, dw].map((result: Block) => result.array().slice());
      };
      const expected = using("plain", () => compute(outside));
      const actual = using("wasm", () => compute(inside as typeof outside));
      for (const [i, what] of ["y", "dx", "dw"].entries()) {
        expect(difference(actual[i]!, expected[i]!), what).to.be.lessThan(1e-5);
      }
    });
  }

  it("use Winograd's tiles for 3×3 filters at stride 1, for channels in fours up to 128", () => {
    const used = Object.entries(TILED).flatMap(([name, g]) => (isWinograd(g) ? [name] : []));
    expect(used).to.have.length(Object.keys(TILED).length - 2);
    expect(isWinograd({ ...TILED["whole tiles"]!, strideX: 2 })).to.equal(false);
    expect(isWinograd({ ...TILED["whole tiles"]!, groups: 2 })).to.equal(false);
    expect(isWinograd({ ...TILED["whole tiles"]!, kernelHeight: 5 })).to.equal(false);
  });

  it("are a sum of products: worked by hand", () => {
    const g = sized({
      batch: 1,
      height: 3,
      width: 3,
      channels: 1,
      kernelHeight: 2,
      kernelWidth: 2,
      outChannels: 1,
    });
    const y = outside(new Float64Array(4));
    const x = outside(Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9));
    const w = outside(Float64Array.of(1, 0, 0, -1));
    convForward(g, x, w, y);
    expect([...y.array()]).to.deep.equal([-4, -4, -4, -4]);
    const dw = outside(new Float64Array(4));
    convFilterGradient(g, x, outside(Float64Array.of(1, 1, 1, 1)), dw);
    expect([...dw.array()]).to.deep.equal([12, 16, 24, 28]);
    const dx = outside(new Float64Array(9));
    convInputGradient(g, outside(Float64Array.of(1, 1, 1, 1)), w, dx);
    expect([...dx.array()]).to.deep.equal([1, 1, 0, 1, 0, -1, 0, -1, -1]);
  });
});
