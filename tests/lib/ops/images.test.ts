import { expect } from "chai";
import {
  avgPool,
  broadcastTo,
  conv1d,
  conv2d,
  conv2dTranspose,
  crop,
  depthwiseConv2d,
  flip,
  foldPatches,
  full,
  globalAveragePool,
  globalMaxPool,
  gradCheck,
  locallyConnected2d,
  matmul,
  maxPool,
  mirrorPad,
  mul,
  patches,
  Random,
  reshape,
  resizeBilinear,
  separableConv2d,
  sum,
  type Tensor,
  tensor,
  upsample,
  vjp,
  zeros,
} from "../../../lib/index.ts";
import { type GoldenCase, goldenCases } from "../golden/ops.ts";

type Compute = (inputs: Readonly<Record<string, Tensor>>, options: never) => Tensor;

const GOLDEN: Readonly<Record<string, Compute>> = {
  conv2d: ({ x, w, b }, options: object) => conv2d(x!, w!, { ...options, bias: b }),
  conv1d: (
    { x, w, b },
    o: { stride: [number]; padding: [[number, number]]; dilation: [number]; groups: number },
  ) =>
    conv1d(x!, w!, {
      stride: o.stride[0],
      padding: o.padding[0],
      dilation: o.dilation[0],
      groups: o.groups,
      bias: b,
    }),
  convTranspose2d: ({ x, w, b }, options: object) => conv2dTranspose(x!, w!, { ...options, bias: b }),
  resizeBilinear: ({ x }, { size, alignCorners }: { size: [number, number]; alignCorners: boolean }) =>
    resizeBilinear(x!, size, { mode: alignCorners ? "alignCorners" : "halfPixel" }),
  patches: ({ x }, { size, ...options }: { size: [number, number] }) => patches(x!, size, options),
  locallyConnected2d: ({ x, w, b }, { size: _, ...options }: { size: [number, number] }) =>
    locallyConnected2d(x!, w!, { ...options, bias: b }),
  upsampleNearest: ({ x }, { factor }: { factor: number }) => upsample(x!, factor),
};

function expectEqual(actual: Tensor, wanted: Tensor, what: string): void {
  expect(actual.shape, what).to.deep.equal(wanted.shape);
  wanted.data.forEach((value, i) => {
    expect(actual.data[i], `${what}[${i}]`).to.be.closeTo(value, 1e-10 * Math.max(1, Math.abs(value)));
  });
}

for (const [op, compute] of Object.entries(GOLDEN)) {
  describe(`${op}, by PyTorch's values`, () => {
    for (const { name, inputs, options, output, upstream, gradients } of goldenCases(op) as GoldenCase[]) {
      it(name, () => {
        const { value, pullback } = vjp((at) => compute(at, options as never), inputs);
        expectEqual(value, output.y!, "y");
        const ours = pullback(upstream.y!);
        for (const [input, wanted] of Object.entries(gradients)) {
          expectEqual(ours[input]!, wanted, `the gradient of ${input}`);
        }
      });
    }
  });
}

const counting = (...shape: number[]): Tensor =>
  tensor(
    Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i + 1),
    { shape },
  );
const normal = (...shape: number[]): Tensor => new Random(4).normal(shape, { dtype: "float64" });

