/** The length of each axis, outermost first; a scalar has none. */
export type Shape = readonly number[];

/** An operation that was given shapes it cannot work on: names the operation, the shapes, and what would fit. */
export class ShapeError extends Error {
  override readonly name = "ShapeError";
}

/** The number of elements: the product of the axes, 1 for a scalar. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** `[2, 3]`, as errors and printing write a shape. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis]);
}

/** How far apart neighbours along each axis lie in a row-major array. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * shape[axis + 1]!;
  return strides;
}

/** The position along every axis of an element, from its place in the row-major array. */
export function indexOf(offset: number, shape: Shape): number[] {
  return stridesOf(shape).map((stride, axis) => Math.floor(offset / stride) % shape[axis]!);
}

/** Throws unless every axis is a whole number, zero or more. */
export function checkShape(op: string, shape: Shape): void {
  if (!Array.isArray(shape)) {
    throw new ShapeError(
      `${op}: ${String(shape)} is no shape; a shape is a list of lengths, such as [2, 3].`,
    );
  }
  if (shape.every((length) => Number.isSafeInteger(length) && length >= 0)) return;
  throw new ShapeError(
    `${op}: ${formatShape(shape)} is no shape; every axis must be a whole number, 0 or more.`,
  );
}

/**
 * The shape of the result when two shapes meet. Axes are compared from the last: equal lengths stay, a length of
 * 1 stretches to the other, a missing axis counts as 1 (NumPy's rule).
 */
export function broadcastShapes(op: string, a: Shape, b: Shape): number[] {
  const rank = Math.max(a.length, b.length);
  const result = new Array<number>(rank);
  for (let back = 1; back <= rank; back++) {
    const left = a[a.length - back] ?? 1;
    const right = b[b.length - back] ?? 1;
    if (left !== right && left !== 1 && right !== 1) {
      throw new ShapeError(
        `${op}: shapes ${formatShape(a)} and ${formatShape(b)} do not fit together: counted from the last axis, ` +
          `axis ${-back} has ${left} on the left and ${right} on the right, and they must be equal or one of ` +
          `them 1. Beside ${formatShape(a)}, a shape such as ${partners(a)} would fit.`,
      );
    }
    result[rank - back] = left === 1 ? right : left;
  }
  return result;
}

function partners(shape: Shape): string {
  const column = [...shape.slice(0, -1), 1];
  const options = [shape, shape.slice(-1), column].map(formatShape);
  return [...new Set(options)].join(" or ");
}

/** Axes made positive and sorted; all axes when none is named. */
export function resolveAxes(
  op: string,
  axes: number | readonly number[] | undefined,
  rank: number,
): number[] {
  if (axes === undefined) return Array.from({ length: rank }, (_, axis) => axis);
  const named = typeof axes === "number" ? [axes] : [...axes];
  const resolved = named.map((axis) => {
    if (Number.isInteger(axis) && axis >= -rank && axis < rank) return axis < 0 ? axis + rank : axis;
    const range =
      rank === 0 ? "a scalar has no axes" : `a tensor of rank ${rank} has axes ${-rank} to ${rank - 1}`;
    throw new ShapeError(`${op}: no axis ${axis}; ${range}.`);
  });
  if (new Set(resolved).size < resolved.length) {
    throw new ShapeError(`${op}: the axes ${formatShape(named)} name one axis twice.`);
  }
  return resolved.sort((a, b) => a - b);
}
