// How parameters begin, as far as layers choose it themselves.
import { full, tensor } from "../tensor/create.ts";
import { allocate } from "../tensor/dtype.ts";
import type { Start } from "./module.ts";

export const zero: Start = (shape, _, { dtype }) => full(shape, 0, dtype);
export const one: Start = (shape, _, { dtype }) => full(shape, 1, dtype);

/** Gaussian with variance 2 / fanIn, which keeps the variance through a ReLU (He et al., 2015). */
export const he =
  (fanIn: number): Start =>
  (shape, random, { dtype }) =>
    random.normal(shape, { std: Math.sqrt(2 / Math.max(1, fanIn)), dtype });

/** Uniform within ±√(6 / (fanIn + fanOut)) (Glorot and Bengio, 2010). */
export const glorot =
  (fanIn: number, fanOut: number): Start =>
  (shape, random, { dtype }) => {
    const limit = Math.sqrt(6 / Math.max(1, fanIn + fanOut));
    return random.uniform(shape, { low: -limit, high: limit, dtype });
  };

/** @example normal(0.02) // as in GPT-2 */
export const normal =
  (std: number): Start =>
  (shape, random, { dtype }) =>
    random.normal(shape, { std, dtype });

/** The identity matrix, times a scale: a recurrent ReLU layer then begins by remembering all (Le et al., 2015). */
export const identity =
  (scale = 1): Start =>
  ([rows = 0, columns = 0], _, { dtype }) => {
    const values = allocate(dtype, rows * columns);
    for (let i = 0; i < Math.min(rows, columns); i++) values[i * columns + i] = scale;
    return tensor(values, { shape: [rows, columns] });
  };
