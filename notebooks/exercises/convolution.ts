// Lesson 10's exercises: what a student's functions must do, and the words for what goes wrong.
import { type Exercise, test } from "../../kernel-ext/grading/exercise.ts";
import { conv2d, grad, mul, reshape, sum, type Tensor, tensor } from "../../lib/index.ts";

type OutputSize = (n: number, f: number, stride: number, padding: number) => number;
type Rows = readonly (readonly number[])[];
type Volume = readonly Rows[];
type Filters = readonly Volume[];
type Options = { readonly stride: number; readonly padding: number };
type Convolve = (image: Volume, filters: Filters, options: Options) => Volume;
type Backward = (image: Rows, filter: Rows, upstream: Rows, stride: number) => { image: Rows; filter: Rows };

const outputSize: Exercise<{ outputSize: OutputSize }> = {
  points: 5,
  hints: [
    "Draw a row of pixels and lay the window at its beginning. How far may its first pixel still go?",
    "The window starts at 0, then at the stride, then at twice the stride, … How many of these starts leave it inside?",
    "What is left to move over is n + 2p − f. Divide by the stride, round down, and count the place where it starts as well.",
  ],
  tests: [
    test("counts the places of a window that moves by one pixel", 1, ({ outputSize }, expect) => {
      const cases = [
        [28, 5],
        [7, 3],
        [9, 1],
        [6, 6],
      ] as const;
      const wanted = cases.map(([n, f]) => n - f + 1);
      expect.like(
        cases.map(([n, f]) => outputSize(n, f, 1, 0)),
        wanted,
        {
          mistakes: {
            "One place is missing: the one where the window starts.": wanted.map((size) => size - 1),
          },
        },
      );
    }),
    test("counts with a stride, and no window that sticks out", 1, ({ outputSize }, expect) => {
      const cases = [
        [28, 5, 2],
        [12, 2, 3],
        [11, 3, 4],
        [8, 3, 2],
        [9, 4, 2],
      ] as const;
      const exact = cases.map(([n, f, s]) => (n - f) / s + 1);
      expect.like(
        cases.map(([n, f, s]) => outputSize(n, f, s, 0)),
        exact.map(Math.floor),
        {
          mistakes: {
            "There are no parts of a place: which way is this rounded?": exact,
            "The last window sticks out of the picture: round the other way.": exact.map(Math.ceil),
            "Rounded to the nearest, some windows stick out of the picture.": exact.map(Math.round),
            "The stride has no effect.": cases.map(([n, f]) => n - f + 1),
            "One place is missing: the one where the window starts.": exact.map(
              (places) => Math.floor(places) - 1,
            ),
            "The place where the window starts is there whatever the stride is: add it after you divide.":
              cases.map(([n, f, s]) => Math.floor((n - f + 1) / s)),
          },
        },
      );
    }),
    test("counts the padding", 1, ({ outputSize }, expect) => {
      const cases = [
        [28, 5, 1, 2],
        [14, 3, 2, 1],
        [6, 7, 1, 3],
        [10, 4, 3, 2],
      ] as const;
      const withPadding = (sides: number) =>
        cases.map(([n, f, s, p]) => Math.floor((n + sides * p - f) / s) + 1);
      expect.like(
        cases.map(([n, f, s, p]) => outputSize(n, f, s, p)),
        withPadding(2),
        {
          mistakes: {
            "The padding is on both sides of the picture.": withPadding(1),
            "The padding has no effect.": withPadding(0),
            "The padding makes the picture larger, and not smaller.": withPadding(-2),
          },
        },
      );
    }),
    test("is 0 where not even one window fits", 1, ({ outputSize }, expect) => {
      const cases = [
        [3, 5, 1, 0],
        [4, 9, 2, 1],
        [1, 8, 1, 2],
        [5, 6, 1, 0],
      ] as const;
      expect.like(
        cases.map(([n, f, s, p]) => outputSize(n, f, s, p)),
        [0, 0, 0, 0],
        {
          mistakes: {
            "A window that does not fit has no place, and there is no number of places below 0.": cases.map(
              ([n, f, s, p]) => Math.floor((n + 2 * p - f) / s) + 1,
            ),
          },
        },
      );
    }),
  ],
};

/** The library's answer in plain arrays. */
const arrays = (x: Tensor): number[][][] => (x.toArray() as number[][][][])[0]!;

const float64 = (values: unknown): Tensor => tensor(values as number[], { dtype: "float64" });

const convolved = (image: Volume, filters: Filters, options: Options): number[][][] =>
  arrays(conv2d(float64([image]), float64(filters), options));

/** Filters turned by 180°, as a mathematician's convolution has them. */
const turned = (filters: Filters): Filters => [...filters].reverse().map((row) => [...row].reverse());