describe("patches", () => {
  it("are the windows, row by row, with 0 outside the image", () => {
    const image = tensor(
      [
        [1, 2],
        [3, 4],
      ],
      { shape: [1, 2, 2, 1] },
    );
    expect(patches(image, 2).data).to.deep.equal(Float32Array.of(1, 2, 3, 4));
    const around = patches(image, 2, {
      padding: [
        [1, 0],
        [1, 0],
      ],
    });
    expect(around.shape).to.deep.equal([1, 2, 2, 4]);
    expect(Array.from(around.data.slice(0, 8))).to.deep.equal([0, 0, 0, 1, 0, 0, 1, 2]);
  });

  it("keep the element type, and fold back to the images where they do not overlap", () => {
    const image = tensor(
      Int32Array.from({ length: 2 * 4 * 6 * 3 }, (_, i) => i),
      { shape: [2, 4, 6, 3] },
    );
    const apart = patches(image, [2, 3], { stride: [2, 3] });
    expect([apart.dtype, apart.shape]).to.deep.equal(["int32", [2, 2, 2, 18]]);
    expect(foldPatches(apart, [2, 3], [4, 6], { stride: [2, 3] }).data).to.deep.equal(image.data);
  });

  it("folded count how many windows hold each pixel", () => {
    const ones = patches(full([1, 3, 3, 1], 1), 2);
    expect(Array.from(foldPatches(ones, 2, [3, 3]).data)).to.deep.equal([1, 2, 1, 2, 4, 2, 1, 2, 1]);
  });

  it("name what does not fit", () => {
    expect(() => patches(zeros([4, 4, 1]), 2)).to.throw(
      "patches: images have shape [batch, height, width, channels]",
    );
    expect(() => patches(zeros([1, 4, 4, 1]), 0)).to.throw("patches: a window of 0 is not what it takes");
    expect(() => patches(zeros([1, 4, 4, 1]), 5)).to.throw("patches: a window 5 long does not fit");
    expect(() => foldPatches(zeros([1, 2, 2, 7]), 2, [4, 4])).to.throw("no windows of 2 × 2 pixels");
    expect(() => foldPatches(zeros([1, 2, 2, 8]), 2, [4, 4])).to.throw(
      "images of 4 × 4 have patches [1, 3, 3, 8], and these are [1, 2, 2, 8]",
    );
    expect(() => locallyConnected2d(zeros([1, 4, 4, 1]), zeros([2, 2, 3, 3, 2, 5]))).to.throw(
      "[2, 2, 3, 3, 1, 5] would",
    );
    expect(() => locallyConnected2d(zeros([1, 4, 4, 1]), zeros([3, 3, 1, 5]))).to.throw(
      "weights have shape [outHeight",
    );
    const bias = zeros([5]);
    expect(() => locallyConnected2d(zeros([1, 4, 4, 1]), zeros([2, 2, 3, 3, 1, 5]), { bias })).to.throw(
      "the bias of shape [5]",
    );
  });
});

