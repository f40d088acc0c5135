// Lesson 20's exercises: what a student's searches must do, and the words for what goes wrong.
import { type Exercise, type Expect, test } from "../../kernel-ext/grading/exercise.ts";

/** The probabilities of every next token after a beginning. */
export type Next = (beginning: readonly number[]) => readonly number[];

export interface Beam {
  readonly tokens: readonly number[];
  readonly lnP: number;
}

type Total = (next: Next, tokens: readonly number[]) => number;
type Step = (beams: readonly Beam[], logs: readonly (readonly number[])[], width: number) => readonly Beam[];
type Search = (next: Next, width: number, length: number, end: number) => readonly number[];

/** Probabilities by beginning, written as digits. */
const table =
  (rows: Readonly<Record<string, readonly number[]>>): Next =>
  (beginning) =>
    rows[beginning.join("")] ?? [0.5, 0.3, 0.2];

const LETTERS = table({ "": [0.5, 0.4, 0.1], 1: [0.2, 0.7, 0.1], 11: [0.25, 0.35, 0.4] });

const totalLogProbability: Exercise<{ totalLogProbability: Total }> = {
  points: 4,
  hints: [
    "The probability of a sequence is a product: each token's probability after the tokens before it.",
    "The logarithm of a product is a sum of logarithms. Take each logarithm before you put them together.",
    "For every place i: ask `next` with the tokens before i, take the probability of token i, and add its logarithm to the total.",
  ],
  tests: [
    test("adds what each token costs after those before it", 1, ({ totalLogProbability }, expect) => {
      const each = [0.4, 0.7, 0.4].map(Math.log);
      const total = each.reduce((a, b) => a + b);
      expect.like(totalLogProbability(LETTERS, [1, 1, 2]), total, {
        mistakes: {
          "This is the probability itself. Its natural logarithm is asked for.": Math.exp(total),
          "The sign is turned: the logarithm of a probability is never above 0.": -total,
          "This is the mean over the tokens. The total is asked for.": total / 3,
          "Each token was looked up after a beginning that already holds it. What does the model know before a token comes?":
            Math.log(0.7) + Math.log(0.35) + Math.log(0.2),
          "Every token was looked up at the start. The probabilities depend on what came before.":
            Math.log(0.4) + Math.log(0.4) + Math.log(0.1),
          "These are logarithms to base 2. Take the natural one.": total / Math.LN2,
          "These are logarithms to base 10. Take the natural one.": total / Math.LN10,
        },
      });
    }),
    test("stays finite for a long text", 1, ({ totalLogProbability }, expect) => {
      const long = Array.from({ length: 2000 }, (_, i) => i % 10);
      expect.like(
        totalLogProbability(() => long.slice(0, 10).map(() => 0.1), long),
        2000 * Math.log(0.1),
        {
          mistakes: {
            "The product has become 0 before its logarithm was taken. Sums of logarithms do not get so small.":
              Number.NEGATIVE_INFINITY,
          },
        },
      );
    }),
    test("gives the empty sequence probability 1", 1, ({ totalLogProbability }, expect) => {
      expect.like(totalLogProbability(LETTERS, []), 0, {
        mistakes: {
          "Nothing has been said yet, and that is certain: what is the logarithm of 1?": 1,
          "Here 0 was divided by 0. A total needs no division.": Number.NaN,
        },
      });
    }),
  ],
};

const BEAMS: readonly Beam[] = [
  { tokens: [0], lnP: Math.log(0.6) },
  { tokens: [1], lnP: Math.log(0.4) },
];

const logsOf = (rows: readonly (readonly number[])[]): number[][] => rows.map((row) => row.map(Math.log));

const beam = (tokens: readonly number[], p: number): Beam => ({ tokens, lnP: Math.log(p) });

const beamStep: Exercise<{ beamStep: Step }> = {
  points: 4,
  hints: [
    "First make all candidates: every beginning with every token after it. Only then choose.",
    "A candidate's total is what its beginning had, and the logarithm of the new token.",
    "Put the candidates of all beginnings into one list, sort it by total with the greatest first, and keep the first `width`.",
  ],
  tests: [
    test("goes on from one beginning in the likeliest ways", 1, ({ beamStep }, expect) => {
      const one = [BEAMS[1]!];
      const logs = logsOf([[0.2, 0.7, 0.1]]);
      expect.like(beamStep(one, logs, 2), [beam([1, 1], 0.28), beam([1, 0], 0.08)], {
        mistakes: {
          "A total is missing what its beginning had already.": [beam([1, 1], 0.7), beam([1, 0], 0.2)],
          "These are the least likely. The greatest logarithm is the one nearest to 0.": [
            beam([1, 2], 0.04),
            beam([1, 0], 0.08),
          ],
          "The likeliest must stand first.": [beam([1, 0], 0.08), beam([1, 1], 0.28)],
          "Only the new tokens are there. Each needs its beginning before it.": [
            beam([1], 0.28),
            beam([0], 0.08),
          ],
        },
      });
    }),
    test("prunes over all beginnings together", 1, ({ beamStep }, expect) => {
      const logs = logsOf([
        [0.36, 0.33, 0.31],
        [0.48, 0.5, 0.02],
      ]);
      expect.like(beamStep(BEAMS, logs, 3), [beam([0, 0], 0.216), beam([1, 1], 0.2), beam([0, 1], 0.198)], {
        mistakes: {
          "Each beginning kept its own best. All candidates compete with each other for the places.": [
            beam([0, 0], 0.216),
            beam([1, 1], 0.2),
          ],
          "The candidates were ranked by their last token alone. A total counts the beginning too.": [
            beam([1, 1], 0.2),
            beam([1, 0], 0.192),
            beam([0, 0], 0.216),
          ],
          "One candidate too few is kept.": [beam([0, 0], 0.216), beam([1, 1], 0.2)],
        },
      });
    }),
    test("lets one beginning have all places, where it earns them", 1, ({ beamStep }, expect) => {
      const logs = logsOf([
        [0.05, 0.45, 0.5],
        [0.34, 0.33, 0.33],
      ]);
      expect.like(beamStep(BEAMS, logs, 2), [beam([0, 2], 0.3), beam([0, 1], 0.27)], {
        mistakes: {
          "Each beginning kept its own best. All candidates compete with each other for the places.": [
            beam([0, 2], 0.3),
            beam([1, 0], 0.136),
          ],
        },
      });
    }),
  ],
};

