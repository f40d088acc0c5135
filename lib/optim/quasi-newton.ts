// Methods that learn the curvature from how gradients change: s, the last step, and y, the change of the gradient.
import type { Params } from "../autodiff/grad.ts";
import { adopt } from "../tensor/create.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { along, difference, dot, FlatFunction, flatten, unflatten } from "./flat.ts";
import { strongWolfe } from "./line-search.ts";
import { checkNumber, checkOwn, type Minimizer } from "./optimizer.ts";

/** What a method knows of the curvature. */
interface Curvature {
  /** Takes in that along the step s the gradient changed by y, where sᵀy > 0. */
  learn(s: Float64Array, y: Float64Array): void;
  /** −H⁻¹ g, as far as it is known. */
  direction(gradient: Float64Array): Float64Array;
  tensors(): Params;
  restore(tensors: Params): void;
}

export interface QuasiNewtonOptions {
  /** The step that the line search tries first; 1 unless given. */
  readonly rate?: number;
}

export interface LbfgsOptions extends QuasiNewtonOptions {
  /** How many pairs (s, y) are remembered; 10 unless given. */
  readonly memory?: number;
}

/**
 * BFGS (Broyden, Fletcher, Goldfarb and Shanno, 1970): keeps an estimate B of the inverse Hessian, all n² numbers of
 * it, and steps along −B g as far as a line search for the strong Wolfe conditions says. With ρ = 1/(yᵀs):
 * B ← (I − ρ s yᵀ) B (I − ρ y sᵀ) + ρ s sᵀ. For gradients over all examples: noise would be taken for curvature.
 *
 * @example
 * const optimizer = bfgs();
 * for (let i = 0; i < 50; i++) optimizer.minimize(loss, params);
 */
export function bfgs({ rate = 1 }: QuasiNewtonOptions = {}): Minimizer {
  let inverse: Float64Array | undefined;
  return searching("bfgs", rate, {
    learn(s, y) {
      const n = s.length;
      inverse ??= identity(n, dot(s, y) / dot(y, y)); // Nocedal and Wright, 6.20
      update(inverse, s, y);
    },
    direction: (gradient) => (inverse ? times(inverse, gradient) : gradient).map((value) => -value),
    tensors(): Params {
      if (inverse === undefined) return {};
      const n = Math.sqrt(inverse.length);
      return { inverse: adopt(inverse.slice(), [n, n]) };
    },
    restore(tensors) {
      inverse = vector(tensors.inverse);
    },
  });
}

/**
 * L-BFGS (Nocedal, 1980): BFGS that keeps only the last pairs (s, y) and multiplies by B without ever forming it, in
 * two passes over the pairs. Memory 2 m n instead of n².
 *
 * @example
 * const optimizer = lbfgs({ memory: 10 });
 * for (let i = 0; i < 50; i++) optimizer.minimize(loss, params);
 */
export function lbfgs({ rate = 1, memory = 10 }: LbfgsOptions = {}): Minimizer {
  if (!Number.isInteger(memory) || memory < 1) {
    throw new RangeError(`lbfgs: memory is ${memory}; it must be a whole number of pairs, 1 or more.`);
  }
  let pairs: { readonly s: Float64Array; readonly y: Float64Array }[] = [];
  return searching("lbfgs", rate, {
    learn(s, y) {
      pairs = [...pairs, { s, y }].slice(-memory);
    },
    direction: (gradient) => twoLoops(pairs, gradient),
    tensors: () =>
      Object.fromEntries(
        pairs.flatMap(({ s, y }, i): [string, Tensor][] => [
          [`s.${i}`, adopt(s.slice(), [s.length])],
          [`y.${i}`, adopt(y.slice(), [y.length])],
        ]),
      ),
    restore(tensors) {
      pairs = [];
      for (let i = 0; tensors[`s.${i}`] !== undefined; i++) {
        pairs.push({ s: vector(tensors[`s.${i}`])!, y: vector(tensors[`y.${i}`])! });
      }
    },
  });
}

/**
 * −B g by the two-loop recursion (Nocedal and Wright, algorithm 7.4), where B starts from (sᵀy / yᵀy) I of the last
 * pair and takes in one pair after the other.
 *
 * @example twoLoops([{ s, y }], gradient)
 */
