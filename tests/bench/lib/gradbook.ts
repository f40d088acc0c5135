// Our own rows of the ladder.
import {
  adam,
  add,
  backend,
  conv2d,
  crossEntropy,
  embedding,
  gelu,
  layerNorm,
  linear,
  lstm,
  maxPool,
  mean,
  relu,
  reshape,
  selfAttention,
  sgd,
  square,
  type Tensor,
  transpose,
  valueAndGrad,
} from "../../../lib/index.ts";
import { isParameter, type Model } from "./models.ts";
import { type Training, takePart } from "./peer.ts";

type T = Readonly<Record<string, Tensor>>;

/** The losses, in the order of the models. */
const LOSSES: readonly ((t: T) => Tensor)[] = [
  ({ x, y, W, B }) => crossEntropy(linear(x!, W!, B!), y!),

  ({ x, y, W1, B1, W2, B2, W3, B3 }) => {
    const h1 = linear(x!, W1!, B1!, { relu: true });
    const h2 = linear(h1, W2!, B2!, { relu: true });
    return crossEntropy(linear(h2, W3!, B3!), y!);
  },

  ({ x, y, K1, C1, K2, C2, W1, B1, W2, B2, W3, B3 }) => {
    const h1 = maxPool(conv2d(x!, K1!, { bias: C1!, relu: true }), 2);
    const h2 = maxPool(conv2d(h1, K2!, { bias: C2!, relu: true }), 2);
    const h3 = linear(reshape(h2, [64, 256]), W1!, B1!, { relu: true });
    const h4 = linear(h3, W2!, B2!, { relu: true });
    return crossEntropy(linear(h4, W3!, B3!), y!);
  },

  ({ x, y, E, Wx, Wh, B, Wo, Bo }) => {
    const tokens = embedding(E!, transpose(x!));
    const { outputs } = lstm(tokens, { wx: Wx!, wh: Wh!, b: B! }, { timeMajor: true });
    const logits = linear(reshape(outputs, [64 * 32, 128]), Wo!, Bo!);
    return crossEntropy(logits, reshape(transpose(y!), [64 * 32]));
  },

  (t) => {
    let h = add(embedding(t.E!, t.x!), t.P!);
    for (const n of [1, 2]) {
      const joint = linear(norm(h, t[`G${n}a`]!, t[`B${n}a`]!), t[`Wqkv${n}`]!, t[`Bqkv${n}`]!);
      h = add(h, linear(selfAttention(joint, { heads: 4, causal: true }), t[`Wo${n}`]!, t[`Bo${n}`]!));
      const wide = linear(norm(h, t[`G${n}b`]!, t[`B${n}b`]!), t[`W${n}1`]!, t[`B${n}1`]!);
      h = add(h, linear(gelu(wide, { approximate: "tanh" }), t[`W${n}2`]!, t[`B${n}2`]!));
    }
    const logits = linear(norm(h, t.G!, t.Bn!), t.W!, t.B!);
    return crossEntropy(reshape(logits, [16 * 64, 64]), reshape(t.y!, [16 * 64]));
  },

  ({ x, K1, C1, K2, C2 }) => {
    const inner = conv2d(x!, K1!, { padding: "same", bias: C1!, relu: true });
    const outer = conv2d(inner, K2!, { padding: "same", bias: C2! });
    return mean(square(relu(add(x!, outer))));
  },
];

const norm = (h: Tensor, gamma: Tensor, beta: Tensor): Tensor => layerNorm(h, { gamma, beta, epsilon: 1e-5 });

function train(model: Model, given: Record<string, Tensor>): Training {
  const named = (wanted: boolean): Record<string, Tensor> =>
    Object.fromEntries(Object.entries(given).filter(([name]) => isParameter(name) === wanted));
  const [data, parameters] = [named(false), named(true)];
  const { rule, rate } = model.update;
  const optimizer = rule === "sgd" ? sgd({ rate }) : adam({ rate });
  const loss = LOSSES[model.number - 1]!;
  return {
    step() {
      const { value, grads } = valueAndGrad((at: T) => loss({ ...data, ...at }), parameters);
      if (rule !== "none") optimizer.step(parameters, grads);
      return value.item();
    },
  };
}

await takePart(async (model, tensors, threads) => {
  backend.threads = threads;
  return { by: backend.describe(), training: train(model, tensors) };
});
