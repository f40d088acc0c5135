import { expect } from "chai";
import {
  anchorGrid,
  assignAnchors,
  averagePrecision,
  clipBoxes,
  decodeBoxes,
  encodeBoxes,
  fitAnchors,
  gradCheck,
  iou,
  iouLoss,
  meanAveragePrecision,
  nms,
  overlap,
  Random,
  slice,
  sum,
  type Tensor,
  tensor,
  toCentres,
  toCorners,
  valueAndGrad,
  zeros,
} from "../../../lib/index.ts";
import { readGolden } from "../golden/read.ts";

type Rows = number[][];
interface Golden {
  readonly iou: Record<"a" | "b" | "iou" | "giou" | "diou" | "ciou", Rows>;
  readonly iouLoss: Readonly<Record<"giou" | "diou" | "ciou", number>> & { readonly ciouGradient: Rows };
  readonly nms: {
    readonly boxes: Rows;
    readonly scores: number[];
    readonly kinds: number[];
    readonly kept: Record<string, number[]>;
    readonly byClass: number[];
  };
  readonly map: {
    readonly truth: { boxes: Rows; labels: number[] }[];
    readonly found: { boxes: Rows; labels: number[]; scores: number[] }[];
    readonly map: number;
    readonly map50: number;
    readonly map75: number;
    readonly byClass50: number[];
  };
}

const golden = readGolden<Golden>("vision");
const float64 = (values: Rows): Tensor => tensor(values, { dtype: "float64" });
const list = (values: Rows): Tensor =>
  tensor(Float64Array.from(values.flat()), { shape: [values.length, 4] });
const int = (values: readonly number[]): Tensor => tensor(Int32Array.from(values));
const close = (found: Tensor, expected: readonly number[], tolerance = 1e-12): void => {
  expect(found.size).to.equal(expected.length);
  found.data.forEach((value, i) => {
    expect(value).to.be.closeTo(expected[i]!, tolerance);
  });
};

