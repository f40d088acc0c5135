import { formatShape, ShapeError, sameShape } from "../tensor/shape.ts";
import { add, concat } from "./layers/combine.ts";
import { type Block, block, type Layer, type Module } from "./module.ts";

/**
 * One part after the other. Parts of a list are named by their number, as in PyTorch.
 * @example sequential({ conv1: conv2d(6, 5, { relu: true }), pool1: maxPool(2), flat: flatten(), fc: linear(10) })
 */
export function sequential(parts: Readonly<Record<string, Module>> | readonly Module[]): Block {
  const named = Object.entries(parts) as [string, Module][];
  return block("sequential", (net, ...inputs) => {
    const [first] = inputs;
    return named.reduce((x, [name, part], i) => net.call(name, part, ...(i === 0 ? inputs : [x])), first!);
  });
}

/**
 * What comes in, added to what the body makes of it (He et al., 2015): y = x + f(x), then perhaps an activation.
 * Where the shapes differ, a shortcut, such as a 1×1 convolution, makes them alike.
 * @example residual(sequential([conv2d(64, 3, { padding: 1 }), batchNorm()]), { after: relu() })
 */
export function residual(
  body: Module,
  { shortcut, after }: { readonly shortcut?: Module; readonly after?: Layer } = {},
): Block {
  return block("residual", (net, x) => {
    const along = net.call("body", body, x!);
    const across = shortcut === undefined ? x! : net.call("shortcut", shortcut, x!);
    const [made, beside] = [net.shapeOf(along), net.shapeOf(across)];
    if (!sameShape(made, beside)) {
      throw new ShapeError(
        `residual: the body gives ${formatShape(made)} and beside it is ${formatShape(beside)}; give the shapes one size with ` +
          "{ shortcut }, such as a 1×1 convolution.",
      );
    }
    const sum = net.use(add(), across, along);
    return after === undefined ? sum : net.use(after, sum);
  });
}

/** Several parts of one input, their results side by side in the last axis. @example branches({ small: conv2d(8, 1), large: conv2d(8, 5, { padding: 2 }) }) */
export function branches(parts: Readonly<Record<string, Module>>): Block {
  return block("branches", (net, x) => {
    const results = Object.entries(parts).map(([name, part]) => net.call(name, part, x!));
    return net.use(concat(), ...results);
  });
}
