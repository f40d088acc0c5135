// One student's work, read.
import type { Assignment } from "../assignment/assignment.ts";
import { oneLine } from "../assignment/json.ts";
import { Fault } from "./fault.ts";
import type { Owner } from "./owner.ts";
import { type Candidate, pick } from "./pick.ts";
import type { HandedIn, Student, Submission } from "./submission.ts";
import { hashOf, textOf } from "./text.ts";
import { baseOf, type Found, isNotebook, isZip, type LeftOut } from "./tree.ts";
import { held, zipTree } from "./zip-tree.ts";

export interface Member {
  readonly file: Found;
  readonly owner: Owner;
}

/** What lay where a student's work lies. */
export interface Group {
  readonly owner: Owner;
  readonly source: string;
  readonly members: readonly Member[];
  readonly left: readonly LeftOut[];
}

const MOST_NOTES = 20;
const MOST_ZIPS = 10;

export async function submissionOf(
  student: Student,
  group: Group,
  before: readonly string[],
  assignment: Assignment,
): Promise<Submission> {
  const members = latestOf(group.members);
  const { candidates, left } = await candidatesAmong(members);
  const gone = [...group.left, ...left].map(({ path, why }) => `${oneLine(baseOf(path), 80)} ${why}`);
  const picked = await pick(candidates, assignment);
  const notebooks: HandedIn[] = [];
  const faults: string[] = [];
  const notes: string[] = [];
  for (const [notebook, { file, name }] of picked.files) {
    const shown = oneLine(baseOf(name), 80);
    try {
      const read = await textOf(file);
      notebooks.push({ notebook, text: read.text });
      notes.push(...read.notes.map((note) => `${shown} ${note}`));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      faults.push(`${shown} ${error.message}`);
    }
  }
  const fault = notebooks.length > 0 ? undefined : (faults[0] ?? lackOf(members, gone));
  const said = members.map(({ owner }) => owner.note).filter((note) => note !== undefined);
  const superseded =
    members.length < group.members.length ? ["handed in more than once: the latest counts"] : [];
  const all = [
    ...before,
    ...new Set(said),
    ...superseded,
    ...picked.notes,
    ...notes,
    ...faults,
    ...gone,
  ].filter((note) => note !== fault);
  return {
    student,
    source: group.source,
    notebooks,
    hash: hashOf(notebooks, fault),
    ...(fault === undefined ? {} : { fault }),
    notes:
      all.length <= MOST_NOTES ? all : [...all.slice(0, MOST_NOTES), `and ${all.length - MOST_NOTES} more`],
  };
}

/** Where a platform keeps whole submissions, those of the last alone. */
function latestOf(members: readonly Member[]): readonly Member[] {
  const last = Math.max(...members.map(({ owner }) => owner.order));
  return members.filter(({ owner }) => !owner.whole || owner.order === last);
}

/** Notebooks, and those in zips of the student's own. */
async function candidatesAmong(members: readonly Member[]) {
  const candidates: Candidate[] = [];
  const left: LeftOut[] = [];
  let opened = 0;
  for (const { file, owner } of members) {
    const { rest: name, order } = owner;
    if (isNotebook(name)) candidates.push({ file, name, order });
    if (!isZip(name)) continue;
    if (++opened > MOST_ZIPS) {
      left.push({ path: name, why: "is one zip too many, and not opened" });
      continue;
    }
    try {
      const tree = await zipTree(await held(file), []);
      left.push(...tree.left);
      for (const inner of tree.files) {
        if (isNotebook(inner.path)) candidates.push({ file: inner, name: inner.path, order });
        if (isZip(inner.path)) left.push({ path: inner.path, why: "is a zip in a zip, and not opened" });
      }
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      left.push({ path: name, why: error.message });
    }
  }
  return { candidates, left };
}

/** Why there is no notebook. */
function lackOf(members: readonly Member[], gone: readonly string[]): string {
  if (gone.length > 0) return gone[0]!;
  const names = members
    .map(({ owner }) => oneLine(baseOf(owner.rest), 60))
    .filter((name) => !isTimestamp(name));
  if (names.length === 0) return "nothing was handed in";
  const shown = names.slice(0, 3).join(", ");
  return `no notebook was handed in, but ${shown}${names.length > 3 ? ` and ${names.length - 3} more` : ""}`;
}

/** nbgrader's own. */
const isTimestamp = (name: string): boolean => name === "timestamp.txt";
