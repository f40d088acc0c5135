import { formatShape, ShapeError } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkList, checkScores } from "./boxes.ts";
import type { Detections } from "./detections.ts";
import { iouAt } from "./nms.ts";
import type { TrueBoxes } from "./yolo-targets.ts";

/** How the area under the precision-recall curve is taken: exactly, or as a mean of 11 (VOC 2007) or 101 (COCO) heights. */
export type Interpolation = "area" | 11 | 101;

export interface AveragePrecisionOptions {
  /** The IoU from which on a detection hits; 0.5 unless given. */
  readonly threshold?: number;
  /** 101 unless given. */
  readonly interpolation?: Interpolation;
}

/** How well one class is found. */
export interface AveragePrecision {
  /** NaN where there is no such object. */
  readonly averagePrecision: number;
  /** After each detection, the surest first: the share of detections that hit, and the share of objects found. */
  readonly precision: readonly number[];
  readonly recall: readonly number[];
  readonly scores: readonly number[];
  /** How many objects there are. */
  readonly objects: number;
}

/**
 * The average precision of one class over pictures. The detections of all pictures are gone through, the surest first;
 * each takes the object of its picture with the highest IoU that nobody took yet, and is a hit if that IoU reaches
 * the threshold (COCO's rule). Precision is made monotone from the right before it is averaged over recall.
 *
 * @example averagePrecision(found, truth, 0, { threshold: 0.5, interpolation: "area" })
 */
export function averagePrecision(
  found: readonly Detections[],
  truth: readonly TrueBoxes[],
  label: number,
  { threshold = 0.5, interpolation = 101 }: AveragePrecisionOptions = {},
): AveragePrecision {
  if (found.length !== truth.length) {
    throw new RangeError(
      `averagePrecision: detections of ${found.length} pictures and true boxes of ${truth.length}; there must be one of ` +
        `each a picture, empty where there is nothing.`,
    );
  }
  if (!(threshold >= 0 && threshold <= 1)) {
    throw new RangeError(`averagePrecision: the threshold is an IoU, from 0 to 1, not ${threshold}.`);
  }
  const all = found.flatMap((detections, picture) => hits(detections, truth[picture]!, label, threshold));
  const objects = truth.reduce((sum, { labels }) => sum + count(labels, label), 0);
  // A stable sort, so that ties stay in the order of the pictures.
  all.sort((a, b) => b.score - a.score);
  const precision: number[] = [];
  const recall: number[] = [];
  let right = 0;
  all.forEach(({ hit }, i) => {
    if (hit) right++;
    precision.push(right / (i + 1));
    recall.push(right / objects);
  });
  const scores = all.map(({ score }) => score);
  const averaged = objects === 0 ? Number.NaN : average(precision, recall, interpolation);
  return { averagePrecision: averaged, precision, recall, scores, objects };
}

/**
 * The mean of the average precisions over classes that occur, and over IoU thresholds (COCO's are 0.5, 0.55, …, 0.95).
 *
 * @example
 * meanAveragePrecision(found, truth, { classes: 3, thresholds: [0.5] });
 */
export function meanAveragePrecision(
  found: readonly Detections[],
  truth: readonly TrueBoxes[],
  {
    classes,
    thresholds = COCO_THRESHOLDS,
    interpolation = 101,
  }: {
    readonly classes: number;
    readonly thresholds?: readonly number[];
    readonly interpolation?: Interpolation;
  },
): number {
  const values = thresholds.flatMap((threshold) =>
    Array.from(
      { length: classes },
      (_, label) => averagePrecision(found, truth, label, { threshold, interpolation }).averagePrecision,
    ),
  );
  const known = values.filter((value) => !Number.isNaN(value));
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** 0.5, 0.55, …, 0.95. */
export const COCO_THRESHOLDS: readonly number[] = Array.from({ length: 10 }, (_, i) => (50 + 5 * i) / 100);

function count(labels: Tensor, label: number): number {
  return Array.from(labels.storage.array()).filter((value) => value === label).length;
}

/** Which detections of one class in one picture hit. */
function hits(
  { boxes, scores, labels }: Detections,
  truth: TrueBoxes,
  label: number,
  threshold: number,
): { readonly score: number; readonly hit: boolean }[] {
  const [n, m] = [checkList("averagePrecision", boxes), checkList("averagePrecision", truth.boxes)];
  for (const [what, list, wanted] of [
    ["scores", scores, n],
    ["labels", labels, n],
    ["true labels", truth.labels, m],
  ] as const) {
    if (list.size === wanted) continue;
    throw new ShapeError(
      `averagePrecision: ${wanted} boxes and ${what} of shape ${formatShape(list.shape)}; there is one for each box.`,
    );
  }
  checkScores("averagePrecision", scores);
  const edges = new Float64Array(4 * (n + m));
  edges.set(boxes.storage.array());
  edges.set(truth.boxes.storage.array(), 4 * n);
  const [score, kinds, right] = [
    scores.storage.array(),
    labels.storage.array(),
    truth.labels.storage.array(),
  ];
  const order = Array.from({ length: n }, (_, i) => i).filter((i) => kinds[i] === label);
  order.sort((i, j) => score[j]! - score[i]!);
  const taken = new Set<number>();
  return order.map((i) => {
    let [best, which] = [threshold, -1];
    for (let j = 0; j < m; j++) {
      if (right[j] !== label || taken.has(j)) continue;
      const iou = iouAt(edges, i, n + j);
      if (iou >= best) [best, which] = [iou, j];
    }
    if (which >= 0) taken.add(which);
    return { score: score[i]!, hit: which >= 0 };
  });
}

/** The area under precision over recall; precision at a recall is the best there or further on. */
function average(precision: readonly number[], recall: readonly number[], how: Interpolation): number {
  const best = [...precision];
  for (let i = best.length - 2; i >= 0; i--) best[i] = Math.max(best[i]!, best[i + 1]!);
  if (how === "area") {
    return best.reduce((sum, height, i) => sum + height * (recall[i]! - (recall[i - 1] ?? 0)), 0);
  }
  let sum = 0;
  for (let k = 0; k < how; k++) {
    // k · 0.01, not k / 100: rounded as in NumPy's linspace, so that the numbers are COCO's to the last digit.
    const at = recall.findIndex((value) => value >= k * (1 / (how - 1)));
    if (at >= 0) sum += best[at]!;
  }
  return sum / how;
}
