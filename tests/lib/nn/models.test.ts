// The sizes of the models against what was published. Where a paper rounds, the exact count is of the code that its
// authors, or torchvision, published; the comment says which.
import { expect } from "chai";
import { nn } from "../../../lib/index.ts";

const { models, summary } = nn;

interface Published {
  readonly name: string;
  readonly model: nn.Module;
  readonly input: readonly number[] | readonly (readonly number[])[];
  readonly output: readonly number[];
  readonly parameters: number;
  /** In millions, with the tolerance that its source's rounding leaves. */
  readonly multiplyAdds?: readonly [millions: number, tolerance: number];
  readonly source: string;
}

const image = (side: number): readonly number[] => [1, side, side, 3];

const PUBLISHED: readonly Published[] = [
  {
    name: "LeNet-5 as it was, without the RBF layer",
    model: models.lenet5({ original: true }),
    input: [1, 32, 32, 1],
    output: [1, 10],
    parameters: 60_000 + 850,
    source:
      "LeCun et al. (1998), II.B: 60,000 trainable parameters; here a linear output, 84·10 + 10, is learned too",
  },
  {
    name: "LeNet-5 as it is built today",
    model: models.lenet5(),
    input: [1, 32, 32, 1],
    output: [1, 10],
    parameters: 61_706,
    source: "Zhang et al., Dive into Deep Learning, 7.6: 61,706 (full C3, pooling without weights)",
  },
  {
    name: "AlexNet",
    model: models.alexnet(),
    input: image(227),
    output: [1, 1000],
    parameters: 60_965_224,
    multiplyAdds: [724, 1],
    source: "Krizhevsky et al. (2012): 60 million; Caffe's bvlc_alexnet: 60,965,224, 724 M multiply-adds",
  },
  {
    name: "ZFNet",
    model: models.zfnet(),
    input: image(224),
    output: [1, 1000],
    parameters: 62_357_608,
    source:
      "Zeiler and Fergus (2013), figure 3, added up: 14,208 + 614,656 + 885,120 + 1,327,488 + 884,992 + 37,752,832 + 16,781,312 + 4,097,000",
  },
  {
    name: "VGG-16",
    model: models.vgg16(),
    input: image(224),
    output: [1, 1000],
    parameters: 138_357_544,
    multiplyAdds: [15_470, 10],
    source: "Simonyan and Zisserman (2014), table 2: 138 M; torchvision vgg16: 138,357,544, 15.47 G",
  },
  {
    name: "VGG-19",
    model: models.vgg19(),
    input: image(224),
    output: [1, 1000],
    parameters: 143_667_240,
    multiplyAdds: [19_630, 10],
    source: "Simonyan and Zisserman (2014), table 2: 144 M; torchvision vgg19: 143,667,240, 19.63 G",
  },
  {
    name: "GoogLeNet",
    model: models.googlenet(),
    input: image(224),
    output: [1, 1000],
    parameters: 6_998_552,
    multiplyAdds: [1_583, 10],
    source:
      "Szegedy et al. (2014), table 1: 6.8 M weights, 1.5 G; Caffe's bvlc_googlenet: 6,998,552 with biases",
  },
  {
    name: "GoogLeNet with its auxiliary heads",
    model: models.googlenet({ auxiliary: true }),
    input: image(224),
    output: [1, 1000],
    parameters: 13_378_280,
    source: "Caffe's bvlc_googlenet for training: 13,378,280",
  },
  {
    name: "ResNet-18",
    model: models.resnet18(),
    input: image(224),
    output: [1, 1000],
    parameters: 11_689_512,
    multiplyAdds: [1_814, 1],
    source: "torchvision resnet18: 11,689,512, 1.814 G; He et al. (2015), table 1: 1.8 G",
  },
  {
    name: "ResNet-34",
    model: models.resnet34(),
    input: image(224),
    output: [1, 1000],
    parameters: 21_797_672,
    multiplyAdds: [3_664, 1],
    source: "torchvision resnet34: 21,797,672, 3.664 G; He et al. (2015), table 1: 3.6 G",
  },
  {
    name: "ResNet-50",
    model: models.resnet50(),
    input: image(224),
    output: [1, 1000],
    parameters: 25_557_032,
    multiplyAdds: [4_089, 1],
    source:
      "torchvision resnet50: 25,557,032, 4.089 G; He et al. (2015), table 1: 3.8 G, with the stride in the 1×1",
  },
  {
    name: "MobileNet v1",
    model: models.mobilenetV1(),
    input: image(224),
    output: [1, 1000],
    parameters: 4_231_976,
    multiplyAdds: [569, 1],
    source: "Howard et al. (2017), table 4: 4.2 M, 569 M; Keras MobileNet: 4,231,976 trainable",
  },
  {
    name: "MobileNet v2",
    model: models.mobilenetV2(),
    input: image(224),
    output: [1, 1000],
    parameters: 3_504_872,
    multiplyAdds: [300, 2],
    source: "Sandler et al. (2018), table 4: 3.4 M, 300 M; torchvision mobilenet_v2: 3,504,872",
  },
  {
    name: "EfficientNet-B0",
    model: models.efficientnet(),
    input: image(224),
    output: [1, 1000],
    parameters: 5_288_548,
    multiplyAdds: [390, 10],
    source: "Tan and Le (2019), table 2: 5.3 M, 0.39 G; torchvision efficientnet_b0: 5,288,548",
  },
  {
    name: "EfficientNet-B1",
    model: models.efficientnet(models.EFFICIENTNET_SCALING[1]),
    input: image(240),
    output: [1, 1000],
    parameters: 7_794_184,
    multiplyAdds: [700, 20],
    source: "Tan and Le (2019), table 2: 7.8 M, 0.70 G; torchvision efficientnet_b1: 7,794,184",
  },
  {
    name: "EfficientNet-B7",
    model: models.efficientnet(models.EFFICIENTNET_SCALING[7]),
    input: image(600),
    output: [1, 1000],
    parameters: 66_347_960,
    multiplyAdds: [37_750, 800],
    source: "Tan and Le (2019), table 2: 66 M, 37 G; torchvision efficientnet_b7: 66,347,960, 37.75 G",
  },
  {
    name: "U-Net",
    model: models.unet({ padding: "valid" }),
    input: [1, 572, 572, 1],
    output: [1, 388, 388, 2],
    parameters: 31_030_658,
    source:
      "Ronneberger et al. (2015), figure 1: 572² gives 388²; with its layers and biases added up 31,030,658",
  },
  {
    name: "GPT-2 small",
    model: models.gpt(models.GPT2_SMALL),
    input: [1, 1024],
    output: [1, 1024, 50257],
    parameters: 124_439_808,
    source: "Radford et al. (2019), released as 124M; Hugging Face gpt2: 124,439,808",
  },
  {
    name: "the Transformer, without embeddings",
    model: nn.block("transformer", (net, source, target) =>
      net.call(
        "decoder",
        nn.transformerDecoder(6, { heads: 8 }),
        target!,
        net.call("encoder", nn.transformerEncoder(6, { heads: 8 }), source!),
      ),
    ),
    input: [
      [1, 10, 512],
      [1, 20, 512],
    ],
    output: [1, 20, 512],
    parameters: 44_140_544,
    source: "Vaswani et al. (2017), table 3, base; PyTorch's nn.Transformer(): 44,140,544",
  },
];

