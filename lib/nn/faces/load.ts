// Pretrained face networks, ready for pictures [height, width, 3] with values from 0 to 255.
import { div } from "../../ops/div.ts";
import { gather } from "../../ops/gather.ts";
import { mul } from "../../ops/mul.ts";
import { reshape } from "../../ops/reshape.ts";
import { sigmoid } from "../../ops/sigmoid.ts";
import { slice } from "../../ops/slice.ts";
import { sub } from "../../ops/sub.ts";
import { tensor } from "../../tensor/create.ts";
import type { TypedArray } from "../../tensor/dtype.ts";
import { inArena, type Storage } from "../../tensor/storage.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { decodeBoxes } from "../../vision/anchors.ts";
import { clipBoxes } from "../../vision/boxes.ts";
import { nms } from "../../vision/nms.ts";
import { yoloDecode } from "../../vision/yolo.ts";
import { predict } from "../run.ts";
import type { FaceBox } from "./boxes.ts";
import { faceEmbedding, faceLandmarks, ssdMobilenet, tinyFaceDetector } from "./networks.ts";
import { checkPicture, normalized, squared } from "./pictures.ts";
import { type Pretrained, readWeights } from "./weights.ts";

export interface FaceDetector extends Pretrained {
  /** The picture [height, width, 3] as the network takes it, [1, side, side, 3]. */
  prepare(picture: Tensor): Tensor;
  /** The faces of a picture, surest first. */
  detect(picture: Tensor, options?: DetectOptions): FaceBox[];
  /** What the faces are chosen from: a box and a score for every anchor. */
  candidates(picture: Tensor): Candidates;
}

/** Boxes before the choice, as `vision.nms` takes them. */
export interface Candidates {
  /** [n, 4]: left, top, right and bottom, in the picture's pixels. */
  readonly boxes: Tensor;
  /** [n], from 0 to 1. */
  readonly scores: Tensor;
}

export interface DetectOptions {
  /** From which score on a box counts; default 0.5. */
  readonly threshold?: number;
}

/** The choice among the candidates: the surest, without those that overlap a surer one by more than `overlap`. */
function choose(
  { boxes, scores }: Candidates,
  { threshold = 0.5 }: DetectOptions,
  overlap: number,
  limit?: number,
): { readonly boxes: Tensor; readonly scores: Tensor } {
  if (!(threshold >= 0 && threshold <= 1)) {
    throw new RangeError(`detect: the threshold is a score, from 0 to 1, not ${threshold}.`);
  }
  const kept = nms(boxes, scores, {
    threshold: overlap,
    minScore: threshold,
    ...(limit === undefined ? {} : { limit }),
  });
  return { boxes: gather(boxes, kept), scores: gather(scores, kept) };
}

// What is made on the way, from the square picture on, is freed at once, but for these.
const storagesOf = ({ boxes, scores }: Candidates): Storage[] => [boxes.storage, scores.storage];
const nothing = (): Storage[] => [];

function faceBoxes({ boxes, scores }: Candidates): FaceBox[] {
  const edges = boxes.data;
  return Array.from(scores.data, (score, i) => {
    const [x = 0, y = 0, right = 0, bottom = 0] = edges.subarray(4 * i, 4 * i + 4);
    return { x, y, width: right - x, height: bottom - y, score };
  });
}

/** From shares of the square to pixels of the picture. */
function inPixels(boxes: Tensor, [across, down]: readonly [number, number]): Tensor {
  return mul(boxes, tensor([across, down, across, down]));
}

/**
 * How long the square's sides are in the picture's pixels, [across, down]. Both would be the picture's longer side; the
 * package counts the shrunk picture in whole pixels, and its boxes are to be met.
 */
function squareSides(picture: Tensor, side: number): readonly [number, number] {
  const [rows, columns] = [picture.shape[0]!, picture.shape[1]!];
  const scale = side / Math.max(rows, columns);
  const shrunk = (n: number): number => (side / Math.max(1, Math.round(n * scale))) * n;
  return [shrunk(columns), shrunk(rows)];
}

/** Of the tiny detector: width and height of its five anchors, in cells. */
const ANCHORS = [
  [1.603231, 2.094468],
  [6.041143, 7.080126],
  [2.882459, 3.518061],
  [4.266906, 5.178857],
  [9.041765, 10.66308],
] as const;

/**
 * The tiny face detector (0.2 MB). Smaller sides, multiples of 32, are quicker and find larger faces only.
 * @example loadTinyFaceDetector("node_modules/@vladmandic/face-api/model").detect(picture)
 */
