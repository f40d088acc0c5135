// Lesson 6's exercises: what a student's functions must do, and the words for what goes wrong.
import { type Exercise, test } from "../../kernel-ext/grading/exercise.ts";

type Vector = readonly number[];
type Dropped = (a: Vector, keep: number, draws: Vector) => Vector;

/** Kept where the draw is below `keep`, and what is kept multiplied by `factor`. */
const keptTimes = (factor: number, a: Vector, keep: number, draws: Vector): number[] =>
  a.map((value, i) => (draws[i]! < keep ? value * factor : 0));

const wantedDropout: Dropped = (a, keep, draws) => keptTimes(1 / keep, a, keep, draws);

const ACTIVATIONS: Vector = [2, -1, 4, 3, 0.5, 8];
const DRAWS: Vector = [0.1, 0.9, 0.75, 0.85, 0.3, 0.7];

/** What the usual mistakes make of these numbers; `keep` is not one half, where some would look alike. */
const dropoutMistakes = (a: Vector, keep: number, draws: Vector): Record<string, number[]> => ({
  "The right ones are kept, and on the mean the activations are now too small. What makes up for those that are gone?":
    keptTimes(1, a, keep, draws),
  "You multiply what stays by the keep probability. Then the mean shrinks twice; it should be what it was.":
    keptTimes(keep, a, keep, draws),
  "You divide by the share that is dropped. By which share does the mean shrink?": keptTimes(
    1 / (1 - keep),
    a,
    keep,
    draws,
  ),
  "Those that should stay are dropped, and the others stay: a draw below the keep probability means stay.":
    a.map((value, i) => (draws[i]! < keep ? 0 : value / keep)),
  "Turned round: a draw below the keep probability means stay, and the factor belongs to those.": a.map(
    (value, i) => (draws[i]! < keep ? 0 : value / (1 - keep)),
  ),
  "Everything is kept. If you wrote draw < keep / keep: the division comes before the comparison.": [...a],
  "Everything is kept, and scaled as well. Where does the draw decide?": a.map((value) => value / keep),
});

const invertedDropout: Exercise<{ invertedDropout: Dropped; dropoutGradient: Dropped }> = {
  points: 6,
  hints: [
    "An activation stays where its draw is below `keep`; that happens with probability `keep`.",
    "If a share `keep` stays, the mean shrinks by that factor. What must the rest be multiplied by, to make up for it?",
    "y = m·a/keep, with m 1 or 0. That is a product with a constant: its derivative by a is m/keep, at the same places.",
  ],
  tests: [
    test(
      "keeps what has a draw below the keep probability, and scales it",
      1,
      ({ invertedDropout }, expect) => {
        expect.like(invertedDropout(ACTIVATIONS, 0.8, DRAWS), wantedDropout(ACTIVATIONS, 0.8, DRAWS), {
          mistakes: dropoutMistakes(ACTIVATIONS, 0.8, DRAWS),
        });
      },
    ),
    test("changes nothing where everything is kept", 1, ({ invertedDropout }, expect) => {
      expect.like(invertedDropout(ACTIVATIONS, 1, DRAWS), ACTIVATIONS, {
        mistakes: {
          "With keep = 1 every draw is below it, so nothing is to be dropped.": ACTIVATIONS.map(() => 0),
        },
      });
    }),
    test("keeps the mean, over evenly spaced draws", 1, ({ invertedDropout }, expect) => {
      const draws = Array.from({ length: 1000 }, (_, i) => (i + 0.5) / 1000);
      const out = invertedDropout(
        draws.map(() => 3),
        0.6,
        draws,
      );
      const mean = out.reduce((a, b) => a + b, 0) / out.length;
      expect.holds(
        Math.abs(mean - 3) < 1e-9 && out.some((value) => value === 0),
        "All activations were 3. Some must be 0 now, and the mean must still be 3.",
      );
    }),
    test("takes the gradient back through the same mask", 1, ({ dropoutGradient }, expect) => {
      const g = [1, 2, 3, 4, 5, 6];
      expect.like(dropoutGradient(g, 0.8, DRAWS), wantedDropout(g, 0.8, DRAWS), {
        mistakes: {
          "The gradient is masked; the factor of the way there belongs on the way back as well.": keptTimes(
            1,
            g,
            0.8,
            DRAWS,
          ),
          "The gradient is scaled, but it also arrives where nothing was let through.": g.map(
            (value) => value / 0.8,
          ),
          "This is the gradient as it came. What did each activation contribute?": g,
          "It is divided by the keep probability twice.": keptTimes(1 / 0.64, g, 0.8, DRAWS),
        },
      });
    }),
  ],
};

interface Stop {
  /** The epoch whose weights are kept, from 0. */
  readonly best: number;
  /** The last epoch that is trained, from 0. */
  readonly end: number;
}
type EarlyStop = (losses: Vector, patience: number) => Stop;

