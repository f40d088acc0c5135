import { expect } from "chai";
import {
  decodeBoxes,
  gradCheck,
  Random,
  ssdDetect,
  type Tensor,
  tensor,
  yoloDecode,
  yoloDetect,
  yoloLoss,
  yoloTargets,
} from "../../../lib/index.ts";

const head = {
  anchors: [
    [20, 20],
    [40, 16],
  ],
  stride: 16,
  classes: 3,
} as const;
const truth = [
  {
    boxes: tensor([
      [4, 4, 24, 26],
      [20, 30, 58, 46],
    ]),
    labels: tensor([2, 0], { dtype: "int32" }),
  },
  { boxes: tensor([[30, 2, 50, 20]]), labels: tensor([1], { dtype: "int32" }) },
];

/** The head that says exactly what the targets ask for. */
function perfect(): Tensor {
  const { object, place, size, kind } = yoloTargets(truth, [4, 4], head);
  const data = new Float64Array(object.size * 8);
  for (let at = 0; at < object.size; at++) {
    const is = object.data[at] === 1;
    for (let k = 0; k < 2; k++) {
      const share = place.data[2 * at + k]!;
      data[8 * at + k] = is ? Math.log(share / (1 - share)) : 0;
      data[8 * at + 2 + k] = size.data[2 * at + k]!;
    }
    data[8 * at + 4] = is ? 12 : -12;
    for (let c = 0; c < 3; c++) data[8 * at + 5 + c] = 12 * kind.data[3 * at + c]!;
  }
  return tensor(data, { shape: [2, 4, 4, 16] });
}

describe("a YOLO head", () => {
  it("decodes to the boxes that its targets were made from", () => {
    const [first, second] = yoloDetect(yoloDecode(perfect(), head));
    expect([...first!.labels.data].sort()).to.deep.equal([0, 2]);
    const at = [...first!.labels.data].indexOf(2);
    [4, 4, 24, 26].forEach((edge, i) => {
      expect(first!.boxes.data[4 * at + i]).to.be.closeTo(edge, 1e-4);
    });
    expect([...second!.labels.data]).to.deep.equal([1]);
  });

  it("decodes a cell as the paper says", () => {
    const raw = tensor(Float64Array.from([0, 0, 0, Math.log(2), 0, 0, 0, 0]), { shape: [1, 1, 1, 8] });
    const { boxes, objectness, classes } = yoloDecode(raw, { ...head, anchors: [[10, 20]] });
    expect([...boxes.data]).to.deep.equal([3, -12, 13, 28]);
    expect(objectness.item()).to.equal(0.5);
    expect(classes.data[0]).to.be.closeTo(1 / 3, 1e-15);
  });

  it("has a loss of about 0 where it is right, and more where it is not", () => {
    const targets = yoloTargets(truth, [4, 4], head);
    expect(yoloLoss(perfect(), targets, head).item()).to.be.below(0.002);
    const wrong = new Random(1).normal([2, 4, 4, 16], { dtype: "float64" });
    expect(yoloLoss(wrong, targets, head).item()).to.be.above(10);
  });

  it("has the loss's gradient", () => {
    const targets = yoloTargets(truth, [4, 4], head);
    const raw = new Random(2).normal([2, 4, 4, 16], { dtype: "float64" });
    gradCheck(({ raw }) => yoloLoss(raw, targets, head), { raw }).assert();
  });

  it("gives an anchor to the first of two boxes, and says how many were lost", () => {
    const twice = {
      boxes: tensor([
        [4, 4, 24, 24],
        [4, 4, 25, 25],
      ]),
      labels: tensor([0, 1], { dtype: "int32" }),
    };
    const { lost, object } = yoloTargets([twice], [4, 4], head);
    expect(lost).to.equal(1);
    expect(object.data.filter((value) => value === 1).length).to.equal(1);
  });

  it("says what does not fit", () => {
    expect(() => yoloDecode(tensor([[1]]), head)).to.throw(/head of shape \[batch, rows, columns, 16\]/);
    const outside = { boxes: tensor([[60, 60, 90, 90]]), labels: tensor([0], { dtype: "int32" }) };
    expect(() => yoloTargets([outside], [4, 4], head)).to.throw(/box 0 of picture 0.*outside/);
  });
});

describe("SSD's two outputs", () => {
  it("decode to boxes with classes, without background", () => {
    const anchors = tensor([
      [0, 0, 10, 10],
      [20, 20, 40, 40],
    ]);
    const offsets = tensor([
      [
        [0, 0, 0, 0],
        [1, 0, 0, 5 * Math.log(2)],
      ],
    ]);
    const logits = tensor([
      [
        [9, 0, 0],
        [0, 0, 9],
      ],
    ]);
    const [found] = ssdDetect(offsets, logits, anchors);
    expect([...found!.labels.data]).to.deep.equal([1]);
    [22, 10, 42, 50].forEach((edge, i) => {
      expect(found!.boxes.data[i]).to.be.closeTo(edge, 1e-4);
    });
    expect(() => decodeBoxes(tensor([1]), anchors)).to.throw(/offsets are \[\.\.\., 4\]/);
  });
});
