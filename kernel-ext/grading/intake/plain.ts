// Layouts that no platform has made: nbgrader's, a folder for each student, all notebooks in one folder, one student's own.
import type { Assignment } from "../assignment/assignment.ts";
import { namedAs, partBeside, plainName } from "./names.ts";
import type { Owner, OwnersOf } from "./owner.ts";
import { baseOf, isNotebook, isWork, pathsOf, stemOf, type Tree, wrapperOf } from "./tree.ts";

const owner = (id: string, rest: string): Owner => ({ key: `name ${plainName(id)}`, id, rest, order: 0 });

/** nbgrader: `submitted/STUDENT/ASSIGNMENT/…`. */
export function nbgraderOf(tree: Tree, assignment: Assignment): OwnersOf | undefined {
  const paths = pathsOf(tree);
  const [student = "", around] = tree.names;
  // A student's folder alone: the same as if it lay in another.
  if (around === "submitted") {
    const ownersOf = byStudent(
      paths.map((path) => `${student}/${path}`),
      assignment,
    );
    return (path) => ownersOf(`${student}/${path}`);
  }
  const top = wrapperOf(paths, (folder) => folder === "submitted");
  const inner = tree.names[0] === "submitted" ? "" : `${top}submitted/`;
  const submitted = paths.filter((path) => path.startsWith(inner)).map((path) => path.slice(inner.length));
  if (submitted.length === 0) return undefined;
  const ownersOf = byStudent(submitted, assignment);
  return (path) => (path.startsWith(inner) ? ownersOf(path.slice(inner.length)) : []);
}

/** `STUDENT/…`, and of `STUDENT/ASSIGNMENT/…` this assignment only, where the student has a folder for it. */
function byStudent(paths: readonly string[], assignment: Assignment): OwnersOf {
  const isThis = (folder = ""): boolean => plainName(folder) === plainName(assignment.name);
  const parts = paths.map((path) => path.split("/"));
  const sorted = new Set(parts.filter(([, folder]) => isThis(folder)).map(([student]) => student));
  return (path) => {
    const [student = "", ...rest] = path.split("/");
    if (student === "" || (sorted.has(student) && rest.length > 1 && !isThis(rest[0]))) return [];
    return [owner(student, rest.join("/"))];
  };
}

export function plainOf(tree: Tree, assignment: Assignment): OwnersOf {
  const { top, names } = unwrapped(tree);
  const notebooks = assignment.notebooks.map(({ name }) => name);
  const inner = tree.files.map(({ path }) => path).filter((path) => path.startsWith(top));
  const work = inner.filter(isWork);
  const loose = work.filter((path) => !path.slice(top.length).includes("/"));
  const folders = work.length > loose.length;
  if (!folders && isOneStudents(tree, loose, notebooks, names)) {
    const id = studentAmong(names, assignment);
    return (path) => (path.startsWith(top) ? [owner(id, path.slice(top.length))] : []);
  }
  const inFolders = byStudent(
    pathsOf(tree).flatMap((path) => (path.startsWith(top) ? [path.slice(top.length)] : [])),
    assignment,
  );
  const empty = new Set(tree.empty);
  return (path) => {
    if (!path.startsWith(top)) return [];
    const rest = path.slice(top.length);
    if (rest.includes("/") || empty.has(path)) return inFolders(rest);
    // Beside students' folders there may lie a list of them, or whatever.
    return isWork(rest) || (!folders && isMistaken(rest)) ? [owner(studentBy(rest, notebooks), rest)] : [];
  };
}

/** What students hand in instead of a notebook. */
export const isMistaken = (path: string): boolean =>
  /\.(pdf|docx?|odt|html?|md|py|m?[jt]sx?|rar|7z|tar|t?gz|xz|bz2)$/i.test(path) &&
  !/^readme\b/i.test(baseOf(path));

/** Whether a zip among others holds the work of several: two folders with the same notebook. */
export function isOfSeveral({ files }: Tree, assignment: Assignment): boolean {
  const notebooks = assignment.notebooks.map(({ name }) => name);
  const folders = new Map<string, Set<string>>();
  for (const { path } of files.filter((file) => isNotebook(file.path))) {
    const named = namedAs(path, notebooks);
    if (!named || named.within || !path.includes("/")) continue;
    const around = folders.get(named.notebook) ?? new Set();
    folders.set(named.notebook, around.add(path.slice(0, path.lastIndexOf("/"))));
  }
  return [...folders.values()].some(({ size }) => size > 1);
}

