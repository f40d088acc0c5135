import { qr } from "../linalg/qr.ts";
import type { Random } from "../random/random.ts";
import { adopt } from "../tensor/create.ts";
import { allocate, type DType } from "../tensor/dtype.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/**
 * Q of a Gaussian matrix, its columns' signs chosen so that R has a positive diagonal: without that, Q would lean to
 * where the algorithm leans (Mezzadri, "How to generate random matrices from the classical compact groups", 2007).
 */
export function signedQ(shape: Shape, random: Random, gain: number, dtype: DType): Tensor {
  const out = shape.at(-1)!;
  const rows = shape.slice(0, -1).reduce((product, length) => product * length, 1);
  const [tall, wide] = [Math.max(rows, out), Math.min(rows, out)];
  const { Q, R } = qr(random.normal([tall, wide], { dtype: "float64" }));
  const [q, r] = [Q.storage.array(), R.storage.array()];
  const data = allocate(dtype, rows * out);
  for (let i = 0; i < tall; i++) {
    for (let j = 0; j < wide; j++) {
      const value = gain * q[i * wide + j]! * (r[j * wide + j]! < 0 ? -1 : 1);
      data[rows >= out ? i * out + j : j * out + i] = value;
    }
  }
  return adopt(data, shape);
}

/** Ones where input and output have the same number, in the middle of the window if there is one. */
export function eye(shape: Shape, gain: number, dtype: DType): Tensor {
  const [inputs, outputs] = [shape.at(-2)!, shape.at(-1)!];
  const middle = shape.slice(0, -2).reduce((at, length) => at * length + Math.floor(length / 2), 0);
  const size = shape.reduce((product, length) => product * length, 1);
  const data = allocate(dtype, size);
  const from = middle * inputs * outputs;
  if (size > 0) for (let i = 0; i < Math.min(inputs, outputs); i++) data[from + i * outputs + i] = gain;
  return adopt(data, shape);
}
