// The reference that our own numbers are compared with: tfjs, on the best backend that this machine has.
import { Comparison, type ComparisonInput, ReferenceReport } from "./comparison.ts";
import type { Values } from "./difference.ts";
import {
  type Backend,
  type Loaded,
  loadCpu,
  loadNative,
  ReferenceUnavailable,
  type Tfjs,
  type TfTensor,
} from "./tfjs.ts";
import { loadWasm } from "./wasm.ts";
import { activate, assertComputedBy, proveBackend } from "./witness.ts";

/** A tensor's values, taken out of tfjs. */
export interface Answer {
  readonly data: Float32Array | Int32Array | Uint8Array;
  readonly shape: readonly number[];
}

export type Preference = "native" | "wasm" | "cpu";

const CHAIN: readonly Preference[] = ["native", "wasm", "cpu"];

/** tfjs on one backend, which has proved that it is the one that computes. */
export class Reference {
  readonly tf: Tfjs;
  readonly backend: Backend;
  readonly #loaded: Loaded;
  readonly #instead: readonly string[];

  /** Use {@link reference}. `instead` says why better backends are not the one. */
  constructor(loaded: Loaded, instead: readonly string[]) {
    this.tf = loaded.tf;
    this.backend = loaded.backend;
    this.#loaded = loaded;
    this.#instead = instead;
  }

  /** Which backend answers, such as "tensorflow (native, libtensorflow 2.16.2)". */
  describe(): string {
    const { backend, detail } = this.#loaded;
    return `${backend} (${[detail, ...this.#instead].join("; ")})`;
  }

  /**
   * Computes with tfjs on this backend and takes the result out; all tensors made meanwhile are freed.
   *
   * @example
   * const ref = await reference();
   * const { data, shape } = ref.run((tf) => tf.softmax(tf.tensor([1, 2, 3])));
   */
  run(compute: (tf: Tfjs) => TfTensor): Answer;
  run(compute: (tf: Tfjs) => TfTensor[]): Answer[];
  run(compute: (tf: Tfjs) => TfTensor | TfTensor[]): Answer | Answer[] {
    const restore = activate(this.#loaded);
    const { engine } = this.tf;
    engine().startScope();
    try {
      const result = compute(this.tf);
      const tensors = Array.isArray(result) ? result : [result];
      for (const tensor of tensors) {
        if (!(tensor instanceof this.tf.Tensor)) {
          throw new TypeError("reference.run: the function must return a tfjs tensor or an array of them.");
        }
      }
      assertComputedBy(this.#loaded, tensors);
      const answers = tensors.map(takeOut);
      return Array.isArray(result) ? answers : (answers[0] ?? takeOut(result));
    } finally {
      engine().endScope();
      restore();
    }
  }

  /**
   * A function's value and its gradients with respect to each input, by tfjs.
   * `upstream` is the gradient that arrives at the value; ones where it is left out.
   */
  gradients(
    compute: (tf: Tfjs, ...inputs: TfTensor[]) => TfTensor,
    inputs: readonly Values[],
    upstream?: Values,
  ): { value: Answer; gradients: Answer[] } {
    const [value, ...gradients] = this.run((tf) => {
      const tensors = inputs.map((input) => this.tensor(input));
      const dy = upstream === undefined ? undefined : this.tensor(upstream);
      const { value, grads } = tf.valueAndGrads((...given: TfTensor[]) => compute(tf, ...given))(tensors, dy);
      return [value, ...grads];
    });
    if (!value) throw new TypeError("reference.gradients: tfjs gave no value.");
    return { value, gradients };
  }

  /** Our values as a tfjs tensor: float64 becomes float32, the only float that tfjs has. */
  tensor(values: Values): TfTensor {
    if (typeof values === "number") return this.tf.scalar(values);
    if (isShaped(values)) return this.tf.tensor(numbersOf(values.data), [...values.shape]);
    if (ArrayBuffer.isView(values)) return this.tf.tensor(numbersOf(values));
    return this.tf.tensor(values as number[]);
  }

  /** One comparison, which says who answered. */
  compare(input: ComparisonInput): Comparison {
    return new Comparison(input, this.describe());
  }

  /** An empty report for many comparisons. */
  report(title?: string): ReferenceReport {
    return new ReferenceReport(this.describe(), title);
  }
}

const known = new Map<Preference, Promise<Loaded>>();

/**
 * tfjs on the best backend there is: native, else wasm, else plain JavaScript, beginning with `prefer`.
 * `describe()` says which it was. With GRADBOOK_REFERENCE=native|wasm|cpu in the environment only that one will
 * do, and its absence is an error; `none` switches comparisons off.
 */
export async function reference(options: { prefer?: Preference } = {}): Promise<Reference> {
  const demanded = process.env.GRADBOOK_REFERENCE || undefined;
  if (demanded === "none") {
    throw new ReferenceUnavailable("comparisons are switched off (GRADBOOK_REFERENCE=none)", "unset it");
  }
  const isKnown = demanded === undefined || CHAIN.some((name) => name === demanded);
  if (!isKnown) {
    throw new ReferenceUnavailable(
      `GRADBOOK_REFERENCE=${demanded} is not known`,
      "say native, wasm, cpu or none",
    );
  }
  const first = options.prefer ?? CHAIN.find((name) => name === demanded) ?? "native";
  const instead: string[] = [];
  for (const name of CHAIN.slice(CHAIN.indexOf(first))) {
    try {
      const loaded = await (known.get(name) ?? load(name));
      // Whoever uses `tf` outside run() gets the backend that was asked for last.
      activate(loaded);
      return new Reference(loaded, instead);
    } catch (error) {
      if (!(error instanceof ReferenceUnavailable) || demanded !== undefined) throw error;
      instead.push(error.message.replace(/\.$/, ""));
    }
  }
  throw new ReferenceUnavailable("there is no tfjs to compare with", instead.join("; "));
}

/** Loads and proves a backend once; a failed try is not remembered, since the set-up may mend it. */
function load(name: Preference): Promise<Loaded> {
  const loading = (async () => {
    const loaded = name === "native" ? loadNative() : name === "wasm" ? await loadWasm() : loadCpu();
    proveBackend(loaded);
    return loaded;
  })();
  known.set(name, loading);
  loading.catch(() => known.delete(name));
  return loading;
}

function takeOut(tensor: TfTensor): Answer {
  // A copy: the cpu backend hands out its own memory, which it may use again.
  return { data: tensor.dataSync().slice(), shape: [...tensor.shape] };
}

function isShaped(values: Values): values is { data: ArrayLike<number>; shape: readonly number[] } {
  return typeof values === "object" && "shape" in values && "data" in values;
}

function numbersOf(data: ArrayLike<number> | ArrayBufferView): Float32Array | Int32Array {
  if (data instanceof Float32Array || data instanceof Int32Array) return data;
  return Float32Array.from(data as ArrayLike<number>);
}
