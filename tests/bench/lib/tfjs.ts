// The ladder in tfjs, on the backend that GRADBOOK_REFERENCE demands.

import type { Tensor } from "../../../lib/index.ts";
import { toTfjs } from "../../../lib/io/index.ts";
import { reference, type Tfjs, type TfTensor } from "../../../lib/reference/index.ts";
import { isParameter, type Model } from "./models.ts";
import { type Training, takePart } from "./peer.ts";

type T = Readonly<Record<string, TfTensor>>;
type Loss = (tf: Tfjs, t: T) => TfTensor;

const LOSSES: readonly Loss[] = [
  (tf, { x, y, W, B }) => crossEntropy(tf, tf.add(tf.matMul(x!, W!), B!), y!),

  (tf, { x, y, W1, B1, W2, B2, W3, B3 }) => {
    const h1 = tf.relu(tf.add(tf.matMul(x!, W1!), B1!));
    const h2 = tf.relu(tf.add(tf.matMul(h1, W2!), B2!));
    return crossEntropy(tf, tf.add(tf.matMul(h2, W3!), B3!), y!);
  },

  (tf, { x, y, K1, C1, K2, C2, W1, B1, W2, B2, W3, B3 }) => {
    const layer = (image: TfTensor, K: TfTensor, C: TfTensor): TfTensor => {
      const convolved = tf.conv2d(image as Image, K as Image, 1, "valid");
      return tf.maxPool(tf.relu(tf.add(convolved, C)) as Image, 2, 2, "valid");
    };
    const features = layer(layer(x!, K1!, C1!), K2!, C2!);
    const h1 = tf.relu(tf.add(tf.matMul(tf.reshape(features, [64, 256]), W1!), B1!));
    const h2 = tf.relu(tf.add(tf.matMul(h1, W2!), B2!));
    return crossEntropy(tf, tf.add(tf.matMul(h2, W3!), B3!), y!);
  },

  (tf, { x, y, E, Wx, Wh, B, Wo, Bo }) => {
    // All inputs' part in one product, then one small product a step.
    const embedded = tf.gather(E!, tf.reshape(tf.transpose(x!), [-1]) as Ints);
    const fromInputs = tf.split(tf.add(tf.matMul(embedded, Wx!), B!), 64);
    let h: TfTensor = tf.zeros([32, 128]);
    let c: TfTensor = tf.zeros([32, 128]);
    const states = fromInputs.map((part) => {
      const [input, forget, cell, out] = tf.split(tf.add(part, tf.matMul(h, Wh!)), 4, 1);
      c = tf.add(tf.mul(tf.sigmoid(forget!), c), tf.mul(tf.sigmoid(input!), tf.tanh(cell!)));
      h = tf.mul(tf.sigmoid(out!), tf.tanh(c));
      return h;
    });
    const logits = tf.add(tf.matMul(tf.concat(states, 0), Wo!), Bo!);
    return crossEntropy(tf, logits, tf.transpose(y!));
  },

  (tf, t) => {
    const batch = 16;
    const [length, heads, width] = [64, 4, 16];
    const norm = (h: TfTensor, G: TfTensor, B: TfTensor): TfTensor => {
      const { mean, variance } = tf.moments(h, -1, true);
      return tf.add(tf.mul(tf.mul(tf.sub(h, mean), tf.rsqrt(tf.add(variance, 1e-5))), G), B);
    };
    const apart = (part: TfTensor): TfTensor =>
      tf.transpose(tf.reshape(part, [batch, length, heads, width]), [0, 2, 1, 3]);
    // −1e9 above the diagonal.
    const future = tf.mul(tf.sub(1, tf.linalg.bandPart(tf.ones([length, length]), -1, 0)), -1e9);
    const attention = (h: TfTensor, n: number): TfTensor => {
      const joint = tf.add(tf.matMul(h, t[`Wqkv${n}`]!), t[`Bqkv${n}`]!);
      const [q, k, v] = tf.split(joint, 3, 1).map(apart);
      const scores = tf.add(tf.mul(tf.matMul(q!, k!, false, true), 1 / Math.sqrt(width)), future);
      const looked = tf.transpose(tf.matMul(tf.softmax(scores), v!), [0, 2, 1, 3]);
      return tf.add(tf.matMul(tf.reshape(looked, [-1, 64]), t[`Wo${n}`]!), t[`Bo${n}`]!);
    };
    const embedded = tf.gather(t.E!, tf.reshape(t.x!, [-1]) as Ints);
    let h: TfTensor = tf.reshape(tf.add(tf.reshape(embedded, [batch, length, 64]), t.P!), [-1, 64]);
    for (const n of [1, 2]) {
      h = tf.add(h, attention(norm(h, t[`G${n}a`]!, t[`B${n}a`]!), n));
      const wide = tf.add(tf.matMul(norm(h, t[`G${n}b`]!, t[`B${n}b`]!), t[`W${n}1`]!), t[`B${n}1`]!);
      h = tf.add(h, tf.add(tf.matMul(gelu(tf, wide), t[`W${n}2`]!), t[`B${n}2`]!));
    }
    return crossEntropy(tf, tf.add(tf.matMul(norm(h, t.G!, t.Bn!), t.W!), t.B!), t.y!);
  },

  (tf, { x, K1, C1, K2, C2 }) => {
    const inner = tf.relu(tf.add(tf.conv2d(x as Image, K1 as Image, 1, "same"), C1!));
    const outer = tf.add(tf.conv2d(inner as Image, K2 as Image, 1, "same"), C2!);
    // In two steps: tfjs-cpu and tfjs-wasm add one number after the other, and half a million cost a digit.
    return tf.mean(tf.mean(tf.square(tf.relu(tf.add(x!, outer))), -1));
  },
];