describe("convolution", () => {
  it("sums products: an edge filter finds the step", () => {
    const image = tensor([[[[0], [0], [1], [1]]]]);
    expect(conv2d(image, tensor([-1, 1], { shape: [1, 2, 1, 1] })).toArray()).to.deep.equal([
      [[[0], [1], [0]]],
    ]);
  });

  it("keeps the size with padding same, and halves it at stride 2", () => {
    const [x, w] = [zeros([2, 7, 8, 3]), zeros([3, 3, 3, 5])];
    expect(conv2d(x, w, { padding: "same" }).shape).to.deep.equal([2, 7, 8, 5]);
    expect(conv2d(x, w, { padding: "same", stride: 2 }).shape).to.deep.equal([2, 4, 4, 5]);
    expect(conv2d(x, w).shape).to.deep.equal([2, 5, 6, 5]);
  });

  it("ends in ReLU with a bias or without", () => {
    const x = tensor([1, -1], { shape: [1, 1, 2, 1] });
    const w = tensor([2], { shape: [1, 1, 1, 1] });
    expect(conv2d(x, w, { relu: true }).data).to.deep.equal(Float32Array.of(2, 0));
    expect(conv2d(x, w, { relu: true, bias: tensor([3]) }).data).to.deep.equal(Float32Array.of(5, 1));
  });

  it("is undone in shape by its transpose", () => {
    const x = zeros([1, 14, 14, 2]);
    const w = zeros([3, 3, 2, 4]);
    const y = conv2d(x, w, { stride: 2, padding: 1 });
    expect(conv2dTranspose(y, w, { stride: 2, padding: 1, outputPadding: 1 }).shape).to.deep.equal(x.shape);
    expect(conv2dTranspose(y, w, { stride: 2, padding: "same" }).shape).to.deep.equal(x.shape);
  });

  it("of a causal signal sees nothing of what comes after", () => {
    const [x, later] = [counting(1, 5, 1), counting(1, 5, 1)];
    const w = normal(3, 1, 2);
    const [before, after] = [x, mul(later, tensor([1, 1, 1, 9, 9], { shape: [1, 5, 1] }))].map((signal) =>
      conv1d(signal, w, { padding: "causal" }),
    );
    expect(before!.shape).to.deep.equal([1, 5, 2]);
    expect(after!.data.slice(0, 6)).to.deep.equal(before!.data.slice(0, 6));
  });

  it("is one matrix product over patches (im2col)", () => {
    const [x, w] = [normal(2, 6, 5, 3), normal(3, 2, 3, 4)];
    const windows = { stride: 2, padding: 1, dilation: [1, 2] } as const;
    const product = matmul(patches(x, [3, 2], windows), reshape(w, [3 * 2 * 3, 4]));
    expectEqual(product, conv2d(x, w, windows), "y");
  });

  it("equals the locally connected layer that has its filters at every place", () => {
    const [x, w, b] = [normal(2, 5, 5, 2), normal(3, 3, 2, 4), normal(4)];
    const windows = { stride: 2, padding: 1, relu: true } as const;
    const everywhere = broadcastTo(w, [3, 3, 3, 3, 2, 4]);
    const local = locallyConnected2d(x, everywhere, { ...windows, bias: broadcastTo(b, [3, 3, 4]) });
    expectEqual(local, conv2d(x, w, { ...windows, bias: b }), "y");
  });

  it("in separable form equals the full one with the product of its filters", () => {
    const [x, deep, point] = [normal(2, 5, 4, 3), normal(3, 3, 3, 2), normal(1, 1, 6, 4)];
    const separable = separableConv2d(x, deep, point, { padding: 1 });
    const full = new Float64Array(3 * 3 * 3 * 4);
    for (let tap = 0; tap < 9; tap++) {
      for (let c = 0; c < 3; c++) {
        for (let m = 0; m < 2; m++) {
          for (let o = 0; o < 4; o++) {
            full[(tap * 3 + c) * 4 + o]! +=
              deep.data[(tap * 3 + c) * 2 + m]! * point.data[(c * 2 + m) * 4 + o]!;
          }
        }
      }
    }
    expectEqual(separable, conv2d(x, tensor(full, { shape: [3, 3, 3, 4] }), { padding: 1 }), "y");
    gradCheck(({ x, deep, point }) => sum(separableConv2d(x, deep, point, { stride: 2 })), {
      x,
      deep,
      point,
    }).assert();
  });

  it("says what does not fit and what would", () => {
    const x = zeros([1, 5, 5, 3]);
    const filters = (...shape: number[]) => zeros(shape);
    expect(() => conv2d(zeros([5, 5, 3]), filters(3, 3, 3, 2))).to.throw(
      "conv2d: images have shape [batch, height, width, channels], and these have [5, 5, 3]. One image of shape [5, 5, 3] goes in as reshape(x, [1, 5, 5, 3]).",
    );
    expect(() => conv2d(x, filters(3, 3, 3))).to.throw(
      "conv2d: filters have shape [height, width, channels / groups, outChannels], and these have [3, 3, 3].",
    );
    expect(() => conv2d(x, filters(3, 3, 4, 2))).to.throw(
      "conv2d: images of shape [1, 5, 5, 3] have 3 channels, and filters of shape [3, 3, 4, 2] read 4; filters of shape [3, 3, 3, 2] would fit.",
    );
    expect(() => conv2d(x, filters(3, 3, 1, 4), { groups: 2 })).to.throw(
      "in 2 groups read 2; 3 channels do not fall into 2 groups",
    );
    expect(() => conv2d(x, filters(3, 3, 1, 4), { groups: 3 })).to.throw(
      "conv2d: 4 filters do not fall into 3 groups",
    );
    expect(() => conv2d(x, filters(7, 7, 3, 2))).to.throw(
      'conv2d: a window 7 long does not fit an image whose height is 5; a window of 1 to 5, or padding "same", would fit.',
    );
    expect(() => conv2d(x, filters(3, 3, 3, 2), { bias: zeros([3]) })).to.throw(
      "conv2d: the bias has shape [3]; with 2 filters, [2] would fit.",
    );
    expect(() => conv2d(x, filters(3, 3, 3, 2), { stride: 0 })).to.throw(
      "conv2d: stride 0 is not what it takes: a whole number, 1 or more",
    );
    expect(() => conv2d(x, filters(3, 3, 3, 2), { padding: -1 })).to.throw(
      "conv2d: padding -1 is not what it takes",
    );
    expect(() => conv2d(x, filters(3, 3, 3, 2), { padding: "full" as "same" })).to.throw(
      'conv2d: padding "full" is not what it takes: "valid", "same", a whole number',
    );
    expect(() => conv2dTranspose(x, filters(3, 3, 2, 4))).to.throw(
      "conv2dTranspose: images of shape [1, 5, 5, 3] have 3 channels, and filters of shape [3, 3, 2, 4] read 4; filters of shape [3, 3, 2, 3] would fit.",
    );
    expect(() => conv2dTranspose(x, filters(3, 3, 2, 3), { stride: 2, outputPadding: 2 })).to.throw(
      "outputPadding 2 must be below the stride (2) or the dilation (1)",
    );
    expect(() => conv2dTranspose(x, filters(3, 3, 2, 3), { padding: 4 })).to.throw(
      "conv2dTranspose: nothing is left of the height",
    );
    expect(() => conv1d(x, filters(3, 3, 2))).to.throw(
      "conv1d: signals have shape [batch, length, channels]",
    );
    expect(() => depthwiseConv2d(x, filters(3, 3, 2, 1))).to.throw(
      "[height, width, 3, multiplier] would, for images [batch, height, width, channels]",
    );
    expect(() => separableConv2d(x, filters(3, 3, 3, 1), filters(3, 3, 3, 1))).to.throw(
      "separableConv2d: the pointwise filters have shape [3, 3, 3, 1]",
    );
  });
});