/** Rows and columns exchanged. */
const exchanged = (filters: Filters): Filters => filters[0]!.map((_, b) => filters.map((row) => row[b]!));

/** Different numbers at every place, so that no two mistakes look alike. */
const picture = (height: number, width: number, channels: number): number[][][] =>
  Array.from({ length: height }, (_, i) =>
    Array.from({ length: width }, (_, j) =>
      Array.from({ length: channels }, (_, c) => ((7 * i + 3 * j * j + 5 * c + i * j * (c + 1)) % 11) - 4),
    ),
  );

const bank = (size: number, channels: number, filters: number): number[][][][] =>
  Array.from({ length: size }, (_, a) =>
    Array.from({ length: size }, (_, b) =>
      Array.from({ length: channels }, (_, c) =>
        Array.from({ length: filters }, (_, o) => ((5 * a + 2 * b * b + 3 * c + 4 * o + a * b * o) % 7) - 2),
      ),
    ),
  );

const PLAIN: Options = { stride: 1, padding: 0 };

const convolutionForward: Exercise<{ convolve: Convolve }> = {
  points: 5,
  hints: [
    "Three loops say where the result is (row, column, filter), three say what is added up (two in the window, one over channels).",
    "The window of the result at row i begins at row i · stride − padding of the picture; a row that is not there is all zeros.",
    "y[i][j][o] is the sum over a, b, c of image[i·s − p + a][j·s − p + b][c] · filters[a][b][c][o]; skip what lies outside.",
  ],
  tests: [
    test("lays one filter on every place of one channel", 1, ({ convolve }, expect) => {
      const [image, filters] = [picture(4, 5, 1), bank(2, 1, 1)];
      expect.like(convolve(image, filters, PLAIN), convolved(image, filters, PLAIN), {
        mistakes: {
          "The filter is turned by 180°: here it is laid down as it is.": convolved(
            image,
            turned(filters),
            PLAIN,
          ),
          "The rows and columns of the filter are exchanged.": convolved(image, exchanged(filters), PLAIN),
        },
      });
    }),
    test("adds up over the channels, and gives a map for each filter", 1, ({ convolve }, expect) => {
      const [image, filters] = [picture(5, 4, 3), bank(2, 3, 2)];
      const firstOnly = image.map((row) => row.map(([first = 0]) => [first, 0, 0]));
      const lastOnly = image.map((row) => row.map((pixel) => [0, 0, pixel[2]!]));
      expect.like(convolve(image, filters, PLAIN), convolved(image, filters, PLAIN), {
        mistakes: {
          "Only the first channel is read.": convolved(firstOnly, filters, PLAIN),
          "Only the last channel has an effect: add the channels up.": convolved(lastOnly, filters, PLAIN),
          "There is one map only: every filter makes one of its own.": convolved(
            image,
            filters.map((row) => row.map((tap) => tap.map(([first = 0]) => [first]))),
            PLAIN,
          ),
        },
      });
    }),
    test("moves by the stride", 1, ({ convolve }, expect) => {
      const [image, filters, options] = [picture(7, 8, 2), bank(3, 2, 2), { stride: 2, padding: 0 }];
      const everywhere = convolved(image, filters, PLAIN);
      const size = convolved(image, filters, options);
      expect.like(convolve(image, filters, options), size, {
        mistakes: {
          "The stride has no effect.": everywhere,
          "The size is right, but the windows still lie one pixel apart.": size.map((row, i) =>
            row.map((_, j) => everywhere[i]![j]!),
          ),
        },
      });
    }),
    test("puts zeros around the picture", 1, ({ convolve }, expect) => {
      const [image, filters, options] = [picture(4, 5, 2), bank(3, 2, 2), { stride: 1, padding: 1 }];
      const wanted = convolved(image, filters, options);
      const around = (before: number, after: number): number[][][] =>
        arrays(
          conv2d(float64([image]), float64(filters), {
            padding: [
              [before, after],
              [before, after],
            ],
          }),
        );
      expect.like(convolve(image, filters, options), wanted, {
        mistakes: {
          "The padding has no effect.": convolved(image, filters, PLAIN),
          "All zeros lie after the picture; half of them belong before it: where does the first window begin?":
            around(0, 2),
          "All zeros lie before the picture; half of them belong after it.": around(2, 0),
        },
      });
    }),
  ],
};

const asImage = (rows: Rows): Tensor => {
  const x = float64(rows);
  return reshape(x, [1, ...x.shape, 1]);
};

const asFilter = (rows: Rows): Tensor => {
  const x = float64(rows);
  return reshape(x, [...x.shape, 1, 1]);
};

const flat = (x: Tensor, rows: Rows): number[][] =>
  reshape(x, [rows.length, rows[0]!.length]).toArray() as number[][];

