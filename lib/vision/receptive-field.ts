import { grad } from "../autodiff/grad.ts";
import { mul } from "../ops/mul.ts";
import { sum } from "../ops/sum.ts";
import { adopt } from "../tensor/create.ts";
import { formatShape, type Shape, ShapeError, sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** A layer as far as it matters to what a unit sees, along one axis. */
export interface FieldLayer {
  readonly name?: string;
  readonly kernel: number;
  readonly stride?: number;
  readonly dilation?: number;
  /** How many zeros stand before the first element; 0 unless given. */
  readonly padding?: number;
}

/** What a unit behind a layer sees of the input, along one axis. */
export interface Field {
  readonly name: string;
  /** How many elements of the input. */
  readonly size: number;
  /** How far apart in the input neighbouring units' fields lie: the product of the strides. */
  readonly jump: number;
  /** The middle of the first unit's field, in elements of the input, of which the first lies at 0. */
  readonly start: number;
}

/**
 * The receptive field behind each layer (Araujo, Norris and Sim, 2019): with kernel k, stride s, dilation d, padding p,
 *
 *     size ← size + (k − 1) d · jump,   start ← start + ((k − 1) d / 2 − p) · jump,   jump ← jump · s
 *
 * @example receptiveField([{ kernel: 3 }, { kernel: 3 }, { kernel: 3 }]).at(-1)?.size // 7
 */
export function receptiveField(layers: readonly FieldLayer[]): Field[] {
  let [size, jump, start] = [1, 1, 0];
  return layers.map(({ name, kernel, stride = 1, dilation = 1, padding = 0 }, i) => {
    if (![kernel, stride, dilation].every((n) => Number.isInteger(n) && n >= 1)) {
      throw new RangeError(
        `receptiveField: layer ${name ?? i} has kernel ${kernel}, stride ${stride} and dilation ${dilation}; all are ` +
          `whole numbers, 1 or more.`,
      );
    }
    if (!Number.isInteger(padding) || padding < 0) {
      throw new RangeError(
        `receptiveField: layer ${name ?? i} has padding ${padding}; it counts zeros, 0 or more.`,
      );
    }
    const reach = (kernel - 1) * dilation;
    size += reach * jump;
    start += (reach / 2 - padding) * jump;
    jump *= stride;
    return { name: name ?? `layer ${i + 1}`, size, jump, start };
  });
}

/** What one unit sees, measured. */
export interface MeasuredField {
  /** [height, width]: Σ |∂y/∂x| over the channels of each pixel. */
  readonly map: Tensor;
  /** The rectangle in which the gradient is not 0. */
  readonly height: number;
  readonly width: number;
  readonly top: number;
  readonly left: number;
}

/**
 * The receptive field of one unit, by the gradient of its feature maps with respect to the input: the pixels from
 * which anything comes, and how much (the effective field; Luo et al., 2016). Where ReLUs or maxima are on the way, only
 * open paths show; average over inputs, or take a network without them, to see the whole.
 *
 * @example receptiveFieldByGradient((x) => conv2d(conv2d(x, w1), w2), { input: randomImage })
 */
export function receptiveFieldByGradient(
  network: (input: Tensor) => Tensor,
  {
    input,
    at,
  }: {
    /** One picture, [1, height, width, channels]. */
    readonly input: Tensor;
    /** Which unit, the middle one unless given. */
    readonly at?: readonly [row: number, column: number];
  },
): MeasuredField {
  if (input.rank !== 4 || input.shape[0] !== 1) {
    throw new ShapeError(
      `receptiveFieldByGradient: the input is one picture [1, height, width, channels], not ${formatShape(input.shape)}.`,
    );
  }
  const { x } = grad(
    ({ x }) => {
      const y = network(x);
      return sum(mul(y, unitMask(y.shape, at)));
    },
    { x: input },
  );
  const [, height = 0, width = 0, channels = 0] = input.shape;
  const slopes = x.storage.array();
  const map = new Float32Array(height * width);
  let [top, left, bottom, right] = [height, width, -1, -1];
  for (let i = 0; i < map.length; i++) {
    for (let c = 0; c < channels; c++) map[i]! += Math.abs(slopes[i * channels + c]!);
    if (map[i] === 0) continue;
    const [row, col] = [Math.floor(i / width), i % width];
    [top, bottom] = [Math.min(top, row), Math.max(bottom, row)];
    [left, right] = [Math.min(left, col), Math.max(right, col)];
  }
  return {
    map: adopt(map, [height, width]),
    height: Math.max(0, bottom - top + 1),
    width: Math.max(0, right - left + 1),
    top,
    left,
  };
}

/** 1 in all channels of one unit of a feature map, 0 elsewhere. */
function unitMask(shape: Shape, at: readonly [number, number] | undefined): Tensor {
  const [batch, rows = 0, cols = 0, channels = 1] = shape;
  const [row, col] = at ?? [Math.floor(rows / 2), Math.floor(cols / 2)];
  const whole = Number.isInteger(row) && Number.isInteger(col);
  if (shape.length !== 4 || batch !== 1 || !whole || !(row >= 0 && row < rows && col >= 0 && col < cols)) {
    throw new ShapeError(
      `receptiveFieldByGradient: no unit at [${row}, ${col}] of a network's output ${formatShape(shape)}, which should be ` +
        `[1, rows, columns, channels].`,
    );
  }
  const mask = new Float32Array(sizeOf(shape));
  mask.fill(1, (row * cols + col) * channels, (row * cols + col + 1) * channels);
  return adopt(mask, shape);
}