describe("pooling", () => {
  it("takes the greatest or the mean of each window", () => {
    const x = counting(1, 4, 4, 1);
    expect([...maxPool(x, 2).data]).to.deep.equal([6, 8, 14, 16]);
    expect([...avgPool(x, 2).data]).to.deep.equal([3.5, 5.5, 11.5, 13.5]);
    expect([...maxPool(x, 3, { stride: 1, padding: "same" }).data].slice(0, 4)).to.deep.equal([6, 7, 8, 8]);
  });

  it("counts only what lies inside the image", () => {
    expect([...avgPool(counting(1, 2, 2, 1), 2, { padding: 1 }).data]).to.deep.equal([1, 2, 3, 4]);
    expect([
      ...maxPool(tensor([-1, -2], { shape: [1, 1, 2, 1] }), [1, 2], { padding: [0, 1] }).data,
    ]).to.deep.equal([-1, -2]);
  });

  it("over a whole image leaves a number for each channel", () => {
    const x = counting(2, 2, 1, 2);
    expect(globalAveragePool(x).toArray()).to.deep.equal([
      [2, 3],
      [6, 7],
    ]);
    expect(globalMaxPool(x, { keepDims: true }).shape).to.deep.equal([2, 1, 1, 2]);
  });

  it("says what does not fit", () => {
    const x = zeros([1, 5, 5, 3]);
    expect(() => maxPool(zeros([5, 5]), 2)).to.throw(
      "maxPool: images have shape [batch, height, width, channels]",
    );
    expect(() => maxPool(x, 6)).to.throw("maxPool: a window 6 long does not fit an image whose height is 5");
    expect(() => avgPool(x, 2, { padding: 2 })).to.throw(
      "avgPool: padding of 2 and 2 would leave windows of 2",
    );
    expect(() => maxPool(x, 0)).to.throw("maxPool: window 0 is not what it takes: a whole number, 1 or more");
    expect(() => maxPool(zeros([1, 0, 5, 3]), 2)).to.throw("images of 0×5 have nothing to look at");
    expect(() => globalAveragePool(zeros([2, 3]))).to.throw("globalAveragePool: images have shape");
  });
});

