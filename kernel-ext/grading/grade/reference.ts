// An assignment, made ready: its cells parsed, its tests compiled against the course's own solution.

import { Trouble } from "../../lab/trouble.mjs";
import type { Prepared, PreparedCell } from "../../language/language.ts";
import type { Assignment, AssignmentCell, AssignmentNotebook } from "../assignment/assignment.ts";
import { type Item, type PlannedExercise, planOf } from "./plan.ts";
import type { Typing } from "./typing.ts";

/** A notebook of an assignment. */
export interface ReadyNotebook {
  readonly notebook: AssignmentNotebook;
  /** The code cells, with the course's own solutions. */
  readonly items: readonly Item[];
  /** The names that each answer cell is to declare or assign to. */
  readonly asked: ReadonlyMap<string, ReadonlySet<string>>;
  /** The course's own cells as JavaScript, by id. */
  readonly compiled: ReadonlyMap<string, PreparedCell>;
}

export interface ReadyAssignment {
  readonly assignment: Assignment;
  readonly notebooks: readonly ReadyNotebook[];
}

/** Throws where a test, or what it needs, does not compile though the course's own solution does. */
export function makeReady(assignment: Assignment, typing: Typing): ReadyAssignment {
  return { assignment, notebooks: assignment.notebooks.map((notebook) => readyNotebook(notebook, typing)) };
}

function readyNotebook(notebook: AssignmentNotebook, typing: Typing): ReadyNotebook {
  const items = notebook.cells.filter(isCode).map((cell) => itemOf(cell, notebook, typing));
  const solutions = items.filter(({ by }) => by === "student");
  const imported = new Set(
    solutions.flatMap(({ source }) => [...typing.importedNames(source, notebook.language)]),
  );
  // What an answer imports is no answer: a student's `assert` would be asked whether the student is right.
  const asked = new Map(
    solutions.map(({ id, uses }) => [
      id,
      new Set([...uses.declares, ...uses.writes].filter((name) => !imported.has(name))),
    ]),
  );
  refuseBorrowed(notebook, items, asked, imported);
  const engine = typing.session(notebook.language);
  const compiled = new Map<string, PreparedCell>();
  let isWhole = true;
  for (const item of involved(items, planOf(items, asked))) {
    const prepared = engine.prepare({ code: item.source });
    const fault = faultOf(prepared);
    // What lacks a solution lacks names; whoever proves the assignment is told by the points.
    if (item.by === "student") isWhole &&= !fault;
    else if (fault && isWhole)
      throw new Trouble(
        `${notebook.name}, cell “${item.id}”: ${fault}`,
        `mend the cell, then: gradbook verify`,
      );
    if (item.by === "course" && "cell" in prepared) compiled.set(item.id, prepared.cell);
  }
  return { notebook, items, asked, compiled };
}

function refuseBorrowed(
  { name: file }: AssignmentNotebook,
  items: readonly Item[],
  asked: ReadonlyMap<string, ReadonlySet<string>>,
  imported: ReadonlySet<string>,
): void {
  for (const { test, beside } of planOf(items, asked)) {
    const course = items.filter(({ by, cell }) => by === "course" && cell?.part === "given");
    const needs = [test, ...beside].flatMap(({ uses }) => [...uses.needs]);
    const borrowed = needs.find(
      (name) => imported.has(name) && !course.some(({ uses }) => uses.declares.has(name)),
    );
    if (borrowed === undefined) continue;
    throw new Trouble(
      `${file}, cell “${test.id}”: it uses ${borrowed}, which only an answer imports`,
      `import ${borrowed} in the test, or in a cell of the course's`,
    );
  }
}

/** What takes part in any exercise, in the notebook's order. */
export function involved(items: readonly Item[], plan: readonly PlannedExercise[]): readonly Item[] {
  const all = new Set(plan.flatMap(({ test, inside, beside }) => [test, ...inside, ...beside]));
  return items.filter((item) => all.has(item));
}

const isCode = ({ kind, part }: AssignmentCell): boolean => kind === "code" && part !== "planted";

export const isStudents = ({ part }: AssignmentCell): boolean => part === "answer" || part === "manual";

function itemOf(cell: AssignmentCell, { language }: AssignmentNotebook, typing: Typing): Item {
  const by = isStudents(cell) ? "student" : "course";
  return { id: cell.id, source: cell.source, by, cell, uses: typing.usesOf(cell.source, language) };
}

function faultOf(prepared: Prepared): string | undefined {
  if ("cell" in prepared) return undefined;
  if ("module" in prepared) return "a cell that is a module cannot be graded";
  return prepared.problems[0]?.message.split("\n", 1)[0];
}
