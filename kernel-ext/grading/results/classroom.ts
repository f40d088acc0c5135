// A GitHub Classroom workflow. It runs in a repository that is the student's, who reads all that is in it: so it runs
// the tests that students see, and says what it cannot.

import { Trouble } from "../../lab/trouble.mjs";
import type { Assignment, AssignmentCell } from "../assignment/assignment.ts";
import { cleaned, pointsText } from "./text.ts";

export interface ClassroomOptions {
  /** What npm installs gradbook from, as `gradbook@1.2.3` or a file in the repository. */
  readonly package?: string;
  /** Where the notebooks lie in a student's repository. */
  readonly folder?: string;
}

interface Step {
  readonly id: string;
  readonly title: string;
  readonly points: number;
  readonly minutes: number;
  readonly command: string;
}

const HEAD = `# Made by gradbook. A student reads everything here, so only tests that students see are run: an exercise has its points
# here when all of those pass. Hidden tests decide about the real points: clone the repositories (gh classroom clone
# student-repos) and run \`gradbook grade\` on them, where students cannot read along.
# To grade with hidden tests here all the same, the assignment can come from a secret of the organisation; but what a step
# reads, a changed workflow of the student's can print.
`;

/** For `.github/workflows/classroom.yml` of the template repository. The names in it are the reporter's own. */
export function classroomWorkflow(
  assignment: Assignment,
  { package: from = "gradbook", folder = "" }: ClassroomOptions = {},
): string {
  const steps = assignment.notebooks.flatMap(({ name, cells }) =>
    cells
      .filter(({ part, released }) => part === "test" && released !== undefined && hasCode(released))
      .map((cell) => ({ name, cell })),
  );
  if (steps.length === 0)
    throw new Trouble(
      "The assignment has no tests that students see, so a workflow has nothing to run",
      "give it test cells with more than hidden tests",
    );
  const made = steps.map(({ name, cell }, at) => stepFor(cell, folder ? `${folder}/${name}` : name, at));
  const results = made.map(
    ({ id }) => `          ${id.toUpperCase()}_RESULTS: "\${{ steps.${id}.outputs.result }}"`,
  );
  return `${HEAD}name: Autograding Tests
"on": [push, workflow_dispatch, repository_dispatch]
permissions:
  checks: write
  actions: read
  contents: read
jobs:
  run-autograding-tests:
    runs-on: ubuntu-latest
    if: github.actor != 'github-classroom[bot]'
    steps:
      - name: Checkout code
        uses: actions/checkout@v4
      - name: Node
        uses: actions/setup-node@v4
        with:
          node-version: "22"
      - name: gradbook
        run: ${yaml(`npm install --no-save --no-audit --no-fund ${shell(from)}`)}
${made.map(stepText).join("\n")}
      - name: Autograding Reporter
        uses: classroom-resources/autograding-grading-reporter@v1
        env:
${results.join("\n")}
        with:
          runners: ${yaml(made.map(({ id }) => id).join(","))}
`;
}

/** A cell that had hidden tests alone is empty in a student's repository, and would give its points to everybody. */
const hasCode = (source: string): boolean =>
  source.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|^\s*import\s[^\n]*$/gm, "").trim() !== "";

function stepFor(cell: AssignmentCell, path: string, at: number): Step {
  const command = `npx gradbook check ${shell(path)} --exercise ${shell(cell.id)}`;
  // The action counts in minutes; the cells before a test run, too.
  const minutes = Math.max(2, Math.ceil((cell.seconds + 60) / 60));
  return { id: `exercise${at + 1}`, title: cell.id, points: cell.points, minutes, command };
}

const stepText = ({ id, title, points, minutes, command }: Step): string => `      - name: ${yaml(title)}
        id: ${id}
        uses: classroom-resources/autograding-command-grader@v1
        with:
          test-name: ${yaml(title)}
          setup-command: ""
          command: ${yaml(command)}
          timeout: "${minutes}"
          max-score: "${pointsText(points)}"`;

/** A word for the shell, whatever stands in it. */
const shell = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** A text in YAML, on one line; nothing in it is an expression of the workflow's. */
const yaml = (text: string): string =>
  JSON.stringify(cleaned(text).replaceAll("${{", "$ {{")).replace(
    /[\u00a0\u2028\u2029\ufeff]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
