// The real networks of the ladder: forward passes of @vladmandic/face-api's four, by lib and by the package itself on
// tfjs, from the same weights and one picture in the size that the network takes. Preparing it (a mean off, a division)
// is a part of the pass, and so is what makes boxes of the SSD's numbers.
import { join } from "node:path";
import { nn, Random, type Tensor } from "../../../lib/index.ts";
import { ROOT } from "../../source.ts";

const { faces, predict } = nn;

/** The package, with its weights: the clone's, or in a folder that the environment names. */
export const PACKAGE: string =
  process.env.GRADBOOK_FACE_API ?? join(ROOT, "node_modules", "@vladmandic", "face-api");
export const WEIGHTS: string = join(PACKAGE, "model");

/** From a picture to tensors: the network's answer. */
type Forward = (picture: Tensor) => readonly Tensor[];

export interface Network {
  readonly number: number;
  readonly name: string;
  readonly says: string;
  /** The package's name for it. */
  readonly key: string;
  readonly side: number;
  /** Ours, with the weights. */
  load(): Forward;
}

interface Loaded extends nn.faces.Pretrained {
  prepare(picture: Tensor): Tensor;
}

const whole =
  ({ model, variables, prepare }: Loaded): Forward =>
  (picture) => [predict(model, variables, prepare(picture))];

export const NETWORKS: readonly Network[] = [
  {
    number: 7,
    name: "tiny face detector, forward",
    says: "a small YOLO v2 of separable convolutions, [1, 416, 416, 3] to [1, 13, 13, 25]",
    key: "tinyFaceDetector",
    side: 416,
    load: () => whole(faces.loadTinyFaceDetector(WEIGHTS)),
  },
  {
    number: 8,
    name: "68 face landmarks, forward",
    says: "separable convolutions in dense blocks, [1, 112, 112, 3] to [1, 136]",
    key: "faceLandmark68Net",
    side: 112,
    load: () => whole(faces.loadFaceLandmarks(WEIGHTS)),
  },
  {
    number: 9,
    name: "ResNet-34 face embedding, forward",
    says: "[1, 150, 150, 3] to [1, 128]",
    key: "faceRecognitionNet",
    side: 150,
    load: () => whole(faces.loadFaceEmbedding(WEIGHTS)),
  },
  {
    number: 10,
    name: "SSD-MobileNet v1, forward",
    says: "[1, 512, 512, 3] to 5118 boxes, in pixels, and their scores",
    key: "ssdMobilenetv1",
    side: 512,
    load() {
      const detector = faces.loadSsdMobilenet(WEIGHTS);
      return (picture) => {
        const { boxes, scores } = detector.candidates(picture);
        return [boxes, scores];
      };
    },
  },
];

/** What a network is shown: noise, whole numbers from 0 to 255. */
export function pictureFor({ number, side }: Network): Tensor {
  return new Random(number).integers([side, side, 3], { high: 256 });
}
