import { crop } from "../../ops/crop.ts";
import { formatShape, type Shape, ShapeError } from "../../tensor/shape.ts";
import type { Layer } from "../module.ts";

/** Images cut to the size of the second input's, around their centre. */
export function cropTo(): Layer {
  const cut = ([x, y]: readonly Shape[]): Shape => {
    if (x![1]! >= y![1]! && x![2]! >= y![2]!) return [x![0]!, y![1]!, y![2]!, x![3]!];
    throw new ShapeError(
      `cropTo: images of shape ${formatShape(x!)} are smaller than ${formatShape(y!)}; sides that can be halved as often as ` +
        `the model does would fit.`,
    );
  };
  return {
    kind: "cropTo",
    outputs: (inputs) => [cut(inputs)],
    apply(_, [x, y]) {
      const [, height, width] = cut([x!.shape, y!.shape]);
      const same = height === x!.shape[1] && width === x!.shape[2];
      return [same ? x! : crop(x!, [height!, width!])];
    },
  };
}
