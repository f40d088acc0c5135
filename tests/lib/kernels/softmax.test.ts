import { crossEntropyRows, crossEntropyRowsGrad } from "../../../lib/kernels/cross-entropy.ts";
import {
  logSoftmaxRows,
  logSoftmaxRowsGrad,
  softmaxRows,
  softmaxRowsGrad,
} from "../../../lib/kernels/softmax-rows.ts";
import { expectClose, expectTwins, numbers, outside, zeros } from "./twins.ts";

const LAYOUTS: readonly (readonly [rows: number, width: number])[] = [
  [1, 1],
  [0, 3],
  [3, 2],
  [5, 3],
  [2, 4],
  [7, 10],
  [4, 65],
  [130, 17],
];

describe("softmax by rows", () => {
  it("gives the same in both twins, forward and back", () => {
    for (const [rows, width] of LAYOUTS) {
      const count = rows * width;
      expectTwins(
        `[${rows}, ${width}]`,
        (make) => {
          const [z, g] = [make(numbers(count, -9, 9)), make(numbers(count, -1, 1, 3))];
          const [p, y, dp, dy] = [
            make(zeros(count)),
            make(zeros(count)),
            make(zeros(count)),
            make(zeros(count)),
          ];
          softmaxRows(z, width, p);
          softmaxRowsGrad(g, p, width, dp);
          logSoftmaxRows(z, width, y);
          logSoftmaxRowsGrad(g, y, width, dy);
          return { p, y, dp, dy };
        },
        1e-5,
        0.1,
      );
    }
  });

  it("takes huge and infinite logits", () => {
    expectTwins("infinite", (make) => {
      const z = make([1e30, 0, -1e30, -Infinity, 5, 5, -Infinity, -Infinity, Infinity, 0, Number.NaN, 1]);
      const [p, y] = [make(zeros(12)), make(zeros(12))];
      softmaxRows(z, 4, p);
      logSoftmaxRows(z, 4, y);
      return { p, y };
    });
  });
});

describe("cross-entropy by rows", () => {
  for (const smoothing of [0, 0.1]) {
    it(`gives the same in both twins, smoothed by ${smoothing}`, () => {
      for (const [rows, width] of LAYOUTS) {
        const count = rows * width;
        const labels = numbers(rows, 0, width).map((value) => Math.min(width - 1, Math.floor(value)));
        const raw = numbers(count, 0, 1, 9);
        expectTwins(
          `[${rows}, ${width}]`,
          (make) => {
            const [z, g] = [make(numbers(count, -9, 9)), make(numbers(rows, 0, 1, 3))];
            const out: Record<string, ReturnType<typeof make>> = {};
            for (const [name, targets] of [
              ["labels", { labels: make(labels, "int32") }],
              ["distributions", { distributions: make(raw) }],
            ] as const) {
              const [losses, lses, dz] = [make(zeros(rows)), make(zeros(rows)), make(zeros(count))];
              crossEntropyRows(z, width, targets, smoothing, losses, lses);
              crossEntropyRowsGrad(g, z, width, targets, smoothing, lses, dz);
              Object.assign(out, { [`${name} loss`]: losses, [`${name} lse`]: lses, [`${name} dz`]: dz });
            }
            return out;
          },
          1e-5,
          1,
        );
      }
    });
  }

  it("has the gradient of central differences in float64", () => {
    const [rows, width, step] = [2, 5, 1e-6];
    const z = numbers(rows * width);
    const q = outside(Float64Array.from(numbers(rows * width, 0, 1, 4)));
    const lossOf = (values: readonly number[]): { sum: number; lses: ReturnType<typeof outside> } => {
      const [losses, lses] = [outside(new Float64Array(rows)), outside(new Float64Array(rows))];
      crossEntropyRows(outside(Float64Array.from(values)), width, { distributions: q }, 0.2, losses, lses);
      return { sum: Array.from(losses.array()).reduce((a, b) => a + b, 0), lses };
    };
    const slopes = z.map((_, i) => {
      const moved = (by: number): number => lossOf(z.map((v, j) => (i === j ? v + by : v))).sum;
      return (moved(step) - moved(-step)) / (2 * step);
    });
    const dz = outside(new Float64Array(z.length));
    const g = outside(Float64Array.of(1, 1));
    const logits = outside(Float64Array.from(z));
    crossEntropyRowsGrad(g, logits, width, { distributions: q }, 0.2, lossOf(z).lses, dz);
    expectClose("dz", Array.from(dz.array()), slopes, 1e-7, 1);
  });

  it("lets a class with target 0 have a logit of −∞", () => {
    expectTwins("−∞", (make) => {
      const [losses, lses] = [make([0]), make([0])];
      crossEntropyRows(
        make([1, -Infinity, 2, 0, 1]),
        5,
        { distributions: make([0.5, 0, 0.5, 0, 0]) },
        0,
        losses,
        lses,
      );
      return { losses, lses };
    });
  });
});
