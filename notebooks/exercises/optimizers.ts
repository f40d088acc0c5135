// Lesson 7's exercises: what a student's functions must do, and the words for what goes wrong.
import { type Exercise, test } from "../../kernel-ext/grading/exercise.ts";
import { adam, sgd, tensor, twoLoops } from "../../lib/index.ts";

type Vector = readonly number[];
type Gradient = (p: Vector) => Vector;
type MomentumDescent = (gradient: Gradient, start: Vector, rate: number, mu: number, steps: number) => Vector;

const doubles = (values: Vector) => tensor([...values], { dtype: "float64" });

/** Where the library ends. */
const wantedDescent: MomentumDescent = (gradient, start, rate, mu, steps) => {
  const at = { p: doubles(start) };
  const optimizer = sgd({ rate, momentum: mu });
  for (let step = 0; step < steps; step++) {
    optimizer.step(at, { p: doubles(gradient(Array.from(at.p.data))) });
  }
  return Array.from(at.p.data);
};

type Walk = (p: number, v: number, g: number, rate: number, mu: number) => { p: number; v: number };

/** Where an update ends that is made for each number by itself; `ahead` asks for the gradient at p − η μ v. */
const walked =
  (walk: Walk, ahead = false): MomentumDescent =>
  (gradient, start, rate, mu, steps) => {
    let p = [...start];
    let v = start.map(() => 0);
    for (let step = 0; step < steps; step++) {
      const g = gradient(ahead ? p.map((x, i) => x - rate * mu * v[i]!) : p);
      const moved = p.map((x, i) => walk(x, v[i]!, g[i]!, rate, mu));
      p = moved.map((one) => one.p);
      v = moved.map((one) => one.v);
    }
    return p;
  };

const averaged = walked((p, v, g, rate, mu) => {
  const next = mu * v + (1 - mu) * g;
  return { p: p - rate * next, v: next };
});
const forgetful = walked((p, _, g, rate) => ({ p: p - rate * g, v: 0 }));
const uphill = walked((p, v, g, rate, mu) => ({ p: p + rate * (mu * v + g), v: mu * v + g }));
const late = walked((p, v, g, rate, mu) => ({ p: p - rate * v, v: mu * v + g }));
const lookingAhead = walked((p, v, g, rate, mu) => ({ p: p - rate * (mu * v + g), v: mu * v + g }), true);

const wander: Gradient = (p) => p.map((x, i) => (i + 1) ** 2 * x);

const momentumDescent: Exercise<{ momentumDescent: MomentumDescent }> = {
  points: 4,
  hints: [
    "Two things change in every step: the velocity, and then the point.",
    "The velocity begins at 0. In each step it keeps the share μ of itself, and the whole new gradient comes on top.",
    "For each step: g = gradient(p); then, number by number, v ← μ v + g and p ← p − η v, with the new v. Copy the start first.",
  ],
  tests: [
    test("begins like gradient descent", 1, ({ momentumDescent }, expect) => {
      const args = [wander, [3, -1], 0.1, 0.9, 1] as const;
      expect.like(momentumDescent(...args), wantedDescent(...args), {
        mistakes: {
          "This step goes uphill: the gradient points to where the loss rises.": uphill(...args),
          "The step is 1 − μ of what it should be: that is the average. Here the whole gradient is added.":
            averaged(...args),
          "It has not moved. The point moves by the new velocity, not by the one before.": late(...args),
        },
      });
    }),
    test("picks up speed where the gradients agree", 1, ({ momentumDescent }, expect) => {
      const args = [(p: Vector) => p.map(() => 1), [0, 5], 0.1, 0.9, 3] as const;
      expect.like(momentumDescent(...args), wantedDescent(...args), {
        mistakes: {
          "The velocity is forgotten from one step to the next: this is plain descent.": forgetful(...args),
          "The velocity was averaged: here it is a sum, which grows to 1/(1 − μ) gradients.": averaged(
            ...args,
          ),
        },
      });
    }),
    test("goes along a ravine as the library does", 1, ({ momentumDescent }, expect) => {
      const args = [wander, [-2, 1, 0.5], 0.02, 0.9, 40] as const;
      expect.like(momentumDescent(...args), wantedDescent(...args), {
        mistakes: {
          "The gradient is taken ahead, which is Nesterov's way. Here it is taken where the point is.":
            lookingAhead(...args),
          "The velocity is forgotten from one step to the next: this is plain descent.": forgetful(...args),
        },
      });
    }),
  ],
};