describe("the overlap of boxes", () => {
  const { a, b } = golden.iou;

  it("equals torchvision's IoU, GIoU, DIoU and CIoU, every box with every other", () => {
    // torchvision adds 1e-7 below the fractions of DIoU and CIoU.
    const tolerance = { iou: 1e-12, giou: 1e-12, diou: 1e-9, ciou: 1e-7 };
    for (const kind of ["iou", "giou", "diou", "ciou"] as const) {
      close(iou(float64(a), float64(b), { kind }), golden.iou[kind].flat(), tolerance[kind]);
    }
  });

  it("is 1 for a box with itself, 0 apart and for boxes without area", () => {
    for (const kind of ["iou", "giou", "diou", "ciou"] as const) {
      close(overlap(float64(a), float64(a), { kind }), new Array(a.length).fill(1));
    }
    close(overlap(tensor([[0, 0, 1, 1]]), tensor([[1, 0, 2, 1]])), [0]);
    close(overlap(zeros([1, 4]), zeros([1, 4])), [0]);
    expect(iou(zeros([0, 4]), zeros([3, 4])).shape).to.deep.equal([0, 3]);
  });

  it("is a loss as torchvision's, with a gradient where boxes touch and where they do not", () => {
    const target = float64(b);
    for (const kind of ["giou", "diou"] as const) {
      const predicted = slice(float64(a), [0, 6]);
      expect(iouLoss(predicted, target, { kind }).item()).to.be.closeTo(golden.iouLoss[kind], 1e-12);
      gradCheck(({ p }) => iouLoss(p, target, { kind }), { p: predicted }).assert();
    }
    const near = tensor([[10, 10, 30, 32]], { dtype: "float64" });
    const with_ = tensor([[14, 9, 33, 30]], { dtype: "float64" });
    gradCheck(({ p }) => iouLoss(p, with_, { kind: "iou" }), { p: near }).assert();
  });

  it("is CIoU's loss and gradient as torchvision's, whose weight α counts as constant", () => {
    const [target, p] = [float64(b), slice(float64(a), [0, 6])];
    const loss = ({ p }: { readonly p: Tensor }): Tensor => iouLoss(p, target, { kind: "ciou" });
    const { value, grads } = valueAndGrad(loss, { p });
    // torchvision adds 1e-7 below c², even where eps is said to be 0.
    expect(value.item()).to.be.closeTo(golden.iouLoss.ciou, 1e-10);
    close(grads.p, golden.iouLoss.ciouGradient.flat(), 1e-10);
    // With α as it is at p, central differences agree: DIoU − αv, v written out once more.
    const angles = ({ data }: Tensor): number[] =>
      Array.from({ length: 6 }, (_, i) => {
        const [left = 0, top = 0, right = 0, bottom = 0] = data.subarray(4 * i, 4 * i + 4);
        return Math.atan((right - left) / (bottom - top));
      });
    const wanted = angles(target);
    const alpha = [...overlap(p, target).data].map((is, i) => {
      const v = (4 / Math.PI ** 2) * (wanted[i]! - angles(p)[i]!) ** 2;
      return v / (1 - is + v);
    });
    const at = ({ data }: Tensor): number => {
      const q = tensor(data, { shape: [6, 4] });
      const diou = overlap(q, target, { kind: "diou" }).data;
      const each = angles(q).map(
        (angle, i) => 1 - diou[i]! + alpha[i]! * (4 / Math.PI ** 2) * (wanted[i]! - angle) ** 2,
      );
      return each.reduce((sum, x) => sum + x) / 6;
    };
    grads.p.data.forEach((slope, i) => {
      const [more, less] = [1e-5, -1e-5].map((step) => {
        const moved = Float64Array.from(p.data);
        moved[i]! += step;
        return at(tensor(moved, { shape: [6, 4] }));
      });
      expect((more! - less!) / 2e-5).to.be.closeTo(slope, 1e-9);
    });
  });

  it("is finite, and so is its gradient, for boxes without area, width or height", () => {
    const flat = tensor([
      [3, 3, 3, 3],
      [0, 0, 0, 4],
      [0, 0, 4, 0],
      [5, 5, 2, 2],
    ]);
    for (const kind of ["iou", "giou", "diou", "ciou"] as const) {
      for (const other of [flat, tensor([[0, 0, 2, 3]])]) {
        const { value, grads } = valueAndGrad(({ flat }) => iouLoss(flat, other, { kind }), { flat });
        expect(Number.isFinite(value.item()), kind).to.equal(true);
        expect(grads.flat.data.every(Number.isFinite), kind).to.equal(true);
      }
    }
  });

  it("needs boxes", () => {
    expect(() => iou(zeros([3, 5]), zeros([2, 4]))).to.throw(/\[n, 4\].*\[3, 5\]/);
    expect(() => overlap(zeros([3, 4]), zeros([2, 4]))).to.throw(/overlap.*\[3, 4\].*\[2, 4\]/);
  });

  it("goes from corners to centres and back, and into the picture", () => {
    close(toCorners(toCentres(float64(a))), a.flat());
    close(clipBoxes(tensor([[-3, 2, 50, 60]]), [40, 30]), [0, 2, 30, 40]);
  });
});

describe("non-maximum suppression", () => {
  const { boxes, scores, kinds, kept, byClass } = golden.nms;

  it("keeps what torchvision keeps, in its order", () => {
    for (const [threshold, expected] of Object.entries(kept)) {
      const found = nms(float64(boxes), tensor(Float64Array.from(scores)), { threshold: Number(threshold) });
      expect([...found.data]).to.deep.equal(expected);
    }
  });

  it("leaves other classes alone", () => {
    const found = nms(float64(boxes), tensor(Float64Array.from(scores)), {
      threshold: 0.3,
      classes: int(kinds),
    });
    expect([...found.data]).to.deep.equal(byClass);
  });

  it("passes over low scores and stops at a limit", () => {
    const all = tensor(Float64Array.from(scores));
    const few = nms(float64(boxes), all, { limit: 3 });
    expect(few.size).to.equal(3);
    expect(nms(float64(boxes), all, { minScore: 2 }).size).to.equal(0);
    expect(() => nms(float64(boxes), all, { threshold: 50 })).to.throw(/from 0 to 1, not 50/);
    expect(() => nms(float64(boxes), zeros([3]))).to.throw(/scores have shape \[60\]/);
  });
});

