// Boxes, scores and labels that cannot be: each is named; and pictures without any, which are none of these.
import { expect } from "chai";
import {
  anchorGrid,
  assignAnchors,
  averagePrecision,
  detect,
  encodeBoxes,
  fitAnchors,
  iou,
  iouLoss,
  meanAveragePrecision,
  nms,
  Random,
  receptiveField,
  ssdDetect,
  ssdSizes,
  styleLoss,
  styleTransfer,
  tensor,
  yoloDecode,
  yoloDetect,
  yoloLoss,
  yoloTargets,
  zeros,
} from "../../../lib/index.ts";

const boxes = tensor([
  [0, 0, 10, 10],
  [1, 1, 11, 11],
  [50, 50, 60, 60],
]);
const labels = tensor([0, 0, 0], { dtype: "int32" });
const head = { anchors: [[20, 20]], stride: 16, classes: 3 } as const;
const none = { boxes: zeros([0, 4]), labels: zeros([0], "int32") };

describe("vision, where there is nothing", () => {
  it("finds nothing, suppresses nothing, assigns nothing", () => {
    expect(iou(zeros([0, 4]), boxes).shape).to.deep.equal([0, 3]);
    expect(nms(zeros([0, 4]), zeros([0])).shape).to.deep.equal([0]);
    expect(detect(zeros([0, 4]), zeros([0, 2])).boxes.shape).to.deep.equal([0, 4]);
    expect(detect(boxes, zeros([3, 2])).boxes.shape).to.deep.equal([0, 4]);
    expect([...assignAnchors(boxes, zeros([0, 4])).data]).to.deep.equal([-1, -1, -1]);
    expect(yoloTargets([none], [2, 2], head).object.data.every((is) => is === 0)).to.equal(true);
    expect(
      yoloDetect(yoloDecode(tensor(new Float32Array(32).fill(-9), { shape: [1, 2, 2, 8] }), head))[0]!.boxes
        .size,
    ).to.equal(0);
    expect(
      meanAveragePrecision([{ ...none, scores: zeros([0]) }], [{ boxes, labels }], { classes: 1 }),
    ).to.equal(0);
  });

  it("takes boxes without area: they overlap nothing, and are not suppressed", () => {
    const flat = tensor([
      [5, 5, 5, 5],
      [5, 5, 5, 5],
      [0, 0, 10, 10],
    ]);
    expect([...iou(flat, flat).data]).to.deep.equal([0, 0, 0, 0, 0, 0, 0, 0, 1]);
    expect([...nms(flat, tensor([0.9, 0.8, 0.7])).data]).to.deep.equal([0, 1, 2]);
  });
});

