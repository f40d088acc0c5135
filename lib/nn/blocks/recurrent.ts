import { concat } from "../layers/combine.ts";
import { dropout } from "../layers/dropout.ts";
import { type Block, block, type Layer, type Net } from "../module.ts";

/** Makes one recurrent layer, that reads forwards or backwards. @example (reverse) => lstm(64, { reverse }) */
export type MakeRecurrent = (reverse: boolean) => Layer;

/**
 * A sequence read from both ends, the states of both side by side (Schuster and Paliwal, 1997): parts "forward" and
 * "backward".
 * @example bidirectional((reverse) => lstm(64, { reverse })) // [batch, time, features] → [batch, time, 128]
 */
export function bidirectional(make: MakeRecurrent): Block {
  return block("bidirectional", (net, x) => readBothWays(net, make, x!).outputs);
}

/** The outputs of both directions, and each one's last states. */
export function readBothWays<V extends object>(
  net: Net<V>,
  make: MakeRecurrent,
  x: V,
): { readonly outputs: V; readonly states: readonly V[] } {
  const [there, ...states] = net.callAll("forward", make(false), x);
  const [back, ...others] = net.callAll("backward", make(true), x);
  return {
    outputs: net.use(concat(), there!, back!),
    states: states.map((state, i) => net.use(concat(), state, others[i]!)),
  };
}

/**
 * Recurrent layers on top of each other, with dropout between them: parts "0", "1", …
 * @example stacked([lstm(128), lstm(128)], { dropout: 0.2 })
 */
export function stacked(
  layers: readonly (Layer | Block)[],
  { dropout: rate = 0 }: { readonly dropout?: number } = {},
): Block {
  return block("stacked", (net, x) =>
    layers.reduce((below, layer, i) => {
      const read = i === 0 || rate === 0 ? below : net.use(dropout(rate), below);
      return net.call(String(i), layer, read);
    }, x!),
  );
}
