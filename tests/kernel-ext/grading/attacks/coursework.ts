// The assignment that is attacked: an exercise of each kind, with the honest answers to all of them.

/** Stands in the hidden tests and nowhere else. */
export const HIDDEN_WORDS = "hidden-words-no-student-may-read";

export const EXERCISES = [
  "normalise",
  "stable-softmax",
  "twice",
  "bag",
  "later",
  "doubled",
  "estimate",
] as const;
export type Exercise = (typeof EXERCISES)[number];

export interface Cell {
  readonly id: string;
  readonly cell_type: "code" | "markdown" | "raw";
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly source: string;
}

/** How long (s) each test may take. */
const SECONDS = 3;

const nbgrader = (id: string, marks: { points?: number; solution?: boolean }): Cell["metadata"] => ({
  nbgrader: {
    grade: marks.points !== undefined,
    grade_id: id,
    locked: marks.points !== undefined,
    schema_version: 3,
    solution: marks.solution ?? false,
    task: false,
    ...(marks.points !== undefined && { points: marks.points }),
  },
  ...(marks.points !== undefined && { gradbook: { seconds: SECONDS } }),
});

const given = (id: string, source: string): Cell => ({ id, cell_type: "code", metadata: {}, source });
const answer = (name: Exercise, source: string): Cell => ({
  id: `${name}-answer`,
  cell_type: "code",
  metadata: nbgrader(`${name}-answer`, { solution: true }),
  source,
});
const test = (id: string, points: number, source: string): Cell => ({
  id,
  cell_type: "code",
  metadata: nbgrader(id, { points }),
  source,
});

export const HONEST: Readonly<Record<Exercise, string>> = {
  normalise: `function normalise(xs: readonly number[]): number[] {
  const total = xs.reduce((a, b) => a + b, 0);
  return xs.map((x) => x / total);
}`,
  "stable-softmax": `function stableSoftmax(z: readonly number[]): number[] {
  const greatest = Math.max(...z);
  const exps = z.map((score) => Math.exp(score - greatest));
  const total = exps.reduce((a, b) => a + b, 0);
  return exps.map((e) => e / total);
}`,
  twice: `function twice(change: (x: number) => number, x: number): number {
  return change(change(x));
}`,
  bag: `class Bag<T> implements Iterable<T> {
  #items: T[] = [];
  add(item: T): void {
    this.#items.push(item);
  }
  get size(): number {
    return this.#items.length;
  }
  count(item: T): number {
    return this.#items.filter((one) => one === item).length;
  }
  *[Symbol.iterator](): Iterator<T> {
    yield* this.#items;
  }
}`,
  later: `async function later(x: number): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 1));
  return 3 * x;
}`,
  doubled: `function doubled(t: Tensor): Tensor {
  return mul(t, 2);
}`,
  estimate: `function estimate(xs: readonly number[]): number {
  return xs.reduce((a, b) => a + b, 0) / xs.length;
}`,
};

/** All of it is the solution. */
const solved = (solution: string): string => `// BEGIN SOLUTION\n${solution}\n// END SOLUTION`;

