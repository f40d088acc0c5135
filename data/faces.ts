// The pretrained face networks' weights and sample pictures, from the npm package @vladmandic/face-api 1.7.15.
import { join } from "node:path";
import { FACE_FILES } from "../lib/nn/faces/files.ts";
import { adopt } from "../lib/tensor/create.ts";
import type { Tensor } from "../lib/tensor/tensor.ts";
import { decodeJpeg } from "./jpeg.ts";
import { packageFile, packageFolder } from "./package-file.ts";

const PACKAGE = "@vladmandic/face-api";
const LICENCE = "MIT, © Vladimir Mandic";

// SHA-256 of demo/sample1.jpg … sample6.jpg.
const PICTURES: readonly string[] = [
  "8ecae4b267b2d3169e06e00c7dee97097aa2a94635d45216f7732a5f4943cb51",
  "7d2b60ae6f13bf30f422e04df87451081a02c83de469056f25afb44b7000c691",
  "8eb081c9efb14370fa94d9feab9e5fbeafd19a627491853a80c2bf67f7ffa936",
  "729efa5923061d40eb4ed5f267a18cc7b8ba6f852bb2757b16d8b7e4937476fc",
  "6d45095ebb182d8f975c0790e0e4eefd86fbb40609cf4b271776d92e12662938",
  "9baad80f9d5e306fb9b8c0913d44445f1e95848df317530efb03d0934c57ba87",
];

/** Where the weights of the face networks lie. */
export interface FaceWeights {
  /** For `nn.faces.loadTinyFaceDetector` and its neighbours. */
  readonly folder: string;
  readonly source: string;
  readonly licence: string;
}

/**
 * The folder with the weights (13 MB) of the tiny face detector, SSD-MobileNet v1, the 68 landmarks and the face embedding, after
 * their files were checked.
 *
 * @example
 * const { folder } = await faceWeights();
 * const detector = nn.faces.loadTinyFaceDetector(folder);
 */
export async function faceWeights({ folder }: { readonly folder?: string } = {}): Promise<FaceWeights> {
  const file = { loader: "faceWeights", package: PACKAGE, folder };
  const wanted = Object.entries(FACE_FILES).flatMap(([name, [manifest, bin]]) => [
    { path: `model/${name}_model-weights_manifest.json`, sha256: manifest },
    { path: `model/${name}_model.bin`, sha256: bin },
  ]);
  await Promise.all(wanted.map((one) => packageFile({ ...file, ...one })));
  return {
    folder: join(folder ?? packageFolder(file), "model"),
    source: `npm ${PACKAGE} 1.7.15 (model/)`,
    licence: LICENCE,
  };
}

/** A picture with faces in it. */
export interface FacePicture {
  /** float32 [height, width, 3], from 0 to 255, as the face networks take it. */
  readonly picture: Tensor;
  readonly source: string;
  readonly licence: string;
}

/** How many pictures `facePicture` knows. */
export const facePictures: number = PICTURES.length;

/**
 * One of six photographs of people, number 1 to 6, 1,920 pixels wide.
 * @example detector.detect((await facePicture(1)).picture)
 */
export async function facePicture(
  number: number,
  { folder }: { readonly folder?: string } = {},
): Promise<FacePicture> {
  const sha256 = PICTURES[number - 1];
  if (sha256 === undefined) {
    throw new RangeError(`facePicture: the pictures are 1 to ${facePictures}; there is no ${number}.`);
  }
  const path = `demo/sample${number}.jpg`;
  const bytes = await packageFile({ loader: "facePicture", package: PACKAGE, path, sha256, folder });
  const { width, height, pixels } = decodeJpeg(bytes);
  return {
    picture: adopt(Float32Array.from(pixels), [height, width, 3]),
    source: `npm ${PACKAGE} 1.7.15 (${path}), by Vladimir Mandic`,
    licence: LICENCE,
  };
}
