// Models that learn what is alike, or what a picture is made of: Siamese networks, autoencoders, Boltzmann machines.

import { abs } from "../../ops/abs.ts";
import { add } from "../../ops/add.ts";
import { div } from "../../ops/div.ts";
import { maximum } from "../../ops/maximum.ts";
import { neg } from "../../ops/neg.ts";
import { sqrt } from "../../ops/sqrt.ts";
import { square } from "../../ops/square.ts";
import { sum } from "../../ops/sum.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { elementwise, relu, sigmoid } from "../layers/activation.ts";
import { add as addLayer } from "../layers/combine.ts";
import { linear } from "../layers/linear.ts";
import { type Block, block, type Layer, type Module } from "../module.ts";
import { sequential } from "../sequential.ts";

/** Rows of length 1: x / max(‖x‖, 1e-12). */
export function unitLength(): Layer {
  return elementwise("unitLength", (x: Tensor) =>
    div(x, maximum(sqrt(add(sum(square(x), { axis: -1, keepDims: true }), 1e-24)), 1e-12)),
  );
}

/**
 * One tower for two pictures, with the same weights (Bromley et al., 1993; Koch et al., 2015): the logit that both show the
 * same is a weighed sum of |a − b| over the towers' results. Called with two inputs.
 * @example run(siamese(tower), variables, [left, right]).output // [batch, 1]
 */
export function siamese(tower: Module): Block {
  return block("siamese", (net, left, right) => {
    const [a, b] = [net.call("tower", tower, left!), net.call("tower", tower, right!)];
    const apart = net.use(addLayer(), a, net.use(elementwise("neg", neg), b));
    return net.call("score", linear(1), net.use(elementwise("abs", abs), apart));
  });
}

/** A tower whose result has length 1, for the triplet loss (Schroff et al., 2015). */
export function embedder(tower: Module, width: number): Block {
  return block("embedder", (net, x) =>
    net.use(unitLength(), net.call("project", linear(width), net.call("tower", tower, x!))),
  );
}

/**
 * An autoencoder of [batch, features]: through ever fewer units and back. A run keeps the narrowest layer as "code".
 * @example autoencoder([128, 32]) // 784 → 128 → 32 → 128 → 784
 */
export function autoencoder(
  units: readonly number[],
  { end = sigmoid() }: { readonly end?: Layer } = {},
): Block {
  return block("autoencoder", (net, x) => {
    const features = net.shapeOf(x!).at(-1)!;
    const code = net.call("encoder", chain(units), x!);
    net.keep("code", code);
    const back = [...units.slice(0, -1).reverse(), features];
    return net.use(end, net.call("decoder", chain(back), net.use(relu(), code)));
  });
}

/** Linear layers with ReLUs between. */
function chain(units: readonly number[]): Block {
  return sequential(
    Object.fromEntries(units.map((count, i) => [String(i), linear(count, { relu: i < units.length - 1 })])),
  );
}
