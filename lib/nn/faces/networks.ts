// The four face networks whose weights come with the npm package @vladmandic/face-api (MIT). Parts are named as its
// weights are, so that these find their place by name; `weightName` says what differs.
import { leakyRelu, relu, relu6 } from "../layers/activation.ts";
import { add, concat } from "../layers/combine.ts";
import { conv2d, depthwiseConv2d } from "../layers/convolution.ts";
import { linear } from "../layers/linear.ts";
import { batchNorm } from "../layers/norms.ts";
import { avgPool, globalAveragePool, maxPool } from "../layers/pooling.ts";
import { flatten } from "../layers/shape.ts";
import { type Block, block, type Net } from "../module.ts";
import { channelScale, growTo, predictions } from "./parts.ts";

/** A depthwise 3×3 and a pointwise convolution with a bias. */
function separable(filters: number, stride = 1): Block {
  return block("separable", (net, x) =>
    net.call(
      "pointwise",
      conv2d(filters, 1),
      net.call("depthwise", depthwiseConv2d(3, { stride, padding: "same", bias: false }), x!),
    ),
  );
}

/**
 * The tiny face detector, a small YOLO v2 of separable convolutions: [batch, side, side, 3] with side a multiple of 32 →
 * [batch, side/32, side/32, 25], for each of five anchors x, y, width, height and score.
 */
export function tinyFaceDetector(): Block {
  return block("tinyFaceDetector", (net, x) => {
    const leaky = leakyRelu(0.1);
    let y = net.use(leaky, net.call("conv0", conv2d(16, 3), x!));
    [32, 64, 128, 256, 512].forEach((filters, i) => {
      y = net.use(maxPool(2, { stride: 2, padding: "same" }), y);
      y = net.use(leaky, net.call(`conv${i + 1}`, separable(filters), y));
    });
    y = net.use(maxPool(2, { stride: 1, padding: "same" }), y);
    return net.call("conv8", conv2d(25, 1), y);
  });
}

/** Four convolutions, each of which is given the sum of all before it (a DenseNet that adds instead of joining). */
function denseBlock(filters: number, first: boolean): Block {
  return block("denseBlock", (net, x) => {
    const begin = first ? conv2d(filters, 3, { stride: 2, padding: "same" }) : separable(filters, 2);
    let sum = net.use(relu(), net.call("conv0", begin, x!));
    for (let i = 1; i < 4; i++) {
      const next = net.call(`conv${i}`, separable(filters), i === 1 ? sum : net.use(relu(), sum));
      sum = net.use(add(), sum, next);
    }
    return net.use(relu(), sum);
  });
}

/** 68 landmarks: [batch, 112, 112, 3] → [batch, 136], x and y of each. */
export function faceLandmarks(): Block {
  return block("faceLandmarks", (net, x) => {
    let y = x!;
    [32, 64, 128, 256].forEach((filters, i) => {
      y = net.call(`dense${i}`, denseBlock(filters, i === 0), y);
    });
    return net.call("fc", linear(136), net.use(flatten(), net.use(avgPool(7, { stride: 2 }), y)));
  });
}

/** A convolution, and a scale and shift of each channel (a batch norm that is done learning). */
function scaled(filters: number, stride: number, size = 3): Block {
  return block("scaled", (net, x) => {
    const conv = conv2d(filters, size, { stride, padding: stride === 1 ? "same" : "valid" });
    return net.call("scale", channelScale(), net.call("conv", conv, x!));
  });
}

function residual<V extends object>(net: Net<V>, name: string, filters: number, stride: number, x: V): V {
  return net.within(name, (inner) => {
    const first = inner.use(relu(), inner.call("conv1", scaled(filters, stride), x));
    const second = inner.call("conv2", scaled(filters, 1), first);
    if (stride === 1) return inner.use(relu(), inner.use(add(), second, x));
    const pooled = inner.use(avgPool(2), x);
    return inner.use(
      relu(),
      inner.use(add(), inner.use(growTo(), pooled, second), inner.use(growTo(), second, pooled)),
    );
  });
}

/**
 * The face embedding, a narrow ResNet-34 (dlib's, D. King, 2017): [batch, 150, 150, 3] → [batch, 128]. Faces less than 0.6
 * apart are of one person.
 */
