// Lessons made up for the site's tests.
import type { Cell, Notebook } from "../../../../kernel-ext/lab/release.mjs";

export const PLOTLY = "application/vnd.plotly.v1+json";
export const CLAIMS = "application/vnd.gradbook.claims+json";

export const text = (id: string, source: string): Cell => ({
  id,
  cell_type: "markdown",
  source: [source],
  metadata: {},
});

export const code = (id: string, source: string, ...outputs: readonly object[]): Cell => ({
  id,
  cell_type: "code",
  source: [source],
  metadata: {},
  execution_count: 1,
  outputs: [...outputs],
});

export const folded = (...given: Parameters<typeof code>): Cell => ({
  ...code(...given),
  metadata: { jupyter: { source_hidden: true } },
});

export const result = (data: object): object => ({ output_type: "execute_result", data, metadata: {} });
export const printed = (words: string, name = "stdout"): object => ({
  output_type: "stream",
  name,
  text: words,
});

const marks = (id: string, more: object): object => ({
  nbgrader: { grade_id: id, schema_version: 3, solution: false, grade: false, locked: false, ...more },
});

/** A whole exercise as the course has it: a solution that ran, a check that passed, a wrong answer. */
export function exercise(name: string, points: number): Cell[] {
  const answer = code(
    `${name}-answer`,
    `function ${name}(): number {\n  // BEGIN SOLUTION\n  const secretIngredient = "of ${name} & co";\n  return secretIngredient.length;\n  // END SOLUTION\n}`,
    printed(`printed by the solution of ${name}`),
  );
  const check = code(
    `${name}-check`,
    `// BEGIN HIDDEN TESTS\nhidden("${name}", [test("as long as its ingredient", 1)]);\n// END HIDDEN TESTS\ncheck("${name}", { ${name} })`,
    result({ "text/html": `<p>Solved: ${name}</p>`, "text/plain": String(points) }),
  );
  return [
    { ...answer, metadata: marks(`${name}-answer`, { solution: true }) },
    { ...check, metadata: marks(`${name}-check`, { grade: true, locked: true, points }) },
    {
      id: `${name}-planted`,
      cell_type: "raw",
      source: [`function ${name}(): number { return "planted in ${name}".length; }`],
      metadata: { tags: ["planted"] },
    },
  ];
}

export const notebook = (...cells: readonly Cell[]): Notebook => ({
  cells: [...cells],
  metadata: {},
  nbformat: 4,
  nbformat_minor: 5,
});

/** A lesson that ran as it stands. */
export function ran(
  name: string,
  ...cells: readonly Cell[]
): {
  name: string;
  source: Notebook;
  executed: Notebook;
} {
  const source = notebook(...cells.map((cell) => ({ ...cell, outputs: [] })));
  return { name, source, executed: notebook(...cells.filter(({ cell_type }) => cell_type !== "raw")) };
}
