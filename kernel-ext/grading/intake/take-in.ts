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
import { type Found, isNotebook, isWork, isZip, type LeftOut, type Tree } from "./tree.ts";
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
  // Of several zips each may be a student's, who must not hand in for others.
  const groups = new Groups(assignment, paths.filter(isZip).length > 1);
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
  readonly #severalZips: boolean;

  constructor(assignment: Assignment, severalZips: boolean) {
    this.#assignment = assignment;
    this.#severalZips = severalZips;
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
      const tree = await zipTree(zip, [zipName(zip.path), ...around]);
      if (!this.#severalZips || (await this.#known(tree))) return await this.#addTree(tree);
      this.#put(this.#ownerOf(zip, around), zip.source, [zip]);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.#put(this.#ownerOf(zip, around), zip.source, [], [{ path: zip.path, why: error.message }]);
    }
  }

  async #addTree(tree: Tree): Promise<void> {
    const known = await this.#known(tree);
    if (known || tree.packed) return this.#share(tree, known ?? plainOf(tree, this.#assignment));
    const classes = await this.#classesIn(tree);
    if (classes) for (const inner of classes) await this.#addTree(inner);
    else this.#share(tree, plainOf(tree, this.#assignment));
  }

  async #known(tree: Tree): Promise<OwnersOf | undefined> {
    return (await gradescopeOf(tree)) ?? platformOf(tree) ?? nbgraderOf(tree, this.#assignment);
  }

  /**
   * A folder with nothing in it but zips that each hold several students' work. Where one is a student's own, all are:
   * else whoever makes a zip like a download hands in for others.
   */
  async #classesIn({ files, names }: Tree): Promise<readonly Tree[] | undefined> {
    const work = files.filter(({ path }) => isWork(path));
    const classes: Tree[] = [];
    for (const file of work) {
      if (!isZip(file.path) || file.path.includes("/")) return undefined;
      try {
        const inner = await zipTree(file, [zipName(file.path), ...names]);
        if (!(await this.#known(inner)) && !isOfSeveral(inner, this.#assignment)) return undefined;
        classes.push(inner);
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        return undefined;
      }
    }
    return work.length > 0 ? classes : undefined;
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