describe("vision, where something is wrong, names it", () => {
  const picture = { boxes, labels, scores: tensor([0.9, 0.8, 0.7]) };
  const REFUSED: Readonly<Record<string, readonly [() => unknown, string]>> = {
    "a NaN score": [() => nms(boxes, tensor([0.9, Number.NaN, 0.7])), "nms: score 1 is NaN"],
    "a NaN box": [
      () => nms(tensor([[0, 0, 1, Number.NaN]]), tensor([1])),
      "nms: number 0 of the boxes holds NaN",
    ],
    "a NaN score of a class": [
      () => detect(boxes, tensor([[1], [Number.NaN], [0]])),
      "detect: score 1 is NaN",
    ],
    "a limit below 0": [() => nms(boxes, zeros([3]), { limit: -1 }), "nms: the limit is -1"],
    "a kind of overlap": [
      () => iou(boxes, boxes, { kind: "eiou" as never }),
      'kind is "eiou"; it is one of iou, giou, diou, ciou',
    ],
    "a mean of none": [
      () => iouLoss(zeros([0, 4]), zeros([0, 4])),
      "iouLoss: of [0, 4] and [0, 4] there is no pair",
    ],
    "half a cell": [() => anchorGrid({ grid: [1.5, 3], stride: 1, sizes: [] }), "a grid of 1.5 × 3 cells"],
    "no stride": [() => anchorGrid({ grid: [1, 1], stride: 0, sizes: [] }), "with sides of 0"],
    "no anchor": [
      () => anchorGrid({ grid: [1, 1], stride: 1, sizes: [[0, 1]] }),
      "an anchor of 0 × 1 is none",
    ],
    "a scale": [() => ssdSizes({ scale: 0.2, next: -1, ratios: [1] }), "the scales are 0.2 and -1"],
    "a true box": [
      () => assignAnchors(boxes, tensor([[0, 0, Number.NaN, 1]])),
      "number 0 of the boxes holds NaN",
    ],
    "a box without area to encode": [
      () => encodeBoxes(tensor([[1, 1, 1, 2]]), tensor([[1, 1, 2, 2]])),
      "encodeBoxes: box 0 is 0 × 1",
    ],
    "an anchor without area": [() => encodeBoxes(boxes, zeros([3, 4])), "encodeBoxes: anchor 0 is 0 × 0"],
    "sizes to fit": [() => fitAnchors(tensor([[0, 1]]), 1, new Random(1)), "fitAnchors: an anchor of 0 × 1"],
    "other anchors": [
      () => ssdDetect(zeros([1, 3, 4]), zeros([1, 3, 2]), zeros([2, 4])),
      "ssdDetect: the outputs are for 3 anchors, and there are 2",
    ],
    "too few labels": [
      () => yoloTargets([{ boxes, labels: zeros([2], "int32") }], [4, 4], head),
      "picture 0 has 3 boxes and labels of shape [2]",
    ],
    "half a class": [
      () => yoloTargets([{ boxes: tensor([[0, 0, 3, 3]]), labels: tensor([1.5]) }], [2, 2], head),
      "of class 1.5",
    ],
    "a head without anchors": [
      () => yoloDecode(zeros([1, 2, 2, 0]), { ...head, anchors: [] }),
      "this one has 0 anchors",
    ],
    "a head without stride": [() => yoloDecode(zeros([1, 2, 2, 8]), { ...head, stride: 0 }), "a stride of 0"],
    "targets of other classes": [
      () => yoloLoss(zeros([1, 2, 2, 8]), yoloTargets([none], [2, 2], { ...head, classes: 2 }), head),
      "the targets are of 2 classes and the head of 3",
    ],
    "too few scores": [
      () => averagePrecision([{ ...picture, scores: zeros([2]) }], [picture], 0),
      "3 boxes and scores of shape [2]",
    ],
    "too few true labels": [
      () => averagePrecision([picture], [{ boxes, labels: zeros([1], "int32") }], 0),
      "3 boxes and true labels of shape [1]",
    ],
    "a threshold in per cent": [
      () => averagePrecision([picture], [picture], 0, { threshold: 50 }),
      "the threshold is an IoU, from 0 to 1, not 50",
    ],
    padding: [() => receptiveField([{ kernel: 3, padding: -1 }]), "layer 0 has padding -1"],
    "style of nothing": [
      () => styleLoss(zeros([1, 0, 2, 2]), zeros([1, 2, 2, 2])),
      "have no features to compare",
    ],
    "a weight that is no number": [
      () =>
        styleTransfer({
          features: (x) => ({ x }),
          content: zeros([1, 2, 2, 1]),
          style: zeros([1, 2, 2, 1]),
          contentWeights: { x: Number.NaN },
          styleWeights: {},
          steps: 1,
        }).next(),
      "styleTransfer: the weight of x is NaN",
    ],
    steps: [
      () =>
        styleTransfer({
          features: (x) => ({ x }),
          content: zeros([1, 2, 2, 1]),
          style: zeros([1, 2, 2, 1]),
          contentWeights: { x: 1 },
          styleWeights: {},
          steps: Number.NaN,
        }).next(),
      "styleTransfer: steps is NaN",
    ],
  };
  for (const [what, [call, message]] of Object.entries(REFUSED)) {
    it(what, () => {
      expect(call).to.throw(message);
    });
  }
});