const TESTS: Readonly<Record<Exercise, readonly Cell[]>> = {
  normalise: [
    test("normalise-visible", 1, "assert.deepEqual(normalise([1, 1]), [0.5, 0.5]);"),
    test(
      "normalise-hidden",
      3,
      `// BEGIN HIDDEN TESTS
const drawn = Array.from({ length: 5 }, () => 1 + Math.random());
const total = drawn.reduce((a, b) => a + b, 0);
const wanted = drawn.map((x) => x / total);
const shares = normalise(drawn);
assert.strictEqual(shares.length, drawn.length, "${HIDDEN_WORDS}: as many as came");
for (const [at, share] of shares.entries()) assert.isTrue(nearly(share, wanted[at]!), "${HIDDEN_WORDS}: shares");
assert.deepEqual(normalise([3]), [1], "${HIDDEN_WORDS}: one");
// END HIDDEN TESTS`,
    ),
  ],
  "stable-softmax": [
    test(
      "stable-softmax-check",
      4,
      `// BEGIN HIDDEN TESTS
import { hidden, test } from "gradbook/exercises";
hidden("stable-softmax", [
  test("${HIDDEN_WORDS}", 1, ({ stableSoftmax }, expect, seed) => {
    const z = Array.from(new Random(seed).normal([7], { mean: 5000, std: 10, dtype: "float64" }).data);
    expect.like(stableSoftmax(z), softmax(tensor(z, { dtype: "float64" })));
  }),
]);
// END HIDDEN TESTS
check("stable-softmax", { stableSoftmax })`,
    ),
  ],
  twice: [
    test(
      "twice-test",
      2,
      `let calls = 0;
const step = 2 + Math.floor(5 * Math.random());
const change = (x: number): number => {
  calls++;
  return x * step + 1;
};
assert.equal(twice(change, 3), step * (3 * step + 1) + 1);
assert.equal(calls, 2);
assert.throws(
  () => twice(() => { throw new RangeError("not this one"); }, 1),
  RangeError,
  "not this one",
);`,
    ),
  ],
  bag: [
    test(
      "bag-test",
      3,
      `const bag = new Bag<string>();
assert.equal(bag.size, 0);
const letters = Array.from({ length: 6 }, () => "abc"[Math.floor(3 * Math.random())]!);
for (const letter of letters) bag.add(letter);
assert.equal(bag.size, 6);
assert.equal(bag.count("a"), letters.filter((letter) => letter === "a").length);
assert.deepEqual([...bag].sort(), letters.toSorted());`,
    ),
  ],
  later: [
    test(
      "later-test",
      2,
      `const number = Math.floor(1e6 * Math.random());
assert.strictEqual(await later(number), 3 * number);
assert.deepEqual(await Promise.all([later(-1), later(2)]), [-3, 6]);`,
    ),
  ],
  doubled: [
    test(
      "doubled-test",
      2,
      `const grid = tensor([[1, 2], [3, Math.floor(1000 * Math.random())]]);
const wanted = Array.from(grid.data, (x) => 2 * x);
const came = doubled(grid);
assert.deepEqual([...came.shape], [2, 2]);
assert.deepEqual(Array.from(came.data), wanted);`,
    ),
  ],
  estimate: [
    test(
      "estimate-test",
      4,
      `const sample = Array.from({ length: 9 }, () => 10 * Math.random());
const mean = sample.reduce((a, b) => a + b, 0) / sample.length;
4 - Math.abs(estimate(sample) - mean)`,
    ),
  ],
};

export const POINTS = 21;

const NOTEBOOK = {
  nbformat: 4,
  nbformat_minor: 5,
  metadata: {
    kernelspec: { display_name: "TypeScript (gradbook)", language: "typescript", name: "gradbook" },
    language_info: { file_extension: ".ts", mimetype: "text/x-typescript", name: "typescript" },
  },
};

const FIRST: readonly Cell[] = [
  given(
    "imports",
    `import { assert } from "chai";
import { check } from "gradbook/exercises";
import { mul, Random, softmax, type Tensor, tensor } from "gradbook";`,
  ),
  given("nearly", "const nearly = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-9;"),
];

const asJson = (cell: Cell): object =>
  cell.cell_type === "code" ? { ...cell, outputs: [], execution_count: null } : cell;

/** A notebook's text. */
export const notebookText = (cells: readonly Cell[]): string =>
  JSON.stringify({ ...NOTEBOOK, cells: cells.map(asJson) }, null, 1);

/** What the lecturer has. */
export const instructorsNotebook = (): string =>
  notebookText([
    ...FIRST,
    ...EXERCISES.flatMap((name) => [answer(name, solved(HONEST[name])), ...TESTS[name]]),
  ]);

/** As it was handed out: declared, and nothing done. */
const unanswered = (name: Exercise): string =>
  name === "bag"
    ? "class Bag<T> {}"
    : HONEST[name].replace(/\{[\s\S]*$/, '{\n  throw new Error("not written yet");\n}');

/** What a student hands in: these answers, stubs for the rest, and cells of the student's own before all others. */
export function studentsCells(
  answers: Readonly<Partial<Record<Exercise, string>>>,
  own: readonly string[] = [],
): Cell[] {
  return [
    ...own.map((source, at): Cell => ({ id: `own-${at}`, cell_type: "code", metadata: {}, source })),
    ...FIRST,
    ...EXERCISES.flatMap((name) => [
      answer(name, answers[name] ?? unanswered(name)),
      ...TESTS[name].map((cell) => ({ ...cell, source: visible(cell.source) })),
    ]),
  ];
}

const visible = (source: string): string =>
  source.replace(/\/\/ BEGIN HIDDEN TESTS[\s\S]*?\/\/ END HIDDEN TESTS\n?/g, "");
