import { adopt } from "../tensor/create.ts";
import { formatShape, ShapeError, sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** How well pixels were told apart. */
export interface SegmentationScores {
  /** 2 |A ∩ B| / (|A| + |B|) of each class (Dice, 1945); NaN where it is neither there nor found. */
  readonly dice: readonly number[];
  /** |A ∩ B| / |A ∪ B| of each class (Jaccard, 1901). */
  readonly iou: readonly number[];
  /** The means over classes that are there or were found. */
  readonly meanDice: number;
  readonly meanIou: number;
  /** The share of pixels that are right. */
  readonly accuracy: number;
  /** int32 [classes, classes]: how many pixels of the class of the row were called that of the column. */
  readonly confusion: Tensor;
}

export interface SegmentationOptions {
  readonly classes: number;
  /** Pixels with this label do not count. */
  readonly ignored?: number;
}

/**
 * Metrics of segmentation from int32 labels of pixels, predicted and true, of one shape.
 * @example segmentation(argmax(logits), masks, { classes: 4 }).meanIou
 */
export function segmentation(
  predicted: Tensor,
  truth: Tensor,
  { classes, ignored }: SegmentationOptions,
): SegmentationScores {
  if (!sameShape(predicted.shape, truth.shape)) {
    throw new ShapeError(
      `segmentation: the predicted labels have shape ${formatShape(predicted.shape)} and the true ones ` +
        `${formatShape(truth.shape)}; they must be equal. argmax(logits) makes labels of scores.`,
    );
  }
  const [found, right] = [predicted.storage.array(), truth.storage.array()];
  const table = new Int32Array(classes * classes);
  right.forEach((label, at) => {
    if (label === ignored) return;
    for (const [what, value] of [["true", label] as const, ["predicted", found[at]!] as const]) {
      if (Number.isInteger(value) && value >= 0 && value < classes) continue;
      throw new RangeError(
        `segmentation: the ${what} label at place ${at} is ${value}, not one of the classes 0 … ${classes - 1}.`,
      );
    }
    table[label * classes + found[at]!]! += 1;
  });
  const range = Array.from({ length: classes }, (_, c) => c);
  const both = range.map((c) => table[c * classes + c]!);
  const there = range.map((c) => range.reduce((sum, d) => sum + table[c * classes + d]!, 0));
  const called = range.map((c) => range.reduce((sum, d) => sum + table[d * classes + c]!, 0));
  const dice = range.map((c) => (2 * both[c]!) / (there[c]! + called[c]!));
  const iou = range.map((c) => both[c]! / (there[c]! + called[c]! - both[c]!));
  return {
    dice,
    iou,
    meanDice: meanOfNumbers(dice),
    meanIou: meanOfNumbers(iou),
    accuracy: total(both) / total(there),
    confusion: adopt(table, [classes, classes]),
  };
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function meanOfNumbers(values: readonly number[]): number {
  const known = values.filter((value) => !Number.isNaN(value));
  return total(known) / known.length;
}
