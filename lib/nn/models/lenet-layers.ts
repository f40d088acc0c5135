// Two layers that only LeNet-5 as it was has.
import { add } from "../../ops/add.ts";
import { avgPool } from "../../ops/avg-pool.ts";
import { conv2d } from "../../ops/conv2d.ts";
import { matmul } from "../../ops/matmul.ts";
import { mul } from "../../ops/mul.ts";
import { reshape } from "../../ops/reshape.ts";
import { tensor } from "../../tensor/create.ts";
import type { DType } from "../../tensor/dtype.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Layer } from "../module.ts";
import { he, one, zero } from "../starts.ts";

/** Means of 2×2, times a weight and plus a bias for each map: 2 parameters a map. */
export function subsample(): Layer {
  return {
    kind: "subsample",
    parameters: ([x]) => ({
      weight: { shape: [x!.at(-1)!], start: one },
      bias: { shape: [x!.at(-1)!], start: zero },
    }),
    outputs: ([x]) => [[x![0]!, Math.floor(x![1]! / 2), Math.floor(x![2]! / 2), x![3]!]],
    apply: ({ weight, bias }, [x]) => [add(mul(avgPool(x!, 2), weight!), bias!)],
  };
}

/** Which of the six maps of S2 each of the sixteen of C3 sees: table I of the paper, 60 connections. */
const TABLE = [
  "012",
  "123",
  "234",
  "345",
  "045",
  "015",
  "0123",
  "1234",
  "2345",
  "0345",
  "0145",
  "0125",
  "0134",
  "1245",
  "0235",
  "012345",
];
const CONNECTIONS = TABLE.flatMap((maps, to) => [...maps].map((from) => ({ from: Number(from), to })));

/** C3: 5×5 convolutions along the table's connections, `weight` [5, 5, 60]. */
export function tableConv2d(): Layer {
  return {
    kind: "tableConv2d",
    parameters: () => ({
      weight: { shape: [5, 5, CONNECTIONS.length], start: he(25 * 4) },
      bias: { shape: [TABLE.length], start: zero },
    }),
    outputs: ([x]) => [[x![0]!, x![1]! - 4, x![2]! - 4, TABLE.length]],
    multiplyAdds: ([x]) => x![0]! * (x![1]! - 4) * (x![2]! - 4) * 25 * CONNECTIONS.length,
    apply: ({ weight, bias }, [x]) => [conv2d(x!, spread(weight!), { bias })],
  };
}

/** The connections' filters put among zeros, [5, 5, 6, 16]: a product with a matrix of ones and zeros. */
function spread(weight: Tensor): Tensor {
  const columns = 6 * TABLE.length;
  const places = CONNECTIONS.map(({ from, to }) => from * TABLE.length + to);
  const matrix = matrixOf(places, columns, weight.dtype);
  return reshape(matmul(reshape(weight, [25, places.length]), matrix), [5, 5, 6, TABLE.length]);
}

function matrixOf(places: readonly number[], columns: number, dtype: DType): Tensor {
  return tensor(
    places.map((place) => Array.from({ length: columns }, (_, at) => Number(at === place))),
    { dtype },
  );
}
