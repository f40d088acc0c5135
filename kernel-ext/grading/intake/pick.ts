// Which of a student's files is which notebook of the assignment: by its name, else by the cells in it, else the only one.
import type { Assignment } from "../assignment/assignment.ts";
import { oneLine } from "../assignment/json.ts";
import { gradeIdOf, NotNotebook, readNotebook } from "../assignment/notebook.ts";
import { Fault } from "./fault.ts";
import { type NamedAs, namedAs } from "./names.ts";
import { textOf } from "./text.ts";
import { baseOf, type Found } from "./tree.ts";

export interface Candidate {
  readonly file: Found;
  /** As the student called it. */
  readonly name: string;
  readonly order: number;
}

export interface Picked {
  /** By the name of the assignment's notebook. */
  readonly files: ReadonlyMap<string, Candidate>;
  readonly notes: readonly string[];
}

/** So many are read to find out what they are. */
const MOST_READ = 20;

export async function pick(candidates: readonly Candidate[], assignment: Assignment): Promise<Picked> {
  const files = new Map<string, Candidate>();
  const notes: string[] = [];
  const names = assignment.notebooks.map(({ name }) => name);
  const named = candidates.map((candidate) => ({ candidate, as: namedAs(candidate.name, names) }));
  for (const name of names) {
    const all = named.filter(({ as }) => as?.notebook === name);
    const plain = all.filter(({ as }) => !as?.within);
    take(name, (plain.length > 0 ? plain : all).toSorted(laterFirst), files, notes);
  }
  const lacking = assignment.notebooks.filter(({ name }) => !files.has(name));
  // One that was passed over for a later one of the same name is not asked again.
  const others = named.filter(({ as }) => as === undefined).map(({ candidate }) => candidate);
  if (lacking.length === 0 || others.length === 0) return { files, notes: [...notes, ...unused(others)] };
  // One by one: each may be large.
  const read: Awaited<ReturnType<typeof idsIn>>[] = [];
  for (const other of others.slice(0, MOST_READ)) read.push(await idsIn(other));
  for (const { name, cells } of lacking) {
    const own = new Set(cells.filter(({ part }) => part !== "given").map(({ id }) => id));
    const fitting = read
      .map(({ candidate, ids }) => ({
        candidate,
        as: undefined,
        shared: ids.filter((id) => own.has(id)).length,
      }))
      .filter(({ candidate, shared }) => shared > 0 && ![...files.values()].includes(candidate))
      .toSorted((a, b) => b.shared - a.shared || laterFirst(a, b));
    const best = fitting.filter(({ shared }) => shared === fitting[0]?.shared);
    take(name, best, files, notes);
  }
  const [last] = others;
  if (others.length === 1 && last && names.length === 1 && files.size === 0) files.set(names[0]!, last);
  for (const [name, { name: came }] of files)
    if (!namedAs(came, [name])) notes.push(`${shown(came)} was taken for ${name}`);
  const taken = new Set(files.values());
  return { files, notes: [...notes, ...unused(others.filter((other) => !taken.has(other)))] };
}

function unused(others: readonly Candidate[]): string[] {
  if (others.length === 0) return [];
  const names = others.slice(0, 3).map(({ name }) => shown(name));
  const more = others.length > names.length ? ` and ${others.length - names.length} more` : "";
  return [`handed in, too, and not used: ${names.join(", ")}${more}`];
}

interface Ranked {
  readonly candidate: Candidate;
  readonly as: NamedAs | undefined;
}

/** Times of files from a zip or a copy may all be the same, or a second or two apart. */
const SAME_TIME = 3_000;

function laterFirst(a: Ranked, b: Ranked): number {
  const byOrder = b.candidate.order - a.candidate.order;
  const byTime = b.candidate.file.time - a.candidate.file.time;
  const byCopy = (b.as?.copy ?? 0) - (a.as?.copy ?? 0);
  const byName = a.candidate.name < b.candidate.name ? -1 : 1;
  return byOrder || (Math.abs(byTime) > SAME_TIME ? byTime : 0) || byCopy || byName;
}

function take(name: string, ranked: readonly Ranked[], files: Map<string, Candidate>, notes: string[]): void {
  const [first, ...older] = ranked;
  if (!first) return;
  files.set(name, first.candidate);
  if (older.length === 0) return;
  const left = older.slice(0, 3).map(({ candidate }) => shown(candidate.file.path));
  const more = older.length > left.length ? ` and ${older.length - left.length} more` : "";
  notes.push(
    `${name} was handed in ${older.length + 1} times: ${shown(first.candidate.file.path)} counts, not ${left.join(", ")}${more}`,
  );
}

async function idsIn(candidate: Candidate): Promise<{ candidate: Candidate; ids: readonly string[] }> {
  try {
    const { cells } = readNotebook((await textOf(candidate.file)).text);
    return { candidate, ids: [...new Set(cells.flatMap((cell) => gradeIdOf(cell) ?? []))] };
  } catch (error) {
    if (!(error instanceof NotNotebook || error instanceof Fault)) throw error;
    return { candidate, ids: [] };
  }
}

const shown = (path: string): string => oneLine(baseOf(path), 80);
