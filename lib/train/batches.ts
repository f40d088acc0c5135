import type { Random } from "../random/random.ts";
import { adopt } from "../tensor/create.ts";
import { allocate } from "../tensor/dtype.ts";
import { formatShape, ShapeError } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Examples: tensors by name, such as x and y, all with the examples along their first axis. */
export type Examples = Readonly<Record<string, Tensor>>;

/** How many examples there are. */
export function countOf(op: string, data: Examples): number {
  const entries = Object.entries(data);
  const [first] = entries;
  const count = first?.[1].shape[0];
  if (first === undefined || count === undefined) {
    throw new ShapeError(
      `${op}: data needs tensors with the examples along their first axis, such as { x, y }.`,
    );
  }
  for (const [name, { shape }] of entries) {
    if (shape[0] === count) continue;
    throw new ShapeError(
      `${op}: ${first[0]} has ${count} examples and ${name}, of shape ${formatShape(shape)}, ${shape[0] ?? "none"}; ` +
        `they must have equally many.`,
    );
  }
  return count;
}

/**
 * These examples, in this order.
 * @example take({ x, y }, random.permutation(1000).data.subarray(0, 32))
 */
export function take<B extends Examples>(data: B, places: ArrayLike<number>): B {
  const taken: Record<string, Tensor> = {};
  for (const [name, { shape, dtype, storage }] of Object.entries(data)) {
    const count = shape[0] ?? 0;
    const size = count === 0 ? 0 : storage.length / count;
    const values = allocate(dtype, places.length * size);
    const from = storage.array();
    for (let i = 0; i < places.length; i++) {
      const place = places[i]!;
      if (!(place >= 0 && place < count)) {
        throw new RangeError(`take: there is no example ${place} of ${name}, which has ${count}.`);
      }
      values.set(from.subarray(place * size, (place + 1) * size), i * size);
    }
    taken[name] = adopt(values, [places.length, ...shape.slice(1)]);
  }
  return taken as B;
}

/** The examples' places, batch by batch: shuffled where there is a source of random numbers, the last batch as it comes. */
export function batchPlaces(count: number, size: number, random?: Random): ArrayLike<number>[] {
  if (!Number.isInteger(size) || size < 1) {
    throw new RangeError(`batches: a batch of ${size} examples; it must be a whole number, 1 or more.`);
  }
  const order = random ? random.permutation(count).data : Int32Array.from({ length: count }, (_, i) => i);
  return Array.from({ length: Math.ceil(count / size) }, (_, i) => order.subarray(i * size, (i + 1) * size));
}

/**
 * Mini-batches of one epoch: shuffle, then partition.
 * @example for (const { x, y } of batches({ x: images, y: labels }, { size: 32, random })) { … }
 */
export function* batches<B extends Examples>(
  data: B,
  { size, random }: { readonly size: number; readonly random?: Random },
): Generator<B, void, undefined> {
  for (const places of batchPlaces(countOf("batches", data), size, random)) yield take(data, places);
}
