// The exercises of the lesson on initialization: what a student's functions must do, and the words for what goes wrong.
import { type Exercise, test } from "../../kernel-ext/grading/exercise.ts";
import { Random } from "../../lib/index.ts";

type Matrix = readonly (readonly number[])[];
type Drawn = (inputs: number, outputs: number, next: () => number) => Matrix;

/** A matrix that is the same number everywhere: what comes of a source that always gives the same. */
const evenly = (inputs: number, outputs: number, value: number): number[][] =>
  Array.from({ length: inputs }, () => Array<number>(outputs).fill(value));

/** How many different numbers a matrix holds, when each draw gives another one. */
function different(answer: Drawn, inputs: number, outputs: number): number {
  let drawn = 0;
  const W = answer(inputs, outputs, () => ++drawn / 100);
  return new Set(W.flat()).size;
}

const EQUAL =
  "Weights are equal that should be drawn for themselves: units that begin alike stay alike. Draw once for each entry.";

const heInit: Exercise<{ heInit: Drawn }> = {
  points: 4,
  hints: [
    "Two things must be right: how many numbers are drawn, and by what each is multiplied.",
    "The variance of a weight is to be 2 over the number of inputs. By what does one multiply a number of variance 1?",
    "Every entry is Math.sqrt(2 / inputs) times a draw of its own; rows are inputs, columns are outputs.",
  ],
  tests: [
    test("makes a row for each input and a column for each output", 1, ({ heInit }, expect) => {
      const W = heInit(3, 2, () => 1);
      expect.holds(
        Array.isArray(W) && W.length === 3 && W.every((row) => Array.isArray(row) && row.length === 2),
        "For 3 inputs and 2 outputs there should be 3 rows of 2 numbers.",
      );
    }),
    test("gives the weights the spread that ReLU needs", 1, ({ heInit }, expect) => {
      const of = (sigma: number): number[][] => evenly(8, 18, sigma);
      expect.like(
        heInit(8, 18, () => 1),
        of(Math.sqrt(2 / 8)),
        {
          mistakes: {
            "These numbers are not scaled yet: their variance is 1, whatever the number of inputs.": of(1),
            "That is the variance. What is multiplied by a number s has s² times the variance.": of(2 / 8),
            "You divide by the spread where you should multiply: more inputs need smaller weights.": of(
              Math.sqrt(8 / 2),
            ),
            "Count what goes into a unit: the sum runs over the inputs, and not over the outputs.": of(
              Math.sqrt(2 / 18),
            ),
            "That keeps a linear unit's mean square. ReLU lets half of it through; make up for that.": of(
              Math.sqrt(1 / 8),
            ),
            "That is Glorot's rule, between inputs and outputs. He's looks at the inputs alone.": of(
              Math.sqrt(2 / 26),
            ),
          },
        },
      );
    }),
    test("draws every weight for itself", 1, ({ heInit }, expect) => {
      expect.holds(different(heInit, 4, 5) === 20, EQUAL);
      expect.like(
        heInit(4, 5, () => 1),
        evenly(4, 5, Math.sqrt(2 / 4)),
      );
    }),
  ],
};

/** A thousand draws that are always the same. */
const DRAWS: readonly number[] = Array.from(new Random(404).normal([1000], { dtype: "float64" }).data);

const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const leaky = (slope: number, z: readonly number[]): number[] =>
  z.map((one) => (one > 0 ? one : slope * one));
const squareOf = (slope: number, z: readonly number[]): number =>
  meanOf(leaky(slope, z).map((one) => one * one));

/** The words for what comes out where a slope's gain is measured in a wrong way. */
const gainMistakes = (slope: number, z: readonly number[]): Record<string, number> => {
  const outputs = leaky(slope, z);
  const centred = meanOf(outputs.map((one) => (one - meanOf(outputs)) ** 2));
  const kept = squareOf(slope, z);
  return {
    "That is what the layer makes of the spread. The gain has to make up for it.": Math.sqrt(kept),
    "That is the mean square of the outputs. What must the weights be multiplied by, so that it becomes 1?":
      kept,
    "Weights are multiplied by the gain, and squares by its square. A root is missing.": 1 / kept,
    "The mean was taken away before squaring. The next layer sees the whole mean square, mean and all.":
      1 / Math.sqrt(centred),
    "The squares are summed and not divided by their number.": 1 / Math.sqrt(kept * z.length),
    "That is the formula of an ideal Gaussian. Measure: the answer should follow the draws it is given.":
      Math.sqrt(2 / (1 + slope * slope)),
    "The slope seems to be left out: this is the gain of plain ReLU.": 1 / Math.sqrt(squareOf(0, z)),
  };
};

