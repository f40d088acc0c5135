// What makes an assignment be graded on somebody else's machines, for `gradbook export`: made before anybody hands in.
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { Assignment } from "../assignment/assignment.ts";
import { classroomWorkflow } from "./classroom.ts";
import { gradescopeZip } from "./gradescope-zip.ts";

export interface Elsewhere {
  /** In a list, after its name. */
  readonly about: string;
  /** What its file is called where nobody names one. */
  readonly file: string;
  /** From the assignment, and the instructor's notebooks that it was read from. */
  readonly make: (assignment: Assignment, notebooks: readonly string[]) => string | Uint8Array;
}

export const ELSEWHERE: Readonly<Record<string, Elsewhere>> = {
  autograder: {
    about: "a zip for Gradescope, with the assignment and gradbook in it",
    file: "autograder.zip",
    make: (assignment, notebooks) =>
      gradescopeZip(assignment, {
        notebooks: notebooks.map((path) => ({ name: basename(path), content: readFileSync(path) })),
      }),
  },
  classroom: {
    about: "a workflow for GitHub Classroom, with the tests that students see",
    file: "classroom.yml",
    make: (assignment) => classroomWorkflow(assignment),
  },
};
