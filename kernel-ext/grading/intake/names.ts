// Which notebook of an assignment a file is, by its name.
import { baseOf, stemOf } from "./tree.ts";

/** What browsers, systems and platforms add to the name of a copy, and its number; in a `plainName`. */
const COPY =
  /^(?<stem>.+?)(?:_\((?<a>\d{1,4})\)|(?:_-_|[-_])?copy[-_]?(?<b>\d{0,4})|-(?<c>\d{1,4})|_-_copy_\((?<d>\d{1,4})\))$/;

/** A name in a zip may be of any length, and these are looked at again and again. */
const LONGEST = 300;

export interface NamedAs {
  readonly notebook: string;
  /** 0 for the name itself, else the copy's number. */
  readonly copy: number;
  /** The name stands in another, as in `alice_homework.ipynb`. */
  readonly within: boolean;
}

/** `notebooks`: the names of the assignment's. */
export function namedAs(path: string, notebooks: readonly string[]): NamedAs | undefined {
  const stem = plainName(stemOf(baseOf(path)));
  const stems = notebooks.map((notebook) => ({ notebook, stem: plainName(stemOf(notebook)) }));
  const same = stems.find((one) => one.stem === stem);
  if (same) return { notebook: same.notebook, copy: 0, within: false };
  for (let bare = withoutCopy(stem); bare; bare = withoutCopy(bare.stem)) {
    const copied = stems.find((one) => one.stem === bare?.stem);
    if (copied) return { notebook: copied.notebook, copy: bare.copy, within: false };
  }
  const longest = stems.toSorted((a, b) => b.stem.length - a.stem.length);
  const inside = longest.find((one) => partBeside(stem, one.stem) !== undefined);
  return inside && { notebook: inside.notebook, copy: withoutCopy(stem)?.copy ?? 0, within: true };
}

function withoutCopy(name: string): { stem: string; copy: number } | undefined {
  const { stem, a, b, c, d } = COPY.exec(name)?.groups ?? {};
  return stem === undefined ? undefined : { stem, copy: Number(a ?? (b || undefined) ?? c ?? d ?? 1) };
}

/** What stands beside the notebook's own name in a file's, as "alice" in `alice_homework`. */
export function partBeside(stem: string, notebook: string): string | undefined {
  const [before, after] = [stem.slice(0, -notebook.length), stem.slice(notebook.length)];
  if (stem.endsWith(notebook) && /.[-_ .]$/.test(before)) return before.slice(0, -1);
  if (stem.startsWith(notebook) && /^[-_ .]./.test(after)) return after.slice(1);
  return undefined;
}

/** Names are compared without capitals, and with blanks as platforms write them. */
export const plainName = (name: string): string =>
  name
    .slice(-LONGEST)
    .normalize("NFC")
    .toLowerCase()
    .replace(/[\s_]+/g, "_");
