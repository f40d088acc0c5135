// Takes a submission's notebook apart: the answers by nbgrader's `grade_id`, and what else the student wrote. Tests,
// points and everything else that decides come from the assignment; here they are passed over.
import type { AssignmentCell, AssignmentNotebook } from "../assignment/assignment.ts";
import { oneLine } from "../assignment/json.ts";
import {
  gradeIdOf,
  type NotebookCell,
  NotNotebook,
  objectOf,
  own,
  type ReadNotebook,
  readNotebook,
} from "../assignment/notebook.ts";

/** A code cell of the student's own: it may declare what an answer uses. */
export interface OwnCell {
  readonly id: string;
  readonly source: string;
  /** The assignment's cell that it comes after, with other cells of the student's between; none at the beginning. */
  readonly after: string | undefined;
  /** Where it stands in the notebook, from 1. */
  readonly number: number;
  /** The given cell that the student has changed into this one. */
  readonly replaces?: string;
}

export interface TakenApart {
  /** The sources of answers, by their `grade_id`. One that is missing is not in it. */
  readonly answers: ReadonlyMap<string, string>;
  /** In their order. */
  readonly others: readonly OwnCell[];
  readonly notes: readonly string[];
  /** Why nothing of it can be graded. */
  readonly fault?: string;
}

/** Longer than any answer that a person writes. */
export const LONGEST_ANSWER = 1_000_000;
/** Own cells that are kept; there may be hundreds of thousands. */
export const MOST_OWN = 2_000;
const MOST_NOTES = 20;

export function answersOf(text: string, notebook: AssignmentNotebook): TakenApart {
  try {
    return new Taking(readNotebook(text), notebook).done();
  } catch (error) {
    if (!(error instanceof NotNotebook)) throw error;
    return { answers: new Map(), others: [], notes: [], fault: error.message };
  }
}

class Taking {
  readonly #notes: string[] = [];
  readonly #answers = new Map<string, string>();
  readonly #others: OwnCell[] = [];
  readonly #notebook: AssignmentNotebook;
  readonly #cells: readonly NotebookCell[];
  /** The assignment's cells, by `grade_id` or by the id that they keep. */
  readonly #known: ReadonlyMap<string, AssignmentCell>;
  /** Given cells without an id to know them by, by their text. */
  readonly #texts: ReadonlyMap<string, AssignmentCell>;
  readonly #unknown = new Set<string>();
  readonly #ownIds = new Set<string>();
  #left = 0;

