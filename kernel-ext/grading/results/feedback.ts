// One student's page: points, what each test says, and what to look at next.
import { escapeHtml } from "../../display/html.ts";
import type { Assignment } from "../assignment/assignment.ts";
import { note, page, table, timeText } from "./page.ts";
import { picture } from "./picture.ts";
import type { AnswerProblem, SubmissionResult } from "./result.ts";
import { nameOf, type SeenExercise, type SeenTest, seenExercise } from "./seen.ts";
import { count, inLine, ofPoints, pointsText, readable } from "./text.ts";

const MOST_FIGURES = 6;
const MOST_NOTES = 30;

/** HTML in one file. Nothing of a hidden test is in it but its points and whether it passed. */
export function feedbackPage(result: SubmissionResult, assignment: Assignment): string {
  const name = inLine(result.assignment, 200);
  const exercises = result.exercises.map((exercise) => seenExercise(exercise, assignment));
  return page({
    title: `Feedback on ${name}`,
    about: `<p>For ${escapeHtml(nameOf(result))}</p>`,
    main: [
      result.fault ? note(`<strong>It could not be graded.</strong> ${text(result.fault)}`, true) : "",
      totalOf(result, exercises),
      result.notes
        .slice(0, MOST_NOTES)
        .map((line) => note(text(line)))
        .join("\n"),
      exercises.length ? overview(exercises) : "",
      ...exercises.map(sectionOf),
    ]
      .filter(Boolean)
      .join("\n"),
    foot: `<p>Graded ${escapeHtml(timeText(result.graded))} with gradbook.</p>`,
  });
}

const text = (words: string): string => `<span class="words">${escapeHtml(readable(words, 2_000))}</span>`;

function totalOf({ earned, points, waits }: SubmissionResult, exercises: readonly SeenExercise[]): string {
  const waiting = exercises.filter((exercise) => exercise.earned === null).length;
  const open = waits || waiting ? `<br><small>${openWords(waiting)}</small>` : "";
  return `<p class="total">${escapeHtml(ofPoints(earned, points))}${open}</p>`;
}

const openWords = (waiting: number): string =>
  waiting > 1
    ? `so far: a person will grade ${waiting} more answers`
    : "so far: a person will grade one more answer";

function overview(exercises: readonly SeenExercise[]): string {
  const rows = exercises.map((exercise, at) => [
    `<a href="#exercise-${at + 1}">${escapeHtml(exercise.title)}</a>`,
    escapeHtml(pointsOf(exercise)),
    stateOf(exercise),
  ]);
  const columns = [{ head: "Exercise" }, { head: "Points", number: true }, { head: "Result", state: true }];
  return table("Points by exercise", columns, rows);
}

const pointsOf = ({ earned, points, extra }: SeenExercise): string =>
  `${earned === null ? "–" : pointsText(earned)} of ${pointsText(points)}${extra ? " extra" : ""}`;

function stateOf({ earned, points }: SeenExercise): string {
  if (earned === null) return state("waits", "…", "waits");
  if (earned >= points) return state("passed", "✓", "solved");
  return earned > 0 ? state("waits", "◐", "in part") : state("failed", "✗", "not solved");
}

const state = (look: string, mark: string, word: string): string =>
  `<span class="${look}"><span aria-hidden="true">${mark} </span>${word}</span>`;

function sectionOf(exercise: SeenExercise, at: number): string {
  const { title, notebook, limit, failure, thrown, problems, tests, printed, answer, figures } = exercise;
  const waits = exercise.earned === null;
  return [
    `<section aria-labelledby="exercise-${at + 1}">`,
    `<h2 id="exercise-${at + 1}">${escapeHtml(title)}</h2>`,
    `<p class="source">${escapeHtml(pointsOf(exercise))}${exercise.points === 1 ? " point" : " points"} · ${escapeHtml(notebook)}</p>`,
    waits ? note("A person will grade this.") : "",
    limit ? note(escapeHtml(limit), true) : "",
    failure ? note(text(failure), true) : "",
    problems.length ? titled("What TypeScript says", problems.map(problemOf).join("\n")) : "",
    thrown ? titled("What your code threw when it ran", block(thrown, "What your code threw")) : "",
    tests.length ? titled("Tests", testsOf(tests, title)) : "",
    printed ? titled("What your code printed", block(printed, "What your code printed")) : "",
    figures.length ? titled("What your code drew", figuresOf(figures)) : "",
    answer === undefined ? "" : titled("Your answer", answerOf(answer)),
    "</section>",
  ]
    .filter(Boolean)
    .join("\n");
}

const titled = (title: string, html: string): string => `<h3>${escapeHtml(title)}</h3>\n${html}`;

const block = (words: string, label: string): string =>
  `<pre class="wrapped" aria-label="${escapeHtml(label)}">${escapeHtml(words)}</pre>`;

const answerOf = (answer: string): string =>
  answer.trim() ? block(answer, "Your answer") : "<p>There is nothing in it.</p>";

const figuresOf = (figures: readonly string[]): string =>
  figures
    .slice(0, MOST_FIGURES)
    .map((svg, at) => picture(svg, at + 1))
    .join("\n");

function testsOf(tests: readonly SeenTest[], title: string): string {
  const rows = tests.map((test) => [
    `${escapeHtml(test.title)}${detailOf(test)}`,
    escapeHtml(count(test.points, "point")),
    test.passed ? state("passed", "✓", "passed") : state("failed", "✗", "failed"),
  ]);
  const columns = [{ head: "Test" }, { head: "Worth", number: true }, { head: "Result", state: true }];
  return table(`Tests of ${title}`, columns, rows);
}

/** A call only where something is wrong with it. */
function detailOf({ passed, called, came, problem }: SeenTest): string {
  if (passed) return "";
  const gave = came ? ` gave <code>${escapeHtml(came)}</code>` : "";
  const call = called ? `<p class="detail"><code>${escapeHtml(called)}</code>${gave}</p>` : "";
  const why = problem ? `<p class="detail words">${escapeHtml(problem)}</p>` : "";
  return call + why;
}

const WIDTH = 76;

/** The student's own line, with a caret where it is wrong. */
function problemOf({ cell, line, column, message, text: source }: AnswerProblem): string {
  const at = Math.max(0, Math.min(column - 1, source.length));
  const from = at > WIDTH - 10 ? at - Math.floor(WIDTH / 2) : 0;
  const shown = source.slice(from, from + WIDTH);
  const before = `${line} │ ${from ? "…" : ""}`;
  const gutter = `${" ".repeat(String(line).length)} │ `.padEnd(before.length);
  const caret = `${gutter}${" ".repeat(at - from)}<span class="caret">^</span>`;
  const where = `Line ${line} of cell ${cell}`;
  return `<p class="detail words">${escapeHtml(where)}: ${escapeHtml(message)}</p>
<pre role="group" tabindex="0" aria-label="${escapeHtml(where)}">${escapeHtml(before + shown)}
<span aria-hidden="true">${caret}</span></pre>`;
}
