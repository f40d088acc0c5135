// The face networks as they are written; their weights and answers are in faces.slow.test.ts.
import { expect } from "chai";
import { nn, tensor, zeros } from "../../../lib/index.ts";

const { faces, summary } = nn;

describe("the face networks", () => {
  // Counted in the manifests of @vladmandic/face-api 1.7.15, without what is no weight: SSD's 5118 anchors of 4 numbers, and
  // 22 constants of its graph.
  it("have as many parameters as the package's weights", () => {
    const count = (model: nn.Module, side: number): number => {
      const { parameters, state } = summary(model, [1, side, side, 3]);
      return parameters + state;
    };
    expect(count(faces.tinyFaceDetector(), 416)).to.equal(193_321);
    expect(count(faces.faceLandmarks(), 112)).to.equal(356_840);
    expect(count(faces.faceEmbedding(), 150)).to.equal(5_614_592);
    expect(count(faces.ssdMobilenet(), 512)).to.equal(5_555_541 - 4 * 5118 - SSD_CONSTANTS);
  });

  it("give the shapes that are decoded", () => {
    expect(summary(faces.tinyFaceDetector(), [1, 416, 416, 3]).output).to.deep.equal([1, 13, 13, 25]);
    expect(summary(faces.faceLandmarks(), [2, 112, 112, 3]).output).to.deep.equal([2, 136]);
    expect(summary(faces.faceEmbedding(), [1, 150, 150, 3]).output).to.deep.equal([1, 128]);
    expect(summary(faces.ssdMobilenet(), [1, 512, 512, 3]).output).to.deep.equal([1, 5118, 7]);
  });

  it("take a face's square from its landmarks: eyes 90 apart from the mouth make a side of 200", () => {
    const points = Array.from({ length: 68 }, (_, i) => [i < 48 ? 200 : 200, i < 48 ? 170 : 260]);
    expect(faces.alignedBox(tensor(points))).to.deep.equal({ x: 100, y: 114, width: 200, height: 200 });
  });

  it("say where the weights should be, and what a picture is", () => {
    expect(() => faces.loadTinyFaceDetector("nowhere")).to.throw(
      "npm install @vladmandic/face-api@1.7.15 brings it",
    );
    expect(() => faces.faceOf(zeros([3, 4]), { x: 0, y: 0, width: 1, height: 1 })).to.throw(
      "faceOf: the picture has shape [3, 4]; it takes [height, width, 3]",
    );
    expect(() => faces.faceOf(zeros([3, 4, 3]), { x: 9, y: 0, width: 1, height: 1 })).to.throw(
      "lies outside the picture",
    );
  });
});

/** Numbers in the SSD's file that are no weights, such as axes and sizes. */
const SSD_CONSTANTS = 22;