describe("the models' sizes", () => {
  for (const { name, model, input, output, parameters, multiplyAdds, source } of PUBLISHED) {
    it(`${name}: ${(parameters / 1e6).toFixed(2)} M parameters`, () => {
      const found = summary(model, input as readonly number[]);
      expect(found.output).to.deep.equal(output);
      expect(found.parameters, source).to.equal(parameters);
      if (multiplyAdds !== undefined) {
        expect(found.multiplyAdds / 1e6, source).to.be.closeTo(multiplyAdds[0], multiplyAdds[1]);
      }
    });
  }

  it("a summary says it in words, and allocates nothing", () => {
    const before = process.memoryUsage().arrayBuffers;
    const text = String(summary(models.vgg16(), [1, 224, 224, 3]));
    expect(process.memoryUsage().arrayBuffers - before).to.be.below(1e6);
    expect(text).to.include("138,357,544 parameters, 15,470,264,320 multiply-adds, 553.4 MB of weights");
    expect(text).to.match(/fc6 +linear +\[1, 4096\] +102,764,544 +102,760,448/);
  });

  it("a summary is no wall: a large model's blocks have a line each, and add up", () => {
    const shown = String(summary(models.resnet50(), [1, 224, 224, 3])).split("\n");
    expect(shown).to.have.length.within(15, 42);
    expect(shown[0]).to.match(/^25,557,032 parameters .* \{ depth: Infinity \} shows all \d+ layers$/);
    // A bottleneck with its shortcut: 75,008 parameters (torchvision's layer1[0]).
    expect(shown.find((line) => line.startsWith("layer1.0 "))).to.match(
      /\d+ layers +\[1, 56, 56, 256\] +75,008 /,
    );
    const whole = summary(models.resnet50(), [1, 224, 224, 3], { depth: Infinity });
    expect(String(whole).split("\n")).to.have.length(whole.layers.length + 2);
    const coarse = String(summary(models.resnet50(), [1, 224, 224, 3], { depth: 1 })).split("\n");
    const added = coarse
      .slice(2)
      .map((line) => Number(/\] +([\d,]+)/.exec(line)?.[1]?.replaceAll(",", "") ?? 0))
      .reduce((sum, n) => sum + n, 0);
    expect(added).to.equal(25_557_032);
    expect(() => summary(nn.linear(1), [1, 1], { depth: 0 })).to.throw("depth is 0; it must be 1 or more");
  });

  it("a summary counts a shared layer once, and says where it is called again", () => {
    const same = nn.linear(8);
    const twice = nn.block("twice", (net, x) => net.call("same", same, net.call("same", same, x!)));
    const found = summary(twice, [1, 8]);
    expect(found.parameters).to.equal(72);
    expect(found.layers.map(({ shared }) => shared)).to.deep.equal([false, true]);
    expect(String(found)).to.match(/same +linear +\[1, 8\] +shared +64/);
  });

  it("compound scaling doubles the cost at every step", () => {
    const { cost } = models.compoundScaling(1);
    expect(cost).to.be.closeTo(2, 0.1);
    expect(models.compoundScaling(3).cost).to.be.closeTo(cost ** 3, 1e-9);
  });
});