export function faceEmbedding(): Block {
  return block("faceEmbedding", (net, x) => {
    let y = net.use(relu(), net.call("conv32_down", scaled(32, 2, 7), x!));
    y = net.use(maxPool(3, { stride: 2 }), y);
    for (const [filters, count] of [
      [32, 3],
      [64, 3],
      [128, 2],
      [256, 2],
    ] as const) {
      if (filters > 32) y = residual(net, `conv${filters}_down`, filters, 2, y);
      for (let i = 1; i <= count; i++) y = residual(net, `conv${filters}_${i}`, filters, 1, y);
    }
    y = residual(net, "conv256_down_out", 256, 2, y);
    return net.call("fc", linear(128, { bias: false }), net.use(globalAveragePool(), y));
  });
}

/** Where MobileNet v1 halves the picture, beside its first convolution. */
const HALVING = [2, 4, 6, 12];

/**
 * SSD with MobileNet v1 (Liu et al., 2016; Howard et al., 2017): [batch, 512, 512, 3] → [batch, 5118, 7], for each of 5118
 * anchors the box's shift (y, x, height, width) and three logits, of which the second is the face's.
 */
export function ssdMobilenet(): Block {
  return block("ssdMobilenet", (net, x) => {
    const convolved = <V extends object>(
      inner: Net<V>,
      name: string,
      filters: number,
      y: V,
      size = 1,
      stride = 1,
    ): V => inner.use(relu6(), inner.call(name, conv2d(filters, size, { stride, padding: "same" }), y));
    const [deep, middle] = net.within("MobilenetV1", (inner) => {
      let y = convolved(inner, "Conv2d_0_pointwise", 32, x!, 3, 2);
      let eleventh = y;
      for (let i = 1; i <= 13; i++) {
        y = inner.within(`Conv2d_${i}_depthwise`, (at) => {
          const stride = HALVING.includes(i) ? 2 : 1;
          const depthwise = depthwiseConv2d(3, { stride, padding: "same", bias: false });
          return at.use(
            relu6(),
            at.call("BatchNorm", batchNorm({ epsilon: 1e-3 }), at.call("depthwise", depthwise, y)),
          );
        });
        const filters = i === 1 ? 64 : i < 4 ? 128 : i < 6 ? 256 : i < 12 ? 512 : 1024;
        y = convolved(inner, `Conv2d_${i}_pointwise`, filters, y);
        if (i === 11) eleventh = y;
      }
      return [y, eleventh];
    });
    return net.within("Prediction", (inner) => {
      const maps = [middle, deep];
      let y = deep;
      [256, 512, 128, 256, 128, 256, 64, 128].forEach((filters, i) => {
        const halves = i % 2 === 1;
        y = convolved(inner, `Conv2d_${i}_pointwise`, filters, y, halves ? 3 : 1, halves ? 2 : 1);
        if (halves) maps.push(y);
      });
      const parts = maps.map((map, i) =>
        inner.within(`BoxPredictor_${i}`, (at) => {
          const anchors = i === 0 ? 3 : 6;
          const boxes = at.call("BoxEncodingPredictor", conv2d(4 * anchors, 1), map);
          const scores = at.call("ClassPredictor", conv2d(3 * anchors, 1), map);
          return at.use(predictions(), boxes, scores);
        }),
      );
      return inner.use(concat({ axis: 1 }), ...parts);
    });
  });
}

/** What a tensor of the package's files is called here, among the others of its file. */
export function weightName(name: string, names: ReadonlySet<string>): string {
  const separable = names.has(name.replace(/bias$/, "pointwise_filter"));
  return name
    .replace(/bias$/, separable ? "pointwise/bias" : "bias")
    .replace(/depthwise_filter$/, "depthwise/weight")
    .replace(/pointwise_filter$/, "pointwise/weight")
    .replace(/depthwise_weights$/, "depthwise/weight")
    .replace(/(filters|(?<!scale\/)weights)$/, "weight")
    .replace(/(convolution_bn_offset|(?<!scale\/)biases)$/, "bias")
    .replace(/moving_mean$/, "mean")
    .replace(/moving_variance$/, "variance")
    .replace(/^fc$/, "fc/weight")
    .replaceAll("/", ".");
}
