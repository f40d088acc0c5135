// The course's models on the course's data: each learns what it is there for, in seconds.
import { expect } from "chai";
import { dates, digits, mobyDick, photograph, shapes } from "../../data/index.ts";
import {
  adam,
  argmax,
  BytePairTokenizer,
  batchTripletLoss,
  clipByGlobalNorm,
  crossEntropy,
  equal,
  gather,
  grad,
  kMeans,
  lda,
  linearSvm,
  mean,
  meanAveragePrecision,
  mse,
  nextTokenBatches,
  nn,
  padSequences,
  pca,
  Random,
  reshape,
  segmentation,
  sgd,
  slice,
  sub,
  type Tensor,
  tensor,
  tsne,
  Vocabulary,
  valueAndGrad,
  yoloDecode,
  yoloDetect,
  yoloLoss,
  yoloTargets,
} from "../../lib/index.ts";

type Module = Parameters<typeof nn.run>[0];
type Shapes = Parameters<typeof nn.initialize>[1];

/** A model in training: `step` takes the loss of its result on inputs one step down, and gives it. */
function learner(model: Module, shapesOfInputs: Shapes, { rate = 1e-3, seed = 1 } = {}) {
  const { parameters, state: first } = nn.initialize(model, shapesOfInputs, { random: seed });
  const optimizer = adam({ rate });
  const random = new Random(seed);
  let state = first;
  return {
    step(inputs: Tensor | readonly Tensor[], loss: (output: Tensor) => Tensor): number {
      const { value, grads, aux } = valueAndGrad((p) => {
        const result = nn.run(model, { parameters: p, state }, inputs, { training: true, random });
        return { value: loss(result.output), aux: result.state };
      }, parameters);
      state = aux;
      optimizer.step(parameters, clipByGlobalNorm(grads, 5));
      return value.item();
    },
    run: (inputs: Tensor | readonly Tensor[]): Tensor => nn.run(model, { parameters, state }, inputs).output,
  };
}

const some = (random: Random, of: number, count: number): Tensor =>
  tensor(
    Array.from({ length: count }, () => random.integer(of)),
    { dtype: "int32" },
  );

