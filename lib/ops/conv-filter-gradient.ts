import { type ConvGeometry, convFilterGradient as kernel } from "../kernels/convolution.ts";
import { empty } from "../tensor/create.ts";
import { floatOf, promote } from "../tensor/dtype.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { filterShape, resultShape } from "./conv-geometry.ts";
import { convSamples } from "./conv-samples.ts";
import { convolve } from "./conv2d.ts";
import { convTranspose } from "./conv2d-transpose.ts";
import { apply, type Op } from "./op.ts";
import { draw } from "./samples.ts";
import { tfFilterGradient } from "./tf-conv.ts";

/**
 * The gradient of a convolution y = x ∗ w to its filters: each weight has met, in every window, one number of x and made
 * its part of one number of y. It is linear in x and in G as well.
 */
export const convFilterGradientOp: Op<"convFilterGradient", readonly [Tensor, Tensor], ConvGeometry> = {
  name: "convFilterGradient",
  formula: "\\frac{\\partial L}{\\partial w_{abco}} = \\sum_{i,j} x_{i+a,\\,j+b,\\,c}\\, G_{ijo}",
  inputs: ["x", "g"],
  forward([x, g], geometry) {
    const w = empty(filterShape(geometry), floatOf(promote(x.dtype, g.dtype)));
    kernel(geometry, x.storage, g.storage, w.storage);
    return w;
  },
  gradients: [(dw, [, g], _, o) => convTranspose(g, dw, o), (dw, [x], _, o) => convolve(x, dw, o)],
  samples: (random) =>
    convSamples(random).map(({ x, geometry }) => ({
      inputs: [x, draw(random, resultShape(geometry))],
      options: geometry,
    })),
  reference: (tf, [x, g], geometry) => tfFilterGradient(tf, x, g, geometry),
};

export function convFilterGradient(x: Tensor, g: Tensor, geometry: ConvGeometry): Tensor {
  return apply(convFilterGradientOp, [x, g], geometry);
}
