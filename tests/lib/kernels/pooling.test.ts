import { expect } from "chai";
import {
  averagePoolForward,
  averagePoolGradient,
  maxPoolForward,
  maxPoolGradient,
  type PoolGeometry,
} from "../../../lib/kernels/pooling.ts";
import { difference, inside, noise, outside, using } from "./blocks.ts";

function pool(
  height: number,
  width: number,
  channels: number,
  window: number,
  stride: number,
  pad = 0,
): PoolGeometry {
  const out = (size: number) => Math.floor((size + 2 * pad - window) / stride) + 1;
  return {
    batch: 3,
    height,
    width,
    channels,
    outHeight: out(height),
    outWidth: out(width),
    windowHeight: window,
    windowWidth: window,
    strideY: stride,
    strideX: stride,
    padTop: pad,
    padLeft: pad,
  };
}

const CASES: Readonly<Record<string, PoolGeometry>> = {
  "2×2 by 2": pool(12, 12, 8, 2, 2),
  "3×3 by 2, padded, odd channels": pool(11, 9, 7, 3, 2, 1),
  "overlapping, one channel": pool(8, 8, 1, 3, 1),
  "1×1": pool(5, 5, 5, 1, 1),
  "of no images": { ...pool(4, 4, 4, 2, 2), batch: 0 },
  "with windows wholly outside": pool(4, 4, 6, 2, 2, 3),
};

describe("pooling kernels", () => {
  for (const [name, g] of Object.entries(CASES)) {
    it(`have equal twins: ${name}`, () => {
      const x = noise(g.batch * g.height * g.width * g.channels);
      if (x.length > 20) x[17] = Number.NaN;
      const size = g.batch * g.outHeight * g.outWidth * g.channels;
      const dy = noise(size);
      const compute = (block: typeof outside) => {
        const [y, argmax, dx] = [block(noise(size)), block(new Int32Array(size)), block(noise(x.length))];
        const [mean, dMean] = [block(noise(size)), block(noise(x.length))];
        maxPoolForward(g, block(x), y, argmax);
        maxPoolGradient(g, block(dy), argmax, dx);
        averagePoolForward(g, block(x), mean);
        averagePoolGradient(g, block(dy), dMean);
        return [y, argmax, dx, mean, dMean].map((result) => result.array().slice());
      };
      const expected = using("plain", () => compute(outside));
      const actual = using("wasm", () => compute(inside as typeof outside));
      for (const [i, what] of ["greatest", "argmax", "dx", "mean", "dx of mean"].entries()) {
        expect(difference(actual[i]!, expected[i]!), what).to.be.lessThan(1e-6);
      }
    });
  }

  it("keep the first of equals and let NaN win", () => {
    const g = { ...pool(2, 2, 1, 2, 2), batch: 2 };
    const [y, argmax] = [outside(new Float64Array(2)), outside(new Int32Array(2))];
    maxPoolForward(g, outside(Float64Array.of(1, 3, 3, 2, 5, Number.NaN, 9, Number.NaN)), y, argmax);
    expect([...y.array()]).to.deep.equal([3, Number.NaN]);
    expect([...argmax.array()]).to.deep.equal([1, 5]);
  });
});
