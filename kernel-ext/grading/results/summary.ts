// The lecturer's page about a class. It says what hidden tests found, so it is not for students.
import { escapeHtml } from "../../display/html.ts";
import type { Assignment } from "../assignment/assignment.ts";
import { BYTE_ORDER_MARK, type Cell, csv } from "./csv.ts";
import { histogram } from "./histogram.ts";
import { note, page, table, timeText } from "./page.ts";
import type { SubmissionResult } from "./result.ts";
import { nameOf } from "./seen.ts";
import { type ExerciseStatistics, type Statistics, statistics } from "./statistics.ts";
import { count, inLine, pointsText, readable } from "./text.ts";

const NONE = "–";

export function summaryPage(results: readonly SubmissionResult[], assignment: Assignment): string {
  const all = statistics(results, assignment);
  const last = results
    .map(({ graded }) => graded)
    .sort()
    .at(-1);
  return page({
    title: `Summary of ${inLine(assignment.name, 200)}`,
    about: `<p>${escapeHtml(count(all.number, "submission"))}, ${escapeHtml(count(assignment.points, "point"))} to reach. For the course's staff: it says what hidden tests found.</p>`,
    main: [
      unsafe(results),
      facts(all),
      section("Distribution", distribution(all, assignment.points)),
      section("Exercises", exercises(all.exercises)),
      section("What goes wrong most often", failures(all)),
      section("Waiting for a person", waiting(all)),
      section("Could not be graded", faults(all)),
      section("Notes", notes(all)),
      section("Slowest", slowest(all)),
      section("All submissions", submissions(results)),
    ].join("\n"),
    foot: last ? `<p>Graded until ${escapeHtml(timeText(last))} with gradbook.</p>` : "<p>gradbook</p>",
  });
}

const html = (words: string): string => escapeHtml(inLine(words, 500));
const number = (value: number | undefined): string => (value === undefined ? NONE : pointsText(value));
const share = (part: number, whole: number): string =>
  whole ? `${Math.round((100 * part) / whole)} %` : NONE;

function section(title: string, content: string): string {
  const id = title.toLowerCase().replace(/\W+/g, "-");
  return `<section aria-labelledby="${id}">\n<h2 id="${id}">${escapeHtml(title)}</h2>\n${content}\n</section>`;
}

/** What ran without a sandbox could have done anything: the points, too. */
function unsafe(results: readonly SubmissionResult[]): string {
  const open = results.filter(({ sandbox }) => sandbox === "none").length;
  if (!open) return "";
  return note(
    `<strong>${escapeHtml(count(open, "submission"))} ran without a sandbox</strong>: what answers did to this machine, and to their own points, nothing has prevented.`,
    true,
  );
}