/** Goes into folders as long as there is but one with work in it. */
function unwrapped({ files, empty, left, names }: Tree): { top: string; names: readonly string[] } {
  const around = [...names];
  let top = "";
  for (;;) {
    const inner = (paths: readonly string[]): string[][] =>
      paths.filter((path) => path.startsWith(top)).map((path) => path.slice(top.length).split("/"));
    const all = inner(files.map(({ path }) => path));
    const work = inner(files.map(({ path }) => path).filter(isWork));
    const [folder] = work[0] ?? [];
    if (folder === undefined || work.some((parts) => parts.length === 1 || parts[0] !== folder)) break;
    // Another student's folder may hold no work.
    const others = [
      ...all.filter((parts) => parts.length > 1),
      ...inner([...empty, ...left.map(({ path }) => path)]),
    ].some(([one]) => one !== folder);
    if (others && new Set(work.map((parts) => parts[1])).size === 1) break;
    top += `${folder}/`;
    around.unshift(folder);
  }
  return { top, names: around };
}

/** Whether notebooks side by side are one student's: some are called as this assignment's, and none is a second one. */
function isOneStudents(
  { packed, names: own }: Tree,
  loose: readonly string[],
  notebooks: readonly string[],
  names: readonly string[],
): boolean {
  const named = loose.map((path) => namedAs(path, notebooks));
  const plainly = named.flatMap((one) => (one && !one.within ? [one.notebook] : []));
  // A folder around them, or a zip, that seems to be the student's.
  const around = names.length > own.length || (packed && !isGeneric(own[0] ?? ""));
  if (plainly.length === 0) return loose.length === 1 && around;
  const others = loose.length - plainly.length;
  if (others > (around ? MOST_OTHERS : 0)) return false;
  const twice = plainly.length > new Set(plainly).size;
  return !twice || around || !loose.some((path) => / \(\d+\)/.test(path));
}

/** Notebooks of another name that a student may have beside. */
const MOST_OTHERS = 2;

/** What folders and zips of many are called. */
const isGeneric = (name: string): boolean =>
  /(^|[-_ ])(submi(ssions?|tted)|downloads?|exports?|uploads?|hand(ed)?-?ins?|homeworks?|notebooks?|solutions?|work|src|tmp|abgaben?)($|[-_ .])/i.test(
    name,
  );

/** The folder that names the student: not the assignment's, nor one that says nothing. */
function studentAmong(names: readonly string[], { name, notebooks }: Assignment): string {
  const others = new Set([name, ...notebooks.map((one) => stemOf(one.name))].map(plainName));
  return names.find((one) => !others.has(plainName(one)) && !isGeneric(one)) ?? names[0] ?? "student";
}

/** A notebook among others is called after its student, perhaps with its own name beside. */
export function studentBy(path: string, notebooks: readonly string[]): string {
  const stem = stemOf(baseOf(path))
    .replace(/(?<=.)\.[a-z0-9]{1,5}$/i, (ending) => (isMistaken(ending) ? "" : ending))
    .normalize("NFC");
  for (const notebook of notebooks.toSorted((a, b) => b.length - a.length)) {
    const beside = partBeside(plainName(stem), plainName(stemOf(notebook)));
    // As it was written, capitals and all.
    const start = beside === undefined ? -1 : plainName(stem).indexOf(beside);
    if (beside !== undefined && !/^\(?\d+\)?$|^copy/.test(beside) && plainName(stem).length === stem.length)
      return stem.slice(start, start + beside.length);
  }
  return stem;
}

/** A notebook that was named by itself. */
export function singleOwner(file: string, names: readonly string[], assignment: Assignment): Owner {
  const notebooks = assignment.notebooks.map(({ name }) => name);
  const named = namedAs(file, notebooks);
  const isPlain = named && named.copy === 0 && !named.within;
  return owner(isPlain ? studentAmong(names, assignment) : studentBy(file, notebooks), file);
}