/** Stops as soon as `misses` says that it is enough. */
function stopping(
  losses: Vector,
  enough: (epoch: number, best: number, losses: Vector) => boolean,
  isBetter: (a: number, b: number) => boolean = (a, b) => a < b,
): Stop {
  let best = 0;
  for (let epoch = 1; epoch < losses.length; epoch++) {
    if (isBetter(losses[epoch]!, losses[best]!)) best = epoch;
    else if (enough(epoch, best, losses)) return { best, end: epoch };
  }
  return { best, end: losses.length - 1 };
}

const wantedStop: EarlyStop = (losses, patience) =>
  stopping(losses, (epoch, best) => epoch - best >= patience);

/** Counts all epochs that were no better, and never begins anew. */
function countingAll(losses: Vector, patience: number): Stop {
  let misses = 0;
  return stopping(losses, () => ++misses >= patience);
}

/** Counts epochs that are worse than the one before. */
function againstLast(losses: Vector, patience: number): Stop {
  let [best, worse] = [0, 0];
  for (let epoch = 1; epoch < losses.length; epoch++) {
    if (losses[epoch]! < losses[best]!) best = epoch;
    worse = losses[epoch]! < losses[epoch - 1]! ? 0 : worse + 1;
    if (worse >= patience) return { best, end: epoch };
  }
  return { best, end: losses.length - 1 };
}

const stopMistakes = (losses: Vector, patience: number): Record<string, Stop> => {
  const { best, end } = wantedStop(losses, patience);
  return {
    "It stops at the first epoch that is no better. Patience allows for more of them.": wantedStop(losses, 1),
    "It is a step too patient: after `patience` epochs without a better one it is enough.": wantedStop(
      losses,
      patience + 1,
    ),
    "All epochs without a new best are counted. A new best should set the count back to 0.": countingAll(
      losses,
      patience,
    ),
    "Each epoch is compared with the one before it. Compare it with the best so far.": againstLast(
      losses,
      patience,
    ),
    "The weights that are kept are those of the last epoch. Which epoch was the best?": { best: end, end },
    "The end is right; the best epoch is the one with the least loss up to there.": { best: 0, end },
    "Training goes on to the last of the losses. When is patience at an end?": {
      best,
      end: losses.length - 1,
    },
    "This looks ahead: the least loss of all comes after training should have stopped.": stopping(
      losses,
      () => false,
    ),
  };
};

const STOPPED: Vector = [1.0, 0.8, 0.85, 0.7, 0.75, 0.72, 0.74, 0.71, 0.5, 0.4];
const WOBBLY: Vector = [1.0, 0.9, 0.95, 0.8, 0.85, 0.7, 0.75, 0.6, 0.65, 0.5, 0.55];
const LEVEL: Vector = [0.9, 0.5, 0.5, 0.5, 0.5, 0.4];

const earlyStopping: Exercise<{ earlyStopping: EarlyStop }> = {
  points: 6,
  hints: [
    "Remember the epoch with the least loss so far. How long ago was it?",
    "In each epoch there are two cases: a new best, or one more without. Patience is at an end by the second kind alone.",
    "Loop over the epochs with `best = 0`. A lower loss sets `best`; else, if epoch − best has reached the patience, return both. After the loop, the end is the last epoch.",
  ],
  tests: [
    test("stops after so many epochs without a better one", 1, ({ earlyStopping }, expect) => {
      expect.like(earlyStopping(STOPPED, 3), wantedStop(STOPPED, 3), { mistakes: stopMistakes(STOPPED, 3) });
    }),
    test("begins to count anew at each new best", 1, ({ earlyStopping }, expect) => {
      expect.like(earlyStopping(WOBBLY, 2), wantedStop(WOBBLY, 2), {
        mistakes: {
          "All epochs without a new best are counted. A new best should set the count back to 0.":
            countingAll(WOBBLY, 2),
          "It stops at the first epoch that is no better. Patience allows for more of them.": wantedStop(
            WOBBLY,
            1,
          ),
          "The weights that are kept are those of the last epoch. Which epoch was the best?": {
            best: WOBBLY.length - 1,
            end: WOBBLY.length - 1,
          },
        },
      });
    }),
    test("takes an equal loss for no better one", 1, ({ earlyStopping }, expect) => {
      expect.like(earlyStopping(LEVEL, 3), wantedStop(LEVEL, 3), {
        mistakes: {
          "An equal loss is counted as a better one: training would never end on a plateau.": stopping(
            LEVEL,
            (epoch, best) => epoch - best >= 3,
            (a, b) => a <= b,
          ),
          ...stopMistakes(LEVEL, 3),
        },
      });
    }),
    test("ends with the last epoch where patience never does", 1, ({ earlyStopping }, expect) => {
      const falling = [3, 2, 2.5, 1, 1.5];
      expect.like(earlyStopping(falling, 2), wantedStop(falling, 2), {
        mistakes: {
          "The epochs are counted from 0: the last of five is epoch 4.": { best: 3, end: 5 },
          "The weights that are kept are those of the last epoch. Which epoch was the best?": {
            best: 4,
            end: 4,
          },
        },
      });
    }),
  ],
};

export const exercises: {
  readonly "inverted-dropout": typeof invertedDropout;
  readonly "early-stopping": typeof earlyStopping;
} = {
  "inverted-dropout": invertedDropout,
  "early-stopping": earlyStopping,
};
