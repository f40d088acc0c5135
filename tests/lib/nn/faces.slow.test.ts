// The pretrained face networks against the package that they come from, on its six sample pictures. Both get the same
// pixels; the package computes with tfjs on libtensorflow.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { expect } from "chai";
import { nn, type Tensor, tensor } from "../../../lib/index.ts";
import { reference } from "../../../lib/reference/index.ts";
import { ROOT } from "../../source.ts";

const { faces } = nn;

type Tf = typeof import("@tensorflow/tfjs") & {
  readonly node: { decodeJpeg(bytes: Uint8Array, channels: number): import("@tensorflow/tfjs").Tensor3D };
};
type TfTensor = import("@tensorflow/tfjs").Tensor3D;

interface Detection {
  readonly score: number;
  readonly box: nn.faces.Box;
}
interface Net {
  loadFromDisk(folder: string): Promise<void>;
}
interface FaceApi {
  readonly tf: Tf;
  readonly nets: Readonly<Record<"tinyFaceDetector" | "faceLandmark68Net" | "ssdMobilenetv1", Net>> & {
    readonly faceRecognitionNet: Net;
  };
  readonly TinyFaceDetectorOptions: new (options: object) => object;
  readonly SsdMobilenetv1Options: new (options: object) => object;
  detectAllFaces(picture: TfTensor, options: object): Detecting;
}
interface Detecting extends PromiseLike<readonly Detection[]> {
  withFaceLandmarks(): {
    withFaceDescriptors(): PromiseLike<
      readonly {
        readonly detection: Detection;
        readonly landmarks: { readonly positions: readonly { x: number; y: number }[] };
        readonly descriptor: Float32Array;
      }[]
    >;
  };
}

/** The package: of the clone, or from a folder that the environment names. */
const PACKAGE = process.env.GRADBOOK_FACE_API ?? join(ROOT, "node_modules", "@vladmandic", "face-api");
const MODEL = join(PACKAGE, "model");

describe("pretrained face networks equal @vladmandic/face-api", function () {
  this.timeout(300_000);
  let api: FaceApi;
  const pictures: { readonly theirs: TfTensor; readonly ours: Tensor }[] = [];

  before(async function () {
    if (!existsSync(MODEL)) {
      if (process.env.CI)
        throw new Error(`${PACKAGE} is not there; npm install @vladmandic/face-api@1.7.15 brings it.`);
      this.skip();
    }
    const { backend } = await reference({ prefer: "native" });
    if (backend !== "tensorflow") {
      if (process.env.CI) throw new Error("the native reference is not set up");
      this.skip();
    }
    api = createRequire(import.meta.url)(join(PACKAGE, "dist", "face-api.node-gpu.js"));
    for (const net of Object.values({
      a: api.nets.tinyFaceDetector,
      b: api.nets.ssdMobilenetv1,
      c: api.nets.faceLandmark68Net,
      d: api.nets.faceRecognitionNet,
    })) {
      await net.loadFromDisk(MODEL);
    }
    for (let i = 1; i <= 6; i++) {
      const theirs = api.tf.node.decodeJpeg(readFileSync(join(PACKAGE, "demo", `sample${i}.jpg`)), 3);
      pictures.push({ theirs, ours: tensor(theirs.dataSync() as Int32Array, { shape: theirs.shape }) });
    }
  });

  function expectSame(found: readonly nn.faces.FaceBox[], expected: readonly Detection[]): void {
    expect(found).to.have.length(expected.length);
    const inOrder = expected.toSorted((a, b) => b.score - a.score);
    found.forEach((box, i) => {
      const { score, box: theirs } = inOrder[i]!;
      expect(box.score).to.be.closeTo(score, 1e-4);
      for (const side of ["x", "y", "width", "height"] as const)
        expect(box[side], side).to.be.closeTo(theirs[side], 0.05);
    });
  }

  it("the tiny face detector's boxes, within a pixel", async () => {
    const ours = faces.loadTinyFaceDetector(MODEL);
    let count = 0;
    for (const picture of pictures) {
      const expected = await api.detectAllFaces(
        picture.theirs,
        new api.TinyFaceDetectorOptions({ inputSize: 416, scoreThreshold: 0.5 }),
      );
      expectSame(ours.detect(picture.ours), expected);
      count += expected.length;
    }
    expect(count).to.be.at.least(6);
  });

  it("the SSD's boxes, within a pixel", async () => {
    const ours = faces.loadSsdMobilenet(MODEL);
    let count = 0;
    for (const picture of pictures) {
      const expected = await api.detectAllFaces(
        picture.theirs,
        new api.SsdMobilenetv1Options({ minConfidence: 0.3, maxResults: 100 }),
      );
      expectSame(ours.detect(picture.ours, { threshold: 0.3 }), expected);
      count += expected.length;
    }
    expect(count).to.be.at.least(6);
  });

  it("landmarks within a hundredth of a pixel, and embeddings within 1e-4", async () => {
    const networks = {
      detector: faces.loadSsdMobilenet(MODEL),
      finder: faces.loadFaceLandmarks(MODEL),
      embedder: faces.loadFaceEmbedding(MODEL),
    };
    for (const picture of pictures) {
      const expected = await api
        .detectAllFaces(picture.theirs, new api.SsdMobilenetv1Options({ minConfidence: 0.5 }))
        .withFaceLandmarks()
        .withFaceDescriptors();
      const found = faces.recognize(picture.ours, networks);
      expect(found).to.have.length(expected.length);
      for (const { detection, landmarks, descriptor } of expected) {
        const same = found.find(
          ({ box }) => Math.abs(box.x - detection.box.x) + Math.abs(box.y - detection.box.y) < 1,
        )!;
        landmarks.positions.forEach(({ x, y }, i) => {
          expect(same.landmarks.data[2 * i], `landmark ${i}`).to.be.closeTo(x, 0.01);
          expect(same.landmarks.data[2 * i + 1], `landmark ${i}`).to.be.closeTo(y, 0.01);
        });
        descriptor.forEach((value, i) => {
          expect(same.embedding.data[i]).to.be.closeTo(value, 1e-4);
        });
      }
    }
  });
});
