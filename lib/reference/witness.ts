// tfjs falls back to `cpu` without a word. So a backend is believed only when it is seen to compute: it is an
// instance of the class that its package defines, a matrix product of known numbers comes out right, the
// result lives in that backend's own memory, and (native) the call went through to the C library.
import {
  type Backend,
  backendClass,
  type KernelBackend,
  type Loaded,
  type Tfjs,
  type TfTensor,
} from "./tfjs.ts";

/** Thrown when another backend than the one we name is found computing. It is a defect, never a fall-back. */
export class WrongBackend extends Error {
  constructor(wanted: Backend, what: string) {
    super(`the reference should be answered by ${wanted}, but ${what}.`);
    this.name = "WrongBackend";
  }
}

/** Each backend keeps its tensors in a map of its own. */
const STORES: Readonly<Record<Backend, string>> = { tensorflow: "tensorMap", wasm: "dataIdMap", cpu: "data" };

/** Makes the backend the active one and lets it prove itself. */
export function proveBackend(loaded: Loaded): void {
  const { tf, backend, instance } = loaded;
  const known = backendClass(backend);
  if (typeof known !== "function" || !(instance instanceof known)) {
    throw new WrongBackend(backend, `under that name tfjs has a ${instance.constructor.name}`);
  }
  activate(loaded);
  const calls = countNativeCalls(instance);
  tf.engine().startScope();
  try {
    const product = tf.matMul(tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor2d([5, 6, 7, 8], [2, 2]));
    assertComputedBy(loaded, [product]);
    const values = Array.from(product.dataSync()).join();
    if (values !== "19,22,43,50") throw new WrongBackend(backend, `its matrix product came out as ${values}`);
  } finally {
    tf.engine().endScope();
    calls.stop();
  }
  if (backend === "tensorflow" && calls.count() === 0) {
    throw new WrongBackend(backend, "a matrix product never reached libtensorflow");
  }
}

/** Makes a backend that is already loaded the active one; the returned function restores the one before. */
export function activate({ tf, backend, instance }: Loaded): () => void {
  const before = tf.engine().backendName;
  if (active(tf) !== instance) setNow(tf, backend);
  if (active(tf) !== instance) throw new WrongBackend(backend, `${tf.getBackend()} is active`);
  return () => {
    if (before && before !== backend) setNow(tf, before);
  };
}

/** Asserts that these tensors were computed by the backend: it is still active and holds their values. */
export function assertComputedBy({ tf, backend, instance }: Loaded, tensors: readonly TfTensor[]): void {
  if (active(tf) !== instance) {
    throw new WrongBackend(backend, `${tf.getBackend()} became the active backend meanwhile`);
  }
  const store = Object(Reflect.get(instance, STORES[backend]));
  for (const { dataId } of tensors) {
    if (!store.has(dataId)) throw new WrongBackend(backend, "a result lies on another backend");
  }
}

/** Asking for `engine().backend` while none is set would make a second instance of the best one. */
function active(tf: Tfjs): KernelBackend | undefined {
  return tf.engine().backendName ? tf.engine().backend : undefined;
}

/** `setBackend` answers with a promise, but has done its work at once when the backend is loaded. */
function setNow(tf: Tfjs, name: string): void {
  tf.setBackend(name).catch(() => {});
}

const NATIVE_CALLS = ["executeSingleOutput", "executeMultipleOutputs"] as const;

function countNativeCalls(instance: KernelBackend): { count(): number; stop(): void } {
  let count = 0;
  for (const name of NATIVE_CALLS) {
    const original: unknown = Reflect.get(instance, name);
    if (typeof original !== "function") continue;
    Reflect.set(instance, name, function counted(this: unknown, ...args: unknown[]): unknown {
      count++;
      return Reflect.apply(original, this, args);
    });
  }
  return {
    count: () => count,
    // The methods are the class's; what we set lies on the instance, over them.
    stop: () => {
      for (const name of NATIVE_CALLS) Reflect.deleteProperty(instance, name);
    },
  };
}
