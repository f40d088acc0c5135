import { expect } from "chai";
import {
  averagePoolForward,
  averagePoolGradient,
  maxPoolForward,
  maxPoolGradient,
  maxPoolPlaces,
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
        const [y, dx] = [block(noise(size)), block(noise(x.length))];
        const [mean, dMean] = [block(noise(size)), block(noise(x.length))];
        maxPoolForward(g, block(x), y);
        maxPoolGradient(g, block(x), y, block(dy), dx);
        averagePoolForward(g, block(x), mean);
        averagePoolGradient(g, block(dy), dMean);
        return [y, dx, mean, dMean].map((result) => result.array().slice());
      };
      const expected = using("plain", () => compute(outside));
      const actual = using("wasm", () => compute(inside as typeof outside));
      for (const [i, what] of ["greatest", "dx", "mean", "dx of mean"].entries()) {
        expect(difference(actual[i]!, expected[i]!), what).to.be.lessThan(1e-6);
      }
    });
  }

  it("keep the first of equals and let NaN win", () => {
    const g = { ...pool(2, 2, 1, 2, 2), batch: 2 };
    const x = outside(Float64Array.of(1, 3, 3, 2, 5, Number.NaN, 9, Number.NaN));
    const [y, places, dx] = [new Float64Array(2), new Int32Array(2), new Float64Array(8)].map(outside);
    maxPoolForward(g, x, y!);
    maxPoolPlaces(g, x, y!, places!);
    maxPoolGradient(g, x, y!, outside(Float64Array.of(10, 20)), dx!);
    expect([...y!.array()]).to.deep.equal([3, Number.NaN]);
    expect([...places!.array()]).to.deep.equal([1, 5]);
    expect([...dx!.array()]).to.deep.equal([0, 10, 0, 0, 0, 20, 0, 0]);
  });
});