/** Both gradients, by the library. */
function gradients(image: Rows, filter: Rows, upstream: Rows, stride: number) {
  const g = asImage(upstream);
  const { x, w } = grad(({ x, w }) => sum(mul(conv2d(x, w, { stride }), g)), {
    x: asImage(image),
    w: asFilter(filter),
  });
  return { image: flat(x, image), filter: flat(w, filter) };
}

/** What comes of it when a pixel keeps the last window's share alone. */
function overwritten(image: Rows, filter: Rows, upstream: Rows, stride: number): number[][] {
  const slopes = image.map((row) => row.map(() => 0));
  upstream.forEach((row, i) => {
    row.forEach((g, j) => {
      filter.forEach((taps, a) => {
        taps.forEach((w, b) => {
          slopes[i * stride + a]![j * stride + b] = g * w;
        });
      });
    });
  });
  return slopes;
}

const halfTurn = (rows: Rows): number[][] => [...rows].reverse().map((row) => [...row].reverse());
const rowsOf = (volume: Volume): number[][] => volume.map((row) => row.map(([value = 0]) => value));

const IMAGE = rowsOf(picture(5, 6, 1));
const FILTER = [
  [2, -1],
  [0.5, 3],
];
const UPSTREAM = Array.from({ length: 4 }, (_, i) =>
  Array.from({ length: 5 }, (_, j) => ((3 * i + 5 * j + i * j) % 7) - 2.5),
);
const WIDE = rowsOf(picture(7, 7, 1));
const LARGER = rowsOf(picture(3, 3, 1));
const FEWER = UPSTREAM.slice(0, 3).map((row) => row.slice(0, 3));

const convolutionBackward: Exercise<{ convolutionBackward: Backward }> = {
  points: 5,
  hints: [
    "Write the way there first: every y[i][j] is a sum of products of one pixel and one weight. What does each product give to either?",
    "For each result (i, j) and each weight (a, b): the pixel at (i·s + a, j·s + b) and the weight met there. Each gets upstream times the other.",
    "Start both gradients at 0, run the loops of the way there, and add: image[i·s+a][j·s+b] += g·w[a][b], filter[a][b] += g·x[i·s+a][j·s+b].",
  ],
  tests: [
    test("gives the filter's gradient", 1, ({ convolutionBackward }, expect) => {
      const { filter } = gradients(IMAGE, FILTER, UPSTREAM, 1);
      expect.like(convolutionBackward(IMAGE, FILTER, UPSTREAM, 1).filter, filter, {
        mistakes: {
          "It is turned by 180°: which weight met which pixel?": halfTurn(filter),
          "Every window counts here, not only the last one: add up.": overwrittenFilter(
            IMAGE,
            FILTER,
            UPSTREAM,
          ),
        },
      });
    }),
    test(
      "gives the picture's gradient, with all windows of a pixel",
      1,
      ({ convolutionBackward }, expect) => {
        const { image } = gradients(IMAGE, FILTER, UPSTREAM, 1);
        expect.like(convolutionBackward(IMAGE, FILTER, UPSTREAM, 1).image, image, {
          mistakes: {
            "A pixel has been in several windows, and one has overwritten the others: add up.": overwritten(
              IMAGE,
              FILTER,
              UPSTREAM,
              1,
            ),
            "The filter is turned by 180°: which weight met which pixel?": gradients(
              IMAGE,
              halfTurn(FILTER),
              UPSTREAM,
              1,
            ).image,
          },
        });
      },
    ),
    test("minds the stride", 2, ({ convolutionBackward }, expect) => {
      const wanted = gradients(WIDE, LARGER, FEWER, 2);
      const padded = Array.from({ length: 5 }, (_, i) =>
        Array.from({ length: 5 }, (_, j) => FEWER[i]?.[j] ?? 0),
      );
      const unstrided = gradients(WIDE, LARGER, padded, 1);
      const got = convolutionBackward(WIDE, LARGER, FEWER, 2);
      expect.like(got.filter, wanted.filter, {
        mistakes: {
          "The windows are taken to lie one pixel apart, as if the stride were 1.": unstrided.filter,
        },
      });
      expect.like(got.image, wanted.image, {
        mistakes: {
          "The windows are taken to lie one pixel apart, as if the stride were 1.": unstrided.image,
        },
      });
    }),
  ],
};

/** The last window's share alone. */
function overwrittenFilter(image: Rows, filter: Rows, upstream: Rows): number[][] {
  const [i, j] = [upstream.length - 1, upstream[0]!.length - 1];
  return filter.map((taps, a) => taps.map((_, b) => upstream[i]![j]! * image[i + a]![j + b]!));
}

export const exercises: {
  readonly "output-size": typeof outputSize;
  readonly "convolution-forward": typeof convolutionForward;
  readonly "convolution-backward": typeof convolutionBackward;
} = {
  "output-size": outputSize,
  "convolution-forward": convolutionForward,
  "convolution-backward": convolutionBackward,
};