  constructor({ cells, damaged }: ReadNotebook, notebook: AssignmentNotebook) {
    this.#notebook = notebook;
    this.#cells = cells;
    const parts = notebook.cells.filter(({ part }) => part !== "planted");
    this.#known = new Map(parts.map((cell) => [cell.id, cell]));
    this.#texts = new Map(
      parts.flatMap((cell) => {
        const text = textOf(cell.released);
        return cell.part === "given" && text !== "" ? [[text, cell] as const] : [];
      }),
    );
    if (damaged.length > 0) this.#notes.push(`passed over what is no cell: ${listed(damaged.map(String))}`);
  }

  done(): TakenApart {
    const last = this.#lastOfEach();
    let after: AssignmentCell | undefined;
    let task: AssignmentCell | undefined;
    for (const cell of this.#cells) {
      const known = this.#knownAs(cell);
      if (known && last.get(known.id) === cell) {
        this.#take(cell, known);
        after = known;
        task = known.task ? known : undefined;
      } else if (known?.part !== "test") {
        if (task) this.#append(task, cell);
        if (cell.kind === "code") this.#own(cell, after?.id);
      }
    }
    return this.#ended();
  }

  #knownAs(cell: NotebookCell): AssignmentCell | undefined {
    const gradeId = gradeIdOf(cell);
    if (gradeId !== undefined) {
      const known = this.#known.get(gradeId);
      if (!known) this.#unknown.add(gradeId);
      return known;
    }
    const byId = cell.id === undefined ? undefined : this.#known.get(cell.id);
    // An answer is known by nbgrader's mark alone.
    if (byId?.part === "given") return byId;
    return this.#texts.get(textOf(cell.source));
  }

  /** nbgrader's rule: of several cells with one `grade_id`, the last. */
  #lastOfEach(): ReadonlyMap<string, NotebookCell> {
    const last = new Map<string, NotebookCell>();
    const twice = new Set<string>();
    for (const cell of this.#cells) {
      const known = this.#knownAs(cell);
      if (!known) continue;
      if (known.part !== "given" && last.has(known.id)) twice.add(known.id);
      if (known.part !== "given" || !last.has(known.id)) last.set(known.id, cell);
    }
    for (const id of twice) this.#notes.push(`“${oneLine(id)}” is there more than once: the last one counts`);
    return last;
  }

  #take(cell: NotebookCell, known: AssignmentCell): void {
    const { id, part } = known;
    const changed = textOf(cell.source) !== textOf(known.released);
    if (part === "test") {
      if (changed) this.#notes.push(`the test “${id}” was changed: the course's own is used`);
    } else if (part === "given") {
      if (!changed || known.kind !== "code") return;
      this.#notes.push(
        `the course's cell “${id}” was changed${known.locked ? ": its own text is used" : ""}`,
      );
      if (!known.locked && cell.kind === "code") this.#own(cell, id, id);
    } else if (cell.source.length > LONGEST_ANSWER) {
      this.#notes.push(`the answer “${id}” is longer than ${LONGEST_ANSWER} characters: it does not count`);
    } else if (!known.task) this.#answers.set(id, cell.source);
  }

  /** A task is answered in the cells below it. */
  #append({ id }: AssignmentCell, { source }: NotebookCell): void {
    const before = this.#answers.get(id);
    const whole = before === undefined ? source : `${before}\n\n${source}`;
    if (source.trim() !== "" && whole.length <= LONGEST_ANSWER) this.#answers.set(id, whole);
  }

  #own(cell: NotebookCell, after: string | undefined, replaces?: string): void {
    // The tests of another notebook have nothing to do here.
    const isTest = own(objectOf(own(cell.metadata, "nbgrader")), "grade") === true;
    if (cell.source.trim() === "" || (isTest && !replaces)) return;
    if (this.#others.length >= MOST_OWN || cell.source.length > LONGEST_ANSWER) {
      this.#left++;
      return;
    }
    const { number, source } = cell;
    this.#others.push({ id: this.#ownId(cell), source, after, number, ...(replaces ? { replaces } : {}) });
  }

  #ownId({ id, number }: NotebookCell): string {
    const plain = id !== undefined && /^[\w-]{1,64}$/.test(id) ? id : `cell-${number}`;
    const isFree = (one: string): boolean => !this.#ownIds.has(one) && !this.#known.has(one);
    let free = isFree(plain) ? plain : `cell-${number}`;
    while (!isFree(free)) free = `own-${free}`;
    this.#ownIds.add(free);
    return free;
  }

  #ended(): TakenApart {
    const wanted = this.#notebook.cells.filter(
      ({ part, task }) => part === "answer" || (part === "manual" && !task),
    );
    const missing = wanted.filter(({ id }) => !this.#answers.has(id)).map(({ id }) => id);
    const notes = this.#notes;
    if (this.#unknown.size > 0)
      notes.push(`cells that this assignment does not have: ${listed([...this.#unknown])}`);
    if (this.#left > 0)
      notes.push(`passed over ${this.#left} of the student's own cells: too many or too long`);
    const taken = { answers: this.#answers, others: this.#others, notes: firstOf(notes) };
    if (wanted.length > 0 && missing.length === wanted.length)
      return { ...taken, fault: `has none of the answers' cells (${listed(missing)})` };
    if (missing.length > 0) notes.push(`no cell for ${listed(missing)}: unanswered`);
    return { ...taken, notes: firstOf(notes) };
  }
}

/** What a text says, whatever blanks an editor left around it. */
const textOf = (source = ""): string =>
  source
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")
    .trim();

const SHOWN = 5;

function listed(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN).map((name) => `“${oneLine(name, 60)}”`);
  return `${shown.join(", ")}${names.length > SHOWN ? ` and ${names.length - SHOWN} more` : ""}`;
}

const firstOf = (notes: readonly string[]): readonly string[] =>
  notes.length <= MOST_NOTES
    ? notes
    : [...notes.slice(0, MOST_NOTES), `and ${notes.length - MOST_NOTES} more remarks`];
