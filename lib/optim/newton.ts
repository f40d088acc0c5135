import type { Params, ScalarFunction } from "../autodiff/grad.ts";
import { hessian } from "../autodiff/products.ts";
import { solve } from "../linalg/lu.ts";
import { LinalgError } from "../linalg/matrix.ts";
import { adopt } from "../tensor/create.ts";
import { along, dot, FlatFunction, flatten, unflatten } from "./flat.ts";
import { strongWolfe } from "./line-search.ts";
import { checkNumber, checkOwn, type Minimizer } from "./optimizer.ts";

export interface NewtonOptions {
  /** The part of the Newton step that is taken; 1 unless given. */
  readonly rate?: number;
  /** λ in H + λI (Levenberg, 1944): 0 is Newton's method, a large λ a short step along −g. */
  readonly damping?: number;
  /** Looks along the Newton direction for a point that fulfils the strong Wolfe conditions. */
  readonly lineSearch?: boolean;
}

/**
 * Newton's method: p ← p − η (H + λI)⁻¹ g, with all second derivatives H. One step takes n gradients for H and n³
 * operations to solve, so it is for small n. Without damping or line search it goes to the nearest point where the
 * gradient vanishes, be it a saddle point or a maximum.
 *
 * @example
 * const optimizer = newton({ damping: 1e-3 });
 * for (let i = 0; i < 10; i++) optimizer.minimize(loss, params);
 */
export function newton({ rate = 1, damping = 0, lineSearch = false }: NewtonOptions = {}): Minimizer {
  checkNumber("newton", "rate", rate, 0, Infinity);
  checkNumber("newton", "damping", damping, 0, Infinity);
  let steps = 0;
  return {
    rate,
    minimize(loss, params) {
      const fn = new FlatFunction(loss, params);
      const start = fn.here();
      let direction = newtonStep(loss, params, start.gradient, damping);
      const point = flatten(params);
      let t = this.rate;
      if (lineSearch && start.gradient.some((value) => value !== 0)) {
        const downhill = dot(direction, start.gradient) < 0;
        if (!downhill) direction = start.gradient.map((value) => -value);
        t = strongWolfe((at) => fn.at(at), point, direction, start, this.rate).t;
      }
      unflatten(along(point, t, direction), params);
      steps++;
      return fn.first as NonNullable<typeof fn.first>;
    },
    state() {
      return { of: "newton", rate: this.rate, steps, tensors: {} };
    },
    restore(state) {
      checkOwn("newton", state);
      this.rate = state.rate;
      steps = state.steps;
    },
  };
}

/** −(H + λI)⁻¹ g */
function newtonStep<P extends Params>(
  loss: ScalarFunction<P>,
  params: P,
  gradient: Float64Array,
  damping: number,
): Float64Array {
  const n = gradient.length;
  const matrix = curvatures(loss, params, n);
  for (let i = 0; i < n; i++) matrix[i * n + i]! += damping;
  try {
    const solved = solve(adopt(matrix, [n, n]), adopt(gradient.slice(), [n]));
    return Float64Array.from(solved.storage.array(), (value) => -value);
  } catch (error) {
    if (!(error instanceof LinalgError)) throw error;
    throw new LinalgError(
      `newton: the Hessian (${n} × ${n}) is singular here, so no step is defined; a damping above 0, such as 1e-3, ` +
        `makes it regular.`,
      { cause: error },
    );
  }
}

/** All second derivatives as one matrix, rows and columns in the parameters' order. */
function curvatures<P extends Params>(loss: ScalarFunction<P>, params: P, n: number): Float64Array {
  const blocks: Readonly<Record<string, Params>> = hessian(loss, params);
  const matrix = new Float64Array(n * n);
  const entries = Object.entries(params);
  let row = 0;
  for (const [a, { size: height }] of entries) {
    let column = 0;
    for (const [b, { size: width }] of entries) {
      const block = blocks[a]![b]!.storage.array();
      for (let i = 0; i < height; i++) {
        for (let j = 0; j < width; j++) matrix[(row + i) * n + column + j] = block[i * width + j]!;
      }
      column += width;
    }
    row += height;
  }
  return matrix;
}
