import { expect } from "chai";
import { affinities } from "../../../lib/classical/affinities.ts";
import { pointsOf } from "../../../lib/classical/points.ts";
import { divergenceOf, gradientOf } from "../../../lib/classical/tsne.ts";
import {
  accuracy,
  adam,
  argmax,
  discountedReturns,
  epsilonGreedy,
  grad,
  gradCheck,
  gradientBandit,
  kMeans,
  lda,
  linearSvm,
  matmul,
  mean,
  oneHot,
  pca,
  playBandit,
  policyGradientLoss,
  Random,
  slice,
  square,
  sub,
  sum,
  svd,
  type Tensor,
  tensor,
  tsne,
  tsneAffinities,
  tsneLoss,
  upperConfidenceBound,
} from "../../../lib/index.ts";

/** Three groups on a plane. */
function groups(random: Random, each = 30): { x: Tensor; labels: Tensor } {
  const centers = [0, 0, 8, 0, 0, 8];
  const noise = random.normal([3 * each, 2], { dtype: "float64" }).data;
  const x = Float64Array.from(
    noise,
    (value, at) => value + centers[2 * (Math.floor(at / 2) % 3) + (at % 2)]!,
  );
  const labels = Int32Array.from({ length: 3 * each }, (_, i) => i % 3);
  return { x: tensor(x, { shape: [3 * each, 2] }), labels: tensor(labels) };
}

describe("finding structure", () => {
  const { x, labels } = groups(new Random(1));

  it("k-means finds groups from any seed, and assigns others to them", () => {
    for (let seed = 0; seed < 5; seed++) {
      const { assignments, assign, inertia } = kMeans(x, 3, { random: new Random(seed) });
      const kinds = [0, 1, 2].map((c) => new Set([...assignments.data].filter((_, i) => i % 3 === c)));
      expect(kinds.map(({ size }) => size)).to.deep.equal([1, 1, 1]);
      expect(inertia).to.be.below(240);
      expect([...assign(x).data]).to.deep.equal([...assignments.data]);
    }
  });

  it("k-means takes examples that are all alike, and as many groups as examples", () => {
    expect(kMeans(tensor([[1], [1], [1]]), 2, { random: new Random(1) }).inertia).to.equal(0);
    expect(kMeans(x, 90, { random: new Random(1), starts: 1 }).inertia).to.be.closeTo(0, 1e-12);
    expect(() => kMeans(x, 91, { random: new Random(1) })).to.throw(
      "90 examples make 1 to 90 groups, not 91",
    );
    const random = new Random(1);
    expect(() => kMeans(x, 2, { random, starts: 0 })).to.throw(
      "starts is 0 and iterations 300; both are whole",
    );
    expect(() => kMeans(x, 2, { random, iterations: Number.NaN })).to.throw("iterations NaN");
    expect(() => kMeans(x, 2, {})).to.throw("give `random` to start by chance, or `centers`");
  });

  it("a linear SVM and LDA tell groups apart", () => {
    const other = groups(new Random(2));
    const svm = linearSvm(x, labels, { random: new Random(3) });
    expect(accuracy(other.labels, svm.predict(other.x))).to.be.above(0.95);
    expect(accuracy(other.labels, lda(x, labels).predict(other.x))).to.be.above(0.95);
  });

  it("PCA keeps what varies and can be differentiated through", () => {
    const found = pca(x, { components: 1 });
    expect(found.varianceShare[0]).to.be.above(0.5);
    gradCheck(({ z }) => sum(square(found.project(z))), { z: slice(x, [0, 5]) }).assert();
    const white = pca(x, { whiten: true });
    const { data } = mean(square(white.project(x)), { axis: 0 });
    for (const variance of data) expect(variance).to.be.closeTo(89 / 90, 1e-12);
  });

  it("finds the same components by products as by singular values, of few examples and of many", () => {
    for (const shape of [
      [80, 120],
      [120, 80],
    ]) {
      const x = new Random(4).normal(shape, { dtype: "float64" });
      const centred = sub(x, mean(x, { axis: 0 }));
      const { S, Vt } = svd(centred);
      const { components, variance } = pca(x, { components: 10 });
      expect(variance.length).to.equal(10);
      for (let i = 0; i < 10; i++) {
        expect(variance[i]).to.be.closeTo(S.data[i]! ** 2 / (shape[0]! - 1), 1e-12);
        const along = matmul(slice(components, [i, i + 1]), slice(Vt, [i, i + 1]), {
          transposeB: true,
        }).item();
        expect(Math.abs(along)).to.be.closeTo(1, 1e-10);
      }
    }
  });

  it("say what they need", () => {
    expect(() => pca(tensor([[1, 2]]))).to.throw(
      "pca: examples are [n, features] with n of 2 or more; these are [1, 2]",
    );
    expect(() => pca(x, { components: 3 })).to.throw("1 to 2 components, not 3");
    expect(() => pca(x).project(tensor([[1]]))).to.throw(
      "fitted to 2 features, and these examples are [1, 1]",
    );
    expect(() => lda(x, tensor([0, 1], { dtype: "int32" }))).to.throw("90 examples need labels int32 [90]");
    expect(() =>
      pca(
        tensor([
          [1, Number.NaN],
          [0, 0],
        ]),
      ),
    ).to.throw("feature 1 of example 0 is NaN");
    expect(() => tsne(x, { perplexity: 100 })).to.throw("the perplexity is about the number of neighbours");
  });
});

