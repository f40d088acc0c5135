// Sequences to learn from, all from a seed: dates to translate, and two tasks that need a long memory.
import { Random } from "../lib/random/random.ts";
import { adopt } from "../lib/tensor/create.ts";
import type { Tensor } from "../lib/tensor/tensor.ts";
import { checkCount } from "./points.ts";

/** A date as people write it, and as machines do. */
export interface DatePair {
  /** Such as "Tuesday, 5 March 1974". */
  readonly human: string;
  /** Such as "1974-03-05". */
  readonly machine: string;
}

const MONTHS = "January February March April May June July August September October November December".split(
  " ",
);
const DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");

const FORMS: readonly ((date: Date) => string)[] = [
  (d) => `${d.getUTCDate()} ${MONTHS[d.getUTCMonth()]} ${d.getUTCFullYear()}`,
  (d) => `${DAYS[d.getUTCDay()]}, ${d.getUTCDate()} ${MONTHS[d.getUTCMonth()]} ${d.getUTCFullYear()}`,
  (d) => `${MONTHS[d.getUTCMonth()]} ${d.getUTCDate()}, ${d.getUTCFullYear()}`,
  (d) => `${MONTHS[d.getUTCMonth()]!.slice(0, 3)} ${d.getUTCDate()} ${d.getUTCFullYear()}`,
  (d) => `${d.getUTCDate()}.${d.getUTCMonth() + 1}.${d.getUTCFullYear()}`,
  (d) =>
    `${d.getUTCDate()}/${String(d.getUTCMonth() + 1).padStart(2, "0")}/${String(d.getUTCFullYear()).slice(2)}`,
];

/**
 * Dates from 1930 to 2029 in six ways of writing them, for a translator from sequence to sequence. Of two-digit years,
 * 30 to 99 are of the 20th century, so that each has one answer.
 *
 * @example dates({ count: 3 })[0] // { human: "5 March 1974", machine: "1974-03-05" }
 */
export function dates({
  count = 1000,
  seed = 1,
}: {
  readonly count?: number;
  readonly seed?: number;
} = {}): DatePair[] {
  checkCount("dates", count);
  const random = new Random(seed);
  const [from, to] = [Date.UTC(1930, 0, 1), Date.UTC(2030, 0, 1)].map((time) => time / 86_400_000) as [
    number,
    number,
  ];
  return Array.from({ length: count }, () => {
    const date = new Date((from + random.integer(to - from)) * 86_400_000);
    const form = FORMS[random.integer(FORMS.length)]!;
    return { human: form(date), machine: date.toISOString().slice(0, 10) };
  });
}

/** Sequences of pairs, and the sum of the two marked numbers of each. */
export interface AddingTask {
  /** float32 [count, length, 2]: a number from 0 to 1, and 1 on two of them. */
  readonly inputs: Tensor;
  /** float32 [count, 1]. */
  readonly targets: Tensor;
}

/**
 * The adding problem (Hochreiter and Schmidhuber, 1997): one number of the first half and one of the second are marked, and
 * their sum is wanted. Always answering 1 has a mean squared error of 1/6.
 *
 * @example addingTask({ count: 64, length: 100 })
 */
export function addingTask({
  count = 100,
  length = 50,
  seed = 1,
}: {
  readonly count?: number;
  readonly length?: number;
  readonly seed?: number;
} = {}): AddingTask {
  checkCount("addingTask", count);
  if (!(Number.isInteger(length) && length >= 2)) {
    throw new RangeError(`addingTask: two numbers are added, so the length is 2 or more, not ${length}.`);
  }
  const random = new Random(seed);
  const inputs = new Float32Array(count * length * 2);
  const targets = new Float32Array(count);
  const half = Math.floor(length / 2);
  for (let i = 0; i < count; i++) {
    for (let t = 0; t < length; t++) inputs[2 * (i * length + t)] = random.next();
    for (const t of [random.integer(half), half + random.integer(length - half)]) {
      inputs[2 * (i * length + t) + 1] = 1;
      targets[i]! += inputs[2 * (i * length + t)]!;
    }
  }
  return { inputs: adopt(inputs, [count, length, 2]), targets: adopt(targets, [count, 1]) };
}

/** Sequences to say again after a pause. */
export interface CopyTask {
  /** int32 [count, 2 · length + pause + 1]: symbols 1 … symbols, then 0 while waiting, with symbols + 1 for "go on". */
  readonly inputs: Tensor;
  /** int32 of the same shape: 0, and at the end the symbols again. */
  readonly targets: Tensor;
  /** How many classes inputs have, and targets (one fewer). */
  readonly inputClasses: number;
  readonly targetClasses: number;
}

/**
 * The copy task (Hochreiter and Schmidhuber, 1997; Arjovsky et al., 2016): a network reads symbols, waits, and at a sign says
 * them again. Without a memory the cross-entropy is length · ln(symbols) over the whole.
 *
 * @example copyTask({ count: 64, length: 10, pause: 50 })
 */
export function copyTask({
  count = 100,
  length = 10,
  pause = 20,
  symbols = 8,
  seed = 1,
}: {
  readonly count?: number;
  readonly length?: number;
  readonly pause?: number;
  readonly symbols?: number;
  readonly seed?: number;
} = {}): CopyTask {
  for (const [what, n] of Object.entries({ count, length, symbols })) {
    checkCount("copyTask", n, what === "symbols" ? "number of symbols" : what);
  }
  if (!(Number.isInteger(pause) && pause >= 0)) {
    throw new RangeError(`copyTask: the pause is 0 or more steps, not ${pause}.`);
  }
  const steps = 2 * length + pause + 1;
  const random = new Random(seed);
  const inputs = new Int32Array(count * steps);
  const targets = new Int32Array(count * steps);
  for (let i = 0; i < count; i++) {
    for (let t = 0; t < length; t++) {
      const symbol = 1 + random.integer(symbols);
      inputs[i * steps + t] = symbol;
      targets[i * steps + length + pause + 1 + t] = symbol;
    }
    inputs[i * steps + length + pause] = symbols + 1;
  }
  return {
    inputs: adopt(inputs, [count, steps]),
    targets: adopt(targets, [count, steps]),
    inputClasses: symbols + 2,
    targetClasses: symbols + 1,
  };
}
