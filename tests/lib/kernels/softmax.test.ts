import { attentionRows, attentionRowsGrad } from "../../../lib/kernels/attention.ts";
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

describe("attention's softmax", () => {
  const layouts = [
    { batch: 2, heads: 3, queries: 5, keys: 5, scale: 0.5 },
    { batch: 1, heads: 1, queries: 1, keys: 1, scale: 1 },
    { batch: 2, heads: 1, queries: 3, keys: 9, scale: 0.25 },
    { batch: 1, heads: 2, queries: 7, keys: 4, scale: 0.25 },
  ];
  for (const causal of [false, true]) {
    for (const masked of [false, true]) {
      it(`gives the same in both twins${causal ? ", causal" : ""}${masked ? ", masked" : ""}`, () => {
        for (const shape of layouts) {
          const count = shape.batch * shape.heads * shape.queries * shape.keys;
          const rule = numbers(shape.batch * shape.keys, 0, 1).map((value, i) =>
            Number(value > 0.4 && i >= shape.keys * (shape.batch - 1)),
          );
          expectTwins(
            "attention",
            (make) => {
              const [p, ds] = [make(zeros(count)), make(zeros(count))];
              const layout = { ...shape, causal, ...(masked ? { mask: make(rule, "bool") } : {}) };
              attentionRows(make(numbers(count, -5, 5)), layout, p);
              attentionRowsGrad(make(numbers(count, -1, 1, 3)), p, layout, ds);
              return { p, ds };
            },
            1e-5,
            0.1,
          );
        }
      });
    }
  }

  it("gives zeros to a query that sees nothing", () => {
    expectTwins("unseeing", (make) => {
      const p = make([9, 9, 9, 9]);
      const layout = {
        batch: 1,
        heads: 1,
        queries: 2,
        keys: 2,
        scale: 1,
        causal: true,
        mask: make([0, 1], "bool"),
      };
      attentionRows(make([1, 2, 3, 4]), layout, p);
      expectClose("p", Array.from(p.array()), [0, 0, 0, 1]);
      return { p };
    });
  });

  it("does not hide NaN", () => {
    expectTwins("NaN", (make) => {
      const p = make(zeros(20));
      const layout = { batch: 1, heads: 1, queries: 2, keys: 10, scale: 1, causal: false };
      const scores = numbers(20).map((value, i) => (i < 10 || i === 13 ? Number.NaN : value));
      attentionRows(make(scores), { ...layout, mask: make(new Array<number>(10).fill(1), "bool") }, p);
      expectClose("p", Array.from(p.array()), new Array<number>(20).fill(Number.NaN));
      return { p };
    });
  });
});