interface AdamState {
  readonly p: Vector;
  readonly m: Vector;
  readonly v: Vector;
  readonly t: number;
}
interface AdamNumbers {
  readonly rate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}
type AdamStep = (state: AdamState, g: Vector, numbers: AdamNumbers) => AdamState;

const USUAL: AdamNumbers = { rate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
const fresh = (p: Vector): AdamState => ({ p, m: p.map(() => 0), v: p.map(() => 0), t: 0 });

interface AdamSlips {
  readonly correctM?: boolean;
  readonly correctV?: boolean;
  readonly inside?: boolean;
  readonly squared?: boolean;
  readonly keepCorrected?: boolean;
}

/** Adam's step, with the slips that one makes. */
function adamWith(slips: AdamSlips): AdamStep {
  const { correctM = true, correctV = true, inside = false, squared = true, keepCorrected = false } = slips;
  return ({ p, m, v, t }, g, { rate, beta1, beta2, epsilon }) => {
    const means = m.map((x, i) => beta1 * x + (1 - beta1) * g[i]!);
    const squares = v.map((x, i) => beta2 * x + (1 - beta2) * (squared ? g[i]! ** 2 : Math.abs(g[i]!)));
    const mHat = means.map((x) => x / (correctM ? 1 - beta1 ** (t + 1) : 1));
    const vHat = squares.map((x) => x / (correctV ? 1 - beta2 ** (t + 1) : 1));
    const root = (x: number): number => (inside ? Math.sqrt(x + epsilon) : Math.sqrt(x) + epsilon);
    return {
      p: p.map((x, i) => x - (rate * mHat[i]!) / root(vHat[i]!)),
      m: keepCorrected ? mHat : means,
      v: keepCorrected ? vHat : squares,
      t: t + 1,
    };
  };
}

const walkOf = (step: AdamStep, start: Vector, gradients: readonly Vector[]): Vector =>
  gradients.reduce((state, g) => step(state, g, USUAL), fresh(start)).p;

/** Where the library's Adam ends. */
function wantedAdam(start: Vector, gradients: readonly Vector[]): Vector {
  const at = { p: doubles(start) };
  const optimizer = adam(USUAL);
  for (const g of gradients) optimizer.step(at, { p: doubles(g) });
  return Array.from(at.p.data);
}

const adamStep: Exercise<{ adamStep: AdamStep }> = {
  points: 4,
  hints: [
    "Two averages, m of the gradients and v of their squares, are kept as they are; what is corrected is used once and thrown away.",
    "This is step t + 1: correct m by 1 − β₁ to that power, and v by 1 − β₂ to that power.",
    "m ← β₁ m + (1 − β₁) g and v ← β₂ v + (1 − β₂) g²; then p ← p − η m̂ / (√v̂ + ε) with m̂ = m / (1 − β₁ᵗ⁺¹), v̂ likewise. Return the new p, m, v and t + 1.",
  ],
  tests: [
    test("begins with a step of η, however long the gradient", 1, ({ adamStep }, expect) => {
      const [start, g] = [
        [1, 1, 1],
        [0.01, -50, 1e-5],
      ] as const;
      const after = (slips: AdamSlips) => adamWith(slips)(fresh(start), g, USUAL).p;
      const { p } = adamStep(fresh(start), g, USUAL);
      expect.like(p, after({}), {
        mistakes: {
          "The first step is three times too long. Both averages begin at 0; what makes up for that?": after({
            correctM: false,
            correctV: false,
          }),
          "The step is too short: v is corrected, m is not.": after({ correctM: false }),
          "The step is too long: m is corrected, v is not.": after({ correctV: false }),
          "Small gradients take too short a step: where does ε stand, inside the root or outside?": after({
            inside: true,
          }),
          "0 divided by 0: the first step is number 1 and not number 0.": [
            Number.NaN,
            Number.NaN,
            Number.NaN,
          ],
          "The step does not depend on the gradient's size squared: v averages the squares.": after({
            squared: false,
          }),
        },
      });
    }),
    test("keeps both averages as they are, and counts the step", 1, ({ adamStep }, expect) => {
      const state: AdamState = { p: [0, 1], m: [0.5, -0.2], v: [0.3, 0.1], t: 4 };
      const g = [2, -3];
      const after = (slips: AdamSlips) => adamWith(slips)(state, g, USUAL);
      const came = adamStep(state, g, USUAL);
      const memory = ({ m, v, t }: AdamState) => ({ m, v, t });
      expect.like(memory(came), memory(after({})), {
        mistakes: {
          "The corrected averages were kept: the next step would correct them again.": memory(
            after({ keepCorrected: true }),
          ),
          "v averages the squares of the gradients.": memory(after({ squared: false })),
          "The step is not counted: t should be one more.": { ...memory(after({})), t: 4 },
          "The averages were kept as they came in: the new gradient is to change them.": memory({
            ...state,
            t: 5,
          }),
        },
      });
    }),
    test("walks ten steps as the library does", 1, ({ adamStep }, expect) => {
      const gradients = Array.from({ length: 10 }, (_, t) => [Math.cos(t), 0.01 * (t - 3), t % 2 ? 4 : -5]);
      const start = [1, -2, 0];
      const after = (slips: AdamSlips) => walkOf(adamWith(slips), start, gradients);
      expect.like(walkOf(adamStep, start, gradients), wantedAdam(start, gradients), {
        mistakes: {
          "The correction is made in the memory itself, and so again in every later step.": after({
            keepCorrected: true,
          }),
          "Neither average is corrected for its start at 0.": after({ correctM: false, correctV: false }),
        },
      });
    }),
  ],
};

interface Pair {
  readonly s: Vector;
  readonly y: Vector;
}
type TwoLoop = (pairs: readonly Pair[], gradient: Vector) => Vector;

const dot = (a: Vector, b: Vector): number => a.reduce((total, x, i) => total + x * b[i]!, 0);

interface LoopSlips {
  /** Goes through the pairs from the oldest in the first loop, from the newest in the second. */
  readonly turnedFirst?: boolean;
  readonly turnedSecond?: boolean;
  /** What stands between the loops. */
  readonly scale?: "none" | "oldest" | "inverse";
  readonly uphill?: boolean;
  readonly onlyFirst?: boolean;
}

/** The two loops, with the slips that one makes. */
const loopsWith =
  ({ turnedFirst, turnedSecond, scale, uphill, onlyFirst }: LoopSlips): TwoLoop =>
  (pairs, gradient) => {
    const back = pairs.map((_, i) => i).reverse();
    let q = [...gradient];
    const shares = pairs.map(() => 0);
    for (const i of turnedFirst ? [...back].reverse() : back) {
      const { s, y } = pairs[i]!;
      shares[i] = dot(s, q) / dot(s, y);
      q = q.map((x, k) => x - shares[i]! * y[k]!);
    }
    const { s, y } = (scale === "oldest" ? pairs[0] : pairs.at(-1)) ?? { s: [1], y: [1] };
    const gamma = dot(s, y) / dot(y, y);
    let r = q.map((x) => x * (scale === "none" ? 1 : scale === "inverse" ? 1 / gamma : gamma));
    for (const i of onlyFirst ? [] : turnedSecond ? back : [...back].reverse()) {
      const pair = pairs[i]!;
      const share = dot(pair.y, r) / dot(pair.s, pair.y);
      r = r.map((x, k) => x + (shares[i]! - share) * pair.s[k]!);
    }
    return uphill ? r : r.map((x) => -x);
  };

const wantedLoops: TwoLoop = (pairs, gradient) =>
  Array.from(
    twoLoops(
      pairs.map(({ s, y }) => ({ s: Float64Array.from(s), y: Float64Array.from(y) })),
      Float64Array.from(gradient),
    ),
  );

/** Steps, and how the gradient changes along them where the curvatures are 1, 4 and 9 with a little in between. */
const bent = (s: Vector): Pair => ({
  s,
  y: [s[0]! + 0.5 * s[1]!, 0.5 * s[0]! + 4 * s[1]! - s[2]!, 9 * s[2]! - s[1]!],
});
const ONE = [bent([1, -0.5, 0.25])];
const THREE = [bent([1, 0.2, -0.1]), bent([-0.3, 0.8, 0.4]), bent([0.1, -0.2, 0.6])];

const twoLoop: Exercise<{ twoLoop: TwoLoop }> = {
  points: 5,
  hints: [
    "The first loop goes from the newest pair to the oldest and takes away shares of y; the second goes from the oldest to the newest and adds shares of s.",
    "Remember each share αᵢ = sᵢᵀq / sᵢᵀyᵢ of the first loop: the second one adds αᵢ − βᵢ of sᵢ, where βᵢ = yᵢᵀr / sᵢᵀyᵢ.",
    "q = g; newest to oldest: q ← q − αᵢ yᵢ. Then r = γ q with γ = sᵀy / yᵀy of the newest pair (1 without pairs). Oldest to newest: r ← r + (αᵢ − βᵢ) sᵢ. Return −r.",
  ],
  tests: [
    test("goes straight downhill while it knows nothing", 1, ({ twoLoop }, expect) => {
      expect.like(twoLoop([], [1, -2, 3]), [-1, 2, -3], {
        mistakes: {
          "This is the gradient itself: the direction should lead downhill.": [1, -2, 3],
        },
      });
    }),
    test(
      "has learnt what its pair tells: a change y of the gradient means a step s",
      1,
      ({ twoLoop }, expect) => {
        const { s, y } = ONE[0]!;
        expect.like(
          twoLoop(ONE, y),
          s.map((x) => -x),
          {
            mistakes: {
              "The direction leads uphill: the sign is turned.": s,
              "After the first loop nothing of y is left. What puts s in its place?": loopsWith({
                onlyFirst: true,
              })(ONE, y),
            },
          },
        );
      },
    ),
    test("scales what no pair tells it", 1, ({ twoLoop }, expect) => {
      const g = [2, 1, -3];
      expect.like(twoLoop(ONE, g), wantedLoops(ONE, g), {
        mistakes: {
          "Between the loops something is missing: the length of what is left, by the newest pair.":
            loopsWith({
              scale: "none",
            })(ONE, g),
          "The scale between the loops is upside down: it is sᵀy over yᵀy.": loopsWith({ scale: "inverse" })(
            ONE,
            g,
          ),
        },
      });
    }),
    test("takes several pairs in their order", 1, ({ twoLoop }, expect) => {
      const g = [1, -2, 0.5];
      expect.like(twoLoop(THREE, g), wantedLoops(THREE, g), {
        mistakes: {
          "The first loop begins with the oldest pair; it should begin with the newest.": loopsWith({
            turnedFirst: true,
          })(THREE, g),
          "The second loop begins with the newest pair; it goes the other way than the first.": loopsWith({
            turnedSecond: true,
          })(THREE, g),
          "Both loops go the wrong way round.": loopsWith({ turnedFirst: true, turnedSecond: true })(
            THREE,
            g,
          ),
          "The scale between the loops comes from the oldest pair; the newest knows the place better.":
            loopsWith({ scale: "oldest" })(THREE, g),
        },
      });
    }),
  ],
};

export const exercises: {
  readonly "momentum-descent": typeof momentumDescent;
  readonly "adam-step": typeof adamStep;
  readonly "two-loop": typeof twoLoop;
} = {
  "momentum-descent": momentumDescent,
  "adam-step": adamStep,
  "two-loop": twoLoop,
};
