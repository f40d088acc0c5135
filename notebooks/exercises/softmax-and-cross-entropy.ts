// Lesson 1's exercises: what a student's functions must do, and the words for what goes wrong.
import { type Exercise, test } from "../../kernel-ext/grading/exercise.ts";
import { crossEntropy, grad, hinge, softmax, type Tensor, tensor } from "../../lib/index.ts";

type Rows = readonly (readonly number[])[];
type Vector = (z: readonly number[]) => readonly number[];
type Gradient = (z: Rows, labels: readonly number[]) => Rows;

const wantedSoftmax: Vector = (z) => Array.from(softmax(tensor([...z], { dtype: "float64" })).data);

const stableSoftmax: Exercise<{ stableSoftmax: Vector }> = {
  points: 4,
  hints: [
    "Softmax does not notice when the same number is taken away from every score.",
    "Which number must be taken away so that no exponent is above 0?",
    "Find the greatest score first, take it away inside the exponential, then divide by the sum of what you have.",
  ],
  tests: [
    test("turns three scores into probabilities", 1, ({ stableSoftmax }, expect) => {
      const z = [2, 1, 0.1];
      const exps = z.map(Math.exp);
      expect.like(stableSoftmax(z), wantedSoftmax(z), {
        mistakes: {
          "These are the exponentials; they are not divided by their sum yet.": exps,
          "They are divided by the greatest exponential; divide by the sum of all.": exps.map(
            (e) => e / exps[0]!,
          ),
          "The shifted exponentials are divided by the sum of those that are not shifted.": exps.map(
            (e) => e / exps[0]! / exps.reduce((a, b) => a + b),
          ),
        },
      });
    }),
    test("stays finite for great scores", 1, ({ stableSoftmax }, expect) => {
      const z = [1000, 1001];
      expect.like(stableSoftmax(z), wantedSoftmax(z), {
        mistakes: {
          "An exponential has overflowed: ∞ / ∞ is no number. Make the scores smaller before you take it.": [
            Number.NaN,
            Number.NaN,
          ],
        },
      });
    }),
    test("stays finite where every score is far below 0", 1, ({ stableSoftmax }, expect) => {
      const z = [-1000, -1001, -1002];
      expect.like(stableSoftmax(z), wantedSoftmax(z), {
        mistakes: {
          "All exponentials have become 0. Which shift brings one of them to 1, whatever the scores are?": [
            Number.NaN,
            Number.NaN,
            Number.NaN,
          ],
        },
      });
    }),
  ],
};

const wantedGradient = (
  loss: (logits: Tensor, labels: Tensor) => Tensor,
  z: Rows,
  labels: readonly number[],
): number[][] => {
  const scores = tensor(
    z.map((row) => [...row]),
    { dtype: "float64" },
  );
  const truth = tensor([...labels], { dtype: "int32" });
  const { data, shape } = grad(({ z }) => loss(z, truth), { z: scores }).z;
  return Array.from({ length: shape[0]! }, (_, row) =>
    Array.from(data.subarray(row * shape[1]!, (row + 1) * shape[1]!)),
  );
};

const scaled = (rows: Rows, factor: number): number[][] =>
  rows.map((row) => row.map((value) => value * factor));

const SCORES: Rows = [
  [2, 1, 0.1],
  [-1, 0.5, 3],
  [0, 0.2, 0.4],
  [1.5, -0.5, 0],
];
const LABELS = [0, 1, 2, 2];

const probabilities = (z: Rows): number[][] => z.map((row) => [...wantedSoftmax(row)]);

