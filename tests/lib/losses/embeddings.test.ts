import { expect } from "chai";
import {
  batchTripletLoss,
  contrastive,
  diceLoss,
  grad,
  gradCheck,
  mineTriplets,
  oneHot,
  Random,
  softmax,
  type Tensor,
  tensor,
  tripletLoss,
  zeros,
} from "../../../lib/index.ts";
import { readGolden } from "../golden/read.ts";

interface WithGradient {
  readonly loss: number;
  readonly gradient: number[][];
}
interface Golden {
  readonly losses: {
    readonly [K in "x" | "y" | "z"]: number[][];
  } & { readonly same: number[]; readonly triplet: WithGradient; readonly contrastive: WithGradient };
}

const { losses } = readGolden<Golden>("vision");
const [x, y, z] = [losses.x, losses.y, losses.z].map((rows) => tensor(rows, { dtype: "float64" })) as [
  Tensor,
  Tensor,
  Tensor,
];
const same = tensor(losses.same, { dtype: "float64" });

describe("losses of embeddings", () => {
  it("equal PyTorch's, with their gradients", () => {
    for (const [loss, expected] of [
      [(x: Tensor) => tripletLoss(x, y, z, { margin: 0.7 }), losses.triplet],
      [(x: Tensor) => contrastive(x, y, same, { margin: 4 }), losses.contrastive],
    ] as const) {
      expect(loss(x).item()).to.be.closeTo(expected.loss, 1e-9);
      grad(({ x }) => loss(x), { x }).x.data.forEach((value, i) => {
        expect(value).to.be.closeTo(expected.gradient.flat()[i]!, 1e-9);
      });
      gradCheck(({ x }) => loss(x), { x }).assert();
    }
  });

  it("keep a finite gradient where two embeddings are equal", () => {
    const { a } = grad(({ a }) => contrastive(a, x, zeros([6], "float64")), { a: x });
    expect(a.data.every(Number.isFinite)).to.equal(true);
  });

  it("mine the furthest of one's kind and the nearest of another", () => {
    const line = tensor([[0], [1], [4], [2], [6]], { dtype: "float64" });
    const labels = tensor([0, 0, 0, 1, 1], { dtype: "int32" });
    const { anchors, positives, negatives } = mineTriplets(line, labels);
    expect([...anchors.data]).to.deep.equal([0, 1, 2, 3, 4]);
    expect([...positives.data]).to.deep.equal([2, 2, 0, 4, 3]);
    expect([...negatives.data]).to.deep.equal([3, 3, 3, 1, 2]);
    expect(mineTriplets(line, labels, { mining: "all" }).anchors.size).to.equal(6 * 2 + 2 * 3);
    const semi = mineTriplets(line, labels, { mining: "semi-hard", margin: 4 });
    expect(
      [...semi.anchors.data].map((a, i) => [a, semi.positives.data[i], semi.negatives.data[i]]),
    ).to.deep.equal([[0, 1, 3]]);
  });

  it("have the gradient of a whole batch, and none where there are no triplets", () => {
    const embeddings = new Random(6).normal([8, 3], { dtype: "float64" });
    const labels = tensor([0, 1, 0, 1, 2, 2, 0, 1], { dtype: "int32" });
    for (const mining of ["all", "semi-hard", "hardest"] as const) {
      gradCheck(({ e }) => batchTripletLoss(e, labels, { mining, margin: 1 }), { e: embeddings }).assert();
    }
    expect(batchTripletLoss(embeddings, tensor(new Int32Array(8))).item()).to.equal(0);
    expect(() => mineTriplets(embeddings, tensor(new Int32Array(3)))).to.throw(/labels \[n\].*\[3\]/);
  });
});

describe("the dice loss", () => {
  const masks = oneHot(tensor([[0, 1, 1, 2]], { dtype: "int32" }), 3);

  it("is 0 for the right masks, and worked by hand else", () => {
    expect(diceLoss(masks, masks).item()).to.be.closeTo(0, 1e-7);
    const uniform = tensor(new Float32Array(12).fill(1 / 3), { shape: [1, 4, 3] });
    const classes = [1, 2, 1].map((n) => 1 - ((2 * n) / 3 + 1) / (4 / 3 + n + 1));
    expect(diceLoss(uniform, masks).item()).to.be.closeTo(
      (classes[0]! + classes[1]! + classes[2]!) / 3,
      1e-6,
    );
  });

  it("has its gradient through softmax", () => {
    const logits = new Random(7).normal([1, 4, 3], { dtype: "float64" });
    gradCheck(({ logits }) => diceLoss(softmax(logits), masks), { logits }).assert();
    expect(() => diceLoss(zeros([2, 3]), masks)).to.throw(/diceLoss.*\[2, 3\]/);
  });
});
