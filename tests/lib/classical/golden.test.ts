import { expect } from "chai";
import {
  kMeans,
  lda,
  linearSvm,
  pca,
  Random,
  softmax,
  type Tensor,
  tensor,
  tsne,
  tsneAffinities,
} from "../../../lib/index.ts";
import { readGolden } from "../golden/read.ts";
import { neighbourPurity, smallDigits } from "./digits.ts";

interface Stored {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

interface Golden {
  readonly pca: readonly {
    x: Stored;
    components: number;
    whiten: boolean;
    mean: Stored;
    directions: Stored;
    variance: number[];
    varianceShare: number[];
    scores: Stored;
    reconstructed: Stored;
  }[];
  readonly lda: readonly {
    x: Stored;
    labels: number[];
    scores: Stored;
    varianceShare: number[];
    probabilities: Stored;
  }[];
  readonly kMeans: readonly {
    x: Stored;
    start: Stored;
    centers: Stored;
    assignments: number[];
    inertia: number;
  }[];
  readonly kMeansSeeded: readonly { x: Stored; k: number; one: number; best: number }[];
  readonly svm: readonly {
    x: Stored;
    labels: number[];
    loss: "hinge" | "squared-hinge";
    cost: number;
    weights: Stored;
    bias: number[];
  }[];
  readonly affinities: readonly { x: Stored; perplexity: number; p: Stored }[];
  readonly tsne: readonly { each: number; method: "exact" | "barnes-hut"; divergence: number }[];
}

const golden = readGolden<Golden>("classical");
const float64 = ({ shape, values }: Stored): Tensor => tensor(Float64Array.from(values), { shape });
const int32 = (values: readonly number[]): Tensor => tensor([...values], { dtype: "int32" });

/** Equal to 1e-9 of the largest value. */
function near(ours: ArrayLike<number>, theirs: readonly number[], what: string, tolerance = 1e-9): void {
  expect(ours.length, what).to.equal(theirs.length);
  const scale = Math.max(1, ...theirs.map(Math.abs));
  theirs.forEach((value, i) => {
    expect(ours[i], `${what}[${i}]`).to.be.closeTo(value, tolerance * scale);
  });
}

/** Columns turned so that the largest entry of each is positive, as a direction's sign is nobody's choice. */
function upright(values: ArrayLike<number>, width: number): number[] {
  const signs = Array.from({ length: width }, (_, column) => {
    let largest = 0;
    for (let at = column; at < values.length; at += width) {
      if (Math.abs(values[at]!) > Math.abs(largest) * (1 + 1e-9)) largest = values[at]!;
    }
    return Math.sign(largest);
  });
  return Array.from(values, (value, at) => value * signs[at % width]!);
}

describe("classical methods equal scikit-learn's", () => {
  it("PCA, by singular values and by the covariance, whitened and not", () => {
    for (const one of golden.pca) {
      const x = float64(one.x);
      const found = pca(x, one);
      const rows = one.directions.shape[0]!;
      const width = x.shape[1]!;
      near(found.mean.data, one.mean.values, "mean");
      near(found.components.data.subarray(0, rows * width), one.directions.values, "components");
      near(found.variance, one.variance, "variance");
      near(found.varianceShare, one.varianceShare, "share of variance");
      const scores = found.project(x);
      if (rows === one.components) near(scores.data, one.scores.values, "scores");
      near(found.reconstruct(scores).data, one.reconstructed.values, "reconstruction");
    }
  });

  it("LDA: directions, shares and probabilities", () => {
    for (const one of golden.lda) {
      const x = float64(one.x);
      const found = lda(x, int32(one.labels));
      const scores = found.project(x);
      expect(scores.shape).to.deep.equal(one.scores.shape);
      near(upright(scores.data, scores.shape[1]!), upright(one.scores.values, scores.shape[1]!), "scores");
      near(found.varianceShare, one.varianceShare, "share of variance");
      near(softmax(found.logits(x)).data, one.probabilities.values, "probabilities");
    }
  });

  it("k-means from the same centers", () => {
    for (const one of golden.kMeans) {
      const k = one.start.shape[0]!;
      const found = kMeans(float64(one.x), k, { centers: float64(one.start) });
      near(found.centers.data, one.centers.values, "centers");
      expect([...found.assignments.data]).to.deep.equal(one.assignments);
      near([found.inertia], [one.inertia], "inertia");
    }
  });

  it("k-means from centers by chance: as good on average, from one start and from ten", () => {
    for (const { x, k, one, best } of golden.kMeansSeeded) {
      const mean = (starts: number, seeds: number): number => {
        let total = 0;
        for (let seed = 0; seed < seeds; seed++) {
          total += kMeans(float64(x), k, { random: new Random(seed), starts }).inertia / seeds;
        }
        return total;
      };
      expect(mean(1, 300)).to.be.closeTo(one, 0.01 * one);
      expect(mean(10, 40)).to.be.closeTo(best, 0.01 * best);
    }
  });

  it("linear SVM, hinge and squared hinge, to the precision of its own solver", () => {
    for (const { x, labels, loss, cost, weights, bias } of golden.svm) {
      const options = { loss, cost, random: new Random(1), tolerance: 1e-11, passes: 200_000 };
      const found = linearSvm(float64(x), int32(labels), options);
      near(found.weights.data, weights.values, `${loss} weights`, 1e-6);
      near(found.bias.data, bias, `${loss} bias`, 1e-6);
    }
  });

  it("t-SNE's affinities, with each row's width found to the last digit", () => {
    for (const { x, perplexity, p } of golden.affinities) {
      near(tsneAffinities(float64(x), { perplexity }).data, p.values, "affinities", 1e-10);
    }
  });

  for (const { each, method, divergence } of golden.tsne.filter((one) => one.each <= 50)) {
    it(`t-SNE of ${10 * each} digits, ${method}: a divergence within 5 % of scikit-learn's`, () => {
      const found = tsne(smallDigits(each), { method });
      expect(
        Math.abs(found.divergence / divergence - 1),
        `${found.divergence} for ${divergence}`,
      ).to.be.at.most(0.05);
      expect(neighbourPurity(found.map, each)).to.be.above(0.8);
    }).timeout(60_000);
  }
});
