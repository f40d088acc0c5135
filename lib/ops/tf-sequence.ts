// A recurrent layer said with tfjs, step by step: its own layers know neither lengths nor an initial state of their own.
import type { SequenceOptions } from "./steps.ts";

type Tfjs = typeof import("@tensorflow/tfjs");
type TfTensor = import("@tensorflow/tfjs").Tensor;

/** The outputs of all steps, then each part of the last state, as rows. */
export function tfSequence(
  tf: Tfjs,
  x: TfTensor,
  first: readonly TfTensor[],
  { lengths, reverse = false, timeMajor = false }: SequenceOptions,
  cell: (x: TfTensor, state: readonly TfTensor[]) => readonly TfTensor[],
): TfTensor {
  const batchMajor = timeMajor ? tf.transpose(x, [1, 0, 2]) : x;
  const [batch = 0, count = 0, width = 0] = batchMajor.shape;
  const hidden = first[0]!.shape[1]!;
  if (batch * count === 0) return tf.concat([...first], 0);
  const outputs: TfTensor[] = [];
  const ends: TfTensor[][] = first.map(() => []);
  for (let sequence = 0; sequence < batch; sequence++) {
    const length = lengths?.[sequence] ?? count;
    let state = first.map((part) => tf.slice(part, [sequence, 0], [1, hidden]));
    const made = new Map<number, TfTensor>();
    for (let step = 0; step < length; step++) {
      const time = reverse ? length - 1 - step : step;
      const now = tf.reshape(tf.slice(batchMajor, [sequence, time, 0], [1, 1, width]), [1, width]);
      state = [...cell(now, state)];
      made.set(time, state[0]!);
    }
    for (let time = 0; time < count; time++) outputs.push(made.get(time) ?? tf.zeros([1, hidden]));
    state.forEach((part, i) => {
      ends[i]!.push(part);
    });
  }
  const together = tf.reshape(tf.concat(outputs, 0), [batch, count, hidden]);
  const placed = timeMajor ? tf.transpose(together, [1, 0, 2]) : together;
  const last = ends.map((parts) => tf.concat(parts, 0));
  return tf.concat([tf.reshape(placed, [batch * count, hidden]), ...last], 0);
}