describe("Models of the course learn", function () {
  this.timeout(120_000);
  let pictures: Tensor;
  let labels: Tensor;
  let held: { images: Tensor; labels: Tensor };
  before(async () => {
    const { train, test } = await digits({ seed: 1 });
    [pictures, labels, held] = [train.images, train.labels, test];
  });

  it("to read digits (LeNet-5)", () => {
    const random = new Random(2);
    const net = learner(nn.models.lenet5(), [1, 28, 28, 1], { rate: 5e-3 });
    for (let i = 0; i < 250; i++) {
      const chosen = some(random, 8000, 64);
      net.step(reshape(gather(pictures, chosen), [64, 28, 28, 1]), (z) =>
        crossEntropy(z, gather(labels, chosen)),
      );
    }
    const guesses = argmax(net.run(reshape(held.images, [2000, 28, 28, 1])));
    expect(mean(equal(guesses, held.labels)).item()).to.be.above(0.93);
  });

  it("the next character (a recurrent network), and the next byte pair (a GPT)", async () => {
    const { text } = await mobyDick();
    const part = text.slice(30_000, 130_000);
    const letters = Vocabulary.of([...part]);
    const characters = letters.encode([...part]);
    const pairs = BytePairTokenizer.train(part, { size: 400 });
    const bytes = pairs.encode(part);
    for (const [model, tokens, vocabulary, below] of [
      [nn.models.charRnn({ vocabulary: letters.size, units: 96 }), characters, letters.size, 2.4],
      [nn.models.gpt({ vocabulary: 400, context: 32, width: 48 }), bytes, 400, 4.6],
    ] as const) {
      const net = learner(model, [16, 32], { rate: 5e-3 });
      const random = new Random(3);
      const losses: number[] = [];
      while (losses.length < 200) {
        for (const { inputs, targets } of nextTokenBatches(tokens, { batch: 16, length: 32, random })) {
          const right = reshape(targets, [16 * 32]);
          losses.push(net.step(inputs, (z) => crossEntropy(reshape(z, [16 * 32, vocabulary]), right)));
          if (losses.length >= 200) break;
        }
      }
      expect(losses[0]).to.be.closeTo(Math.log(vocabulary), 0.4);
      expect(losses.slice(-20).reduce((a, b) => a + b) / 20).to.be.below(below);
    }
  });

  it("to recall a symbol after twenty steps (an LSTM)", () => {
    const random = new Random(4);
    const model = nn.models.charRnn({ vocabulary: 10, units: 48, embedding: 12 });
    const net = learner(model, [32, 22], { rate: 1e-2 });
    const draw = (): { inputs: Tensor; wanted: Tensor } => {
      const symbols = Array.from({ length: 32 }, () => random.integer(8));
      const rows = symbols.map((symbol) => [symbol, ...new Array<number>(20).fill(8), 9]);
      return { inputs: tensor(rows, { dtype: "int32" }), wanted: tensor(symbols, { dtype: "int32" }) };
    };
    const last = (z: Tensor): Tensor => reshape(slice(z, null, 21), [32, 10]);
    let right = 0;
    for (let i = 0; i < 900; i++) {
      const { inputs, wanted } = draw();
      net.step(inputs, (z) => crossEntropy(last(z), wanted));
    }
    for (let i = 0; i < 5; i++) {
      const { inputs, wanted } = draw();
      right += mean(equal(argmax(last(net.run(inputs))), wanted)).item() / 5;
    }
    expect(right).to.be.above(0.9);
  });

  it("to write dates as machines do (a sequence to a sequence, with attention)", () => {
    const examples = dates({ count: 2000, seed: 5 });
    const from = Vocabulary.of(examples.flatMap(({ human }) => [...human]));
    const padded = padSequences(
      examples.map(({ human }) => from.encode([...human]).data),
      { value: 0 },
    );
    const digit = (c: string): number => (c === "-" ? 10 : Number(c));
    const machine = examples.map(({ machine }) => [...machine].map(digit));
    const given = tensor(
      machine.map((row) => [11, ...row.slice(0, -1)]),
      { dtype: "int32" },
    );
    const wanted = tensor(machine, { dtype: "int32" });
    const model = nn.models.seq2seq({ source: from.size, target: 12, units: 48 });
    const net = learner(
      model,
      [
        [32, padded.tokens.shape[1]!],
        [32, 10],
      ],
      { rate: 5e-3 },
    );
    const random = new Random(6);
    let loss = 0;
    for (let i = 0; i < 250; i++) {
      const chosen = some(random, 2000, 32);
      const right = reshape(gather(wanted, chosen), [320]);
      loss = net.step([gather(padded.tokens, chosen), gather(given, chosen)], (z) =>
        crossEntropy(reshape(z, [320, 12]), right),
      );
    }
    expect(loss).to.be.below(0.8);
  });

  it("which pixels belong to what (a U-Net), and where things are (a YOLO)", () => {
    const { images, masks, truth } = shapes({ count: 200, side: 32, most: 2, seed: 7 });
    const unet = learner(nn.models.unet({ classes: 4, width: 8, depth: 2 }), [8, 32, 32, 3], { rate: 5e-3 });
    const random = new Random(8);
    for (let i = 0; i < 150; i++) {
      const chosen = some(random, 160, 8);
      const right = reshape(gather(masks, chosen), [8 * 1024]);
      unet.step(gather(images, chosen), (z) => crossEntropy(reshape(z, [8 * 1024, 4]), right));
    }
    const rest = tensor(
      Array.from({ length: 40 }, (_, i) => 160 + i),
      { dtype: "int32" },
    );
    const labelled = argmax(unet.run(gather(images, rest)));
    expect(segmentation(labelled, gather(masks, rest), { classes: 4 }).meanIou).to.be.above(0.35);

    const head = {
      anchors: [
        [8, 8],
        [14, 14],
      ] as const,
      stride: 8,
      classes: 3,
    };
    const body = nn.sequential({
      conv1: nn.conv2d(16, 3, { padding: "same", relu: true }),
      pool1: nn.maxPool(2),
      conv2: nn.conv2d(32, 3, { padding: "same", relu: true }),
      pool2: nn.maxPool(2),
      conv3: nn.conv2d(48, 3, { padding: "same", relu: true }),
      pool3: nn.maxPool(2),
      conv4: nn.conv2d(48, 3, { padding: "same", relu: true }),
      head: nn.models.yoloHead({ anchors: 2, classes: 3 }),
    });
    const yolo = learner(body, [8, 32, 32, 3], { rate: 3e-3 });
    for (let i = 0; i < 400; i++) {
      const at = Array.from({ length: 8 }, () => random.integer(160));
      const targets = yoloTargets(
        at.map((k) => truth[k]!),
        [4, 4],
        head,
      );
      yolo.step(gather(images, tensor(at, { dtype: "int32" })), (raw) => yoloLoss(raw, targets, head));
    }
    const found = yoloDetect(yoloDecode(yolo.run(gather(images, rest)), head), { minScore: 0.05 });
    const score = meanAveragePrecision(found, truth.slice(160), { classes: 3, thresholds: [0.5] });
    expect(score).to.be.above(0.3);
  });

  it("to say a digit again (an autoencoder, a Boltzmann machine), and which are alike (a triplet loss)", () => {
    const random = new Random(9);
    const coder = learner(nn.models.autoencoder([128, 16]), [64, 784]);
    const batch = (): Tensor => gather(pictures, some(random, 8000, 64));
    const losses = Array.from({ length: 250 }, () => {
      const x = batch();
      return coder.step(x, (y) => mse(y, x));
    });
    expect(losses.at(-1))
      .to.be.below(0.035)
      .and.below(losses[0]! / 3);

    const boltzmann = nn.models.rbm(784, 64, random);
    const optimizer = sgd({ rate: 0.1 });
    const error = (): number => {
      const x = batch();
      return mse(nn.models.rbmVisible(boltzmann, nn.models.rbmHidden(boltzmann, x)), x).item();
    };
    const before = error();
    for (let i = 0; i < 200; i++) {
      const x = batch();
      const fantasy = nn.models.rbmGibbs(boltzmann, x, 1, random);
      optimizer.step(
        boltzmann,
        grad((p) => nn.models.rbmLoss(p, x, fantasy), boltzmann),
      );
    }
    expect(error()).to.be.below(before / 4);

    const tower = nn.models.embedder(nn.models.mlp([128]), 16);
    const net = learner(tower, [64, 784]);
    for (let i = 0; i < 150; i++) {
      const chosen = some(random, 2000, 64);
      net.step(gather(pictures, chosen), (z) => batchTripletLoss(z, gather(labels, chosen), { margin: 0.2 }));
    }
    const [known, asked] = [net.run(slice(pictures, [0, 1000])), net.run(slice(held.images, [0, 300]))];
    expect(nearestRight(known, labels.data, asked, held.labels.data)).to.be.above(0.65);
  });

  it("what is alike without being told (principal components, k-means, t-SNE), and with (LDA, an SVM)", () => {
    const x = slice(pictures, [0, 1000]);
    const y = slice(labels, [0, 1000]);
    const found = pca(x, { components: 50 });
    expect(found.varianceShare.reduce((a, b) => a + b)).to.be.within(0.8, 0.86);
    const reduced = found.project(x);
    const { map } = tsne(slice(reduced, [0, 500]), { perplexity: 20, random: new Random(1), steps: 400 });
    const ys = y.data.slice(0, 500);
    expect(nearestRight(map, ys, map, ys, true)).to.be.above(0.8);
    const { assignments: groups } = kMeans(reduced, 10, { random: new Random(1) });
    expect(purity(groups.data, y.data)).to.be.above(0.5);
    const rest = found.project(held.images);
    const share = (guesses: Tensor): number => mean(equal(guesses, held.labels)).item();
    expect(share(lda(reduced, y).predict(rest))).to.be.above(0.8);
    expect(share(linearSvm(reduced, y, { random: new Random(1), cost: 0.1 }).predict(rest))).to.be.above(0.8);
  });

  it("in which directions the colours of a photograph vary (components of 700,000 pixels)", async () => {
    const { image } = await photograph("allium-oreophilum");
    const flat = reshape(image, [image.size / 3, 3]);
    const { components, varianceShare } = pca(flat);
    expect(components.shape).to.deep.equal([3, 3]);
    expect(varianceShare[0]).to.be.above(0.8);
    expect(mean(sub(flat, mean(flat, { axis: 0 }))).item()).to.be.closeTo(0, 1e-2);
  });
});

