import { add } from "../../ops/add.ts";
import { tensor } from "../../tensor/create.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Box, FaceBox } from "./boxes.ts";
import type { FaceDetector, FaceEmbedder, LandmarkFinder } from "./load.ts";
import { faceOf } from "./pictures.ts";

/** A face in a picture. */
export interface Face {
  readonly box: FaceBox;
  /** 68 points (x, y) in the picture's pixels. */
  readonly landmarks: Tensor;
  /** 128 numbers; faces less than 0.6 apart are of one person. */
  readonly embedding: Tensor;
}

/** The three networks that tell faces apart. */
export interface FaceNetworks {
  readonly detector: FaceDetector;
  readonly finder: LandmarkFinder;
  readonly embedder: FaceEmbedder;
}

/**
 * Finds the faces of a picture [height, width, 3], their landmarks, and from each, turned to one place and size, its
 * embedding.
 * @example
 * const folder = "node_modules/@vladmandic/face-api/model";
 * const networks = {
 *   detector: faces.loadTinyFaceDetector(folder),
 *   finder: faces.loadFaceLandmarks(folder),
 *   embedder: faces.loadFaceEmbedding(folder),
 * };
 * faces.recognize(picture, networks)[0].embedding;
 */
export function recognize(picture: Tensor, { detector, finder, embedder }: FaceNetworks): Face[] {
  return detector.detect(picture).map((box) => {
    const landmarks = add(finder.landmarks(faceOf(picture, box)), tensor([box.x, box.y]));
    return { box, landmarks, embedding: embedder.embed(faceOf(picture, alignedBox(landmarks))) };
  });
}

/** Landmarks of the eyes and the mouth, [from, to). */
const PARTS = [
  [36, 42],
  [42, 48],
  [48, 68],
] as const;

/**
 * The square around a face in which eyes and mouth lie where the embedding expects them: its side is the distance between
 * them over 0.45, and their centre lies in the middle, 0.43 of the way down. Landmarks [68, 2] in pixels.
 */
export function alignedBox(landmarks: Tensor): Box {
  const values = landmarks.data;
  const [left, right, mouth] = PARTS.map(([from, to]) => {
    let [x, y] = [0, 0];
    for (let i = from; i < to; i++) [x, y] = [x + values[2 * i]!, y + values[2 * i + 1]!];
    return { x: x / (to - from), y: y / (to - from) };
  }) as [Point, Point, Point];
  const distance = (eye: Point): number => Math.hypot(mouth.x - eye.x, mouth.y - eye.y);
  const side = Math.floor((distance(left) + distance(right)) / 2 / 0.45);
  const x = (left.x + right.x + mouth.x) / 3 - 0.5 * side;
  const y = (left.y + right.y + mouth.y) / 3 - 0.43 * side;
  return { x: Math.floor(Math.max(0, x)), y: Math.floor(Math.max(0, y)), width: side, height: side };
}

interface Point {
  readonly x: number;
  readonly y: number;
}
