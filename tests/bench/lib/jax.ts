// The ladder in @jax-js/jax, a whole step under jit (but for convolutions), where that package is installed (GRADBOOK_JAX names a folder beside
// whose node_modules it stands). In jax-js a use ends an array's life; `.ref` is a use that does not.
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { indexOf, stridesOf, type Tensor } from "../../../lib/index.ts";
import { isParameter, type Model } from "./models.ts";
import { type Training, takePart } from "./peer.ts";

/** What is used of jax-js's arrays. */
interface Value {
  readonly ref: Value;
  add(other: Value | number): Value;
  sub(other: Value | number): Value;
  mul(other: Value | number): Value;
  div(other: Value | number): Value;
  sum(): Value;
  reshape(shape: number[]): Value;
  transpose(axes?: number[]): Value;
  slice(...ranges: ([] | [number, number])[]): Value;
  js(): number;
}
type Values = Record<string, Value>;

/** What is used of jax-js. */
interface Jax {
  init(device: string): Promise<string[]>;
  defaultDevice(device: string): void;
  jit<F>(f: F): F;
  valueAndGrad(f: (parameters: Values, data: Values) => Value): (p: Values, d: Values) => [Value, Values];
  tree: { ref<T>(tree: T): T };
  numpy: Record<
    "array" | "matmul" | "maximum" | "sqrt" | "tanh" | "max" | "mean" | "square" | "concatenate",
    (...args: unknown[]) => Value
  > & { split(x: Value, parts: number, axis: number): Value[] };
  nn: {
    relu(x: Value): Value;
    sigmoid(x: Value): Value;
    gelu(x: Value, options: { approximate: boolean }): Value;
    logSoftmax(x: Value): Value;
    standardize(x: Value, axis: number, options: { epsilon: number }): Value;
    dotProductAttention(q: Value, k: Value, v: Value, options: { isCausal: boolean }): Value;
  };
  lax: { conv(x: Value, k: Value, strides: number[], padding: string): Value };
}

type Loss = (jax: Jax, p: Values, d: Values) => Value;

const dense = ({ numpy: np }: Jax, x: Value, W: Value, B: Value): Value => np.matmul(x, W).add(B);

/** `y` holds one-hot rows. */
const crossEntropy = ({ nn }: Jax, logits: Value, y: Value, rows: number): Value =>
  nn
    .logSoftmax(logits)
    .mul(y)
    .sum()
    .mul(-1 / rows);

