// How learning platforms name what they give lecturers to download.
import type { Owner, OwnersOf } from "./owner.ts";
import { baseOf, isNotebook, isZip, type Tree } from "./tree.ts";

/** Canvas: `lastnamefirstname_LATE_USER_FILE_as-the-student-called-it.ipynb`, all in one folder; with anonymous
 * grading `anon_` and letters in place of the user. */
const CANVAS =
  /^(?:(?<name>[\p{L}\p{M}\p{N}_]+?)_)?(?<late>LATE_)?(?<user>\d+|anon_[A-Za-z0-9]{1,20})_(?<file>\d+)_(?<rest>.+)$/su;
/** What was typed into Canvas, or a link that was given there. */
const CANVAS_TEXT =
  /^(?:(?<name>[\p{L}\p{M}\p{N}_]+?)_)?(?<late>LATE_)?(?<user>\d+|anon_[A-Za-z0-9]{1,20})_(?<rest>(?:text|link)\.html)$/su;

export function canvasOwner(path: string): Owner | undefined {
  const found = CANVAS.exec(baseOf(path)) ?? CANVAS_TEXT.exec(baseOf(path));
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
const MOODLE = /^(?<name>.+)_(?<number>\d+)_assignsubmission_(?:file|onlinetext)(?:_(?<rest>.+)|_?)$/su;

export function moodleOwner(path: string): Owner | undefined {
  const parts = path.split("/");
  for (const [at, part] of parts.entries()) {
    const { name, number, rest } = MOODLE.exec(part)?.groups ?? {};
    if (name === undefined || number === undefined) continue;
    const inner = [...(rest === undefined ? [] : [rest]), ...parts.slice(at + 1)].join("/");
    return { key: `moodle ${number}`, id: name, name, number, rest: inner, order: 0 };
  }
  return undefined;
}

/** The platform that most of the notebooks and zips, or else of all files, were named by. */
export function platformOf({ files, empty }: Tree): OwnersOf | undefined {
  const work = files.filter(({ path }) => isNotebook(path) || isZip(path));
  const paths = (work.length > 0 ? work : files).map(({ path }) => path);
  for (const ownerOf of [moodleOwner, canvasOwner]) {
    const known = [...paths, ...(paths.length > 0 ? [] : empty)].filter((path) => ownerOf(path)).length;
    if (known > 0 && 2 * known >= paths.length)
      return (path) => {
        const owner = ownerOf(path);
        return owner ? [owner] : [];
      };
  }
  return undefined;
}
