export { type Box, type FaceBox, insidePicture } from "./boxes.ts";
export {
  type Candidates,
  type DetectOptions,
  type FaceDetector,
  type FaceEmbedder,
  type LandmarkFinder,
  loadFaceEmbedding,
  loadFaceLandmarks,
  loadSsdMobilenet,
  loadTinyFaceDetector,
} from "./load.ts";
export { faceEmbedding, faceLandmarks, ssdMobilenet, tinyFaceDetector } from "./networks.ts";
export { faceOf } from "./pictures.ts";
export { alignedBox, type Face, type FaceNetworks, recognize } from "./recognize.ts";
export type { Pretrained } from "./weights.ts";