export function loadTinyFaceDetector(
  folder: string,
  { side = 416 }: { readonly side?: number } = {},
): FaceDetector {
  if (!(Number.isInteger(side / 32) && side > 0)) {
    throw new RangeError(`loadTinyFaceDetector: side is ${side}; it must be a multiple of 32, such as 416.`);
  }
  const { network } = readWeights(folder, "tiny_face_detector", tinyFaceDetector(), side);
  const prepare = (picture: Tensor): Tensor =>
    normalized(squared("detect", picture, side, { centred: false }), [117.001, 114.697, 97.404]);
  const candidates = (picture: Tensor): Candidates => {
    const output = predict(network.model, network.variables, prepare(picture));
    const cells = output.shape[1]!;
    const anchors = ANCHORS.map(([width, height]) => [width / cells, height / cells] as const);
    const { boxes, objectness } = yoloDecode(output, { anchors, stride: 1 / cells, classes: 0 });
    const count = objectness.size;
    return {
      boxes: inPixels(reshape(boxes, [count, 4]), squareSides(picture, side)),
      scores: reshape(objectness, [count]),
    };
  };
  return {
    ...network,
    prepare,
    candidates: (picture) => inArena(() => candidates(picture), storagesOf),
    detect: (picture, options = {}) =>
      inArena(() => faceBoxes(choose(candidates(picture), options, 0.4)), nothing),
  };
}

/** SSD with MobileNet v1 (5.6 MB): slower and better than the tiny one, down to small faces. */
export function loadSsdMobilenet(folder: string): FaceDetector {
  const { network, tensors } = readWeights(folder, "ssd_mobilenetv1", ssdMobilenet(), 512);
  // The package puts y before x, in anchors (top, left, bottom, right) and in shifts (y, x, height, width).
  const xFirst = tensor([1, 0, 3, 2], { dtype: "int32" });
  const anchors = gather(reshape(tensors["Output/extra_dim"]!, [-1, 4]), xFirst, { axis: 1 });
  const prepare = (picture: Tensor): Tensor =>
    sub(div(squared("detect", picture, 512, { centred: false }), 127.5), 1);
  const inSquare = (picture: Tensor): Candidates => {
    const output = reshape(predict(network.model, network.variables, prepare(picture)), [
      anchors.shape[0]!,
      7,
    ]);
    const shifts = gather(output, xFirst, { axis: 1 });
    return {
      boxes: decodeBoxes(shifts, anchors, { variances: [1 / 10, 1 / 5] }),
      scores: sigmoid(slice(output, null, 5)),
    };
  };
  return {
    ...network,
    prepare,
    candidates: (picture) =>
      inArena(() => {
        const { boxes, scores } = inSquare(picture);
        return { boxes: inPixels(boxes, squareSides(picture, 512)), scores };
      }, storagesOf),
    detect: (picture, options = {}) =>
      inArena(() => {
        // What lies outside the square is cut off after the choice, as the package does it.
        const { boxes, scores } = choose(inSquare(picture), options, 0.5, 100);
        return faceBoxes({ boxes: inPixels(clipBoxes(boxes, [1, 1]), squareSides(picture, 512)), scores });
      }, nothing),
  };
}

const MEAN = [122.782, 117.001, 104.298];

export interface LandmarkFinder extends Pretrained {
  /** The picture [height, width, 3] of a face as the network takes it, [1, 112, 112, 3]. */
  prepare(face: Tensor): Tensor;
  /** 68 points (x, y) in pixels of a picture that shows one face, [68, 2]. */
  landmarks(face: Tensor): Tensor;
}

/** 68 landmarks (0.4 MB): jaw 0–16, brows 17–26, nose 27–35, eyes 36–47, mouth 48–67. */
export function loadFaceLandmarks(folder: string): LandmarkFinder {
  const { network } = readWeights(folder, "face_landmark_68", faceLandmarks(), 112);
  const prepare = (face: Tensor): Tensor =>
    normalized(squared("landmarks", face, 112, { centred: true }), MEAN);
  return {
    ...network,
    prepare,
    landmarks(face) {
      const [rows, columns] = checkPicture("landmarks", face);
      const values = valuesOf(network, () => prepare(face));
      const longer = Math.max(rows, columns);
      const beside = [(longer - columns) / 2, (longer - rows) / 2] as const;
      const points = Float32Array.from(values, (value, i) => value * longer - beside[i % 2]!);
      return tensor(points, { shape: [68, 2] });
    },
  };
}

export interface FaceEmbedder extends Pretrained {
  /** The picture [height, width, 3] of a face as the network takes it, [1, 150, 150, 3]. */
  prepare(face: Tensor): Tensor;
  /** 128 numbers for a picture that shows one face. */
  embed(face: Tensor): Tensor;
}

/** The face embedding (6.4 MB). @example norm(sub(embedder.embed(a), embedder.embed(b))) // below 0.6: the same person */
export function loadFaceEmbedding(folder: string): FaceEmbedder {
  const { network } = readWeights(folder, "face_recognition", faceEmbedding(), 150);
  const prepare = (face: Tensor): Tensor => normalized(squared("embed", face, 150, { centred: true }), MEAN);
  return {
    ...network,
    prepare,
    embed: (face) =>
      tensor(
        valuesOf(network, () => prepare(face)),
        { shape: [128] },
      ),
  };
}

/** The numbers that a network gives. */
function valuesOf({ model, variables }: Pretrained, prepare: () => Tensor): TypedArray {
  return inArena(() => predict(model, variables, prepare()).data, nothing);
}
