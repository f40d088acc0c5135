import { expect } from "chai";
import {
  crossEntropy,
  gradCheck,
  hierarchicalLogProbability,
  hierarchicalSoftmax,
  huffmanTree,
  pathLogProbability,
  Random,
  tensor,
  zeros,
} from "../../../lib/index.ts";

const int = (values: number[] | number[][]) => tensor(values, { dtype: "int32" });
const lengths = ({ turns }: { turns: { toArray(): unknown } }): number[] =>
  (turns.toArray() as number[][]).map((way) => way.filter((turn) => turn !== 0).length);

describe("huffmanTree", () => {
  it("gives frequent classes short paths", () => {
    // The textbook's example (Cormen et al., Introduction to Algorithms, 16.3).
    expect(lengths(huffmanTree([45, 13, 12, 16, 9, 5]))).to.deep.equal([1, 3, 3, 3, 4, 4]);
    expect(huffmanTree([5, 1, 1]).turns.toArray()).to.deep.equal([
      [1, 0],
      [-1, -1],
      [-1, 1],
    ]);
  });

  it("has one inner node fewer than classes, the root last, and paths that no other begins with", () => {
    const tree = huffmanTree(Array.from({ length: 50 }, (_, i) => 1000 / (i + 1)));
    expect(tree.nodes).to.equal(49);
    expect(new Set(tree.paths.data).size).to.equal(49);
    for (const way of tree.paths.toArray() as number[][]) expect(way[0]).to.equal(48);
    const kraft = lengths(tree).reduce((sum, length) => sum + 2 ** -length, 0);
    expect(kraft).to.equal(1);
  });

  it("is balanced where all are equally frequent, and takes frequencies of 0", () => {
    expect(new Set(lengths(huffmanTree(new Float64Array(8))))).to.deep.equal(new Set([3]));
  });

  it("says what frequencies must be", () => {
    expect(() => huffmanTree([1])).to.throw(
      "huffmanTree: 1 classes leave nothing to decide; it takes 2 or more",
    );
    expect(() => huffmanTree([1, Number.NaN])).to.throw("huffmanTree: class 1 has frequency NaN");
  });
});

describe("hierarchicalSoftmax", () => {
  const random = new Random(1);
  const tree = huffmanTree([5, 3, 9, 1, 2, 2]);
  const hidden = random.normal([4, 3], { dtype: "float64" });
  const nodes = random.normal([5, 3], { dtype: "float64" });

  it("shares out a probability of 1 among all classes", () => {
    for (let row = 0; row < 4; row++) {
      let total = 0;
      for (let label = 0; label < 6; label++) {
        total += Math.exp(
          hierarchicalLogProbability(hidden, nodes, int([label, label, label, label]), tree).data[row]!,
        );
      }
      expect(total).to.be.closeTo(1, 1e-14);
    }
  });

  it("is cross-entropy of two classes where there are two", () => {
    const pair = huffmanTree([1, 1]);
    const vector = random.normal([1, 3], { dtype: "float64" });
    const scores = Array.from({ length: 4 }, (_, n) => {
      let s = 0;
      for (let k = 0; k < 3; k++) s += hidden.data[3 * n + k]! * vector.data[k]!;
      return [0, s];
    });
    const labels = int([0, 1, 1, 0]);
    const wanted = crossEntropy(tensor(scores, { dtype: "float64" }), labels).item();
    expect(hierarchicalSoftmax(hidden, vector, labels, pair).item()).to.be.closeTo(wanted, 1e-14);
  });

  it("has the right gradients", () => {
    const labels = int([0, 3, 5, 3]);
    gradCheck(({ hidden, nodes }) => hierarchicalSoftmax(hidden, nodes, labels, tree), {
      hidden,
      nodes,
    }).assert();
  });

  it("says what fits", () => {
    const labels = int([0, 1, 2, 3]);
    expect(() => hierarchicalSoftmax(hidden, zeros([6, 3]), labels, tree)).to.throw(
      "hidden has shape [4, 3] and the nodes [6, 3]; with this tree, [n, features] and [5, features] would fit",
    );
    expect(() => hierarchicalSoftmax(hidden, nodes, int([0, 1, 2, 6]), tree)).to.throw(
      "hierarchicalSoftmax: label 6 (at place 3) is not one of the classes 0 … 5",
    );
    expect(() => hierarchicalSoftmax(hidden, nodes, zeros([4]), tree)).to.throw("must be int32 of shape [4]");
    expect(() => hierarchicalSoftmax(zeros([0, 3]), nodes, int([]), tree)).to.throw(
      "shape [0, 3] has no elements",
    );
  });
});

describe("pathLogProbability", () => {
  it("multiplies the decisions on the way, and stops at a turn of 0", () => {
    expect(pathLogProbability(tensor([[0, 0, 9]]), int([[1, -1, 0]])).data[0]).to.be.closeTo(
      Math.log(0.25),
      1e-7,
    );
    expect(pathLogProbability(tensor([[-1e4]]), int([[1]])).data[0]).to.equal(-1e4);
  });

  it("says what scores and turns must be", () => {
    expect(() => pathLogProbability(zeros([2, 3]), int([[1, 1]]))).to.throw(
      "pathLogProbability: the scores have shape [2, 3] and the turns [1, 2], int32",
    );
    expect(() => pathLogProbability(zeros([1, 1]), int([[2]]))).to.throw(
      "turn 2 (at place 0) is none; 1 is right",
    );
  });
});