// The likelier first token leads to even chances, the other to a nearly sure thing. Token 0 ends.
const TRAP = table({
  "": [0.02, 0.56, 0.42],
  1: [0.34, 0.33, 0.33],
  2: [0.9, 0.06, 0.04],
});

// The best, 1 2 1, begins with 1 2, which is third among those of two tokens: a beam of 2 has lost it by then.
const BLIND = table({
  "": [0.01, 0.55, 0.44],
  1: [0.01, 0.51, 0.48],
  2: [0.01, 0.97, 0.02],
  11: [0.01, 0.51, 0.48],
  12: [0.01, 0.97, 0.02],
  21: [0.01, 0.5, 0.49],
});

// To end at once is likelier than anything that goes on to the third token. A search that does not stop at the end, 0,
// finds it easy to go on there.
const SHORT = table({
  "": [0.4, 0.5, 0.1],
  0: [0.9, 0.05, 0.05],
  "00": [0.9, 0.05, 0.05],
  1: [0.02, 0.5, 0.48],
  11: [0.02, 0.5, 0.48],
  12: [0.02, 0.5, 0.48],
});

// To end at once is among the likeliest two, and yet worse than what comes after.
const PATIENT = table({ "": [0.2, 0.7, 0.1], 1: [0.9, 0.06, 0.04], 10: [0.9, 0.05, 0.05] });

const answers = (
  expect: Expect,
  got: readonly number[],
  wanted: readonly number[],
  mistakes: Readonly<Record<string, readonly number[]>>,
): void => expect.like(got, wanted, { mistakes });

const likeliest: Exercise<{ likeliest: Search }> = {
  points: 6,
  hints: [
    "Keep a list of beginnings, at first the empty one alone, and a list of finished sequences. One round lengthens all beginnings by one token.",
    "After a round's pruning, the survivors that came to `end` or have `length` tokens are finished; the others go on. Finished ones are never lengthened.",
    "In each round: extend every beginning by every token, sort by total, keep `width`; move the finished ones to their list, go on with the rest; when none is left, return the tokens of the finished one with the greatest total.",
  ],
  tests: [
    test("is greedy with a width of 1", 1, ({ likeliest }, expect) => {
      answers(expect, likeliest(TRAP, 1, 2, 0), [1, 0], {
        "A beam of 1 follows the likeliest token only. The beginning that you came by was pruned.": [2, 0],
        "A sequence without its last token came back.": [1],
        "The least likely candidate was kept. The greatest logarithm is the one nearest to 0.": [0],
      });
    }),
    test("sees past a tempting first token with a width of 2", 1, ({ likeliest }, expect) => {
      answers(expect, likeliest(TRAP, 2, 2, 0), [2, 0], {
        "This is what a greedy search finds. Two beginnings should be alive after the first round.": [1, 0],
        "This is the least likely of the finished sequences.": [2, 2],
      });
    }),
    test("does not see what it has pruned", 1, ({ likeliest }, expect) => {
      answers(expect, likeliest(BLIND, 2, 3, 0), [2, 1, 1], {
        "This is what a greedy search finds. Is `width` used in every round?": [1, 1, 1],
        "This is the likeliest of all sequences, which a beam of 2 has pruned by then. Is `width` used in every round?":
          [1, 2, 1],
      });
    }),
    test("remembers what is finished", 1, ({ likeliest }, expect) => {
      answers(expect, likeliest(SHORT, 2, 3, 0), [0], {
        "A finished sequence was forgotten: it is likelier than all that have gone on to the full length.": [
          1, 1, 1,
        ],
        "After its end a sequence must not go on.": [0, 0, 0],
      });
    }),
    test("does not stop at the first that is finished", 1, ({ likeliest }, expect) => {
      answers(expect, likeliest(PATIENT, 2, 3, 0), [1, 0], {
        "That one is finished first. Another one, still on its way, becomes likelier.": [0],
        "After its end a sequence must not go on.": [1, 0, 0],
      });
    }),
  ],
};

export const exercises: {
  readonly "total-log-probability": typeof totalLogProbability;
  readonly "beam-step": typeof beamStep;
  readonly likeliest: typeof likeliest;
} = {
  "total-log-probability": totalLogProbability,
  "beam-step": beamStep,
  likeliest,
};