const crossEntropyGradient: Exercise<{ crossEntropyGradient: Gradient }> = {
  points: 4,
  hints: [
    "Start from the probabilities: the gradient of one row needs nothing else, and the label.",
    "Every logit is pushed by its probability; only the right one is also pushed the other way, by 1.",
    "Softmax each row, take 1 from the entry of its label, and remember that the loss is a mean over the rows.",
  ],
  tests: [
    test("is right for one row", 1, ({ crossEntropyGradient }, expect) => {
      const z = [SCORES[0]!];
      const p = probabilities(z);
      expect.like(crossEntropyGradient(z, [1]), wantedGradient(crossEntropy, z, [1]), {
        mistakes: {
          "These are the probabilities themselves. Where does the label come in?": p,
          "The sign is turned: the step goes against the gradient, the gradient itself points uphill.":
            scaled(wantedGradient(crossEntropy, z, [1]), -1),
        },
      });
    }),
    test("is right for rows with labels of their own", 1, ({ crossEntropyGradient }, expect) => {
      const wanted = wantedGradient(crossEntropy, SCORES, LABELS);
      expect.like(crossEntropyGradient(SCORES, LABELS), wanted, {
        mistakes: {
          "This is the gradient of the sum of the losses. The loss is their mean.": scaled(
            wanted,
            SCORES.length,
          ),
          "You divided by the number of classes. Over what is the mean taken?": scaled(wanted, 4 / 3),
        },
      });
    }),
    test("sums to 0 in every row", 1, ({ crossEntropyGradient }, expect) => {
      const sums = crossEntropyGradient(SCORES, LABELS).map((row) => row.reduce((a, b) => a + b, 0));
      expect.holds(
        sums.length === SCORES.length && sums.every((total) => Math.abs(total) < 1e-6),
        "A row does not sum to 0. Moving all of its scores alike changes no probability, so it must.",
      );
    }),
  ],
};

/** What counting gives that does not leave the right class out: its own margin, 1, is always broken. */
const hingeOverAll = (z: Rows, labels: readonly number[]): number[][] =>
  wantedGradient(hinge, z, labels).map((row, n) =>
    row.map((value, i) => (i === labels[n] ? value - 1 / z.length : value)),
  );

const hingeGradient: Exercise<{ hingeGradient: Gradient }> = {
  points: 4,
  hints: [
    "A class takes part only where its margin is broken: 1 + zᵢ − z of the right class is above 0.",
    "Each class that takes part gets +1. What does the right class get, when several take part?",
    "In each row: +1 for every other class whose margin is broken, minus their number for the right one, all over N.",
  ],
  tests: [
    test("is 0 where every margin is kept", 1, ({ hingeGradient }, expect) => {
      const z = [[5, 1, 2]];
      expect.like(hingeGradient(z, [0]), wantedGradient(hinge, z, [0]), {
        mistakes: {
          "No margin is broken here, so nothing is to be pushed.": [[-2, 1, 1]],
          "The right class was compared with itself: its own margin, 1, is no loss.": hingeOverAll(z, [0]),
        },
      });
    }),
    test(
      "pushes every class that is too near, and the right one for each",
      1,
      ({ hingeGradient }, expect) => {
        const z = [[1, 0.5, 0.8, -3]];
        const wanted = wantedGradient(hinge, z, [0]);
        expect.like(hingeGradient(z, [0]), wanted, {
          mistakes: {
            "The right class is pushed once, though more than one class is too near.": [
              [-1, ...wanted[0]!.slice(1)],
            ],
            "A class that is less than 1 behind is too near as well, not only one that is ahead.": [
              [0, 0, 0, 0],
            ],
          },
        });
      },
    ),
    test("is a mean over the rows", 1, ({ hingeGradient }, expect) => {
      const wanted = wantedGradient(hinge, SCORES, LABELS);
      expect.like(hingeGradient(SCORES, LABELS), wanted, {
        mistakes: {
          "This is the gradient of the sum over the rows. The loss is their mean.": scaled(
            wanted,
            SCORES.length,
          ),
        },
      });
    }),
  ],
};

export const exercises: {
  readonly "stable-softmax": typeof stableSoftmax;
  readonly "cross-entropy-gradient": typeof crossEntropyGradient;
  readonly "hinge-gradient": typeof hingeGradient;
} = {
  "stable-softmax": stableSoftmax,
  "cross-entropy-gradient": crossEntropyGradient,
  "hinge-gradient": hingeGradient,
};
