// The real networks by the package that they come from, on tfjs and libtensorflow.
import { createRequire } from "node:module";
import { join } from "node:path";
import { reference, type TfTensor } from "../../../lib/reference/index.ts";
import { PACKAGE, pictureFor, WEIGHTS } from "./networks.ts";
import { forwardPass } from "./peer.ts";

interface Boxed {
  /** [5118, 4]: top, left, bottom and right, in shares of the square. */
  readonly boxes: readonly TfTensor[];
  readonly scores: readonly TfTensor[];
}

interface FaceApi {
  readonly nets: Readonly<
    Record<
      string,
      {
        loadFromDisk(folder: string): Promise<void>;
        forwardInput(input: object, side: number): TfTensor | Boxed;
      }
    >
  >;
  readonly NetInput: new (pictures: readonly TfTensor[]) => object;
}

await forwardPass(async (network) => {
  const { tf, ...loaded } = await reference().then((ref) => ({ tf: ref.tf, by: ref.describe() }));
  const api: FaceApi = createRequire(import.meta.url)(join(PACKAGE, "dist", "face-api.node-gpu.js"));
  const net = api.nets[network.key]!;
  await net.loadFromDisk(WEIGHTS);
  const { data, shape } = pictureFor(network);
  const input = new api.NetInput([tf.tensor(data as Int32Array, [...shape])]);
  const values = (tensor: TfTensor): Float32Array => tensor.dataSync() as Float32Array;
  return {
    by: loaded.by,
    pass() {
      let out: Float32Array[] = [];
      tf.tidy(() => {
        const answer = net.forwardInput(input, network.side);
        out = "boxes" in answer ? [...answer.boxes, ...answer.scores].map(values) : [values(answer)];
      });
      return out;
    },
    // As we have them: x before y, in pixels.
    answer: ([first = new Float32Array(), ...others]) =>
      others.length === 0
        ? [first]
        : [first.map((_, i) => first[i % 2 === 0 ? i + 1 : i - 1]! * network.side), ...others],
  };
});
