import { dropout as dropoutOp } from "../../ops/dropout.ts";
import { mul } from "../../ops/mul.ts";
import { ones } from "../../tensor/create.ts";
import { sizeOf } from "../../tensor/shape.ts";
import type { Layer } from "../module.ts";

/**
 * In training, a share p of the elements is 0 and the others are x/(1 − p) (Srivastava et al., 2014; "inverted", so that
 * nothing changes after).
 * @example dropout(0.5)
 */
export function dropout(rate: number): Layer {
  checkRate("dropout", rate);
  return {
    kind: "dropout",
    outputs: ([x]) => [x!],
    kept: ([x]) => (rate > 0 ? sizeOf(x!) : 0),
    apply: (_, [x], call) => [call.training && rate > 0 ? dropoutOp(x!, { rate, seed: call.seed() }) : x!],
  };
}

/** In training, whole examples of the batch are 0: a residual body is left out (Huang et al., 2016). */
export function dropPath(rate: number): Layer {
  checkRate("dropPath", rate);
  return {
    kind: "dropPath",
    outputs: ([x]) => [x!],
    kept: ([x]) => (rate > 0 ? sizeOf(x!) : 0),
    apply(_, [x], call) {
      if (!call.training || rate === 0) return [x!];
      const each = ones([x!.shape[0]!, ...x!.shape.slice(1).map(() => 1)], x!.dtype);
      return [mul(x!, dropoutOp(each, { rate, seed: call.seed() }))];
    },
  };
}

function checkRate(kind: string, rate: number): void {
  if (rate >= 0 && rate <= 1) return;
  throw new RangeError(`${kind}: the rate is ${rate}; it is the share that is dropped, from 0 to 1.`);
}