const LOSSES: readonly Loss[] = [
  (jax, { W, B }, { x, y }) => crossEntropy(jax, dense(jax, x!, W!, B!), y!, 128),

  (jax, p, { x, y }) => {
    const h1 = jax.nn.relu(dense(jax, x!, p.W1!, p.B1!));
    const h2 = jax.nn.relu(dense(jax, h1, p.W2!, p.B2!));
    return crossEntropy(jax, dense(jax, h2, p.W3!, p.B3!), y!, 128);
  },

  (jax, p, { x, y }) => {
    const { nn, lax, numpy: np } = jax;
    const layer = (image: Value, K: Value, C: Value, channels: number, size: number): Value => {
      const sum = lax.conv(image, K, [1, 1], "VALID").add(C.reshape([1, channels, 1, 1]));
      return np.max(nn.relu(sum).reshape([64, channels, size, 2, size, 2]), [3, 5]);
    };
    const features = layer(layer(x!, p.K1!, p.C1!, 8, 12), p.K2!, p.C2!, 16, 4);
    const flat = features.transpose([0, 2, 3, 1]).reshape([64, 256]);
    const h1 = nn.relu(dense(jax, flat, p.W1!, p.B1!));
    const h2 = nn.relu(dense(jax, h1, p.W2!, p.B2!));
    return crossEntropy(jax, dense(jax, h2, p.W3!, p.B3!), y!, 64);
  },

  (jax, p, { x, y }) => {
    const { nn, numpy: np } = jax;
    // x and y hold one-hot rows, time first.
    const inputs = dense(jax, np.matmul(x!, p.E!), p.Wx!, p.B!).reshape([64, 32, 512]);
    let h = np.array(new Float32Array(32 * 128), { shape: [32, 128] });
    let c = np.array(new Float32Array(32 * 128), { shape: [32, 128] });
    const states: Value[] = [];
    np.split(inputs, 64, 0).forEach((part, step) => {
      const Wh = step < 63 ? p.Wh!.ref : p.Wh!;
      const gates = np.split(part.reshape([32, 512]).add(np.matmul(h, Wh)), 4, 1);
      const [input, forget, cell, out] = gates;
      c = nn
        .sigmoid(forget!)
        .mul(c)
        .add(nn.sigmoid(input!).mul(np.tanh(cell!)));
      const state = nn.sigmoid(out!).mul(np.tanh(c.ref));
      states.push(state.ref);
      h = state;
    });
    return crossEntropy(jax, dense(jax, np.concatenate(states, 0), p.Wo!, p.Bo!), y!, 2048);
  },

  (jax, p, { x, y }) => {
    const { nn, numpy: np } = jax;
    const norm = (h: Value, G: Value, B: Value): Value =>
      nn.standardize(h, -1, { epsilon: 1e-5 }).mul(G).add(B);
    let h = np.matmul(x!, p.E!).reshape([16, 64, 64]).add(p.P!).reshape([1024, 64]);
    for (const n of [1, 2]) {
      const joint = dense(jax, norm(h.ref, p[`G${n}a`]!, p[`B${n}a`]!), p[`Wqkv${n}`]!, p[`Bqkv${n}`]!);
      const [q, k, v] = np.split(joint, 3, 1).map((part) => part.reshape([16, 64, 4, 16]));
      const looked = nn.dotProductAttention(q!, k!, v!, { isCausal: true }).reshape([1024, 64]);
      h = h.add(dense(jax, looked, p[`Wo${n}`]!, p[`Bo${n}`]!));
      const wide = dense(jax, norm(h.ref, p[`G${n}b`]!, p[`B${n}b`]!), p[`W${n}1`]!, p[`B${n}1`]!);
      h = h.add(dense(jax, nn.gelu(wide, { approximate: true }), p[`W${n}2`]!, p[`B${n}2`]!));
    }
    return crossEntropy(jax, dense(jax, norm(h, p.G!, p.Bn!), p.W!, p.B!), y!, 1024);
  },

  ({ nn, lax, numpy: np }, p, { x }) => {
    const bias = (C: Value): Value => C.reshape([1, 32, 1, 1]);
    const inner = nn.relu(lax.conv(x!.ref, p.K1!, [1, 1], "SAME").add(bias(p.C1!)));
    const outer = lax.conv(inner, p.K2!, [1, 1], "SAME").add(bias(p.C2!));
    return np.mean(np.mean(np.square(nn.relu(x!.add(outer))), -1));
  },
];

/** Parameters and data in jax-js's layouts: channels first, classes one-hot. */
function place({ numpy: np }: Jax, model: Model, tensors: Record<string, Tensor>): [Values, Values] {
  const parameters: Values = {};
  const data: Values = {};
  for (const [name, { data: numbers, shape, dtype }] of Object.entries(tensors)) {
    let value: Value;
    if (dtype === "int32") {
      const classes = model.number <= 3 ? 10 : 64;
      const timeFirst = model.number === 4;
      const rows = numbers.length;
      const hot = new Float32Array(rows * classes);
      for (let i = 0; i < rows; i++) {
        const [batch = 1, length = 1] = shape;
        const row = timeFirst ? (i % length) * batch + Math.floor(i / length) : i;
        hot[row * classes + numbers[i]!] = 1;
      }
      value = np.array(hot, { shape: [rows, classes] });
    } else {
      const axes = isParameter(name) ? [3, 2, 0, 1] : [0, 3, 1, 2];
      const there = shape.length === 4 ? permuted(numbers, shape, axes) : Float32Array.from(numbers);
      value = np.array(there, { shape: shape.length === 4 ? axes.map((axis) => shape[axis]!) : [...shape] });
    }
    (isParameter(name) ? parameters : data)[name] = value;
  }
  return [parameters, data];
}

