// Operations without gradients: their results are counts and truths, not quantities.
import { zip } from "../kernels/elementwise.ts";
import { formatShape, ShapeError } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";

/**
 * The place of the greatest element along the last axis, the first where several tie.
 * @example argmax(logits) // [n, 10] → [n], the predicted classes
 */
export function argmax(x: Tensor): Tensor {
  const width = x.shape.at(-1);
  if (width === undefined || width === 0) {
    throw new ShapeError(
      `argmax: shape ${formatShape(x.shape)} has nothing to choose from along its last axis.`,
    );
  }
  const out = new Int32Array(x.size / width);
  for (let row = 0; row < out.length; row++) {
    let best = 0;
    for (let i = 1; i < width; i++) {
      if (x.data[row * width + i]! > x.data[row * width + best]!) best = i;
    }
    out[row] = best;
  }
  return new Tensor(out, x.shape.slice(0, -1));
}

/**
 * A row for each label, 1 in the label's column and 0 elsewhere.
 * @example oneHot(tensor([2, 0], { dtype: "int32" }), 3) // [[0, 0, 1], [1, 0, 0]]
 */
export function oneHot(labels: Tensor, classes: number): Tensor {
  const out = new Float32Array(labels.size * classes);
  labels.data.forEach((label, row) => {
    if (!Number.isInteger(label) || label < 0 || label >= classes) {
      throw new RangeError(
        `oneHot: label ${label} (at place ${row}) is not one of the classes 0 … ${classes - 1}.`,
      );
    }
    out[row * classes + label] = 1;
  });
  return new Tensor(out, [...labels.shape, classes]);
}

/** Where two tensors hold the same, as bool. @example mean(equal(argmax(logits), labels)) */
export function equal(a: Tensor, b: Tensor): Tensor {
  return zip("equal", a, b, (x, y) => Number(x === y), "bool");
}