describe("anchors", () => {
  it("stand in the middle of every cell", () => {
    const anchors = anchorGrid({
      grid: [2, 3],
      stride: 10,
      sizes: [
        [4, 6],
        [20, 2],
      ],
    });
    expect(anchors.shape).to.deep.equal([12, 4]);
    close(slice(anchors, [0, 3]), [3, 2, 7, 8, -5, 4, 15, 6, 13, 2, 17, 8], 1e-6);
  });

  it("answer for the box that they overlap most, each box having at least one", () => {
    const anchors = tensor([
      [0, 0, 10, 10],
      [0, 0, 10, 5],
      [50, 50, 60, 60],
      [80, 80, 90, 90],
      [0, 0, 10, 9],
    ]);
    const truth = tensor([
      [0, 0, 10, 10],
      [52, 52, 66, 66],
    ]);
    expect([...assignAnchors(anchors, truth, { positive: 0.7, negative: 0.4 }).data]).to.deep.equal([
      0, -2, 1, -1, 0,
    ]);
  });

  it("code boxes and get them back, with a gradient", () => {
    const [boxes, anchors] = [float64(golden.iou.a), float64(golden.nms.boxes.slice(0, golden.iou.a.length))];
    const variances = [0.1, 0.2] as const;
    const code = encodeBoxes(boxes, anchors, { variances });
    close(decodeBoxes(code, anchors, { variances }), golden.iou.a.flat(), 1e-10);
    close(encodeBoxes(boxes, boxes), new Array(boxes.size).fill(0));
    gradCheck(({ code }) => sum(decodeBoxes(code, anchors, { variances })), { code }).assert();
  });

  it("can be fitted to a set of boxes", () => {
    const random = new Random(3);
    const sides = Array.from({ length: 200 }, (_, i) =>
      (i % 2 === 0 ? [10, 30] : [50, 40]).map((side) => side * (0.9 + 0.2 * random.next())),
    );
    const { sizes, fit } = fitAnchors(tensor(sides), 2, random);
    close(sizes, [10, 30, 50, 40], 2);
    expect(fit).to.be.within(0.85, 1);
  });
});

describe("mean average precision", () => {
  const { truth, found, ...expected } = golden.map;
  const right = truth.map(({ boxes, labels }) => ({ boxes: list(boxes), labels: int(labels) }));
  const detections = found.map(({ boxes, labels, scores }) => ({
    boxes: list(boxes),
    labels: int(labels),
    scores: tensor(Float64Array.from(scores)),
  }));

  it("equals pycocotools", () => {
    const at = (thresholds?: number[]) =>
      meanAveragePrecision(detections, right, { classes: 3, ...(thresholds && { thresholds }) });
    expect(at()).to.be.closeTo(expected.map, 1e-9);
    expect(at([0.5])).to.be.closeTo(expected.map50, 1e-9);
    expect(at([0.75])).to.be.closeTo(expected.map75, 1e-9);
    expected.byClass50.forEach((value, label) => {
      expect(averagePrecision(detections, right, label).averagePrecision).to.be.closeTo(value, 1e-9);
    });
  });

  it("is the area under the steps, worked by hand: hit, miss, hit of two objects", () => {
    const one = [
      {
        boxes: tensor([
          [0, 0, 1, 1],
          [5, 5, 6, 6],
          [2, 2, 3, 3],
        ]),
        scores: tensor([0.9, 0.8, 0.7]),
        labels: int([0, 0, 0]),
      },
    ];
    const two = [
      {
        boxes: tensor([
          [0, 0, 1, 1],
          [2, 2, 3, 3],
        ]),
        labels: int([0, 0]),
      },
    ];
    const {
      precision,
      recall,
      averagePrecision: area,
    } = averagePrecision(one, two, 0, { interpolation: "area" });
    expect(precision).to.deep.equal([1, 1 / 2, 2 / 3]);
    expect(recall).to.deep.equal([1 / 2, 1 / 2, 1]);
    expect(area).to.be.closeTo(1 / 2 + 1 / 2 / 1.5, 1e-12);
    const eleven = averagePrecision(one, two, 0, { interpolation: 11 }).averagePrecision;
    expect(eleven).to.be.closeTo((6 + (5 * 2) / 3) / 11, 1e-12);
    expect(averagePrecision(one, two, 1).averagePrecision).to.be.NaN;
  });
});