describe("t-SNE", () => {
  const random = new Random(4);
  const x = random.normal([25, 4], { dtype: "float64" });
  const y = random.normal([25, 2], { dtype: "float64" });
  const P = tsneAffinities(x, { perplexity: 6 });

  it("has affinities that are symmetric and sum to 1", () => {
    expect([...P.data].reduce((all, p) => all + p, 0)).to.be.closeTo(1, 1e-12);
    for (let i = 0; i < 25; i++)
      for (let j = 0; j < i; j++) expect(P.data[i * 25 + j]).to.equal(P.data[j * 25 + i]);
  });

  it("has a loss whose gradient is right", () => {
    gradCheck(({ at }) => tsneLoss(at, P), { at: y }).assert();
  });

  const sparse = affinities("tsne", pointsOf("tsne", x), 6, 24);
  const written = (angle?: number): { gradient: Float64Array; divergence: number } => {
    const gradient = new Float64Array(50);
    const at = Float64Array.from(y.data);
    const total = gradientOf(at, sparse, 1, angle, gradient);
    return { divergence: divergenceOf(at, sparse, total), gradient };
  };

  it("has the same gradient written out", () => {
    const { gradient, divergence } = written();
    const ours = grad(({ at }) => tsneLoss(at, P), { at: y }).at.data;
    expect(divergence).to.be.closeTo(tsneLoss(y, P).item(), 1e-12);
    gradient.forEach((value, i) => {
      expect(value).to.be.closeTo(ours[i]!, 1e-12);
    });
  });

  it("has the same gradient by the tree, exactly with angle 0, nearly with 0.5", () => {
    const exact = written().gradient;
    const length = Math.hypot(...exact);
    const off = (angle: number): number =>
      Math.hypot(...written(angle).gradient.map((g, i) => g - exact[i]!)) / length;
    expect(off(0)).to.be.below(1e-12);
    expect(off(0.5)).to.be.within(1e-6, 0.05);
  });

  it("by the tree counts points that lie on each other", () => {
    const same = Float64Array.from([0, 0, 0, 0, 0, 0, 1, 2, 1, 2, 1e-18, 0]);
    const none = { starts: new Int32Array(7), partners: new Int32Array(0), values: new Float64Array(0) };
    const [exact, tree] = [new Float64Array(12), new Float64Array(12)];
    gradientOf(same, none, 1, undefined, exact);
    gradientOf(same, none, 1, 0.5, tree);
    tree.forEach((value, i) => {
      expect(value).to.be.closeTo(exact[i]!, 1e-12);
    });
  });

  it("keeps groups together, from a random start too", () => {
    const { x: points, labels } = groups(random, 20);
    const { map } = tsne(points, { perplexity: 10, steps: 400, random: new Random(1) });
    const { assignments } = kMeans(map, 3, { random });
    const kinds = [0, 1, 2].map((c) => new Set([...assignments.data].filter((_, i) => labels.data[i] === c)));
    expect(kinds.map(({ size }) => size)).to.deep.equal([1, 1, 1]);
  });
});

describe("a taste of reinforcement learning", () => {
  it("policies that learn regret less than chance, and come to prefer the best arm", () => {
    const means = [0, 0.2, 0.4, 1.2];
    const steps = 2000;
    const chance = 0.75 * steps;
    for (const policy of [epsilonGreedy(4, 0.1), upperConfidenceBound(4), gradientBandit(4, 0.1)]) {
      const { regret, choices } = playBandit(means, policy, { steps, random: new Random(5) });
      expect(regret).to.be.below(chance / 3);
      expect(choices.subarray(-500).filter((arm) => arm === 3).length).to.be.above(400);
    }
  });

  it("returns add up what comes later", () => {
    expect([...discountedReturns([0, 0, 1], 0.5)]).to.deep.equal([0.25, 0.5, 1]);
    expect([...discountedReturns([], 0.9)]).to.deep.equal([]);
  });

  it("the policy gradient's loss has the right gradient", () => {
    const random = new Random(6);
    const logits = random.normal([7, 3], { dtype: "float64" });
    const actions = random.integers([7], { high: 3 });
    const advantages = random.normal([7], { dtype: "float64" });
    gradCheck(({ z }) => policyGradientLoss(z, actions, advantages), { z: logits }).assert();
    expect(() => policyGradientLoss(logits, actions, tensor([1]))).to.throw(
      "advantages [1] must be [N, actions], [N] and [N]",
    );
  });

  it("the policy gradient learns to walk down a corridor", () => {
    // Five places; right is 1, left is 0; the goal is behind the last place.
    const random = new Random(7);
    const params = { W: tensor(new Float32Array(10), { shape: [5, 2] }) };
    const optimizer = adam({ rate: 0.1 });
    const places = oneHot(tensor([0, 1, 2, 3, 4], { dtype: "int32" }), 5);
    for (let episode = 0; episode < 80; episode++) {
      const [seen, actions]: [number[], number[]] = [[], []];
      const policy = params.W.data;
      for (let place = 0; place < 5 && seen.length < 40; ) {
        const action = random.categorical(tensor([policy[2 * place]!, policy[2 * place + 1]!])).item();
        seen.push(place);
        actions.push(action);
        place = Math.max(0, place + 2 * action - 1);
      }
      const returns = discountedReturns(
        seen.map(() => -1),
        1,
      );
      const usual = returns.reduce((all, value) => all + value, 0) / returns.length;
      const states = oneHot(tensor(seen, { dtype: "int32" }), 5);
      const taken = tensor(actions, { dtype: "int32" });
      const advantages = tensor(Float32Array.from(returns, (value) => value - Math.min(usual, -8)));
      optimizer.step(
        params,
        grad(({ W }) => policyGradientLoss(matmul(states, W), taken, advantages), params),
      );
    }
    expect([...argmax(matmul(places, params.W)).data]).to.deep.equal([1, 1, 1, 1, 1]);
  });
});
