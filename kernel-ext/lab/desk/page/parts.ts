// The parts of the page of lessons: what is done, what is next, and every lesson with its exercises.
import { el } from "../dom.ts";
import { linkTo, type Open } from "../open.ts";
import type { Exercise, State } from "../reading/exercise.ts";
import { folderOf, type Lesson, type LessonState, nameOf, type Unreadable } from "../reading/lesson.ts";
import { type Progress, points } from "../reading/progress.ts";

const LESSON_STATES: Readonly<Record<LessonState, string>> = {
  untouched: "not begun",
  begun: "begun",
  done: "done",
};

const STATES: Readonly<Record<State, readonly [sign: string, words: string]>> = {
  untouched: ["○", "not begun"],
  begun: ["◐", "begun"],
  again: ["↻", "changed since its check: run again"],
  solved: ["✓", "solved"],
  byHand: ["✎", "to be read by a person"],
};

/** Points so far, in words and as a bar. */
export function summary(progress: Progress): HTMLElement {
  const { earned, possible, solved, exercises, again, unseen } = progress;
  if (exercises === 0) return el("p", {}, "There is no exercise in these notebooks.");
  const words = [
    `${solved} of ${exercises} exercises solved.`,
    unseen > 0 && `Tests that only the grader runs give ${points(unseen)} more.`,
    again > 0 && `${again} changed since ${again === 1 ? "its" : "their"} check: run again to count.`,
  ];
  const bar = el("progress", {
    max: String(possible || 1),
    value: String(earned),
    "aria-label": "Points so far",
  });
  return el(
    "div",
    { class: "gb-summary" },
    el("p", { class: "gb-total" }, el("strong", {}, String(earned)), ` of ${points(possible)}`),
    bar,
    el("p", {}, words.filter(Boolean).join(" ")),
  );
}

export function nextStep({ next, exercises }: Progress, open: Open): HTMLElement | undefined {
  if (!next) {
    return exercises > 0 ? el("p", { class: "gb-next" }, "Everything here is done.") : undefined;
  }
  const { lesson, exercise } = next;
  const begin = lesson.state === "untouched" ? "Begin: " : "Go on reading: ";
  const link = exercise
    ? linkTo(open, lesson.path, exercise.cell, exercise.title)
    : linkTo(open, lesson.path, undefined, begin, lesson.title);
  link.dataset.key = "next";
  const [first] = exercise ? [] : lesson.exercises;
  const aside = exercise
    ? ` in ${lesson.title}${exercise.state === "again" ? ": its check should run again" : ""}`
    : "";
  return el(
    "section",
    { class: "gb-next", "aria-labelledby": "gb-next-heading" },
    el("h2", { id: "gb-next-heading" }, "Next step"),
    el("p", {}, link, aside),
    first &&
      el("p", { class: "gb-aside" }, "or straight to ", linkTo(open, lesson.path, first.cell, first.title)),
    exercise !== undefined &&
      exercise.state !== "untouched" &&
      exercise.problem !== "" &&
      el("p", { class: "gb-problem" }, exercise.problem),
  );
}

/** The lessons of one folder. */
export function lessonList(entries: readonly (Lesson | Unreadable)[], open: Open): HTMLElement {
  const titles = entries.map((entry) => ("title" in entry ? entry.title : ""));
  const isCopy = (title: string): boolean => titles.indexOf(title) !== titles.lastIndexOf(title);
  const cards = entries.map((entry, at) => lessonCard(entry, open, isCopy(titles[at] ?? "")));
  return el("ul", { class: "gb-lessons" }, ...cards.map((card) => el("li", {}, card)));
}

/** A lesson and its copies, which have one title, are told apart by their files. */
function lessonCard(entry: Lesson | Unreadable, open: Open, withFile: boolean): HTMLElement {
  if ("trouble" in entry) {
    return el(
      "article",
      { class: "gb-lesson" },
      el("h3", {}, linkTo(open, entry.path, undefined, nameOf(entry.path))),
      el("p", { class: "gb-problem" }, entry.trouble),
    );
  }
  const { path, lead, state, exercises } = entry;
  const title = withFile ? `${entry.title} (${nameOf(path)})` : entry.title;
  const earned = exercises.reduce((total, exercise) => total + exercise.earned, 0);
  const possible = exercises.reduce((total, exercise) => total + exercise.possible, 0);
  const count = exercises.length ? `, ${Number(earned.toPrecision(12))} of ${points(possible)}` : "";
  return el(
    "article",
    { class: `gb-lesson gb-${state}` },
    el("h3", {}, linkTo(open, path, undefined, title)),
    el("p", { class: "gb-state" }, `${LESSON_STATES[state]}${count}`),
    lead !== "" && el("p", { class: "gb-lead" }, lead),
    exercises.length > 0 &&
      el(
        "ul",
        { class: "gb-exercises", "aria-label": `Exercises of ${title}` },
        ...exercises.map((exercise) => exerciseLine(path, exercise, open)),
      ),
  );
}

/** The same line in the page of lessons and in the panel of a check. */
export function exerciseLine(path: string, exercise: Exercise, open: Open, withProblem = false): HTMLElement {
  const { title, state, earned, possible, unseen, problem, cell } = exercise;
  const [sign, words] = STATES[state];
  const more = state === "solved" && unseen > 0 ? `, ${unseen} more by the grader’s tests` : "";
  return el(
    "li",
    { class: `gb-exercise gb-is-${state}` },
    el("span", { class: "gb-sign", "aria-hidden": "true" }, sign),
    linkTo(open, path, cell, title),
    el("span", { class: "gb-state" }, ` · ${words}, ${earned} of ${points(possible)}${more}`),
    withProblem && state !== "untouched" && problem !== "" && el("p", { class: "gb-problem" }, problem),
  );
}

/** By folder, the student's top folder first, in the order in which they come. */
export function byFolder(entries: readonly (Lesson | Unreadable)[]): Map<string, (Lesson | Unreadable)[]> {
  const folders = new Map<string, (Lesson | Unreadable)[]>();
  for (const entry of entries) {
    const folder = folderOf(entry.path);
    folders.set(folder, [...(folders.get(folder) ?? []), entry]);
  }
  return folders;
}
