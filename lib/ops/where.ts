import { empty, zeros } from "../tensor/create.ts";
import { promote } from "../tensor/dtype.ts";
import { broadcastShapes } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { broadcastTo } from "./broadcast-to.ts";
import { apply, type Op, operands, type TensorLike } from "./op.ts";
import { draw, indices, PAIRS } from "./samples.ts";

/** a where the condition is true, else b; the gradient goes to the one that was chosen. */
export const whereOp: Op<"where", readonly [Tensor, Tensor, Tensor]> = {
  name: "where",
  formula: "c_i\\; ?\\; a_i : b_i",
  inputs: ["condition", "a", "b"],
  forward([condition, a, b]) {
    const shape = broadcastShapes("where", broadcastShapes("where", a.shape, b.shape), condition.shape);
    const [c, left, right] = [condition, a, b].map((x) => broadcastTo(x, shape).storage);
    const y = empty(shape, promote(a.dtype, b.dtype));
    const [truth, yes, no, out] = [c!.array(), left!.array(), right!.array(), y.storage.array()];
    for (let i = 0; i < out.length; i++) out[i] = truth[i] !== 0 ? yes[i]! : no[i]!;
    return y;
  },
  gradients: [
    null,
    (g, [condition]) => where(condition, g, zeros([], g.dtype)),
    (g, [condition]) => where(condition, zeros([], g.dtype), g),
  ],
  samples: (random) =>
    PAIRS.map(([a, b], i) => ({
      inputs: [indices(random, i % 2 === 0 ? a : b, 2), draw(random, a), draw(random, b)],
      options: undefined,
    })),
  reference(tf, [condition, a, b]) {
    const truth = tf.cast(condition, "bool");
    const chosen = tf.cast(truth, "float32");
    return tf.add(tf.mul(chosen, a), tf.mul(tf.sub(1, chosen), b));
  },
};

/** @example where(greater(x, 0), x, 0) */
export function where(condition: Tensor, a: TensorLike, b: TensorLike): Tensor {
  return apply(whereOp, [condition, ...operands(a, b)], undefined);
}