export function twoLoops(
  pairs: readonly { readonly s: Float64Array; readonly y: Float64Array }[],
  gradient: Float64Array,
): Float64Array {
  let q: Float64Array = gradient.map((value) => -value);
  const shares = pairs.map(() => 0);
  for (let i = pairs.length - 1; i >= 0; i--) {
    const { s, y } = pairs[i]!;
    shares[i] = dot(s, q) / dot(y, s);
    q = along(q, -shares[i]!, y);
  }
  const last = pairs.at(-1);
  const scale = last ? dot(last.y, last.s) / dot(last.y, last.y) : 1;
  let r: Float64Array = q.map((value) => value * scale);
  pairs.forEach(({ s, y }, i) => {
    r = along(r, shares[i]! - dot(y, r) / dot(y, s), s);
  });
  return r;
}

/** A minimizer that goes along the curvature's direction as far as a line search says. */
function searching(op: string, rate: number, curvature: Curvature): Minimizer {
  checkNumber(op, "rate", rate, 0, Infinity);
  let last: { readonly s: Float64Array; readonly gradient: Float64Array } | undefined;
  let steps = 0;
  return {
    rate,
    minimize(loss, params) {
      const fn = new FlatFunction(loss, params);
      const start = fn.here();
      const { gradient } = start;
      if (last !== undefined) {
        if (last.s.length !== gradient.length) {
          throw new RangeError(
            `${op}: the parameters were ${last.s.length} numbers and are now ${gradient.length}; another model needs ` +
              `an optimizer of its own.`,
          );
        }
        const y = difference(gradient, last.gradient);
        if (dot(last.s, y) > 1e-10) curvature.learn(last.s, y);
      }
      let direction = curvature.direction(gradient);
      if (!(dot(direction, gradient) < 0)) {
        curvature.restore({}); // rounding or noise has spoilt it: downhill by the gradient alone
        last = undefined;
        direction = gradient.map((value) => -value);
      }
      const point = flatten(params);
      const size = gradient.reduce((total, value) => total + Math.abs(value), 0);
      steps++;
      if (size > 0 && Number.isFinite(size)) {
        const firstStep = last === undefined ? Math.min(1, 1 / size) * this.rate : this.rate;
        const found = strongWolfe((at) => fn.at(at), point, direction, start, firstStep);
        unflatten(along(point, found.t, direction), params);
        last = found.t === 0 ? undefined : { s: direction.map((d) => d * found.t), gradient };
        if (last === undefined) curvature.restore({});
      }
      return fn.first as NonNullable<typeof fn.first>;
    },
    state() {
      const kept: Record<string, Tensor> = { ...curvature.tensors() };
      if (last !== undefined) {
        kept.step = adopt(last.s.slice(), [last.s.length]);
        kept.gradient = adopt(last.gradient.slice(), [last.gradient.length]);
      }
      return { of: op, rate: this.rate, steps, tensors: kept };
    },
    restore(state) {
      checkOwn(op, state);
      this.rate = state.rate;
      steps = state.steps;
      curvature.restore(state.tensors);
      const [s, gradient] = [vector(state.tensors.step), vector(state.tensors.gradient)];
      last = s && gradient && { s, gradient };
    },
  };
}

function vector(tensor: Tensor | undefined): Float64Array | undefined {
  return tensor && Float64Array.from(tensor.storage.array());
}

function identity(n: number, scale: number): Float64Array {
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) matrix[i * n + i] = scale;
  return matrix;
}

function times(matrix: Float64Array, x: Float64Array): Float64Array {
  const n = x.length;
  return x.map((_, i) => dot(matrix.subarray(i * n, (i + 1) * n), x));
}

/** B ← B − ρ (s (By)ᵀ + (By) sᵀ) + (ρ² yᵀBy + ρ) s sᵀ, the formula above multiplied out: n² operations. */
function update(inverse: Float64Array, s: Float64Array, y: Float64Array): void {
  const n = s.length;
  const rho = 1 / dot(s, y);
  const by = times(inverse, y);
  const own = rho * rho * dot(y, by) + rho;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      inverse[i * n + j]! += own * s[i]! * s[j]! - rho * (s[i]! * by[j]! + by[i]! * s[j]!);
    }
  }
}
