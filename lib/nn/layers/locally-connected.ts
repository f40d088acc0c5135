import { resultShape } from "../../ops/conv-geometry.ts";
import { locallyConnected2d as localOp, localShape } from "../../ops/locally-connected2d.ts";
import { type PatchOptions, patchGeometry } from "../../ops/patches.ts";
import type { Both } from "../../ops/windows.ts";
import { type Shape, sizeOf } from "../../tensor/shape.ts";
import type { Layer, Start } from "../module.ts";
import { he, zero } from "../starts.ts";

export interface LocallyConnected2dLayerOptions extends PatchOptions {
  readonly bias?: boolean;
  /** Whether max(0, ·) ends it. */
  readonly relu?: boolean;
  /** How the filters begin; by He's rule, if nothing is said. */
  readonly start?: Start;
}

/**
 * A convolution that shares no weights: so many filters of this size for each place of the result. Its parameters are
 * `weight` [outHeight, outWidth, height, width, channels, filters] and `bias` [outHeight, outWidth, filters]; they are as
 * many times those of `conv2d` as there are places, for the same multiply-adds.
 * @example locallyConnected2d(16, 3, { relu: true })
 */
export function locallyConnected2d(
  filters: number,
  size: Both,
  { bias = true, relu = false, start, ...windows }: LocallyConnected2dLayerOptions = {},
): Layer {
  const geometry = (x: Shape) => patchGeometry("locallyConnected2d", x, size, windows);
  const weightOf = (x: Shape): Shape => localShape(geometry(x), filters);
  return {
    kind: "locallyConnected2d",
    parameters([x]) {
      const shape = weightOf(x!);
      const weight = { shape, start: start ?? he(sizeOf(shape.slice(2, 5))) };
      return bias ? { weight, bias: { shape: [shape[0]!, shape[1]!, filters], start: zero } } : { weight };
    },
    outputs: ([x]) => [[...resultShape(geometry(x!)).slice(0, 3), filters]],
    multiplyAdds: ([x], [y]) => sizeOf(y!) * sizeOf(weightOf(x!).slice(2, 5)),
    kept([x], [y]) {
      const { batch, outHeight, outWidth, outChannels } = geometry(x!);
      // The patches, and once more with the places first; what comes of the product, and of it with the images first.
      return 2 * batch * outHeight * outWidth * outChannels + (2 + Number(bias) + Number(relu)) * sizeOf(y!);
    },
    apply: ({ weight, bias: b }, [x]) => [localOp(x!, weight!, { ...windows, bias: b, relu })],
  };
}
