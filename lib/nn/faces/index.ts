export { type Box, type FaceBox, insidePicture } from "./boxes.ts";
export {
  alignedBox,
  type DetectOptions,
  type FaceDetector,
  type FaceEmbedder,
  type LandmarkFinder,
  loadFaceEmbedding,
  loadFaceLandmarks,
  loadSsdMobilenet,
  loadTinyFaceDetector,
  type Pretrained,
} from "./load.ts";
export { faceEmbedding, faceLandmarks, ssdMobilenet, tinyFaceDetector } from "./networks.ts";
export { faceOf } from "./pictures.ts";