function facts({
  number: all,
  mean,
  median,
  highest,
  lowest,
  deviation,
  waiting: open,
  faults: bad,
}: Statistics): string {
  const shown: readonly (readonly [string, string])[] = [
    ["Submissions", String(all)],
    ["Mean", number(mean)],
    ["Median", number(median)],
    ["Standard deviation", number(deviation)],
    ["Lowest to highest", all ? `${number(lowest)} to ${number(highest)}` : NONE],
    ["Wait for a person", String(open.length)],
    ["Not gradable", String(bad.length)],
  ];
  const lines = shown.map(
    ([name, value]) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`,
  );
  return `<dl class="facts">${lines.join("")}</dl>`;
}

function distribution({ bins, number: all }: Statistics, points: number): string {
  if (!all) return "<p>There are no submissions.</p>";
  const rows = bins.map(({ from, number: one }, at) => {
    const next = bins[at + 1]?.from;
    const to = next === undefined ? " and more" : next - from === 1 ? "" : ` to under ${pointsText(next)}`;
    return [`${pointsText(from)}${to}`, String(one), share(one, all)];
  });
  const columns = [
    { head: "Points" },
    { head: "Submissions", number: true },
    { head: "Share", number: true },
  ];
  return `${histogram(bins, points)}\n<details><summary>The numbers</summary>\n${table("Submissions by points", columns, rows)}\n</details>`;
}

function exercises(all: readonly ExerciseStatistics[]): string {
  if (!all.length) return "<p>None.</p>";
  const rows = all.map(({ title, notebook, points, extra, graded, solved, mean, waiting: open }) => [
    `${html(title)}<br><small>${html(notebook)}${extra ? ", extra" : ""}</small>`,
    pointsText(points),
    number(mean),
    share(solved, graded),
    share(mean ?? 0, graded ? points : 0),
    open ? String(open) : NONE,
  ]);
  const columns = ["Points", "Mean", "Solved", "Mean share", "Waiting"].map((head) => ({
    head,
    number: true,
  }));
  return table("Exercises, and how they went", [{ head: "Exercise" }, ...columns], rows);
}

function failures({ failures: all }: Statistics): string {
  if (!all.length) return "<p>Nothing has gone wrong.</p>";
  const rows = all.map(({ exercise, words, number: times, hidden }) => [
    `${html(words)}${hidden ? " <small>(hidden test)</small>" : ""}`,
    html(exercise),
    String(times),
  ]);
  return table(
    "The same trouble of many",
    [{ head: "What" }, { head: "Exercise" }, { head: "Submissions", number: true }],
    rows,
  );
}

function waiting({ waiting: all }: Statistics): string {
  if (!all.length) return "<p>Nobody waits.</p>";
  const rows = all.map(({ name, exercises: open }) => [html(name), open.map(html).join(", ") || NONE]);
  return table("Answers for a person to grade", [{ head: "Student" }, { head: "Exercises" }], rows);
}

function faults({ faults: all }: Statistics): string {
  if (!all.length) return "<p>All could be graded.</p>";
  const rows = all.map(({ name, fault }) => [html(name), escapeHtml(readable(fault, 500))]);
  return table("Submissions that could not be graded", [{ head: "Student" }, { head: "Why" }], rows);
}

function notes({ notes: all }: Statistics): string {
  if (!all.length) return "<p>None.</p>";
  const rows = all.map(({ name, note: words }) => [html(name), escapeHtml(readable(words, 500))]);
  return table("What to know about submissions", [{ head: "Student" }, { head: "Note" }], rows);
}

function slowest({ slowest: all }: Statistics): string {
  if (!all.length) return "<p>None.</p>";
  const rows = all.map(({ name, seconds }) => [html(name), seconds.toFixed(2)]);
  return table(
    "Submissions that took longest",
    [{ head: "Student" }, { head: "Seconds", number: true }],
    rows,
  );
}

function submissions(results: readonly SubmissionResult[]): string {
  if (!results.length) return "<p>None.</p>";
  const rows = [...results]
    .sort((a, b) => (a.student.id < b.student.id ? -1 : 1))
    .map((result) => [
      html(nameOf(result)),
      `${pointsText(result.earned)} of ${pointsText(result.points)}`,
      result.fault ? "not gradable" : result.waits ? "waits" : "done",
      html(result.sandbox),
    ]);
  return table(
    "Points of each",
    [{ head: "Student" }, { head: "Points", number: true }, { head: "State" }, { head: "Sandbox" }],
    rows,
  );
}

/** A row for each submission, a column for each exercise; then the class's numbers. Spreadsheets open it. */
export function summaryCsv(results: readonly SubmissionResult[], assignment: Assignment): string {
  const all = statistics(results, assignment);
  const ids = all.exercises.map(({ notebook, id }) => ({ notebook, id }));
  const named = all.exercises.map(
    ({ title, points, extra }) => `${title} (${pointsText(points)}${extra ? " extra" : ""})`,
  );
  const head = [
    "Student",
    "Name",
    "Email",
    "Points",
    "To reach",
    ...named,
    "State",
    "Seconds",
    "Sandbox",
    "Fault",
    "Notes",
  ];
  const rows = results.map((result): Cell[] => [
    inLine(result.student.id, 500),
    inLine(result.student.name ?? "", 500),
    inLine(result.student.email ?? "", 500),
    result.earned,
    result.points,
    ...ids.map(({ notebook, id }) => pointsFor(result, notebook, id)),
    result.fault ? "not gradable" : result.waits ? "waits" : "done",
    Number(result.seconds.toFixed(3)),
    inLine(result.sandbox, 100),
    inLine(result.fault ?? "", 500),
    inLine(result.notes.join("; "), 1_000),
  ]);
  const gap = (cells: number): string[] => Array.from({ length: cells }, () => "");
  const line = (name: string, whole: Cell, each: (one: ExerciseStatistics) => Cell): Cell[] => [
    name,
    ...gap(2),
    whole,
    "",
    ...all.exercises.map(each),
    ...gap(5),
  ];
  const rounded = (value: number | undefined): Cell => (value === undefined ? "" : Number(value.toFixed(4)));
  return (
    BYTE_ORDER_MARK +
    csv([
      head.map((cell) => inLine(cell, 500)),
      ...rows,
      line("Mean", rounded(all.mean), ({ mean }) => rounded(mean)),
      line("Median", rounded(all.median), () => ""),
      line("Share solved", "", ({ solved, graded }) => rounded(graded ? solved / graded : undefined)),
    ])
  );
}

function pointsFor({ exercises: all }: SubmissionResult, notebook: string, id: string): Cell {
  const exercise = all.find((one) => one.notebook === notebook && one.id === id);
  return exercise?.earned ?? "";
}
