// A small class's results, made by hand: what can come of a submission comes of somebody's here.
import type {
  Assignment,
  AssignmentCell,
  AssignmentNotebook,
} from "../../../../kernel-ext/grading/assignment/assignment.ts";
import type { Outcome } from "../../../../kernel-ext/grading/judge.ts";
import type { ExerciseResult, SubmissionResult } from "../../../../kernel-ext/grading/results/result.ts";

/** Stands in everything of a hidden test, and must stand in nothing that a student gets. */
export const SECRET = "SECRETHIDDEN";

function cell(id: string, part: AssignmentCell["part"], more: Partial<AssignmentCell> = {}): AssignmentCell {
  const source = `// ${id}`;
  const of = {
    id,
    part,
    kind: "code",
    source,
    released: source,
    points: 0,
    extra: false,
    seconds: 10,
  } as const;
  return { ...of, ...more };
}

const test = (id: string, points: number, more: Partial<AssignmentCell> = {}): AssignmentCell =>
  cell(id, "test", {
    points,
    source: `// BEGIN HIDDEN TESTS\n// ${SECRET}\n// END HIDDEN TESTS\ncheck("${id}")`,
    released: `check("${id}")`,
    ...more,
  });

const softmax: AssignmentNotebook = {
  name: "01-softmax.ipynb",
  language: "typescript",
  cells: [
    cell("imports", "given"),
    cell("stable-softmax-answer", "answer"),
    test("stable-softmax-check", 4),
    cell("cross-entropy-answer", "answer"),
    test("cross-entropy-check", 2, { source: "assert(true)", released: "assert(true)" }),
    cell("bonus-answer", "answer"),
    test("bonus-check", 2, { extra: true, seconds: 2.5 }),
    cell("why-shift", "manual", { kind: "markdown", points: 3, released: "*Your answer here.*" }),
  ],
};

const beam: AssignmentNotebook = {
  name: "02-beam search.ipynb",
  language: "typescript",
  cells: [cell("beam-answer", "answer"), test("beam-check", 1)],
};

export const assignment: Assignment = {
  name: "week 1: softmax & beams",
  notebooks: [softmax, beam],
  points: 10,
  hash: "a1",
};

const seen = (title: string, passed: boolean, more: Partial<Outcome> = {}): Outcome => ({
  title,
  points: 1,
  passed,
  hidden: false,
  ...more,
});

const unseen = (passed: boolean, points = 2): Outcome => ({
  title: `${SECRET} keeps random logits finite`,
  points,
  passed,
  hidden: true,
  ...(passed
    ? {}
    : { called: `softmax([${SECRET}])`, came: `[${SECRET}]`, problem: `${SECRET}: it overflowed` }),
});

export function exercise(
  id: string,
  earned: number | null,
  more: Partial<ExerciseResult> = {},
): ExerciseResult {
  const of = assignment.notebooks.flatMap(({ name, cells }) => cells.map((one) => ({ name, one })));
  const { name, one } = of.find((found) => found.one.id === id)!;
  return {
    notebook: name,
    id,
    title: id.replace(/-check$/, "").replaceAll("-", " "),
    points: one.points,
    earned,
    extra: one.extra,
    outcomes: [],
    problems: [],
    seconds: 0.25,
    ...more,
  };
}

const softmaxOutcomes = (first: boolean, second: boolean, hidden: boolean): Outcome[] => [
  first
    ? seen("sums to one", true, { called: "softmax([1, 2])", came: "[0.2689, 0.7311]" })
    : seen("sums to one", false, {
        called: "softmax([1, 2])",
        came: "[1, 2]",
        problem: "The probabilities sum to 3, and should sum to 1: divide by <their> sum.",
      }),
  seen(
    "keeps great scores finite",
    second,
    second
      ? {}
      : { called: "softmax([1000, 0])", came: "[NaN, 0]", problem: "NaN came: exp(1000) overflows." },
  ),
  unseen(hidden),
];

const rest = (): ExerciseResult[] => [
  exercise("cross-entropy-check", 2),
  exercise("bonus-check", 0, {
    outcomes: [seen("goes further", false, { points: 2, problem: "It is not written yet." })],
  }),
  exercise("why-shift", null, { answer: "Because **exp** overflows.\n\nIt cancels." }),
  exercise("beam-check", 1, { outcomes: [seen("keeps two", true)] }),
];

export function result(
  id: string,
  exercises: readonly ExerciseResult[],
  more: Partial<SubmissionResult> = {},
): SubmissionResult {
  const earned = exercises.reduce((total, one) => total + (one.earned ?? 0), 0);
  return {
    schema: 1,
    assignment: assignment.name,
    assignmentHash: assignment.hash,
    submissionHash: `hash of ${id}`,
    student: { id },
    source: `submissions/${id}`,
    earned,
    points: assignment.points,
    waits: exercises.some((one) => one.earned === null),
    exercises,
    notes: [],
    sandbox: "bwrap",
    seconds: 1.5,
    graded: "2026-11-21T20:00:00.000Z",
    ...more,
  };
}

