import { expect } from "chai";
import {
  balancedTree,
  ClassSampler,
  cosineSimilarity,
  crossEntropy,
  exp,
  gradCheck,
  hierarchicalLogProbabilities,
  hierarchicalSoftmax,
  huffmanTree,
  linear,
  mul,
  negativeSampling,
  type Params,
  Random,
  sampledSoftmax,
  square,
  sum,
  type Tensor,
  tensor,
  transpose,
  valueAndGrad,
} from "../../../lib/index.ts";
import { readGolden } from "../golden/read.ts";

interface Stored {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

interface Case {
  readonly name: string;
  readonly loss: number;
  readonly params: Record<string, Stored>;
  readonly grads: Record<string, Stored>;
  readonly labels?: number[];
  readonly drawn?: number[];
  readonly classes?: number;
  readonly tries?: number;
}

const int32 = (values: readonly number[] = []): Tensor => tensor([...values], { dtype: "int32" });
const float64 = ({ shape, values }: Stored): Tensor => tensor(Float64Array.from(values), { shape });

const FUNCTIONS: Record<string, (params: Params, stored: Case) => Tensor> = {
  negativeSampling: ({ centers, contexts, negatives }) => negativeSampling(centers!, contexts!, negatives!),
  sampledSoftmax: ({ features, weights, bias }, { labels, drawn, classes, tries }) =>
    sampledSoftmax(features!, { weights: weights!, bias: bias! }, int32(labels), {
      classes: int32(drawn),
      chance: (c) => 1 - (1 - ClassSampler.logUniform(classes!).probabilities[c]!) ** tries!,
    }),
  hierarchicalSoftmax: ({ features, weights }, { labels, classes }) =>
    hierarchicalSoftmax(features!, weights!, int32(labels), balancedTree(classes!)),
  cosineSimilarity: ({ a, b }) => sum(square(cosineSimilarity(a!, b!))),
};

describe("the losses of large vocabularies", () => {
  for (const stored of readGolden<Case[]>("text")) {
    const params = Object.fromEntries(
      Object.entries(stored.params).map(([key, value]) => [key, float64(value)]),
    );
    const fn = (at: Params): Tensor => FUNCTIONS[stored.name]!(at, stored);

    it(`${stored.name} equals PyTorch's value and gradients`, () => {
      const { value, grads } = valueAndGrad(fn, params);
      expect(value.item()).to.be.closeTo(stored.loss, 1e-12);
      for (const [key, { values }] of Object.entries(stored.grads)) {
        const ours = grads[key]!.data;
        values.forEach((theirs, i) => {
          expect(ours[i], `${key}[${i}]`).to.be.closeTo(theirs, 1e-12);
        });
      }
    });

    it(`${stored.name} has the gradient that differences give`, () => {
      gradCheck(fn, params).assert();
    });
  }

  const random = new Random(12);
  const draw = (...shape: number[]): Tensor => random.normal(shape, { dtype: "float64" });

  it("the cosine does not depend on lengths, from the smallest float32 numbers to the greatest", () => {
    const directions = tensor([
      [3, 4, 0],
      [-4, 3, 0],
      [1, 1, 1],
      [0, 0, 0],
    ]);
    const wanted = cosineSimilarity(directions, directions).data;
    expect([wanted[0], wanted[15]]).to.deep.equal([1, 0]);
    for (const scale of [1e-45, 1e-42, 1e-38, 1e-25, 1e-20, 1e20, 1e25, 8e37]) {
      const scaled = mul(directions, scale);
      const slack = scale < 1e-40 ? 1e-3 : 1e-6; // there numbers have few digits
      cosineSimilarity(scaled, directions).data.forEach((value, i) => {
        expect(value, `${scale}, ${i}`).to.be.closeTo(wanted[i]!, slack);
      });
    }
    const slopes = (scale: number) =>
      valueAndGrad(({ a }) => sum(square(cosineSimilarity(a, directions))), { a: mul(directions, scale) })
        .grads.a;
    const [plain, small] = [slopes(1), mul(slopes(1e-25), 1e-25)];
    small.data.forEach((value, i) => void expect(value, String(i)).to.be.closeTo(plain.data[i]!, 1e-6));
  });

  it("negative sampling stays a number where float32 products of long vectors are none", () => {
    const at = (length: number, dtype: "float32" | "float64") => {
      const [v, u] = [tensor([[length, length]], { dtype }), tensor([[length, -length]], { dtype })];
      const drawn = tensor(
        [
          [
            [-length, length],
            [-length, -length],
          ],
        ],
        { dtype },
      );
      return valueAndGrad(({ v, u, drawn }) => negativeSampling(v, u, drawn), { v, u, drawn });
    };
    for (const length of [1, 1e18, 1e25, 1e38]) {
      const [single, double] = [at(length, "float32"), at(length, "float64")];
      expect(single.value.dtype).to.equal("float32");
      expect(single.value.item(), String(length)).to.be.closeTo(double.value.item(), 1e-6);
      for (const name of ["v", "u", "drawn"] as const) {
        single.grads[name].data.forEach((g, i) => {
          expect(g, `${name}[${i}] at ${length}`).to.be.closeTo(double.grads[name].data[i]!, 1e-6 * length);
        });
      }
    }
  });

  it("sampled softmax is the whole softmax when every class stands in once", () => {
    const [h, weights, bias] = [draw(5, 3), draw(8, 3), draw(8)];
    const labels = int32([0, 7, 3, 3, 5]);
    const whole = crossEntropy(linear(h, transpose(weights), bias), labels);
    const sampled = sampledSoftmax(h, { weights, bias }, labels, {
      classes: int32([0, 1, 2, 3, 4, 5, 6, 7]),
    });
    expect(sampled.item()).to.be.closeTo(whole.item(), 1e-12);
  });

  it("sampled softmax comes nearer to the whole one the more classes are drawn", () => {
    const [h, weights, bias] = [draw(20, 4), draw(50, 4), draw(50)];
    const labels = random.integers([20], { high: 50 });
    const whole = crossEntropy(linear(h, transpose(weights), bias), labels).item();
    const sampler = ClassSampler.logUniform(50);
    const off = (count: number): number => {
      let total = 0;
      for (let i = 0; i < 30; i++) {
        const drawn = sampler.drawDistinct(count, random);
        total += sampledSoftmax(h, { weights, bias }, labels, drawn).item();
      }
      return Math.abs(total / 30 - whole);
    };
    const [few, more, most] = [off(5), off(25), off(48)];
    expect(more).to.be.below(few);
    expect(most).to.be.below(more).and.below(0.1);
    expect(() => sampler.drawDistinct(51, random)).to.throw(
      "from 1 to 50 different classes can be drawn, not 51",
    );
  });

  it("the classes of a hierarchical softmax sum to 1, and each is its loss", () => {
    const counts = [40, 1, 7, 12, 30, 2, 2, 9, 60];
    for (const tree of [huffmanTree(counts), balancedTree(9), balancedTree(2), huffmanTree([1, 5])]) {
      const [h, w] = [draw(4, 3), draw(tree.nodes, 3)];
      const logs = hierarchicalLogProbabilities(h, w, tree);
      for (const total of sum(exp(logs), { axis: -1 }).data) expect(total).to.be.closeTo(1, 1e-12);
      const classes = tree.nodes + 1;
      const labels = int32([0, 1, 1, classes - 1]);
      const mean = [...labels.data].reduce((all, c, n) => all - logs.data[n * classes + c]! / 4, 0);
      expect(hierarchicalSoftmax(h, w, labels, tree).item()).to.be.closeTo(mean, 1e-12);
    }
  });

  it("a balanced tree has ways of one length, or one longer, and its root is the last node", () => {
    for (const classes of [2, 3, 64, 300]) {
      const { nodes, paths, turns } = balancedTree(classes);
      const ways = turns.toArray() as number[][];
      const lengths = new Set(ways.map((way) => way.filter((turn) => turn !== 0).length));
      expect(nodes).to.equal(classes - 1);
      expect(Math.max(...lengths) - Math.min(...lengths)).to.equal(Math.log2(classes) % 1 === 0 ? 0 : 1);
      for (const path of paths.toArray() as number[][]) expect(path[0]).to.equal(nodes - 1);
    }
  });

  it("trees hold as many classes as a language has words", () => {
    expect(balancedTree(200_000).paths.shape).to.deep.equal([200_000, 18]);
    const { nodes } = huffmanTree(Float64Array.from({ length: 200_000 }, (_, i) => 1 / (i + 1)));
    expect(nodes).to.equal(199_999);
  });

  it("name the shapes that do not go together", () => {
    const [h, w] = [draw(2, 3), draw(4, 3)];
    expect(() => hierarchicalLogProbabilities(h, w, balancedTree(4))).to.throw("[3, features] would fit");
    expect(() => negativeSampling(h, h, w)).to.throw(
      "negativeSampling: centers [2, 3], contexts [2, 3] and negatives [4, 3]",
    );
    expect(() =>
      sampledSoftmax(h, { weights: w, bias: draw(3) }, int32([0, 1]), { classes: int32([1]) }),
    ).to.throw("weights [4, 3] and bias [3] do not go together");
    expect(() => balancedTree(1)).to.throw("1 classes leave nothing to decide; it takes 2 or more");
  });
});
