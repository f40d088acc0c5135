import type { Random } from "../random/random.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { draw } from "./samples.ts";
import type { SequenceOptions } from "./steps.ts";

/** A recurrent layer with something to read. */
export interface DrawnSequences {
  readonly x: Tensor;
  readonly wx: Tensor;
  readonly wh: Tensor;
  bias(): Tensor;
  state(): Tensor;
  readonly options: SequenceOptions;
}

/** Batches of one and more, odd widths, one step and none, lengths, both directions and both layouts. */
export function drawSequences(random: Random, gates: number): DrawnSequences[] {
  return SIZES.map(([batch, time, features, hidden, options]) => {
    const shape = options.timeMajor ? [time, batch, features] : [batch, time, features];
    const columns = gates * hidden;
    return {
      x: draw(random, shape, { low: -1, high: 1 }),
      wx: draw(random, [features, columns], { low: -1, high: 1 }),
      wh: draw(random, [hidden, columns], { low: -1, high: 1 }),
      bias: () => draw(random, [columns], { low: -0.5, high: 0.5 }),
      state: () => draw(random, [batch, hidden], { low: -1, high: 1 }),
      options,
    };
  });
}

type Size = readonly [
  batch: number,
  time: number,
  features: number,
  hidden: number,
  options: SequenceOptions,
];

const SIZES: readonly Size[] = [
  [1, 1, 1, 1, {}],
  [2, 1, 3, 2, {}],
  [1, 3, 1, 1, {}],
  [2, 3, 2, 2, {}],
  [3, 2, 1, 3, {}],
  [1, 5, 2, 1, {}],
  [2, 0, 3, 2, {}],
  [0, 2, 2, 2, {}],
  [2, 3, 2, 2, { timeMajor: true }],
  [1, 4, 3, 1, { timeMajor: true }],
  [3, 1, 2, 2, { timeMajor: true }],
  [2, 3, 1, 2, { reverse: true }],
  [1, 4, 2, 2, { reverse: true }],
  [3, 2, 2, 1, { reverse: true, timeMajor: true }],
  [2, 3, 2, 2, { lengths: [3, 1] }],
  [3, 3, 1, 2, { lengths: [0, 2, 3] }],
  [2, 4, 2, 1, { lengths: [4, 4] }],
  [2, 3, 2, 2, { lengths: [1, 2], reverse: true }],
  [3, 2, 1, 2, { lengths: [2, 0, 1], reverse: true, timeMajor: true }],
  [2, 3, 2, 1, { lengths: [2, 3], timeMajor: true }],
  [1, 2, 5, 2, {}],
  [5, 2, 1, 1, {}],
  [2, 2, 2, 3, { reverse: true }],
  [1, 3, 3, 2, { lengths: [2] }],
];
