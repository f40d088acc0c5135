// What the recurrent layers share: the order in which they read the steps of a batch, and how they hand results out.
import type { Block } from "../kernels/block.ts";
import { stridedCopy } from "../kernels/copies.ts";
import { partOf } from "../kernels/dispatch.ts";
import { gatherRows } from "../kernels/embedding.ts";
import { adopt, empty } from "../tensor/create.ts";
import { ShapeError } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** How a recurrent layer goes through a batch of sequences. */
export interface SequenceOptions {
  /**
   * How many steps of each sequence count, at most as many as x has. Outputs beyond are 0, the final state is the one
   * after the last step that counts, and what x holds beyond does not matter.
   */
  readonly lengths?: readonly number[] | undefined;
  /** From the last step that counts to the first; the outputs stand where their inputs do. */
  readonly reverse?: boolean | undefined;
  /** x and the outputs are [time, batch, …] instead of [batch, time, …], which saves a copy of each. */
  readonly timeMajor?: boolean | undefined;
}

/** The places (time, batch) of a batch of sequences, in the order in which a layer comes to them. */
export class Steps {
  readonly count: number;
  readonly batch: number;
  readonly lengths: readonly number[] | undefined;
  readonly reverse: boolean;
  readonly timeMajor: boolean;

  constructor(op: string, x: Tensor, { lengths, reverse = false, timeMajor = false }: SequenceOptions) {
    const [outer = 0, inner = 0] = x.shape;
    [this.count, this.batch] = timeMajor ? [outer, inner] : [inner, outer];
    [this.reverse, this.timeMajor] = [reverse, timeMajor];
    if (lengths !== undefined) checkLengths(op, lengths, this.batch, this.count);
    this.lengths = lengths?.every((length) => length === this.count) ? undefined : lengths;
  }

  /** Whether the steps lie in memory as they are read. */
  get straight(): boolean {
    return this.timeMajor && !this.reverse && this.lengths === undefined;
  }

  /** Whether a step (numbered as it is read) of a sequence counts. */
  counts(step: number, sequence: number): boolean {
    return this.lengths === undefined || step < this.lengths[sequence]!;
  }

  /** The row of x at which each place lies, [step, batch] in the order of reading; a permutation. */
  rows(): Int32Array {
    const { count, batch, lengths, reverse, timeMajor } = this;
    const rows = new Int32Array(count * batch);
    for (let step = 0; step < count; step++) {
      for (let sequence = 0; sequence < batch; sequence++) {
        const length = lengths?.[sequence] ?? count;
        const time = reverse && step < length ? length - 1 - step : step;
        rows[step * batch + sequence] = timeMajor ? time * batch + sequence : sequence * count + time;
      }
    }
    return rows;
  }

  /** Rows of x to rows in the order of reading; padding becomes 0. */
  arrange(x: Block, width: number, to: Block): void {
    if (this.lengths !== undefined) {
      gatherRows(x, storageOf(this.rows()), width, to);
      this.#clear(to, width, (_, at) => at);
      return;
    }
    const { count, batch } = this;
    const [time, sequence] = this.timeMajor ? [batch * width, width] : [width, count * width];
    const start = this.reverse ? (count - 1) * time : 0;
    stridedCopy(x, start, [count, batch, width], [this.reverse ? -time : time, sequence, 1], to);
  }

  /** The other way. */
  restore(steps: Block, width: number, to: Block): void {
    const { count, batch } = this;
    if (this.lengths !== undefined) {
      const rows = this.rows();
      gatherRows(steps, storageOf(inverse(rows)), width, to);
      this.#clear(to, width, (_, at) => rows[at]!);
      return;
    }
    const time = this.reverse ? -batch * width : batch * width;
    const start = this.reverse ? (count - 1) * batch * width : 0;
    const [shape, strides] = this.timeMajor
      ? [
          [count, batch, width],
          [time, width, 1],
        ]
      : [
          [batch, count, width],
          [width, time, 1],
        ];
    stridedCopy(steps, start, shape, strides, to);
  }

  #clear(block: Block, width: number, place: (step: number, at: number) => number): void {
    const values = block.array();
    this.padding((step, at) => {
      const row = place(step, at);
      values.fill(0, row * width, (row + 1) * width);
    });
  }

  /** Calls for every place that does not count; `at` is its number in the order of reading. */
  padding(visit: (step: number, at: number) => void): void {
    if (this.lengths === undefined) return;
    for (let step = 0; step < this.count; step++) {
      for (let sequence = 0; sequence < this.batch; sequence++) {
        if (!this.counts(step, sequence)) visit(step, step * this.batch + sequence);
      }
    }
  }

  /** Of states [steps + 1, batch, width], that after each sequence's last step that counts. */
  last(states: Block, width: number, to: Block): void {
    const { count, batch, lengths } = this;
    if (lengths === undefined) {
      const size = batch * width;
      stridedCopy(states, count * size, [size], [1], to);
      return;
    }
    const rows = Int32Array.from(lengths, (length, sequence) => length * batch + sequence);
    gatherRows(states, storageOf(rows), width, to);
  }

  /**
   * The gradient of the outputs and the last states as the kernels want it: `dhs` [steps, batch, width] for every
   * step's h, and returned what arrives at the state after the last step.
   */
  arriving(outputs: Block, last: Block, width: number, dhs: Tensor): Tensor {
    const { batch, lengths } = this;
    this.arrange(outputs, width, dhs.storage);
    const dh = empty([batch, width], dhs.dtype);
    if (lengths === undefined) {
      stridedCopy(last, 0, [batch * width], [1], dh.storage);
      return dh;
    }
    dh.storage.array().fill(0);
    const [up, at] = [last.array(), dhs.storage.array()];
    lengths.forEach((length, sequence) => {
      if (length === 0) return;
      const row = ((length - 1) * batch + sequence) * width;
      for (let j = 0; j < width; j++) at[row + j]! += up[sequence * width + j]!;
    });
    return dh;
  }

  /** Where a sequence has no steps, its last state is its first, and so is the gradient. */
  passOn(last: Block, width: number, dh: Tensor): void {
    const [up, down] = [last.array(), dh.storage.array()];
    this.lengths?.forEach((length, sequence) => {
      if (length > 0) return;
      for (let j = sequence * width; j < (sequence + 1) * width; j++) down[j] = up[j]!;
    });
  }
}

const storageOf = (rows: Int32Array): Block => adopt(rows, [rows.length]).storage;

/** The permutation that puts back what this one moves. */
export function inverse(rows: Int32Array): Int32Array {
  const back = new Int32Array(rows.length);
  rows.forEach((row, at) => {
    back[row] = at;
  });
  return back;
}

/** The part of a packed output's or gradient's storage from this row on. */
export function packedRows(packed: Tensor, from: number, count: number): Block {
  const width = packed.shape[1]!;
  return partOf(packed.storage, from * width, count * width);
}

function checkLengths(op: string, lengths: readonly number[], batch: number, count: number): void {
  if (lengths.length !== batch) {
    throw new ShapeError(
      `${op}: ${lengths.length} lengths for ${batch} sequences; \`lengths\` has one number for each.`,
    );
  }
  lengths.forEach((length, sequence) => {
    if (Number.isInteger(length) && length >= 0 && length <= count) return;
    throw new RangeError(
      `${op}: length ${length} of sequence ${sequence} is not one of 0 … ${count}, the steps that x has.`,
    );
  });
}
