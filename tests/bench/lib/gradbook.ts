// Our own rows of the ladder. A model that lib cannot train yet has no row here, and the table says so.
import { add, crossEntropy, matmul, mul, sub, type Tensor, valueAndGrad } from "../../../lib/index.ts";
import { isParameter } from "./models.ts";
import { type Training, takePart } from "./peer.ts";

type Tensors = Record<string, Tensor>;

/** By number: the training that starts from these tensors. */
export const ladder: { name: string; number: number; build(given: Tensors): Training }[] = [
  {
    name: "softmax regression",
    number: 1,
    build: (given) => descent(given, 0.1, ({ x, y }, { W, B }) => crossEntropy(add(matmul(x!, W!), B!), y!)),
  },
];

/** Plain gradient descent. */
function descent(given: Tensors, rate: number, loss: (data: Tensors, at: Tensors) => Tensor): Training {
  const pick = (wanted: boolean): Tensors =>
    Object.fromEntries(Object.entries(given).filter(([name]) => isParameter(name) === wanted));
  const data = pick(false);
  let parameters = pick(true);
  return {
    step() {
      const { value, grads } = valueAndGrad((at) => loss(data, at), parameters);
      parameters = Object.fromEntries(
        Object.entries(parameters).map(([name, value]) => [name, sub(value, mul(grads[name]!, rate))]),
      );
      return value.item();
    },
  };
}

await takePart(async (model, tensors) => {
  const row = ladder.find(({ number }) => number === model.number);
  if (!row) throw new Error("not written yet");
  return { by: "lib", training: row.build(tensors) };
});
