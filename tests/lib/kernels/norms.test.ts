import type { Block } from "../../../lib/kernels/block.ts";
import {
  type Groups,
  groupNorm,
  groupNormGrad,
  normalizeChannels,
  normalizeChannelsGrad,
} from "../../../lib/kernels/group-norm.ts";
import {
  layerNormParameterGrads,
  layerNormRows,
  layerNormRowsGrad,
} from "../../../lib/kernels/layer-norm.ts";
import { expectClose, expectTwins, type Make, numbers, outside, zeros } from "./twins.ts";

const float64: Make = (values) => outside(Float64Array.from(values));

function layer(
  make: Make,
  x: readonly number[],
  rows: number,
  width: number,
  affine: boolean,
): Record<string, Block> {
  const made = (count: number): Block => make(zeros(count));
  const [from, g] = [make(x), make(numbers(rows * width, -1, 1, 3))];
  const gamma = affine ? make(numbers(width, 0.5, 2, 4)) : undefined;
  const beta = affine ? make(numbers(width, -1, 1, 5)) : undefined;
  const [y, dx, dgamma, dbeta] = [made(x.length), made(x.length), made(width), made(width)];
  const [means, invs] = [made(rows), made(rows)];
  layerNormRows(from, width, gamma, beta, 1e-5, y, means, invs);
  layerNormRowsGrad(g, from, width, gamma, means, invs, dx);
  layerNormParameterGrads(g, from, width, means, invs, dgamma, dbeta);
  return { y, means, invs, dx, dgamma, dbeta };
}

function group(make: Make, x: readonly number[], layout: Groups, affine: boolean): Record<string, Block> {
  const { samples, channels, groups } = layout;
  const made = (count: number): Block => make(zeros(count));
  const [from, g] = [make(x), make(numbers(x.length, -1, 1, 3))];
  const gamma = affine ? make(numbers(channels, 0.5, 2, 4)) : undefined;
  const beta = affine ? make(numbers(channels, -1, 1, 5)) : undefined;
  const [y, dx, dgamma, dbeta] = [made(x.length), made(x.length), made(channels), made(channels)];
  const [means, variances] = [made(samples * groups), made(samples * groups)];
  groupNorm(from, layout, gamma, beta, 1e-5, y, means, variances);
  groupNormGrad(g, from, layout, gamma, 1e-5, means, variances, dx, dgamma, dbeta);
  return { y, means, variances, dx, dgamma, dbeta };
}

/** Σ g y, moved by each element of x in turn, against dx. */
function expectSlopes(x: readonly number[], run: (values: readonly number[]) => Record<string, Block>): void {
  const g = numbers(x.length, -1, 1, 3);
  const value = (values: readonly number[]): number =>
    g.reduce((sum, up, i) => sum + up * run(values).y!.array()[i]!, 0);
  const slopes = x.map((_, i) => {
    const moved = (by: number): number => value(x.map((v, j) => (i === j ? v + by : v)));
    return (moved(1e-5) - moved(-1e-5)) / 2e-5;
  });
  expectClose("dx", Array.from(run(x).dx!.array()), slopes, 1e-7, 1);
}

describe("layer norm", () => {
  it("gives the same in both twins", () => {
    for (const [rows, width] of [
      [1, 1],
      [0, 3],
      [3, 2],
      [5, 7],
      [4, 16],
      [9, 65],
      [70, 33],
    ] as const) {
      for (const affine of [true, false]) {
        const x = numbers(rows * width, 3, 9);
        expectTwins(
          `[${rows}, ${width}]`,
          (make) => layer(make, x, rows, width, affine),
          1e-5,
          width === 1 ? 1e3 : 10,
        );
      }
    }
  });

  it("has the gradient of central differences in float64", () => {
    expectSlopes(numbers(15), (x) => layer(float64, x, 3, 5, true));
  });
});

describe("group, instance and batch norm", () => {
  const layouts: readonly Groups[] = [
    { samples: 1, rows: 12, channels: 5, groups: 5 },
    { samples: 1, rows: 70, channels: 32, groups: 32 },
    { samples: 1, rows: 300, channels: 19, groups: 19 },
    { samples: 3, rows: 8, channels: 6, groups: 6 },
    { samples: 2, rows: 9, channels: 12, groups: 3 },
    { samples: 2, rows: 5, channels: 7, groups: 1 },
  ];

  it("give the same in both twins", () => {
    for (const layout of layouts) {
      const x = numbers(layout.samples * layout.rows * layout.channels, 3, 9);
      for (const affine of [true, false]) {
        expectTwins(JSON.stringify(layout), (make) => group(make, x, layout, affine), 1e-5, 10);
      }
    }
  });

  it("have the gradient of central differences in float64", () => {
    for (const layout of [
      { samples: 1, rows: 4, channels: 3, groups: 3 },
      { samples: 2, rows: 2, channels: 4, groups: 2 },
    ]) {
      const { samples, rows, channels } = layout;
      expectSlopes(numbers(samples * rows * channels), (x) => group(float64, x, layout, true));
    }
  });

  it("apply given statistics the same in both twins", () => {
    expectTwins(
      "inference",
      (make) => {
        const [y, dx, dgamma, dbeta] = [make(zeros(35)), make(zeros(35)), make(zeros(7)), make(zeros(7))];
        const [x, means, variances] = [make(numbers(35)), make(numbers(7)), make(numbers(7, 0.5, 2))];
        const [gamma, beta] = [make(numbers(7, 0.5, 2, 4)), make(numbers(7, -1, 1, 5))];
        normalizeChannels(x, means, variances, gamma, beta, 1e-3, y);
        normalizeChannelsGrad(
          make(numbers(35, -1, 1, 3)),
          x,
          means,
          variances,
          gamma,
          1e-3,
          dx,
          dgamma,
          dbeta,
        );
        return { y, dx, dgamma, dbeta };
      },
      1e-5,
      1,
    );
  });
});
