// Pretrained face networks, ready for pictures [height, width, 3] with values from 0 to 255.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Params } from "../../autodiff/grad.ts";
import { FormatError } from "../../io/format-error.ts";
import { div } from "../../ops/div.ts";
import { sub } from "../../ops/sub.ts";
import { tensor } from "../../tensor/create.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Variables } from "../initialize.ts";
import type { Block } from "../module.ts";
import { predict } from "../run.ts";
import { variablesFrom } from "../weights/files.ts";
import { readTfjsWeights } from "../weights/tfjs-weights.ts";
import { type Box, type FaceBox, suppress } from "./boxes.ts";
import { faceEmbedding, faceLandmarks, ssdMobilenet, tinyFaceDetector, weightName } from "./networks.ts";
import { normalized, sizeOfPicture, squared } from "./pictures.ts";

/** A network with its weights. */
export interface Pretrained {
  readonly model: Block;
  readonly variables: Variables;
}

export interface FaceDetector extends Pretrained {
  /** The faces of a picture, surest first. */
  detect(picture: Tensor, options?: DetectOptions): FaceBox[];
}

export interface DetectOptions {
  /** From which score on a box counts; default 0.5. */
  readonly threshold?: number;
}

function load(folder: string, name: string, model: Block, side: number): Pretrained & { tensors: Params } {
  const manifest = join(folder, `${name}_model-weights_manifest.json`);
  if (!existsSync(manifest)) {
    throw new FormatError(
      manifest,
      "there is no such file. The folder is that of the weights, node_modules/@vladmandic/face-api/model; " +
        "npm install @vladmandic/face-api@1.7.15 brings it.",
    );
  }
  const tensors = readTfjsWeights(manifest);
  const names = new Set(Object.keys(tensors));
  const named = Object.fromEntries(
    Object.entries(tensors).map(([name, value]) => [weightName(name, names), value]),
  );
  const variables = variablesFrom(named, model, [1, side, side, 3], { source: manifest, ignoreOthers: true });
  return { model, variables, tensors };
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** Of the tiny detector: width and height of its five anchors, in cells. */
const ANCHORS = [
  [1.603231, 2.094468],
  [6.041143, 7.080126],
  [2.882459, 3.518061],
  [4.266906, 5.178857],
  [9.041765, 10.66308],
] as const;

/**
 * The tiny face detector (0.2 MB). Smaller sides are quicker and find larger faces only.
 * @example loadTinyFaceDetector("node_modules/@vladmandic/face-api/model").detect(picture)
 */
export function loadTinyFaceDetector(
  folder: string,
  { side = 416 }: { readonly side?: number } = {},
): FaceDetector {
  const { model, variables } = load(folder, "tiny_face_detector", tinyFaceDetector(), side);
  return {
    model,
    variables,
    detect(picture, { threshold = 0.5 } = {}) {
      const sides = squareSides(picture, side);
      const images = normalized(squared(picture, side, { centred: false }), [117.001, 114.697, 97.404]);
      const output = predict(model, variables, images);
      const cells = output.shape[1]!;
      const values = output.data;
      const boxes: FaceBox[] = [];
      for (let at = 0; at < values.length; at += 5) {
        const [tx = 0, ty = 0, tw = 0, th = 0, logit = 0] = values.subarray(at, at + 5);
        const score = sigmoid(logit);
        if (score <= threshold) continue;
        const cell = Math.floor(at / 25);
        const [wide, high] = ANCHORS[(at / 5) % 5]!;
        const [width, height] = [(Math.exp(tw) * wide) / cells, (Math.exp(th) * high) / cells];
        const [x, y] = [
          ((cell % cells) + sigmoid(tx)) / cells,
          (Math.floor(cell / cells) + sigmoid(ty)) / cells,
        ];
        boxes.push({ x: x - width / 2, y: y - height / 2, width, height, score });
      }
      return suppress(boxes, 0.4).map((box) => inPixels(box, sides));
    },
  };
}

/**
 * How long the square's sides are in the picture's pixels, [across, down]. Both would be the picture's longer side; the
 * package counts the shrunk picture in whole pixels, and its boxes are to be met.
 */
function squareSides(picture: Tensor, side: number): readonly [number, number] {
  const [rows, columns] = sizeOfPicture("detect", picture);
  const scale = side / Math.max(rows, columns);
  return [(side / Math.round(columns * scale)) * columns, (side / Math.round(rows * scale)) * rows];
}

/** From parts of the square to pixels. */
function inPixels(
  { x, y, width, height, score }: FaceBox,
  [across, down]: readonly [number, number],
): FaceBox {
  return { x: x * across, y: y * down, width: width * across, height: height * down, score };
}

/** SSD with MobileNet v1 (5.6 MB): slower and better than the tiny one, down to small faces. */
export function loadSsdMobilenet(folder: string): FaceDetector {
  const { model, variables, tensors } = load(folder, "ssd_mobilenetv1", ssdMobilenet(), 512);
  const anchors = tensors["Output/extra_dim"]!.data;
  return {
    model,
    variables,
    detect(picture, { threshold = 0.5 } = {}) {
      const sides = squareSides(picture, 512);
      const images = sub(div(squared(picture, 512, { centred: false }), 127.5), 1);
      const values = predict(model, variables, images).data;
      const boxes: FaceBox[] = [];
      for (let i = 0; i < anchors.length / 4; i++) {
        const score = sigmoid(values[7 * i + 5]!);
        if (score <= threshold) continue;
        const box = decode(anchors.subarray(4 * i, 4 * i + 4), values.subarray(7 * i, 7 * i + 4));
        boxes.push({ ...box, score });
      }
      // What lies outside the square is cut off after the choice, as the package does it.
      const chosen = suppress(boxes, 0.5).slice(0, 100);
      return chosen.map((box) => inPixels(cut(box), sides));
    },
  };
}

/** An anchor [top, left, bottom, right], moved by a tenth and scaled by the exponential of a fifth of what is predicted. */
function decode(anchor: ArrayLike<number>, shift: ArrayLike<number>): Box {
  const [top = 0, left = 0, bottom = 0, right = 0] = Array.from(anchor);
  const [ty = 0, tx = 0, th = 0, tw = 0] = Array.from(shift);
  const [tall, wide] = [bottom - top, right - left];
  const [height, width] = [Math.exp(th / 5) * tall, Math.exp(tw / 5) * wide];
  const [y, x] = [(ty / 10) * tall + top + tall / 2, (tx / 10) * wide + left + wide / 2];
  return { x: x - width / 2, y: y - height / 2, width, height };
}

/** The part of a box inside the square, whose sides are 1. */
function cut({ x, y, width, height, score }: FaceBox): FaceBox {
  const [left, top] = [Math.max(0, x), Math.max(0, y)];
  return {
    x: left,
    y: top,
    width: Math.min(1, x + width) - left,
    height: Math.min(1, y + height) - top,
    score,
  };
}

const MEAN = [122.782, 117.001, 104.298];

export interface LandmarkFinder extends Pretrained {
  /** 68 points (x, y) in pixels of a picture that shows one face, [68, 2]. */
  landmarks(face: Tensor): Tensor;
}

/** 68 landmarks (0.4 MB): jaw 0–16, brows 17–26, nose 27–35, eyes 36–47, mouth 48–67. */
export function loadFaceLandmarks(folder: string): LandmarkFinder {
  const { model, variables } = load(folder, "face_landmark_68", faceLandmarks(), 112);
  return {
    model,
    variables,
    landmarks(face) {
      const [rows, columns] = sizeOfPicture("landmarks", face);
      const images = normalized(squared(face, 112, { centred: true }), MEAN);
      const values = predict(model, variables, images).data;
      const longer = Math.max(rows, columns);
      const beside = [(longer - columns) / 2, (longer - rows) / 2] as const;
      const points = Float32Array.from(values, (value, i) => value * longer - beside[i % 2]!);
      return tensor(points, { shape: [68, 2] });
    },
  };
}

export interface FaceEmbedder extends Pretrained {
  /** 128 numbers for a picture that shows one face. */
  embed(face: Tensor): Tensor;
}

/** The face embedding (6.4 MB). @example norm(sub(embedder.embed(a), embedder.embed(b))) // below 0.6: the same person */
export function loadFaceEmbedding(folder: string): FaceEmbedder {
  const { model, variables } = load(folder, "face_recognition", faceEmbedding(), 150);
  return {
    model,
    variables,
    embed(face) {
      const images = normalized(squared(face, 150, { centred: true }), MEAN);
      return tensor(predict(model, variables, images).data, { shape: [128] });
    },
  };
}
