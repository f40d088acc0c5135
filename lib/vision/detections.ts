import { gather } from "../ops/gather.ts";
import { reshape } from "../ops/reshape.ts";
import { rows } from "../ops/rows.ts";
import { softmax } from "../ops/softmax.ts";
import { adopt } from "../tensor/create.ts";
import { formatShape, ShapeError } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type BoxCodeOptions, decodeBoxes } from "./anchors.ts";
import { checkList, checkScores } from "./boxes.ts";
import { nms } from "./nms.ts";
import type { YoloOutput } from "./yolo.ts";

/** What was found in one picture, best first. */
export interface Detections {
  /** [n, 4], as corners. */
  readonly boxes: Tensor;
  /** [n]: how sure. */
  readonly scores: Tensor;
  /** int32 [n]: which class. */
  readonly labels: Tensor;
}

export interface DetectOptions {
  /** Less sure than this is not looked at; 0.5 unless given. */
  readonly minScore?: number;
  /** The IoU from which on boxes of one class are one object; 0.5 unless given. */
  readonly threshold?: number;
  /** At most so many; 100 unless given. */
  readonly limit?: number;
}

/**
 * The detections among boxes [n, 4] with a score for each class [n, classes]: every box stands for every class it is sure
 * enough of, and non-maximum suppression goes class by class.
 */
export function detect(boxes: Tensor, scores: Tensor, options: DetectOptions = {}): Detections {
  const { minScore = 0.5, threshold = 0.5, limit = 100 } = options;
  const count = checkList("detect", boxes);
  if (scores.rank !== 2 || scores.shape[0] !== count) {
    throw new ShapeError(
      `detect: for ${count} boxes the scores have shape [${count}, classes]; these have ${formatShape(scores.shape)}.`,
    );
  }
  const classes = scores.shape[1]!;
  checkScores("detect", scores);
  const sure: number[] = [];
  scores.storage.array().forEach((score, at) => {
    if (score >= minScore) sure.push(at);
  });
  const places = adopt(
    Int32Array.from(sure, (at) => Math.floor(at / classes)),
    [sure.length],
  );
  const labels = adopt(
    Int32Array.from(sure, (at) => at % classes),
    [sure.length],
  );
  const flat = reshape(scores, [scores.size]);
  const candidates = gather(boxes, places);
  const values = gather(flat, adopt(Int32Array.from(sure), [sure.length]));
  const kept = nms(candidates, values, { threshold, classes: labels, limit });
  return { boxes: gather(candidates, kept), scores: gather(values, kept), labels: gather(labels, kept) };
}

/**
 * The detections of every picture of a batch from a YOLO head that was decoded: scores are objectness times class.
 * @example const [found] = yoloDetect(yoloDecode(head(picture), shape), { minScore: 0.3 });
 */
export function yoloDetect(
  { boxes, objectness, classes }: YoloOutput,
  options: DetectOptions = {},
): Detections[] {
  const [batch = 0, count = 0, width = 0] = classes.shape;
  const [sure, kinds] = [objectness.storage.array(), classes.storage.array()];
  return Array.from({ length: batch }, (_, i) => {
    const scores = Float32Array.from(
      { length: count * width },
      (_, at) => sure[i * count + Math.floor(at / width)]! * kinds[i * count * width + at]!,
    );
    return detect(pictureOf(boxes, i), adopt(scores, [count, width]), options);
  });
}

/**
 * The detections of every picture of a batch from SSD's two outputs (Liu et al., 2016): offsets [batch, anchors, 4], and
 * logits [batch, anchors, 1 + classes] whose class 0 is background. Labels count from 0 without it.
 *
 * @example ssdDetect(offsets, logits, anchors, { variances: [0.1, 0.2] })
 */
export function ssdDetect(
  offsets: Tensor,
  logits: Tensor,
  anchors: Tensor,
  { variances = [0.1, 0.2], ...options }: DetectOptions & BoxCodeOptions = {},
): Detections[] {
  const [batch = 0, count = 0, width = 0] = logits.shape;
  if (logits.rank !== 3 || width < 2 || offsets.shape.join() !== [batch, count, 4].join()) {
    throw new ShapeError(
      `ssdDetect: offsets are [batch, anchors, 4] and logits [batch, anchors, 1 + classes]; these are ` +
        `${formatShape(offsets.shape)} and ${formatShape(logits.shape)}.`,
    );
  }
  if (checkList("ssdDetect", anchors, "anchors") !== count) {
    throw new ShapeError(
      `ssdDetect: the outputs are for ${count} anchors, and there are ${anchors.shape[0]}: ${formatShape(anchors.shape)}.`,
    );
  }
  const boxes = decodeBoxes(offsets, anchors, { variances });
  const probabilities = softmax(logits).storage.array();
  return Array.from({ length: batch }, (_, i) => {
    const scores = new Float32Array(count * (width - 1));
    for (let at = 0; at < scores.length; at++) {
      const anchor = Math.floor(at / (width - 1));
      scores[at] = probabilities[(i * count + anchor) * width + 1 + (at % (width - 1))]!;
    }
    return detect(pictureOf(boxes, i), adopt(scores, [count, width - 1]), options);
  });
}

function pictureOf(boxes: Tensor, i: number): Tensor {
  return reshape(rows(boxes, i, i + 1), boxes.shape.slice(1));
}
