import { expect } from "chai";
import {
  batchNorm,
  batchNormInference,
  grad,
  groupNorm,
  instanceNorm,
  layerNorm,
  localResponseNorm,
  mean,
  mul,
  Random,
  type Statistics,
  sum,
  type Tensor,
  tensor,
  variance,
  zeros,
} from "../../../lib/index.ts";

const images = new Random(3).normal([4, 6, 5, 8], { mean: 3, std: 2 });
const expectAll = (x: Tensor, wanted: number, within: number): void => {
  for (const value of x.data) expect(value).to.be.closeTo(wanted, within);
};

describe("norms", () => {
  it("bring what they fold to mean 0 and variance 1", () => {
    for (const [y, axis] of [
      [batchNorm(images).y, [0, 1, 2]],
      [layerNorm(images), [3]],
      [instanceNorm(images), [1, 2]],
      [groupNorm(images, 1), [1, 2, 3]],
    ] as const) {
      expectAll(mean(y, { axis }), 0, 1e-5);
      expectAll(variance(y, { axis }), 1, 1e-3);
    }
  });

  it("scale and shift by gamma and beta, one a channel", () => {
    const gamma = tensor([1, 2, 3, 4, 5, 6, 7, 8]);
    const beta = tensor([8, 7, 6, 5, 4, 3, 2, 1]);
    for (const y of [batchNorm(images, { gamma, beta }).y, instanceNorm(images, { gamma, beta })]) {
      const means = mean(y, { axis: [0, 1, 2] });
      beta.data.forEach((wanted, c) => {
        expect(means.data[c]).to.be.closeTo(wanted, 1e-4);
      });
    }
  });

  it("give beta where there is nothing to compare with", () => {
    const beta = tensor([5, 6]);
    expect(instanceNorm(tensor([[1, 2]]), { beta }).toArray()).to.deep.equal([[5, 6]]);
    expect(batchNorm(tensor([[1, 2]]), { beta }).y.toArray()).to.deep.equal([[5, 6]]);
    expect(layerNorm(tensor([[3], [4]])).toArray()).to.deep.equal([[0], [0]]);
  });

  it("take a batch of none, but batch norm in training", () => {
    expect(layerNorm(zeros([0, 3])).shape).to.deep.equal([0, 3]);
    expect(groupNorm(zeros([0, 2, 4]), 2).shape).to.deep.equal([0, 2, 4]);
    expect(() => batchNorm(zeros([0, 4]))).to.throw("batchNorm: a batch of shape [0, 4] is empty");
  });

  it("say what fits", () => {
    const x = zeros([2, 6]);
    expect(() => layerNorm(x, { gamma: zeros([2]) })).to.throw(
      "layerNorm: gamma has shape [2] and x [2, 6]; gamma holds one number for each of the 6 channels of the last axis",
    );
    expect(() => layerNorm(x, { beta: zeros([6], "float64") })).to.throw(
      "beta is float64 and x is float32; cast one",
    );
    expect(() => layerNorm(x, { epsilon: 0 })).to.throw("layerNorm: epsilon is 0; it must be above 0");
    expect(() => layerNorm(zeros([]))).to.throw("layerNorm: x has shape []");
    expect(() => layerNorm(zeros([2, 3], "int32"))).to.throw(
      "layerNorm: x is int32; cast it to float32 first",
    );
    expect(() => groupNorm(x, 4)).to.throw(
      "groupNorm: the 6 channels of [2, 6] do not divide into 4 groups; 1, 2, 3, 6 would fit",
    );
    expect(() => instanceNorm(zeros([2, 0, 3]))).to.throw(
      "instanceNorm: the examples of shape [2, 0, 3] have no places",
    );
    expect(() => groupNorm(zeros([5]), 1)).to.throw("groupNorm: x has shape [5]; it takes [n, …, channels]");
    expect(() => batchNorm(zeros([2, 0]))).to.throw("batchNorm: x has shape [2, 0]");
  });
});

describe("batchNorm", () => {
  it("keeps running statistics that end where the data's are", () => {
    const random = new Random(1);
    let running: Statistics | undefined;
    for (let step = 0; step < 200; step++) {
      const x = random.normal([64, 3], { mean: 5, std: 2 });
      ({ running } = batchNorm(x, running === undefined ? {} : { running }));
    }
    expectAll(running!.mean, 5, 0.3);
    expectAll(running!.variance, 4, 0.6);
  });

  it("counts the running variance with n − 1, and mixes by the momentum", () => {
    const x = tensor([[0], [2]], { dtype: "float64" });
    expect(batchNorm(x).running.variance.toArray()).to.deep.equal([2]);
    const before = {
      mean: tensor([3], { dtype: "float64" }),
      variance: tensor([10], { dtype: "float64" }),
    };
    const { running } = batchNorm(x, { running: before, momentum: 0.25 });
    expect(running.mean.toArray()).to.deep.equal([2.5]);
    expect(running.variance.toArray()).to.deep.equal([8]);
    expect(before.mean.toArray()).to.deep.equal([3]);
  });

  it("gives, with the batch's own statistics, in inference what it gave in training", () => {
    const statistics = {
      mean: mean(images, { axis: [0, 1, 2] }),
      variance: variance(images, { axis: [0, 1, 2] }),
    };
    const [trained, given] = [batchNorm(images).y, batchNormInference(images, statistics)];
    trained.data.forEach((value, i) => {
      expect(given.data[i]).to.be.closeTo(value, 1e-5);
    });
  });

  it("keeps statistics that outlive the gradient, of many channels too", () => {
    const x = new Random(2).normal([4, 600]);
    const kept: Statistics[] = [];
    grad(
      ({ x }) => {
        const { y, running } = batchNorm(x);
        kept.push(running);
        return sum(mul(y, y));
      },
      { x },
    );
    expect(kept[0]!.mean.data).to.have.length(600);
  });

  it("says what running statistics and momentum must be", () => {
    const x = zeros([2, 3]);
    const wrong = { mean: zeros([2]), variance: zeros([3]) };
    expect(() => batchNorm(x, { running: wrong })).to.throw(
      "batchNorm: the running mean has shape [2] and x [2, 3]",
    );
    expect(() => batchNormInference(x, wrong)).to.throw("batchNormInference: the running mean has shape [2]");
    expect(() => batchNorm(x, { momentum: 1.5 })).to.throw("batchNorm: momentum is 1.5; it must be from 0");
  });
});

describe("localResponseNorm", () => {
  it("divides by the squares of the neighbours, in the paper's letters", () => {
    const y = localResponseNorm(tensor([[1, 2, 3]], { dtype: "float64" }), {
      size: 3,
      k: 1,
      alpha: 1,
      beta: 1,
    });
    expect(y.toArray()).to.deep.equal([[1 / 6, 2 / 15, 3 / 14]]);
  });

  it("says what its constants must be", () => {
    const x = zeros([1, 3]);
    expect(() => localResponseNorm(x, { size: 0 })).to.throw(
      "localResponseNorm: size is 0; it counts channels",
    );
    expect(() => localResponseNorm(x, { k: 0 })).to.throw("k must be above 0");
    expect(() => localResponseNorm(zeros([3]))).to.throw(
      "localResponseNorm: x has shape [3]; it takes [n, …, channels]",
    );
  });
});
