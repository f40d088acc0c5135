// How long do real networks take? `npm run bench:faces [FOLDER]`: the four pretrained face networks, one picture forward,
// by lib (one thread, and as many as there are) and by tfjs on libtensorflow with the same weights; the best of
// several. FOLDER is that of @vladmandic/face-api where it is not in node_modules.
import { createRequire } from "node:module";
import { join } from "node:path";
import { backend, nn, Random } from "../../lib/index.ts";
import { reference, type TfTensor } from "../../lib/reference/index.ts";
import { ROOT } from "../source.ts";

const { faces, predict } = nn;
const folder = process.argv[2] ?? join(ROOT, "node_modules", "@vladmandic", "face-api");
const ROUNDS = 8;

interface Theirs {
  loadFromDisk(folder: string): Promise<void>;
  forwardInput(input: object, side: number): unknown;
}

const ref = await reference({ prefer: "native" });
const api: {
  readonly nets: Readonly<Record<string, Theirs>>;
  readonly NetInput: new (pictures: readonly TfTensor[]) => object;
} = createRequire(import.meta.url)(join(folder, "dist", "face-api.node-gpu.js"));

const model = join(folder, "model");
const NETWORKS = [
  { name: "tiny face detector", key: "tinyFaceDetector", side: 416, ours: faces.loadTinyFaceDetector(model) },
  { name: "68 landmarks", key: "faceLandmark68Net", side: 112, ours: faces.loadFaceLandmarks(model) },
  { name: "ResNet-34 embedding", key: "faceRecognitionNet", side: 150, ours: faces.loadFaceEmbedding(model) },
  { name: "SSD-MobileNet v1", key: "ssdMobilenetv1", side: 512, ours: faces.loadSsdMobilenet(model) },
] as const;

/** Milliseconds. */
function bestOf(work: () => unknown): number {
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const before = performance.now();
    work();
    best = Math.min(best, performance.now() - before);
  }
  return best;
}

const threads = backend.threads;
console.log(`${"network".padEnd(20)} lib, 1 thread   lib, ${threads} threads   ${ref.describe()}   ratio`);
for (const { name, key, side, ours } of NETWORKS) {
  const net = api.nets[key]!;
  await net.loadFromDisk(model);
  const picture = new Random(1).uniform([1, side, side, 3], { high: 255 });
  const input = new api.NetInput([ref.tf.tensor(picture.data as Float32Array, [side, side, 3])]);
  // Not in turn: helper threads of both sides go on spinning for a while, and would take time from the other.
  const best = [
    ...[1, threads].map((count) => {
      backend.threads = count;
      return bestOf(() => predict(ours.model, ours.variables, picture).storage.array());
    }),
    bestOf(() =>
      ref.tf.tidy(() => {
        const result = net.forwardInput(input, side);
        const tensors = result instanceof ref.tf.Tensor ? [result] : Object.values(Object(result)).flat();
        for (const y of tensors) (y as TfTensor).dataSync();
      }),
    ),
  ];
  const [one, all, theirs] = best.map((ms) => `${ms.toFixed(1)} ms`);
  console.log(
    `${name.padEnd(20)} ${one!.padStart(13)} ${all!.padStart(15)} ${theirs!.padStart(20)}   ${(best[1]! / best[2]!).toFixed(2)}`,
  );
}
