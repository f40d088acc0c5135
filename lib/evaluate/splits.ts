// Which examples train, which tune, which test. A split gives indices, so that it works for any data: `gather(x, rows)`
// takes them.
import type { Random } from "../random/random.ts";
import { adopt } from "../tensor/create.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkCount, classesOf, type Values } from "./values.ts";

/** How examples are dealt out. */
export interface SplitOptions {
  /** Shuffles first. Without it the order stays, as it must where later examples are to be predicted from earlier ones. */
  readonly random?: Random;
  /** The class of each example: every part then gets its share of every class (a stratified split). */
  readonly labels?: Values;
}

/**
 * Indices 0 … count − 1 dealt out by shares that sum to 1. Every index is in one part only, and each part has its share
 * of them, rounded (by the largest remainders).
 *
 * @example
 * const { train, dev, test } = splitIndices(1000, { train: 0.6, dev: 0.2, test: 0.2 }, { random });
 * gather(images, train).shape; // [600, 784]
 */
export function splitIndices<Part extends string>(
  count: number,
  shares: Readonly<Record<Part, number>>,
  { random, labels }: SplitOptions = {},
): Record<Part, Tensor> {
  const op = "splitIndices";
  checkCount(op, "the number of examples", count);
  const parts = Object.keys(shares) as Part[];
  const fractions = parts.map((part) => shares[part]);
  const total = fractions.reduce((sum, share) => sum + share, 0);
  if (Math.abs(total - 1) > 1e-9 || fractions.some((share) => !(share >= 0))) {
    const came = parts.map((part) => `${part}: ${shares[part]}`).join(", ");
    throw new RangeError(`${op}: shares are 0 or more and sum to 1; { ${came} } sums to ${total}.`);
  }
  const order = indices(count, random);
  const sizes = apportion(count, fractions);
  const dealt =
    labels === undefined ? inTurn(order, sizes) : byClass(order, sizes, fractions, labels, random);
  return Object.fromEntries(parts.map((part, p) => [part, dealt[p]!])) as Record<Part, Tensor>;
}

/** One of k ways to train on most and test on the rest. */
export interface Fold {
  readonly train: Tensor;
  readonly test: Tensor;
}

/**
 * k-fold cross-validation: k parts of nearly one size, each the test set once. `folds = count` leaves one out.
 * Without `random`, the folds are those of scikit-learn's `KFold` and `StratifiedKFold`.
 *
 * @example
 * const scores = kFold(150, 5, { random, labels }).map(({ train, test }) => evaluate(train, test));
 */
export function kFold(count: number, folds: number, { random, labels }: SplitOptions = {}): Fold[] {
  checkCount("kFold", "the number of folds", folds, 2);
  if (!Number.isSafeInteger(count) || count < folds) {
    throw new RangeError(`kFold: ${folds} folds need ${folds} examples or more; there are ${count}.`);
  }
  const place =
    labels === undefined ? foldsInTurn(count, folds, random) : foldsByClass(count, folds, labels, random);
  const where = (keep: (fold: number) => boolean): Tensor => {
    const chosen = Int32Array.from(place.keys()).filter((i) => keep(place[i]!));
    return random === undefined
      ? adopt(chosen, [chosen.length])
      : random.shuffle(adopt(chosen, [chosen.length]));
  };
  return Array.from({ length: folds }, (_, k) => ({
    train: where((fold) => fold !== k),
    test: where((fold) => fold === k),
  }));
}

function indices(count: number, random: Random | undefined): Int32Array {
  return random === undefined
    ? Int32Array.from({ length: count }, (_, i) => i)
    : Int32Array.from(random.permutation(count).storage.array());
}

/** Whole numbers that sum to `count` and are within 1 of its shares: Hamilton's method, the largest remainders first. */
function apportion(count: number, shares: readonly number[]): number[] {
  // Rounded, so that 0.2 · 1000 is 200 and not a hair more.
  const quotas = shares.map((share) => Math.round(share * count * 1e6) / 1e6);
  const sizes = quotas.map(Math.floor);
  const missing = count - sizes.reduce((sum, size) => sum + size, 0);
  const byRemainder = quotas
    .map((_, p) => p)
    .sort((a, b) => quotas[b]! - sizes[b]! - (quotas[a]! - sizes[a]!));
  for (const p of byRemainder.slice(0, missing)) sizes[p]! += 1;
  return sizes;
}

function inTurn(order: Int32Array, sizes: readonly number[]): Tensor[] {
  let from = 0;
  return sizes.map((size) => {
    const part = order.slice(from, from + size);
    from += size;
    return adopt(part, [size]);
  });
}

/** Goes through the examples class by class and hands each to the part that is furthest behind its share. */
function byClass(
  order: Int32Array,
  sizes: readonly number[],
  shares: readonly number[],
  labels: Values,
  random: Random | undefined,
): Tensor[] {
  const classes = labelsFor("splitIndices", order.length, labels);
  const sorted = Int32Array.from(order).sort((a, b) => classes[a]! - classes[b]!);
  const parts = sizes.map((): number[] => []);
  sorted.forEach((example, at) => {
    let [behind, most] = [-1, Number.NEGATIVE_INFINITY];
    for (const [p, part] of parts.entries()) {
      const deficit = shares[p]! * (at + 1) - part.length;
      if (part.length < sizes[p]! && deficit > most) [behind, most] = [p, deficit];
    }
    parts[behind]!.push(example);
  });
  return parts.map((part) => {
    const whole = adopt(Int32Array.from(part).sort(), [part.length]);
    return random === undefined ? whole : random.shuffle(whole);
  });
}

function labelsFor(op: string, count: number, labels: Values): Int32Array {
  const classes = classesOf(op, "label", labels);
  if (classes.length === count) return classes;
  throw new RangeError(`${op}: there are ${count} examples and ${classes.length} labels; each needs one.`);
}

/** The fold of each example: the first count mod k folds have one more. */
function foldsInTurn(count: number, folds: number, random: Random | undefined): Int32Array {
  const place = new Int32Array(count);
  const order = indices(count, random);
  let at = 0;
  for (let k = 0; k < folds; k++) {
    const size = Math.floor(count / folds) + (k < count % folds ? 1 : 0);
    for (let i = 0; i < size; i++) place[order[at++]!] = k;
  }
  return place;
}

/** As scikit-learn does: the sorted labels are dealt out like cards, which says how many of a class go to each fold. */
function foldsByClass(count: number, folds: number, labels: Values, random: Random | undefined): Int32Array {
  const classes = labelsFor("kFold", count, labels);
  const kinds = [...new Set(classes)];
  const members = kinds.map((kind) => Int32Array.from(classes.keys()).filter((i) => classes[i] === kind));
  const rarest = Math.max(...members.map(({ length }) => length));
  if (rarest < folds) {
    throw new RangeError(
      `kFold: no class has ${folds} examples, one for each fold; take ${rarest} folds or fewer.`,
    );
  }
  const place = new Int32Array(count);
  let dealt = 0;
  for (const group of members) {
    const share = new Int32Array(folds);
    for (let i = 0; i < group.length; i++) share[dealt++ % folds]! += 1;
    const order = random === undefined ? group : random.shuffle(adopt(group, [group.length])).storage.array();
    let at = 0;
    for (let k = 0; k < folds; k++) for (let i = 0; i < share[k]!; i++) place[order[at++]!] = k;
  }
  return place;
}
