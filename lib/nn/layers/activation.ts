// Layers that work element by element and have no parameters.
import { clip as clipOp } from "../../ops/clip.ts";
import { elu as eluOp } from "../../ops/elu.ts";
import { type GeluOptions, gelu as geluOp } from "../../ops/gelu.ts";
import { leakyRelu as leakyReluOp } from "../../ops/leaky-relu.ts";
import { maxout as maxoutOp } from "../../ops/maxout.ts";
import { prelu as preluOp } from "../../ops/prelu.ts";
import { relu as reluOp } from "../../ops/relu.ts";
import { sigmoid as sigmoidOp } from "../../ops/sigmoid.ts";
import { silu as siluOp } from "../../ops/silu.ts";
import { softmax as softmaxOp } from "../../ops/softmax.ts";
import { tanh as tanhOp } from "../../ops/tanh.ts";
import { full } from "../../tensor/create.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Layer } from "../module.ts";

/** A layer from a function of each element. @example elementwise("square", square) */
export function elementwise(kind: string, f: (x: Tensor) => Tensor): Layer {
  return { kind, outputs: ([x]) => [x!], apply: (_, [x]) => [f(x!)] };
}

/** max(0, x) (Nair and Hinton, 2010). */
export function relu(): Layer {
  return elementwise("relu", reluOp);
}

/** min(max(0, x), 6), as in MobileNet (Howard et al., 2017; Sandler et al., 2018). */
export function relu6(): Layer {
  return elementwise("relu6", (x) => clipOp(x, 0, 6));
}

/** x above 0, slope·x below (Maas, Hannun and Ng, 2013). */
export function leakyRelu(slope = 0.01): Layer {
  return elementwise("leakyRelu", (x) => leakyReluOp(x, { slope }));
}

/** x above 0, α(eˣ − 1) below (Clevert, Unterthiner and Hochreiter, 2016). */
export function elu(alpha = 1): Layer {
  return elementwise("elu", (x) => eluOp(x, { alpha }));
}

/** x·Φ(x), or its approximation by a tanh (Hendrycks and Gimpel, 2016). */
export function gelu(options: Partial<GeluOptions> = {}): Layer {
  return elementwise("gelu", (x) => geluOp(x, options));
}

/** x·σ(x), also called swish (Ramachandran, Zoph and Le, 2017). */
export function silu(): Layer {
  return elementwise("silu", siluOp);
}

/** σ(x) = 1/(1 + e⁻ˣ). */
export function sigmoid(): Layer {
  return elementwise("sigmoid", sigmoidOp);
}

/** tanh x = (eˣ − e⁻ˣ)/(eˣ + e⁻ˣ). */
export function tanh(): Layer {
  return elementwise("tanh", tanhOp);
}

/** e^{x_i}/Σ_j e^{x_j} over the last axis (Bridle, 1990). */
export function softmax(): Layer {
  return elementwise("softmax", softmaxOp);
}

/** A ReLU whose slope below 0 is learned, one for each channel, from 0.25 on (He et al., 2015). */
export function prelu(): Layer {
  return {
    kind: "prelu",
    parameters: ([x]) => ({
      slope: { shape: [x!.at(-1)!], start: (shape, _, { dtype }) => full(shape, 0.25, dtype) },
    }),
    outputs: ([x]) => [x!],
    apply: ({ slope }, [x]) => [preluOp(x!, slope!)],
  };
}

/** The greatest of every `pieces` neighbours in the last axis (Goodfellow et al., 2013). */
export function maxout(pieces: number): Layer {
  return {
    kind: "maxout",
    outputs: ([x]) => [[...x!.slice(0, -1), x!.at(-1)! / pieces]],
    apply: (_, [x]) => [maxoutOp(x!, { pieces })],
  };
}