/** The share of `asked` whose nearest of `known` (but itself, where they are the same) is of its own kind. */
function nearestRight(
  known: Tensor,
  kinds: ArrayLike<number>,
  asked: Tensor,
  right: ArrayLike<number>,
  same = false,
): number {
  const width = known.shape[1]!;
  const [a, b] = [known.data, asked.data];
  let good = 0;
  for (let i = 0; i < asked.shape[0]!; i++) {
    let [best, nearest] = [Number.POSITIVE_INFINITY, -1];
    for (let j = 0; j < known.shape[0]!; j++) {
      if (same && i === j) continue;
      let apart = 0;
      for (let k = 0; k < width; k++) apart += (a[j * width + k]! - b[i * width + k]!) ** 2;
      if (apart < best) [best, nearest] = [apart, j];
    }
    if (kinds[nearest] === right[i]) good++;
  }
  return good / asked.shape[0]!;
}

/** The share of examples that are of their group's commonest kind. */
function purity(groups: ArrayLike<number>, kinds: ArrayLike<number>): number {
  const counts = new Map<string, number>();
  for (let i = 0; i < groups.length; i++) {
    const key = `${groups[i]} ${kinds[i]}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const best = new Map<string, number>();
  for (const [key, count] of counts) {
    const [group = ""] = key.split(" ");
    best.set(group, Math.max(best.get(group) ?? 0, count));
  }
  return [...best.values()].reduce((a, b) => a + b, 0) / groups.length;
}
