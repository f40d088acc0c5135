// A student's own notebook, by the tests that are in it: what `check` says in the lab, on a command line.
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { Screen } from "../../lab/screen.mjs";
import { counted } from "../../lab/screen.mjs";
import { Trouble } from "../../lab/trouble.mjs";
import { readAssignment } from "../assignment/read.ts";
import { type SeenExercise, seenExercise } from "../results/seen.ts";
import type { Level } from "../sandbox/sandbox.ts";
import type { Grader } from "./job.ts";
import { openGrader } from "./pool.ts";

export interface OwnOptions {
  readonly notebook: string;
  /** All of them where none is named. */
  readonly exercise: string | undefined;
  readonly level: Level | undefined;
}

/** Returns the exit code: 0 where every test that is there passes. */
export async function checkOwn({ notebook, exercise, level }: OwnOptions, screen: Screen): Promise<number> {
  const assignment = readAssignment(notebook);
  const name = basename(notebook);
  const submission = {
    student: { id: "you" },
    source: notebook,
    notebooks: [{ notebook: name, text: readFileSync(notebook, "utf8") }],
    hash: "",
    notes: [],
  };
  const grader = await opened(level);
  try {
    const { exercises, fault } = await grader.grade({ assignment, submission });
    if (fault) throw new Trouble(fault, "open it in JupyterLab and save it again");
    const seen = exercises
      .map((one) => seenExercise(one, assignment))
      .filter(
        ({ id, title }) =>
          exercise === undefined || id === exercise || title === exercise.replaceAll("-", " "),
      );
    if (seen.length === 0)
      throw new Trouble(`There is no exercise “${exercise}” in ${name}`, `gradbook check ${notebook}`);
    for (const one of seen) for (const line of linesOf(one)) screen.say(line);
    const solved = seen.filter(({ earned, points }) => earned === null || earned >= points).length;
    screen.say(`${counted(solved, "exercise")} of ${seen.length} solved`);
    return solved === seen.length ? 0 : 1;
  } finally {
    await grader.close();
  }
}

/** It is the student's own code on the student's own machine: where there is no sandbox, it runs without. */
async function opened(level: Level | undefined): Promise<Grader> {
  if (level) return openGrader({ level, workers: 1 });
  return openGrader({ level: "bwrap", workers: 1 }).catch(() => openGrader({ level: "none", workers: 1 }));
}

function linesOf({ title, earned, points, tests, failure, limit, thrown, problems }: SeenExercise): string[] {
  const mark = earned === null ? "·" : earned >= points ? "✓" : "✗";
  const got = earned === null ? "a person grades it" : `${earned} of ${points}`;
  const first = tests.find(({ passed }) => !passed);
  const why = [
    ...problems.map(({ line, column, message }) => `line ${line}, column ${column}: ${message}`),
    thrown,
    first &&
      `${first.title}: ${[first.called, first.came && `gave ${first.came}`].filter(Boolean).join(" ")}`,
    first?.problem,
    failure,
    limit,
  ];
  return [
    `${mark} ${title}: ${got}`,
    ...why.filter((line) => line !== undefined).map((line) => `    ${line}`),
  ];
}
