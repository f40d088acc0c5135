// A thread that augments pictures while another one trains; see augmented-batches.ts.
import { parentPort, workerData } from "node:worker_threads";
import { Random, type RandomState } from "../random/random.ts";
import { augmentedShape, augmentPicture, type PictureShape, type Recipe } from "./augment-pixels.ts";

/** What a thread is made with: the pictures are shared, not copied. */
export interface AugmentData {
  readonly pixels: SharedArrayBuffer;
  readonly shape: PictureShape;
  readonly recipe: Recipe;
}

/** A batch that is wanted: which pictures, and where its random numbers begin. */
export interface AugmentJob {
  readonly id: number;
  readonly places: Int32Array;
  readonly random: RandomState;
}

export interface AugmentResult {
  readonly id: number;
  readonly pixels: Float32Array;
}

const { pixels, shape, recipe } = workerData as AugmentData;
const all = new Float32Array(pixels);
const size = shape[0] * shape[1] * shape[2];
const made = augmentedShape(recipe, shape).reduce((product, side) => product * side, 1);

parentPort?.on("message", ({ id, places, random }: AugmentJob) => {
  const out = new Float32Array(places.length * made);
  Random.from(random)
    .split(places.length)
    .forEach((own, i) => {
      const at = places[i]! * size;
      out.set(augmentPicture(all.subarray(at, at + size), shape, recipe, own), i * made);
    });
  parentPort?.postMessage({ id, pixels: out } satisfies AugmentResult, [out.buffer]);
});