const PLOT = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 120"><title>Loss by step</title><rect width="300" height="120" fill="#fff"/><polyline points="10,10 80,60 150,90 290,105" fill="none" stroke="#1c5fa8" stroke-width="3" onclick="alert(1)"/><script>alert(1)</script></svg>`;

export const ada: SubmissionResult = result(
  "ada",
  [
    exercise("stable-softmax-check", 4, { outcomes: softmaxOutcomes(true, true, true), figures: [PLOT] }),
    exercise("cross-entropy-check", 2),
    exercise("bonus-check", 2, { outcomes: [seen("goes further", true, { points: 2 })] }),
    exercise("why-shift", 3, { answer: "It cancels." }),
    exercise("beam-check", 1, { outcomes: [seen("keeps two", true)] }),
  ],
  { student: { id: "ada", name: "Ada Lovelace", email: "ada@example.org", number: "101" }, seconds: 0.9 },
);

export const ben: SubmissionResult = result(
  "ben",
  [
    exercise("stable-softmax-check", 1, {
      outcomes: softmaxOutcomes(true, false, false),
      printed: "step 1\nstep 2",
      printedInTests: `called with ${SECRET}`,
    }),
    ...rest(),
  ],
  { student: { id: "ben", name: "Hur, Ben", email: "ben@example.org", number: "102" } },
);

const LONG = `  const all = ${"something.very.long.indeed(1) + ".repeat(4)}logitz;`;

export const cleo: SubmissionResult = result(
  "cleo",
  [
    exercise("stable-softmax-check", 0, {
      outcomes: softmaxOutcomes(false, false, false),
      problems: [
        {
          cell: "stable-softmax-answer",
          line: 3,
          column: 22,
          message: "TS2322: Type 'string' is not assignable to type 'number'.",
          text: `  const largest: number = "many";`,
        },
        {
          cell: "stable-softmax-answer",
          line: 12,
          column: LONG.indexOf("logitz") + 1,
          message: "TS2304: Cannot find name 'logitz'.",
          text: LONG,
        },
      ],
      thrown: "TypeError: scores.map is not a function\n    at softmax (your cell 3, line 4)",
    }),
    exercise("cross-entropy-check", 0, { failure: { message: `${SECRET} is not 3`, hidden: true } }),
    exercise("bonus-check", 0, { limit: "time", seconds: 2.6 }),
    exercise("why-shift", 0, { answer: "" }),
    exercise("beam-check", 0, { failure: { message: "expected [1, 2] to equal [2, 1]", hidden: false } }),
  ],
  {
    student: { id: "cleo", email: "cleo@example.org" },
    notes: ["A byte order mark was taken away."],
    seconds: 12.25,
  },
);

export const dan: SubmissionResult = result(
  "dan",
  [
    exercise("stable-softmax-check", 0, { limit: "memory" }),
    exercise("cross-entropy-check", 0, { limit: "processes" }),
    exercise("bonus-check", 0, { limit: "files" }),
    exercise("why-shift", null, { answer: "I do not know." }),
    exercise("beam-check", 0, { limit: "output", printed: "again\n".repeat(20_000) }),
  ],
  { sandbox: "none" },
);

export const eve: SubmissionResult = result("eve", [], {
  fault: "eve.ipynb is not JSON: it ends in the middle of line 3",
  seconds: 0.01,
});

/** Everything that a text can do to a page, a terminal, a spreadsheet or XML. */
const EVIL = `</pre></td><script>document.title="owned"</script><img src=x onerror=alert(1)>"'&amp;\u001b[31mred\u001b[0m\u0000\u0008\u202eturned\ud800 ]]> -->`;

export const mallory: SubmissionResult = result(
  `../../=cmd|'/c calc'!A0<script>${"m".repeat(300)}`,
  [
    exercise("stable-softmax-check", 1, {
      title: `stable ${EVIL}`,
      outcomes: [
        seen(`title ${EVIL}`, false, { called: EVIL, came: EVIL, problem: EVIL + "x".repeat(1_000_000) }),
        unseen(false),
      ],
      problems: [
        {
          cell: EVIL,
          line: 1,
          column: 9_999,
          message: EVIL + "y".repeat(1_000_000),
          text: EVIL + "z".repeat(1_000_000),
        },
      ],
      thrown: EVIL + "t".repeat(1_000_000),
      printed: EVIL + "\u001b]0;title\u0007p".repeat(300_000),
      printedInTests: SECRET,
      figures: [
        `<svg onload="alert(1)"><foreignObject><body/></foreignObject><image href="http://evil.example/x"/><path d="M0 0"/></svg>`,
        "no drawing",
        EVIL,
      ],
    }),
    exercise("why-shift", null, { answer: EVIL + "a".repeat(1_000_000) }),
  ],
  {
    student: {
      id: `../../=cmd|'/c calc'!A0<script>${"m".repeat(300)}`,
      name: `=HYPERLINK("http://evil.example","${EVIL}")`,
      email: "@SUM(1+1)",
    },
    fault: `+${EVIL}`,
    notes: [`-2+3${EVIL}`],
  },
);

export const results: readonly SubmissionResult[] = [ada, ben, cleo, dan, eve, mallory];
