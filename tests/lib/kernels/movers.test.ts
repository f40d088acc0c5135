import { expect } from "chai";
import { adadeltaUpdate, scaledUpdate } from "../../../lib/kernels/adaptive.ts";
import { copyRuns, permuteCopy, stridedCopy } from "../../../lib/kernels/copies.ts";
import { dropoutMask } from "../../../lib/kernels/dropout.ts";
import { gatherRows, scatterAddRows } from "../../../lib/kernels/embedding.ts";
import { adamUpdate, sgdUpdate } from "../../../lib/kernels/optimizers.ts";
import { bothTwins, expectTwins, numbers, outside, SIZES, zeros } from "./twins.ts";

const size = (shape: readonly number[]): number => shape.reduce((n, length) => n * length, 1);

describe("copies", () => {
  it("permute any axes, the same in both twins", () => {
    for (const [shape, order] of [
      [
        [5, 7],
        [1, 0],
      ],
      [
        [64, 33],
        [1, 0],
      ],
      [
        [2, 3, 4, 5],
        [0, 2, 1, 3],
      ],
      [
        [2, 9, 13],
        [0, 2, 1],
      ],
      [
        [3, 4, 5],
        [2, 1, 0],
      ],
      [
        [3, 4, 5],
        [1, 2, 0],
      ],
      [
        [2, 3, 4, 5],
        [3, 1, 2, 0],
      ],
      [
        [2, 3, 2, 3, 2],
        [4, 3, 2, 1, 0],
      ],
      [
        [1, 6, 1],
        [2, 0, 1],
      ],
      [
        [0, 4],
        [1, 0],
      ],
      [[], []],
    ] as const) {
      expectTwins(
        `[${shape}] by [${order}]`,
        (make) => {
          const y = make(zeros(size(shape)));
          permuteCopy(make(numbers(size(shape))), shape, order, y);
          return { y };
        },
        0,
      );
    }
  });

  it("transpose a matrix", () => {
    const y = outside(new Int32Array(6));
    permuteCopy(outside(Int32Array.of(1, 2, 3, 4, 5, 6)), [2, 3], [1, 0], y);
    expect(Array.from(y.array())).to.deep.equal([1, 4, 2, 5, 3, 6]);
  });

  it("go backwards, in steps and again and again", () => {
    expectTwins(
      "strided",
      (make) => {
        const x = make(numbers(60));
        const [back, steps, again] = [make(zeros(60)), make(zeros(15)), make(zeros(40))];
        stridedCopy(x, 59, [3, 20], [-20, -1], back);
        stridedCopy(x, 2, [3, 5], [20, 3], steps);
        stridedCopy(x, 4, [4, 10], [0, 2], again);
        return { back, steps, again };
      },
      0,
    );
  });

  it("move runs and leave what lies between", () => {
    expectTwins(
      "runs",
      (make) => {
        const y = make(new Array<number>(30).fill(7));
        copyRuns(make(numbers(20)), 1, 5, y, 2, 10, 3, 3);
        return { y };
      },
      0,
    );
  });
});

describe("embedding", () => {
  it("gathers rows and adds them back, the same in both twins", () => {
    for (const width of [1, 3, 4, 32]) {
      const indices = numbers(23, 0, 6).map(Math.floor);
      expectTwins(
        `width ${width}`,
        (make) => {
          const [y, table] = [make(zeros(23 * width)), make(numbers(6 * width, -1, 1, 2))];
          gatherRows(make(numbers(6 * width)), make(indices, "int32"), width, y);
          scatterAddRows(make(numbers(23 * width)), make(indices, "int32"), width, table);
          return { y, table };
        },
        1e-5,
        1,
      );
    }
  });
});

