// Points of the plane in cells that are cut in four again and again, so that what is far away is one mass (Barnes and Hut,
// "A hierarchical O(N log N) force-calculation algorithm", Nature 324, 1986).

/** So deep that points this near to each other are one. */
const DEEPEST = 50;

/** What pushes a point: Σ q and Σ q² (y_i − y_j), q = 1 / (1 + ‖y_i − y_j‖²). */
export interface Push {
  total: number;
  x: number;
  y: number;
}

export class QuadTree {
  // A cell: its middle, the sum of its points, how many they are, and its first quarter (0 where it has none).
  readonly #middleX: number[] = [];
  readonly #middleY: number[] = [];
  readonly #sumX: number[] = [];
  readonly #sumY: number[] = [];
  readonly #mass: number[] = [];
  readonly #quarters: number[] = [];
  readonly #size: number[] = [];
  readonly #stack = new Int32Array(8 * DEEPEST);

  /** `points` are x, y, x, y, … */
  constructor(points: Float64Array) {
    let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
    for (let i = 0; i < points.length; i += 2) {
      left = Math.min(left, points[i]!);
      right = Math.max(right, points[i]!);
      bottom = Math.min(bottom, points[i + 1]!);
      top = Math.max(top, points[i + 1]!);
    }
    const size = Math.max(right - left, top - bottom) * (1 + 1e-9) + Number.MIN_VALUE;
    this.#cell((left + right) / 2, (bottom + top) / 2, size);
    for (let i = 0; i < points.length; i += 2) this.#insert(points[i]!, points[i + 1]!);
  }

  /** Cells whose size is below `angle` times their distance count as one point. The point itself is left out. */
  push(x: number, y: number, angle: number, into: Push): void {
    const [sumX, sumY, mass, quarters, size] = [
      this.#sumX,
      this.#sumY,
      this.#mass,
      this.#quarters,
      this.#size,
    ];
    const stack = this.#stack;
    const limit = angle * angle;
    let [total, pushX, pushY, top] = [-1, 0, 0, 0];
    stack[top++] = 0;
    while (top > 0) {
      const cell = stack[--top]!;
      const m = mass[cell]!;
      if (m === 0) continue;
      const dx = x - sumX[cell]! / m;
      const dy = y - sumY[cell]! / m;
      const squared = dx * dx + dy * dy;
      const first = quarters[cell]!;
      if (first === 0 || size[cell]! * size[cell]! < limit * squared) {
        const q = 1 / (1 + squared);
        total += m * q;
        pushX += m * q * q * dx;
        pushY += m * q * q * dy;
      } else for (let k = 0; k < 4; k++) stack[top++] = first + k;
    }
    into.total = total;
    into.x = pushX;
    into.y = pushY;
  }

  #cell(x: number, y: number, size: number): void {
    this.#middleX.push(x);
    this.#middleY.push(y);
    this.#size.push(size);
    this.#sumX.push(0);
    this.#sumY.push(0);
    this.#mass.push(0);
    this.#quarters.push(0);
  }

  #insert(x: number, y: number): void {
    let cell = 0;
    for (let depth = 0; ; depth++) {
      const [m, oldX, oldY] = [this.#mass[cell]!, this.#sumX[cell]!, this.#sumY[cell]!];
      this.#mass[cell] = m + 1;
      this.#sumX[cell] = oldX + x;
      this.#sumY[cell] = oldY + y;
      if (m === 0) return;
      if (this.#quarters[cell] === 0) {
        const same = Math.abs(oldX / m - x) + Math.abs(oldY / m - y) === 0;
        if (same || depth === DEEPEST) return;
        const quarter = this.#cut(cell, oldX / m, oldY / m);
        this.#mass[quarter] = m;
        this.#sumX[quarter] = oldX;
        this.#sumY[quarter] = oldY;
      }
      cell = this.#quarterOf(cell, x, y);
    }
  }

  /** Makes four quarters, and gives that in which a point lies. */
  #cut(cell: number, x: number, y: number): number {
    this.#quarters[cell] = this.#mass.length;
    const half = this.#size[cell]! / 2;
    for (const up of [-1, 1]) {
      for (const right of [-1, 1]) {
        this.#cell(this.#middleX[cell]! + (right * half) / 2, this.#middleY[cell]! + (up * half) / 2, half);
      }
    }
    return this.#quarterOf(cell, x, y);
  }

  #quarterOf(cell: number, x: number, y: number): number {
    return this.#quarters[cell]! + (y >= this.#middleY[cell]! ? 2 : 0) + (x >= this.#middleX[cell]! ? 1 : 0);
  }
}
