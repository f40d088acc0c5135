import { crossEntropy } from "../losses/cross-entropy.ts";
import { add } from "../ops/add.ts";
import { concat } from "../ops/concat.ts";
import { embedding } from "../ops/embedding.ts";
import { matmul } from "../ops/matmul.ts";
import { mul } from "../ops/mul.ts";
import { expandDims } from "../ops/reshape.ts";
import { sub } from "../ops/sub.ts";
import { sum } from "../ops/sum.ts";
import { adopt, zeros } from "../tensor/create.ts";
import { formatShape, ShapeError } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { SampledClasses } from "./class-sampler.ts";

/** The output layer of a model with many classes. */
export interface ClassWeights {
  /** A row for each class: [classes, features]. */
  readonly weights: Tensor;
  /** [classes] */
  readonly bias: Tensor;
}

/** So low that e^z is 0, and finite, so that no gradient is NaN. */
const NEVER = -1e9;

/**
 * The cross-entropy of the right class against K drawn ones only, for features [N, d] and labels int32 [N]: a step costs K
 * logits instead of one for each class. From each logit goes the logarithm of its class's chance to be drawn, after which
 * the best weights are those of the whole softmax (Bengio and Senécal, 2008; Jean et al., 2015). A drawn class that
 * is the right one is left out.
 *
 * @example
 * sampledSoftmax(h, { weights, bias }, labels, ClassSampler.logUniform(50_000).drawDistinct(64, random))
 */
export function sampledSoftmax(
  features: Tensor,
  { weights, bias }: ClassWeights,
  labels: Tensor,
  { classes, chance }: SampledClasses,
): Tensor {
  const [count, width] = features.shape;
  const [total, depth] = weights.shape;
  if (features.rank !== 2 || weights.rank !== 2 || depth !== width || bias.size !== total) {
    const [f, w, b] = [features, weights, bias].map(({ shape }) => formatShape(shape));
    throw new ShapeError(
      `sampledSoftmax: features ${f}, weights ${w} and bias ${b} do not go together; they are [N, d], [classes, d] and [classes].`,
    );
  }
  if (labels.rank !== 1 || labels.size !== count || classes.rank !== 1) {
    throw new ShapeError(
      `sampledSoftmax: labels ${formatShape(labels.shape)} and drawn classes ${formatShape(classes.shape)} must be ` +
        `[${count}] and [K], for features ${formatShape(features.shape)}.`,
    );
  }
  const biases = expandDims(bias, 1);
  const at = (chosen: Tensor): Tensor => sum(embedding(biases, chosen), { axis: -1 });
  const right = add(
    sum(mul(features, embedding(weights, labels)), { axis: -1, keepDims: true }),
    expandDims(at(labels), 1),
  );
  const drawn = add(matmul(features, embedding(weights, classes), { transposeB: true }), at(classes));
  const correction = corrections(labels, classes, chance, features.dtype === "float64");
  return crossEntropy(sub(concat([right, drawn], { axis: 1 }), correction), zeros([count!], "int32"));
}

/** ln(chance) for the right class and the drawn ones, [N, 1 + K]; very large where a drawn class is the right one. */
function corrections(
  labels: Tensor,
  classes: Tensor,
  chance: SampledClasses["chance"],
  double: boolean,
): Tensor {
  const [y, drawn] = [labels.storage.array(), classes.storage.array()];
  const [rows, columns] = [y.length, drawn.length + 1];
  const log = (c: number): number => (chance === undefined ? 0 : Math.log(Math.max(chance(c), 1e-300)));
  const others = Float64Array.from(drawn, log);
  const result = double ? new Float64Array(rows * columns) : new Float32Array(rows * columns);
  for (let n = 0; n < rows; n++) {
    result[n * columns] = log(y[n]!);
    for (const [k, c] of drawn.entries()) result[n * columns + 1 + k] = c === y[n] ? -NEVER : others[k]!;
  }
  return adopt(result, [rows, columns]);
}