describe("optimizer updates", () => {
  it("are the same in both twins: SGD", () => {
    const plain = { rate: 0.1, momentum: 0, dampening: 0, weightDecay: 0, nesterov: false };
    for (const count of SIZES) {
      for (const step of [
        plain,
        { ...plain, momentum: 0.9, nesterov: true, weightDecay: 0.01 },
        { ...plain, momentum: 0.5, dampening: 0.2 },
      ]) {
        expectTwins(
          `${count}`,
          (make) => {
            const [p, g] = [make(numbers(count)), make(numbers(count, -1, 1, 2))];
            const velocity = step.momentum ? make(numbers(count, -1, 1, 3)) : undefined;
            sgdUpdate(p, g, velocity, p, step);
            return velocity ? { p, velocity } : { p };
          },
          1e-5,
          0.1,
        );
      }
    }
  });

  it("are the same in both twins: Adam and AdamW", () => {
    for (const count of SIZES) {
      for (const decoupled of [false, true]) {
        expectTwins(
          `${count}`,
          (make) => {
            const [p, g, out] = [make(numbers(count)), make(numbers(count, -1, 1, 2)), make(zeros(count))];
            const [m, v] = [make(numbers(count, -1, 1, 3)), make(numbers(count, 0, 1, 4))];
            const step = {
              rate: 1e-2,
              beta1: 0.9,
              beta2: 0.999,
              epsilon: 1e-8,
              weightDecay: 0.1,
              decoupled,
              step: 3,
            };
            adamUpdate(p, g, m, v, out, step);
            return { out, m, v };
          },
          1e-5,
          0.1,
        );
      }
    }
  });

  it("are the same in both twins: AdaGrad, RMSProp and Adadelta", () => {
    for (const count of SIZES) {
      for (const epsilonInside of [false, true]) {
        for (const [keep, rest, part, more] of [
          [1, 1, 1, 0.1],
          [0.9, 0.1, 1 / 0.271, 0],
        ] as const) {
          expectTwins(
            `${count}`,
            (make) => {
              const [p, g] = [make(numbers(count)), make(numbers(count, -1, 1, 2))];
              const s = make(numbers(count, 0, 1, 4));
              scaledUpdate(p, g, s, { rate: 0.1, keep, rest, part, more, epsilon: 1e-6, epsilonInside });
              return { p, s };
            },
            1e-5,
            0.1,
          );
        }
      }
      expectTwins(
        `${count}`,
        (make) => {
          const [p, g] = [make(numbers(count)), make(numbers(count, -1, 1, 2))];
          const [s, u] = [make(numbers(count, 0, 1, 4)), make(numbers(count, 0, 1e-3, 5))];
          adadeltaUpdate(p, g, s, u, { rate: 0.7, decay: 0.9, epsilon: 1e-6 });
          return { p, s, u };
        },
        1e-5,
        0.1,
      );
    }
  });

  it("move by the learning rate at Adam's first step", () => {
    const [p, out] = [outside(Float64Array.of(1, 1)), outside(new Float64Array(2))];
    const [m, v] = [outside(new Float64Array(2)), outside(new Float64Array(2))];
    const step = {
      rate: 0.1,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 0,
      weightDecay: 0,
      decoupled: false,
      step: 1,
    };
    adamUpdate(p, outside(Float64Array.of(5, -3)), m, v, out, step);
    expect(out.array()[0]).to.be.closeTo(0.9, 1e-12);
    expect(out.array()[1]).to.be.closeTo(1.1, 1e-12);
  });
});

describe("dropout", () => {
  it("drops the same elements in both twins", () => {
    for (const count of SIZES) {
      expectTwins(`${count}`, (make) => {
        const y = make(zeros(count));
        dropoutMask(make(new Array<number>(count).fill(1)), 0.3, [123, 0xffffffff], y);
        return { y };
      });
    }
  });

  it("drops about as many as it should, and others for another seed", () => {
    const of = (seed: number): number[] =>
      bothTwins((make) => {
        const y = make(zeros(100_000));
        dropoutMask(make(new Array<number>(100_000).fill(1)), 0.25, [seed, 7], y);
        return { y };
      }).wasm.y!;
    const [first, second] = [of(1), of(2)];
    expect(first.filter((value) => value === 0).length / 100_000).to.be.closeTo(0.25, 0.005);
    const both = first.filter((value, i) => value === 0 && second[i] === 0).length / 100_000;
    expect(both).to.be.closeTo(0.0625, 0.003);
  });

  it("keeps all at rate 0 and nothing at rate 1", () => {
    expectTwins("ends", (make) => {
      const [all, none] = [make(zeros(9)), make(numbers(9))];
      dropoutMask(make(numbers(9)), 0, [1, 2], all);
      dropoutMask(make(numbers(9)), 1, [1, 2], none);
      expect(Array.from(none.array())).to.deep.equal(zeros(9));
      return { all, none };
    });
  });
});