/** The models with convolutions: see `train`. */
function isEager({ number }: Model): boolean {
  return number === 3 || number === 6;
}

/** Axis n of the result is axis axes[n] of the array. */
function permuted(data: ArrayLike<number>, shape: readonly number[], axes: readonly number[]): Float32Array {
  const strides = stridesOf(shape);
  const to = axes.map((axis) => shape[axis]!);
  return Float32Array.from({ length: data.length }, (_, at) => {
    const from = indexOf(at, to).reduce((sum, position, n) => sum + position * strides[axes[n]!]!, 0);
    return data[from]!;
  });
}

function train(jax: Jax, model: Model, tensors: Record<string, Tensor>): Training {
  const { tree, numpy: np } = jax;
  const { rule, rate } = model.update;
  const loss = LOSSES[model.number - 1]!;
  const withGradients = jax.valueAndGrad((parameters, data) => loss(jax, parameters, data));
  let [parameters, data] = place(jax, model, tensors);
  const names = Object.keys(parameters);
  const zeros = (): Values =>
    Object.fromEntries(
      names.map((name) => {
        const { size, shape } = tensors[name]!;
        const [height = 0, width = 0, inputs = 0, outputs = 0] = shape;
        const there = shape.length === 4 ? [outputs, inputs, height, width] : [...shape];
        return [name, np.array(new Float32Array(size), { shape: there })];
      }),
    );
  let [first, second, steps] = [rule === "adam" ? zeros() : {}, rule === "adam" ? zeros() : {}, 0];
  const whole = (
    p: Values,
    m: Values,
    v: Values,
    d: Values,
    scale1: Value,
    scale2: Value,
  ): [Value, Values, Values, Values] => {
    const [value, g] = withGradients(tree.ref(p), d);
    if (rule === "none") return [value, g, m, v];
    if (rule === "sgd") {
      return [value, Object.fromEntries(names.map((n) => [n, p[n]!.sub(g[n]!.mul(rate))])), m, v];
    }
    const [nextP, nextM, nextV]: [Values, Values, Values] = [{}, {}, {}];
    for (const n of names) {
      nextM[n] = m[n]!.mul(0.9).add(g[n]!.ref.mul(0.1));
      nextV[n] = v[n]!.mul(0.999).add(np.square(g[n]!).mul(0.001));
      const root = np.sqrt(nextV[n].ref.mul(scale2.ref)).add(1e-8);
      nextP[n] = p[n]!.sub(nextM[n].ref.mul(scale1.ref).div(root));
    }
    return [value, nextP, nextM, nextV];
  };
  // Under jit (0.1.25) a convolution of a convolution computes the inner one anew for each tap of the outer: 26 s a step
  // instead of 0.6 s for the residual block.
  const step = isEager(model) ? whole : jax.jit(whole);
  return {
    step() {
      steps++;
      // Bias corrections come in as numbers in arrays, so that nothing is traced anew.
      const scale = (x: number): Value => np.array(Float32Array.of(x), { shape: [] });
      const [value, next, m, v] = step(
        rule === "none" ? tree.ref(parameters) : parameters,
        first,
        second,
        tree.ref(data),
        scale(rate / (1 - 0.9 ** steps)),
        scale(1 / (1 - 0.999 ** steps)),
      );
      if (rule !== "none") parameters = next;
      [first, second] = [m, v];
      return value.js();
    },
  };
}

await takePart(async (model, tensors) => {
  const base = process.env.GRADBOOK_JAX
    ? pathToFileURL(join(process.env.GRADBOOK_JAX, "x.js"))
    : import.meta.url;
  let path = "";
  try {
    path = createRequire(base).resolve("@jax-js/jax");
  } catch {
    throw new Error("@jax-js/jax is not installed here");
  }
  const jax: Jax = await import(pathToFileURL(path).href);
  await jax.init("wasm");
  jax.defaultDevice("wasm");
  return { by: `jax-js, wasm, ${isEager(model) ? "eager" : "jit"}`, training: train(jax, model, tensors) };
});