type Image = import("@tensorflow/tfjs").Tensor4D;
type Ints = import("@tensorflow/tfjs").Tensor1D;

/** 0.5·x·(1 + tanh(√(2/π)·(x + 0.044715·x³))) */
function gelu(tf: Tfjs, x: TfTensor): TfTensor {
  const inner = tf.mul(tf.add(x, tf.mul(tf.mul(tf.square(x), x), 0.044715)), Math.sqrt(2 / Math.PI));
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(inner), 1));
}

function crossEntropy(tf: Tfjs, logits: TfTensor, labels: TfTensor): TfTensor {
  const classes = logits.shape.at(-1) ?? 0;
  const wanted = tf.cast(tf.oneHot(tf.reshape(labels, [-1]) as Ints, classes), "float32");
  return tf.losses.softmaxCrossEntropy(wanted, logits);
}

function train(tf: Tfjs, model: Model, tensors: Record<string, Tensor>): Training {
  const { rule, rate } = model.update;
  const entries = Object.entries(tensors).map(([name, value]) => {
    const there = toTfjs(tf, value);
    return [name, isParameter(name) ? tf.variable(there) : there] as const;
  });
  const t: T = Object.fromEntries(entries);
  const loss = LOSSES[model.number - 1]!;
  const optimizer = rule === "sgd" ? tf.train.sgd(rate) : tf.train.adam(rate, 0.9, 0.999, 1e-8);
  return {
    step() {
      const compute = (): import("@tensorflow/tfjs").Scalar => tf.tidy(() => loss(tf, t).asScalar());
      if (rule !== "none") {
        const value = optimizer.minimize(compute, true);
        const [number = Number.NaN] = value?.dataSync() ?? [];
        value?.dispose();
        return number;
      }
      return tf.tidy(() => {
        const { value, grads } = tf.variableGrads(compute);
        // The gradients must be there, not only promised.
        for (const gradient of Object.values(grads)) gradient.dataSync();
        return value.dataSync()[0] ?? Number.NaN;
      });
    },
  };
}

await takePart(async (model, tensors) => {
  const loaded = await reference();
  return { by: loaded.describe(), training: train(loaded.tf, model, tensors) };
});
