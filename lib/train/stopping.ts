/** Where training ends by early stopping, and which epoch it keeps; epochs count from 0. */
export interface Stop {
  readonly best: number;
  readonly end: number;
}

/**
 * Where training would have stopped that waits for `patience` epochs without a lower value, looked at afterwards; `fit`
 * does the same while it trains. An equal value is no lower one.
 *
 * @example whereToStop([3, 2, 2.5, 2.4, 1], 2) // { best: 1, end: 3 }
 */
export function whereToStop(values: readonly number[], patience: number): Stop {
  if (!(Number.isInteger(patience) && patience > 0)) {
    throw new RangeError(`whereToStop: patience is a whole number of epochs from 1 on, not ${patience}.`);
  }
  if (values.length === 0) throw new RangeError("whereToStop: no epoch has a value.");
  let [best, end] = [0, 0];
  while (end - best < patience && end < values.length - 1) {
    end++;
    if (values[end]! < values[best]!) best = end;
  }
  return { best, end };
}
