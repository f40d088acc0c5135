export type { Digits, DigitsOptions, LabelledImages } from "./digits.ts";
export { digits } from "./digits.ts";
export { type FacePicture, type FaceWeights, facePicture, facePictures, faceWeights } from "./faces.ts";
export { type Iris, iris } from "./iris.ts";
export { type DecodedPicture, decodeJpeg } from "./jpeg.ts";
export { DataError } from "./package-file.ts";
export { type Photograph, type PhotographName, photograph, photographNames } from "./photographs.ts";
export {
  blobs,
  type LabelledPoints,
  moons,
  type NoisyCurve,
  type PointsOptions,
  sine,
  spirals,
  xor,
} from "./points.ts";
export {
  type AddingTask,
  addingTask,
  type CopyTask,
  copyTask,
  type DatePair,
  dates,
} from "./sequences.ts";
export { type Shapes, type ShapesOptions, shapes } from "./shapes.ts";
export {
  type FirstNames,
  firstNames,
  mobyDick,
  type Speech,
  type Speeches,
  sotu,
  type Text,
} from "./text.ts";
export { type WordVectors, type WordVectorsOptions, wordVectors } from "./word-vectors.ts";
