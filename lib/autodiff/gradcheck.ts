import { showAs, table } from "../display.ts";
import { formatShape, indexOf, type Shape, ShapeError, sameShape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { type Grads, grad, mapParams, type Params, type ScalarFunction } from "./grad.ts";

/** How a gradient is checked. */
export interface GradCheckOptions<P extends Params> {
  /** The gradient under test: autodiff's unless a hand-written one is given. */
  readonly gradient?: (params: P) => Grads<P>;
  /** The step ε to either side; 1e-5 balances the ε² of the formula against the rounding of the function. */
  readonly epsilon?: number;
  /** The relative error up to which a parameter passes. */
  readonly tolerance?: number;
}

/** The component on which the two gradients differ most. */
export interface WorstComponent {
  readonly index: readonly number[];
  readonly numeric: number;
  readonly gradient: number;
}

/** What was found for one parameter. */
export interface ParameterCheck {
  readonly name: string;
  readonly shape: Shape;
  /** ‖g_num − g‖ / (‖g_num‖ + ‖g‖) */
  readonly relativeError: number;
  /** How many components differ from the numeric gradient by more than 1e-4 of the larger of the two. */
  readonly wrong: number;
  readonly worst: WorstComponent;
  readonly verdict: string;
  readonly passed: boolean;
}

/** The outcome of `gradCheck`: shown as a table, and `assert()` makes a failure an error. */
export class GradCheck {
  readonly parameters: readonly ParameterCheck[];
  readonly epsilon: number;

  constructor(parameters: readonly ParameterCheck[], epsilon: number) {
    this.parameters = parameters;
    this.epsilon = epsilon;
  }

  get passed(): boolean {
    return this.parameters.every((parameter) => parameter.passed);
  }

  /** Throws, with the table, unless every parameter passed. */
  assert(): this {
    if (!this.passed) throw new Error(String(this));
    return this;
  }

  toString(): string {
    return this.#table().text;
  }

  /** The same as an HTML table. */
  toHtml(): string {
    return this.#table().html;
  }

  #table(): { html: string; text: string } {
    const rows = this.parameters.map(({ name, shape, relativeError, wrong, worst, verdict }) => [
      `${name} ${formatShape(shape)}`,
      relativeError.toExponential(1),
      `${wrong} of ${shape.reduce((a, b) => a * b, 1)}`,
      `${formatShape(worst.index)}: ${worst.numeric.toPrecision(6)} numeric, ${worst.gradient.toPrecision(6)} given`,
      verdict,
    ]);
    const caption = `gradient check ${this.passed ? "passed" : "FAILED"} (central differences in float64, ε = ${this.epsilon})`;
    const head = ["parameter", "relative error", "components off", "worst component", "verdict"];
    return table(caption, head, rows);
  }
}

showAs(GradCheck, (check) => ({ "text/plain": String(check), "text/html": check.toHtml() }));

/**
 * Compares a gradient with central differences, (f(x + ε) − f(x − ε)) / 2ε, one component at a time, in float64.
 *
 * @example
 * gradCheck(({ z }) => crossEntropy(z, labels), { z: logits }).assert();
 */
export function gradCheck<P extends Params>(
  fn: ScalarFunction<P>,
  params: P,
  { gradient = (at) => grad(fn, at), epsilon = 1e-5, tolerance = 1e-7 }: GradCheckOptions<P> = {},
): GradCheck {
  // Copies, because the components are moved in place.
  const point = mapParams(params, ({ data, shape }) => new Tensor(new Float64Array(data), shape));
  const value = evaluate(fn, point);
  if (!Object.is(value, evaluate(fn, point))) {
    throw new Error(
      "gradCheck: two calls at the same point gave different values; seed what is random inside.",
    );
  }
  const given = gradient(point);
  // Differences of f carry its rounding, so a gradient below this is zero as far as they can tell.
  const noise = (32 * Number.EPSILON * Math.max(1, Math.abs(value))) / epsilon;
  const parameters = Object.entries(point).map(([name, tensor]) => {
    const claimed = given[name];
    if (claimed === undefined || !sameShape(claimed.shape, tensor.shape)) {
      const came = claimed === undefined ? "none" : formatShape(claimed.shape);
      throw new ShapeError(
        `gradCheck: the gradient of ${name} has shape ${came}; it must be ${formatShape(tensor.shape)}.`,
      );
    }
    const numeric = Float64Array.from(tensor.data, (x, i) => {
      tensor.data[i] = x + epsilon;
      const above = evaluate(fn, point);
      tensor.data[i] = x - epsilon;
      const below = evaluate(fn, point);
      tensor.data[i] = x;
      return (above - below) / (2 * epsilon);
    });
    return compare(name, new Tensor(numeric, tensor.shape), claimed, noise, tolerance);
  });
  return new GradCheck(parameters, epsilon);
}

/** The relative error of the check for a row of steps: large steps cut corners, small ones drown in rounding. */
export function epsilonSweep<P extends Params>(
  fn: ScalarFunction<P>,
  params: P,
  epsilons: readonly number[] = Array.from({ length: 13 }, (_, i) => 10 ** -i),
): { readonly epsilon: number; readonly relativeError: number }[] {
  return epsilons.map((epsilon) => {
    const { parameters } = gradCheck(fn, params, { epsilon });
    return { epsilon, relativeError: Math.max(...parameters.map(({ relativeError }) => relativeError)) };
  });
}

function evaluate<P extends Params>(fn: ScalarFunction<P>, params: P): number {
  const value = fn(params);
  if (value.dtype !== "float64") {
    throw new TypeError(
      `gradCheck: the parameters are float64 and the function returned ${value.dtype}: something inside casts down, ` +
        `and its rounding would drown the differences.`,
    );
  }
  return value.item();
}

function compare(
  name: string,
  numeric: Tensor,
  given: Tensor,
  noise: number,
  tolerance: number,
): ParameterCheck {
  let [difference, sizeNumeric, sizeGiven, wrong, at, largest] = [0, 0, 0, 0, 0, -1];
  for (let i = 0; i < numeric.size; i++) {
    const [n, g] = [numeric.data[i]!, given.data[i]!];
    const gap = Math.abs(n - g);
    difference += gap * gap;
    sizeNumeric += n * n;
    sizeGiven += g * g;
    if (!(gap <= Math.max(noise, 1e-4 * Math.max(Math.abs(n), Math.abs(g))))) wrong++;
    if (!(gap <= largest)) [largest, at] = [Number.isNaN(gap) ? Infinity : gap, i];
  }
  const scale = Math.sqrt(sizeNumeric) + Math.sqrt(sizeGiven);
  const relativeError = scale === 0 ? 0 : Math.sqrt(difference) / scale;
  const zero = scale <= noise * Math.sqrt(numeric.size);
  return {
    name,
    shape: numeric.shape,
    relativeError,
    wrong,
    worst: {
      index: indexOf(at, numeric.shape),
      numeric: numeric.data[at] ?? 0,
      gradient: given.data[at] ?? 0,
    },
    verdict: zero ? "good: zero, to rounding" : verdict(relativeError),
    passed: zero || relativeError <= tolerance,
  };
}

// The customary bounds (Stanford CS231n, "Gradient checks").
function verdict(relativeError: number): string {
  if (relativeError <= 1e-7) return "good";
  if (relativeError <= 1e-4) return "too large, unless the function has a kink here";
  if (relativeError <= 1e-2) return "probably wrong";
  return Number.isNaN(relativeError) ? "wrong: not a number" : "wrong";
}
