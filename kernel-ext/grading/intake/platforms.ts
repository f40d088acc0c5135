// How learning platforms name what they give lecturers to download.
import type { Owner, OwnersOf } from "./owner.ts";
import { isWork, pathsOf, type Tree, wrapperOf } from "./tree.ts";

/** Canvas: `lastnamefirstname_LATE_USER_FILE_as-the-student-called-it.ipynb`, all in one folder; with anonymous
 * grading `anon_` and letters in place of the user. */
const CANVAS =
  /^(?:(?<name>[\p{L}\p{M}\p{N}_]+?)_)?(?<late>LATE_)?(?<user>\d+|anon_[A-Za-z0-9]{1,20})_(?<file>\d+)_(?<rest>.+)$/su;
/** What was typed into Canvas, or a link that was given there. */
const CANVAS_TEXT =
  /^(?:(?<name>[\p{L}\p{M}\p{N}_]+?)_)?(?<late>LATE_)?(?<user>\d+|anon_[A-Za-z0-9]{1,20})_(?<rest>(?:text|link)\.html)$/su;

export function canvasOwner(path: string): Owner | undefined {
  // In Canvas' downloads there are no folders.
  const found = path.includes("/") ? null : (CANVAS.exec(path) ?? CANVAS_TEXT.exec(path));
  const { user = "", file, rest = "" } = found?.groups ?? {};
  const isAnonymous = user.startsWith("anon_");
  // Without a name before it, the mark of lateness looks like one.
  const name = isAnonymous && found?.groups?.name === "LATE" ? undefined : found?.groups?.name;
  const late = found?.groups?.late ?? found?.groups?.name !== name;
  if (!found || (name === undefined && !isAnonymous)) return undefined;
  return {
    key: `canvas ${user}`,
    id: name ?? user,
    number: user.replace("anon_", ""),
    rest,
    order: Number(file ?? 0),
    ...(late ? { note: "handed in late, Canvas says" } : {}),
  };
}

/** Moodle: `Full Name_NUMBER_assignsubmission_file_`, a folder for each, or what the file's name begins with. */
const MOODLE = /^(?<name>.+?)_(?<number>\d+)_assignsubmission_(?:file|onlinetext)(?:_(?<rest>.+)|_?)$/su;

export function moodleOwner(path: string): Owner | undefined {
  const [top = "", ...parts] = path.split("/");
  const { name, number, rest } = MOODLE.exec(top)?.groups ?? {};
  if (name === undefined || number === undefined) return undefined;
  const inner = [...(rest === undefined ? [] : [rest]), ...parts].join("/");
  return { key: `moodle ${number}`, id: name, name, number, rest: inner, order: 0 };
}

/** The platform that most names at the top were made by. What students call theirs lies further in, and says nothing. */
export function platformOf(tree: Tree): OwnersOf | undefined {
  const paths = pathsOf(tree);
  for (const ownerOf of [moodleOwner, canvasOwner]) {
    const top = wrapperOf(paths, (folder) => ownerOf(folder) !== undefined);
    const inner = paths.map((path) => path.slice(top.length));
    const work = inner.filter(isWork);
    const entries = new Set((work.length > 0 ? work : inner).map((path) => path.split("/", 1)[0]!));
    const known = [...entries].filter((entry) => ownerOf(entry)).length;
    if (known > 0 && 2 * known >= entries.size)
      return (path) => {
        const owner = path.startsWith(top) ? ownerOf(path.slice(top.length)) : undefined;
        return owner ? [owner] : [];
      };
  }
  return undefined;
}
