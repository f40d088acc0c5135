// Takes in what was handed in: lists it first, by student, and reads each student's work when it is its turn.
import { realpathSync, statSync } from "node:fs";
import { basename, dirname } from "node:path";
import { Trouble } from "../../lab/trouble.mjs";
import type { Assignment } from "../assignment/assignment.ts";
import { oneLine } from "../assignment/json.ts";
import { Fault } from "./fault.ts";
import { fileAt, folderTree, namesOf } from "./folder.ts";
import { gradescopeOf } from "./gradescope.ts";
import type { Owner, OwnersOf } from "./owner.ts";
import { isMistaken, isOfSeveral, nbgraderOf, plainOf, singleOwner } from "./plain.ts";
import { canvasOwner, moodleOwner, platformOf } from "./platforms.ts";
import { namedApart } from "./student.ts";
import type { Student, Submission } from "./submission.ts";
import { type Found, isNotebook, isZip, type LeftOut, type Tree } from "./tree.ts";
import { type Group, type Member, submissionOf } from "./work.ts";
import { zipName, zipTree } from "./zip-tree.ts";

/** A student's work that is not read yet. */
export interface Taken {
  readonly student: Student;
  readonly source: string;
  /** Never rejects because of what was handed in: that is a fault of the submission. */
  read(): Promise<Submission>;
}

/** Sorted by student. Throws where a path is not there, or nothing is in any. */
export async function takeIn(paths: readonly string[], assignment: Assignment): Promise<readonly Taken[]> {
  const groups = new Groups(assignment);
  for (const path of paths) await groups.add(path);
  const listed = groups.listed();
  if (listed.length === 0)
    throw new Trouble(
      `No submission is in ${paths.map((path) => oneLine(path, 200)).join(", ")}`,
      "name a folder or a zip with notebooks, or notebooks",
    );
  const named = namedApart(listed.map(({ owner }) => owner));
  return listed
    .map((group, at) => ({ ...named[at]!, group }))
    .sort((a, b) => (a.student.id < b.student.id ? -1 : 1))
    .map(({ student, notes, group }) => ({
      student,
      source: group.source,
      read: () => submissionOf(student, group, notes, assignment),
    }));
}

interface GroupInMaking {
  owner: Owner;
  source: string;
  readonly members: Member[];
  readonly left: LeftOut[];
}

/** What is handed in, by student. */
class Groups {
  readonly #groups = new Map<string, GroupInMaking>();
  readonly #assignment: Assignment;

  constructor(assignment: Assignment) {
    this.#assignment = assignment;
  }

  listed(): readonly Group[] {
    return [...this.#groups.values()];
  }

  async add(path: string): Promise<void> {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat) throw new Trouble(`There is no ${oneLine(path, 200)}`, "name what was handed in");
    // A link of the lecturer's own is followed, those inside are not.
    const real = realpathSync(path);
    if (stat.isDirectory()) return this.#addTree(await folderTree(real));
    const file = await fileAt(real, basename(path).normalize("NFC"), path);
    if (isZip(path)) return this.#addZip(file, namesOf(dirname(real)));
    if (isNotebook(path) || isMistaken(path))
      this.#put(this.#ownerOf(file, namesOf(dirname(real))), file.source, [file]);
  }

  #ownerOf({ path }: Found, names: readonly string[]): Owner {
    return canvasOwner(path) ?? moodleOwner(path) ?? singleOwner(path, names, this.#assignment);
  }

  /** What cannot be opened is a student's, as far as anybody knows. */
  async #addZip(zip: Found, around: readonly string[]): Promise<void> {
    try {
      await this.#addTree(await zipTree(zip, [zipName(zip.path), ...around]));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.#put(this.#ownerOf(zip, around), zip.source, [], [{ path: zip.path, why: error.message }]);
    }
  }

  async #addTree(tree: Tree): Promise<void> {
    const known = (await gradescopeOf(tree)) ?? platformOf(tree) ?? nbgraderOf(tree, this.#assignment);
    if (known || tree.packed) return this.#share(tree, known ?? plainOf(tree, this.#assignment));
    const classes = await this.#classesIn(tree);
    const files = tree.files.filter((file) => !classes.has(file));
    for (const inner of classes.values()) await this.#addTree(inner);
    const rest = { ...tree, files };
    if (classes.size === 0 || files.length > 0) this.#share(rest, plainOf(rest, this.#assignment));
  }

  /** Zips at the top of a folder that hold more than one student's work. */
  async #classesIn({ files, names }: Tree): Promise<Map<Found, Tree>> {
    const classes = new Map<Found, Tree>();
    for (const file of files.filter(({ path }) => isZip(path) && !path.includes("/"))) {
      try {
        const inner = await zipTree(file, [zipName(file.path), ...names]);
        const known = (await gradescopeOf(inner)) ?? platformOf(inner) ?? nbgraderOf(inner, this.#assignment);
        if (known || isOfSeveral(inner, this.#assignment)) classes.set(file, inner);
      } catch (error) {
        // It is said when the student's work is read.
        if (!(error instanceof Fault)) throw error;
      }
    }
    return classes;
  }

  #share({ files, empty, left, source }: Tree, ownersOf: OwnersOf): void {
    for (const file of files)
      for (const owner of ownersOf(file.path)) this.#put(owner, sourceOf(source, file.path, owner), [file]);
    for (const path of empty)
      for (const owner of ownersOf(path)) this.#put(owner, sourceOf(source, path, owner), []);
    for (const one of left)
      for (const owner of ownersOf(one.path)) this.#put(owner, sourceOf(source, one.path, owner), [], [one]);
  }

  #put(owner: Owner, source: string, files: readonly Found[], left: readonly LeftOut[] = []): void {
    const group = this.#groups.get(owner.key) ?? { owner, source, members: [], left: [] };
    this.#groups.set(owner.key, group);
    if (owner.order > group.owner.order) Object.assign(group, { owner, source });
    group.members.push(...files.map((file) => ({ file, owner })));
    group.left.push(...left);
  }
}

/** Down to what is the student's. */
function sourceOf(source: string, path: string, { rest }: Owner): string {
  const top = rest !== "" && path.endsWith(`/${rest}`) ? path.slice(0, -rest.length - 1) : path;
  return `${source}/${top}`;
}
