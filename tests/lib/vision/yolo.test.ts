import { expect } from "chai";
import {
  decodeBoxes,
  gradCheck,
  nn,
  Random,
  reshape,
  ssdDetect,
  type Tensor,
  tensor,
  valueAndGrad,
  yoloDecode,
  yoloDetect,
  yoloLoss,
  yoloTargets,
  zeros,
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

  describe("with the rule that what overlaps a true box is not punished", () => {
    // Two cells of 10, anchors of 10×10: the truth [1, 11] × [0, 10] is the first cell's. With t_x = −ln 9 the second
    // predicts [6, 16] × [0, 10], whose IoU is 50/150, and both are as sure as not that there is something.
    const one = { anchors: [[10, 10]], stride: 10, classes: 1 } as const;
    const box = { boxes: tensor([[1, 0, 11, 10]]), labels: tensor([0], { dtype: "int32" }) };
    const none = { boxes: zeros([0, 4]), labels: zeros([0], "int32") };
    const twoCells = [0, 0, 0, 0, 0, 0, -Math.log(9), 0, 0, 0, 0, 0];
    const raw = tensor(Float64Array.from([...twoCells, ...twoCells]), { shape: [2, 1, 2, 6] });
    const targets = yoloTargets([box, none], [1, 2], one);
    const parts = { coordinates: 0, background: 1 };
    const loss = (ignoreAbove?: number): number =>
      yoloLoss(raw, targets, one, { ...parts, ...(ignoreAbove !== undefined && { ignoreAbove }) }).item();

    it("counts an object once, and empty cells where they overlap by no more than the threshold", () => {
      // The first picture: ln 2 for the object, ln 2 for the second cell; the second: ln 2 for each. A mean of pictures.
      expect(loss()).to.be.closeTo((4 * Math.LN2) / 2, 1e-12);
      expect(loss(0.34)).to.be.closeTo((4 * Math.LN2) / 2, 1e-12);
      expect(loss(0.33)).to.be.closeTo((3 * Math.LN2) / 2, 1e-12);
      expect(loss(1)).to.equal(loss());
      // The cell that answers is never left out, however well it fits.
      expect(loss(0)).to.be.closeTo((3 * Math.LN2) / 2, 1e-12);
    });

    it("is above, not at, the threshold", () => {
      // The second cell predicts [0, 20] × [0, 10], the truth is [0, 10] × [0, 10]: an IoU of exactly 1/2.
      const exact = { ...box, boxes: tensor([[0, 0, 10, 10]]) };
      const cells = tensor(Float64Array.from([0, 0, 0, 0, 0, 0, -1e3, 0, 0, 0, 0, 0]), {
        shape: [1, 1, 2, 6],
      });
      const wide = { ...one, anchors: [[20, 10]] } as const;
      const at = (ignoreAbove: number): number =>
        yoloLoss(cells, yoloTargets([exact], [1, 2], wide), wide, { ...parts, ignoreAbove }).item();
      expect(at(0.5)).to.be.closeTo(2 * Math.LN2, 1e-12);
      expect(at(0.49)).to.be.closeTo(Math.LN2, 1e-12);
    });

    it("has a gradient, none for the confidence that is left out", () => {
      const { grads } = valueAndGrad(({ raw }) => yoloLoss(raw, targets, one, { ignoreAbove: 0.3 }), { raw });
      expect(grads.raw.data[10]).to.equal(0);
      expect(grads.raw.data[22]).to.be.closeTo(0.5 / 2 / 2, 1e-12);
      const random = new Random(3).normal([2, 4, 4, 16], { dtype: "float64" });
      const many = yoloTargets(truth, [4, 4], head);
      gradCheck(({ x }) => yoloLoss(x, many, head, { ignoreAbove: 0.3 }), { x: random }).assert();
    });

    it("needs an IoU, and the boxes", () => {
      expect(() => loss(50)).to.throw("ignoreAbove is an IoU, from 0 to 1, not 50");
      const { truth: _, ...bare } = targets;
      expect(() => yoloLoss(raw, bare, one, { ignoreAbove: 0.5 })).to.throw(
        "2 lists, one a picture, and are 0; yoloTargets gives them",
      );
    });
  });

  it("takes what models.yoloHead gives, with the anchors in an axis of their own", () => {
    const random = new Random(5);
    const features = random.normal([2, 4, 4, 6]);
    const model = nn.models.yoloHead({ anchors: 2, classes: 3 });
    const raw = nn.predict(model, nn.initialize(model, features.shape), features);
    const flat = reshape(raw, [2, 4, 4, 16]);
    expect(yoloDecode(raw, head).boxes.data).to.deep.equal(yoloDecode(flat, head).boxes.data);
    const targets = yoloTargets(truth, [4, 4], head);
    expect(yoloLoss(raw, targets, head).item()).to.equal(yoloLoss(flat, targets, head).item());
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
