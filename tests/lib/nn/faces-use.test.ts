// The face networks in the hands of a user: pictures that are none, files that are damaged, many pictures.
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { decodeJpeg } from "../../../data/jpeg.ts";
import { cast, full, nms, nn, Random, type Tensor, tensor, zeros } from "../../../lib/index.ts";
import { currentResidents } from "../../../lib/tensor/residents.ts";
import { ROOT } from "../../source.ts";

const { faces } = nn;
const PACKAGE = process.env.GRADBOOK_FACE_API ?? join(ROOT, "node_modules", "@vladmandic", "face-api");
const MODEL = join(PACKAGE, "model");

/** A sample picture of the package, [height, width, 3] as int32. */
function sample(number: number): Tensor {
  const { pixels, width, height } = decodeJpeg(readFileSync(join(PACKAGE, "demo", `sample${number}.jpg`)));
  return tensor(Int32Array.from(pixels), { shape: [height, width, 3] });
}

describe("the face networks in use", function () {
  this.timeout(60_000);
  const tiny = faces.loadTinyFaceDetector(MODEL);
  const networks = {
    detector: tiny,
    finder: faces.loadFaceLandmarks(MODEL),
    embedder: faces.loadFaceEmbedding(MODEL),
  };
  const picture = sample(1);

  describe("say of a picture that is none what would be one", () => {
    const random = new Random(1);
    const WRONG: readonly (readonly [what: string, picture: Tensor, message: string])[] = [
      ["grey", zeros([40, 50]), "broadcastTo(reshape(picture, [40, 50, 1]), [40, 50, 3])"],
      [
        "grey with one channel",
        zeros([40, 50, 1]),
        "broadcastTo(reshape(picture, [40, 50, 1]), [40, 50, 3])",
      ],
      ["with alpha", zeros([4, 5, 4]), "slice(picture, null, null, [0, 3])"],
      ["a batch", zeros([1, 4, 5, 3]), "One picture at a time"],
      ["empty", zeros([0, 5, 3]), "it takes [height, width, 3]"],
      ["from 0 to 1", random.uniform([8, 8, 3]), "so mul(picture, 255) would fit"],
      ["from −1 to 1", random.uniform([8, 8, 3], { low: -1 }), "they are from 0 to 255"],
      ["of 16 bits", full([8, 8, 3], 65_535, "int32"), "from 65535 to 65535; they are from 0 to 255"],
      ["with NaN", full([8, 8, 3], Number.NaN), "no finite numbers"],
    ];
    for (const [what, wrong, message] of WRONG) {
      it(what, () => {
        expect(() => tiny.detect(wrong))
          .to.throw(`detect: the picture has`)
          .with.property("message");
        expect(() => tiny.detect(wrong)).to.throw(message);
        expect(() => networks.embedder.embed(wrong)).to.throw(message);
        expect(() => networks.finder.landmarks(wrong)).to.throw(message);
      });
    }
  });

  it("find nothing where there is no face, in pictures of any size", () => {
    const noise = new Random(2).integers([90, 120, 3], { high: 256 });
    for (const nothing of [
      zeros([1, 1, 3]),
      full([1, 1, 3], 255),
      zeros([1, 9000, 3]),
      zeros([300, 1, 3]),
      noise,
    ]) {
      expect(tiny.detect(nothing)).to.deep.equal([]);
      expect(faces.recognize(nothing, networks)).to.deep.equal([]);
    }
  });

  it("take 1 and more bytes a number for the same picture", () => {
    const expected = tiny.detect(picture);
    expect(expected).to.have.length.at.least(1);
    expect(tiny.detect(cast(picture, "float32"))).to.deep.equal(expected);
    expect(tiny.detect(cast(picture, "float64"))).to.deep.equal(expected);
  });

  it("hand out the candidates that the faces are chosen from", () => {
    const { boxes, scores } = tiny.candidates(picture);
    expect(boxes.shape).to.deep.equal([13 * 13 * 5, 4]);
    const kept = nms(boxes, scores, { threshold: 0.4, minScore: 0.5 });
    const found = tiny.detect(picture);
    expect(Array.from(kept.data, (at) => scores.data[at])).to.deep.equal(found.map(({ score }) => score));
    expect(boxes.data[4 * kept.data[0]!]).to.equal(found[0]!.x);
    expect(() => tiny.detect(picture, { threshold: 50 })).to.throw("from 0 to 1, not 50");
    expect(() => faces.loadTinyFaceDetector(MODEL, { side: 400 })).to.throw("a multiple of 32, such as 416");
  });

  it("shrink a panorama without a square of its size", () => {
    const wide = full([60, 20_000, 3], 90, "int32"); // the square would take 4.8 GB
    const before = process.memoryUsage().arrayBuffers;
    expect(tiny.prepare(wide).shape).to.deep.equal([1, 416, 416, 3]);
    expect(process.memoryUsage().arrayBuffers - before).to.be.below(20e6);
  });

  it("answer the same when they are asked twice at once", async () => {
    const pictures = [picture, sample(2)];
    const alone = pictures.map((each) => faces.recognize(each, networks));
    const together = await Promise.all(
      pictures.map(async (each) => {
        await null;
        return faces.recognize(each, networks);
      }),
    );
    expect(together.flat().map(({ box }) => box)).to.deep.equal(alone.flat().map(({ box }) => box));
    together.flat().forEach(({ embedding }, i) => {
      expect(embedding.data).to.deep.equal(alone.flat()[i]!.embedding.data);
    });
  });

  it("leave memory as it was, picture after picture", () => {
    const residents = currentResidents();
    for (let i = 0; i < 10; i++) tiny.detect(picture);
    const [heap, resident] = [residents?.heap.used ?? 0, process.memoryUsage.rss()];
    for (let i = 0; i < 50; i++) tiny.detect(picture);
    expect((residents?.heap.used ?? 0) - heap).to.be.below(1e6);
    expect(process.memoryUsage.rss() - resident).to.be.below(60e6);
  });

  describe("say of damaged files which, and the command that mends it", () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), "gradbook-faces-"));
      for (const name of readdirSync(MODEL).filter((each) => each.startsWith("tiny_face_detector"))) {
        copyFileSync(join(MODEL, name), join(folder, name));
      }
    });
    afterEach(() => {
      rmSync(folder, { recursive: true });
    });
    const weights = "tiny_face_detector_model.bin";
    const manifest = "tiny_face_detector_model-weights_manifest.json";
    const flipped = (bytes: Buffer): Buffer => {
      bytes[5000]! ^= 64;
      return bytes;
    };
    const DAMAGES: readonly (readonly [string, string, (bytes: Buffer) => Buffer])[] = [
      ["a flipped bit", weights, flipped],
      ["half the bytes", weights, (bytes) => bytes.subarray(0, bytes.length / 2)],
      ["an empty file", weights, () => Buffer.alloc(0)],
      ["half the manifest", manifest, (bytes) => bytes.subarray(0, bytes.length / 2)],
    ];
    for (const [what, name, damage] of DAMAGES) {
      it(what, () => {
        writeFileSync(join(folder, name), damage(readFileSync(join(folder, name))));
        expect(() => faces.loadTinyFaceDetector(folder))
          .to.throw("the file is damaged, or of another version")
          .with.property("message")
          .that.includes(name)
          .and.includes("rm -r node_modules/@vladmandic/face-api && npm install @vladmandic/face-api@1.7.15");
      });
    }

    it("a missing file", () => {
      rmSync(join(folder, weights));
      expect(() => faces.loadTinyFaceDetector(folder)).to.throw(
        `${join(folder, weights)}: there is no such file. The folder is that of the weights`,
      );
    });
  });
});