describe("images", () => {
  const x = counting(1, 2, 3, 1);

  it("are cropped, in the middle or from a corner", () => {
    expect([...crop(counting(1, 4, 4, 1), [2, 2]).data]).to.deep.equal([6, 7, 10, 11]);
    expect([...crop(x, [1, 2], [1, 1]).data]).to.deep.equal([5, 6]);
    expect(() => crop(x, [3, 3])).to.throw("crop: images of shape [1, 2, 3, 1] hold no part of [3, 3]");
    expect(() => crop(x, [1, 2], [1, 2])).to.throw("no part of [1, 2] from [1, 2] on");
  });

  it("are mirrored", () => {
    expect([...flip(x, 2).data]).to.deep.equal([3, 2, 1, 6, 5, 4]);
    expect([...flip(x, [1, 2]).data]).to.deep.equal([6, 5, 4, 3, 2, 1]);
    gradCheck(({ x }) => sum(mul(flip(x, 2), counting(1, 2, 3, 1))), { x }).assert();
    expect(() => flip(x, 4)).to.throw("flip");
  });

  it("are continued around by mirrors", () => {
    const row = counting(3);
    expect([...mirrorPad(row, [[2, 1]], "reflect").data]).to.deep.equal([3, 2, 1, 2, 3, 2]);
    expect([...mirrorPad(row, [[2, 3]], "symmetric").data]).to.deep.equal([2, 1, 1, 2, 3, 3, 2, 1]);
    gradCheck(
      ({ x }) => {
        const y = mirrorPad(
          x,
          [
            [0, 0],
            [1, 1],
            [2, 2],
            [0, 0],
          ],
          "reflect",
        );
        return sum(mul(y, counting(...y.shape)));
      },
      { x },
    ).assert();
    expect(() => mirrorPad(row, [[3, 0]], "reflect")).to.throw(
      'mirrorPad: [[3,0]] does not fit [3]; it takes [before, after] for each of the 1 axes, and "reflect" has at most [2] to show.',
    );
  });

  it("grow by copies, and any size by weighing", () => {
    expect([...upsample(x, [1, 2]).data]).to.deep.equal([1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6]);
    expect([...resizeBilinear(counting(1, 1, 2, 1), [1, 4]).data]).to.deep.equal([1, 1.25, 1.75, 2]);
    expect([...resizeBilinear(counting(1, 1, 2, 1), [1, 3], { mode: "alignCorners" }).data]).to.deep.equal([
      1, 1.5, 2,
    ]);
    expect(() => upsample(x, 1.5)).to.throw("upsample: factor 1.5 is not what it takes: a whole number");
    expect(() => resizeBilinear(x, [0, 2])).to.throw("resizeBilinear: the new size [0,2] must be");
    expect(() => resizeBilinear(x, [2, 2], { mode: "cubic" as "halfPixel" })).to.throw(
      'there is no mode "cubic"; halfPixel, alignCorners, asymmetric are there',
    );
    expect(() => resizeBilinear(zeros([1, 0, 2, 1]), [2, 2])).to.throw(
      "images of 0×2 have no pixels to weigh",
    );
  });
});
