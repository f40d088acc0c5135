// Named columns of numbers, from whatever holds them: a record of arrays or tensors, or a data frame.
import type { DanfoData } from "../io/danfo.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { Numbers } from "./traces.ts";

/** Curves by name, or a frame of danfojs, whose columns they are. */
export type Columns = Readonly<Record<string, Numbers>> | DanfoData;

/** The columns, in order, as lists of numbers; a missing value is null. */
export function columnsOf(source: Columns, names?: readonly string[]): Map<string, (number | null)[]> {
  const all = isFrame(source)
    ? frameColumns(source)
    : new Map(Object.entries(source).map(([k, v]) => [k, numbersOf(v)]));
  if (names === undefined) return all;
  return new Map(
    names.map((name) => {
      const column = all.get(name);
      if (column !== undefined) return [name, column];
      throw new RangeError(`figure: there is no column "${name}", only ${[...all.keys()].join(", ")}.`);
    }),
  );
}

/** Numbers in an ordinary array. */
export function numbersOf(values: Numbers): (number | null)[] {
  return Array.from(values instanceof Tensor ? values.storage.array() : values);
}

/** Numbers that are all there. */
export function finiteOf(values: Numbers): number[] {
  return numbersOf(values).filter((value): value is number => value !== null && Number.isFinite(value));
}

export function isFrame(source: object): source is DanfoData {
  return "$isSeries" in source;
}

function frameColumns({ $isSeries, columns, values }: DanfoData): Map<string, (number | null)[]> {
  return new Map(
    columns.map((name, at) => [
      name,
      values.map((row) => {
        const value: unknown = $isSeries || !Array.isArray(row) ? row : row[at];
        return typeof value === "number" ? value : typeof value === "boolean" ? Number(value) : null;
      }),
    ]),
  );
}