const leakyGain: Exercise<{ leakyGain: (slope: number, z: readonly number[]) => number }> = {
  points: 4,
  hints: [
    "Let the draws go through leaky ReLU. What is their mean square before, about, and what is it after?",
    "Outputs are multiplied by g when weights are, and their mean square by g². It should become 1.",
    "Apply the activation to every draw, take the mean of the squares, and return 1 over its root.",
  ],
  tests: [
    test("measures the gain of plain ReLU, slope 0", 1, ({ leakyGain }, expect) => {
      // Without the words about the slope, which is none here.
      const { "The slope seems to be left out: this is the gain of plain ReLU.": _, ...mistakes } =
        gainMistakes(0, DRAWS);
      expect.like(leakyGain(0, DRAWS), 1 / Math.sqrt(squareOf(0, DRAWS)), { mistakes });
    }),
    test("measures the gain of slope 0.2", 1, ({ leakyGain }, expect) => {
      expect.like(leakyGain(0.2, DRAWS), 1 / Math.sqrt(squareOf(0.2, DRAWS)), {
        mistakes: gainMistakes(0.2, DRAWS),
      });
    }),
    test(
      "is 1 for slope 1, where draws of mean square 1 go through unchanged",
      1,
      ({ leakyGain }, expect) => {
        const z = [1, -1, 1, -1, -1, 1, -1];
        expect.like(leakyGain(1, z), 1, {
          mistakes: gainMistakes(1, z),
        });
      },
    ),
  ],
};

const NARROW =
  "That is the standard deviation. Numbers drawn evenly from −r to r have a variance of r²/3, so r must be larger.";

const glorotLimit: Exercise<{ glorotUniform: Drawn }> = {
  points: 4,
  hints: [
    "What is the variance of a number drawn evenly between −r and r? Then choose r.",
    "r²/3 = 2 / (inputs + outputs). And uniform() gives 0 to 1: stretch and shift it to −1 to 1.",
    "Every entry is r × (2 × uniform() − 1), with r = Math.sqrt(6 / (inputs + outputs)) and a draw of its own.",
  ],
  tests: [
    test("reaches from −r to r", 1, ({ glorotUniform }, expect) => {
      const r = Math.sqrt(6 / 20);
      const at = (inputs: number, outputs: number, high: number, low: number): Matrix[] => [
        evenly(inputs, outputs, high),
        evenly(inputs, outputs, low),
      ];
      const ends = [glorotUniform(8, 12, () => 1), glorotUniform(8, 12, () => 0)];
      const [s, inputsOnly, outputsOnly] = [Math.sqrt(2 / 20), Math.sqrt(3 / 8), Math.sqrt(3 / 12)];
      const one = "Only one of the two numbers of units is counted; Glorot's rule takes the mean of both.";
      expect.like(ends, at(8, 12, r, -r), {
        mistakes: {
          [NARROW]: at(8, 12, s, -s),
          "None of them is below 0: uniform() gives 0 to 1, and the weights should reach from −r to r.": at(
            8,
            12,
            r,
            0,
          ),
          [one]: at(8, 12, inputsOnly, -inputsOnly),
          [`${one} `]: at(8, 12, outputsOnly, -outputsOnly),
          "That is r², not r: a root is missing.": at(8, 12, r * r, -r * r),
          "They reach from −r/2 to r/2. A number from 0 to 1 less ½ is half as wide as one from −1 to 1.": at(
            8,
            12,
            r / 2,
            -r / 2,
          ),
        },
      });
    }),
    test("is 0 in the middle, for other sizes too", 1, ({ glorotUniform }, expect) => {
      const ends = [glorotUniform(3, 3, () => 0.5), glorotUniform(3, 3, () => 1)];
      expect.like(ends, [evenly(3, 3, 0), evenly(3, 3, 1)], {
        mistakes: {
          [NARROW]: [evenly(3, 3, 0), evenly(3, 3, Math.sqrt(1 / 3))],
          "None of them is below 0: uniform() gives 0 to 1, and the weights should reach from −r to r.": [
            evenly(3, 3, 0.5),
            evenly(3, 3, 1),
          ],
        },
      });
    }),
    test("draws every weight for itself", 1, ({ glorotUniform }, expect) => {
      const W = glorotUniform(4, 5, () => 1);
      expect.holds(
        Array.isArray(W) && W.length === 4 && W.every((row) => Array.isArray(row) && row.length === 5),
        "For 4 inputs and 5 outputs there should be 4 rows of 5 numbers.",
      );
      expect.holds(different(glorotUniform, 4, 5) === 20, EQUAL);
    }),
  ],
};

export const exercises: {
  readonly "he-init": typeof heInit;
  readonly "leaky-gain": typeof leakyGain;
  readonly "glorot-limit": typeof glorotLimit;
} = {
  "he-init": heInit,
  "leaky-gain": leakyGain,
  "glorot-limit": glorotLimit,
};
