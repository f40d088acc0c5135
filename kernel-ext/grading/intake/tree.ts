// Files that were handed in, wherever they lie: in a folder, in a zip, in a zip in a zip.
import type { Bytes } from "./zip.ts";

export interface Found {
  /** From the top of its tree, with "/" between folders. */
  readonly path: string;
  readonly bytes: number;
  /** When it was changed last, in milliseconds. */
  readonly time: number;
  /** For messages. */
  readonly source: string;
  /** Its content; undefined where it is longer than `limit` bytes. Throws a `Fault`. */
  read(limit: number): Promise<Buffer | undefined>;
  /** Lends its bytes, of which a zip's reader needs few. Throws a `Fault`. */
  lend<T>(use: (bytes: Bytes) => Promise<T>): Promise<T>;
}

/** Something that is not read, and why, as the end of a sentence that begins with its path. */
export interface LeftOut {
  readonly path: string;
  readonly why: string;
}

export interface Tree {
  /** Of the folder or zip, and of those around it, from the inside out. */
  readonly names: readonly string[];
  readonly packed: boolean;
  readonly source: string;
  readonly files: readonly Found[];
  /** Folders with nothing in them, or that cannot be looked into. */
  readonly empty: readonly string[];
  readonly left: readonly LeftOut[];
}

/** Browsers add an ending of their own to what they take for JSON or text. */
export const isNotebook = (path: string): boolean => /\.ipynb(\.json|\.txt)?$/i.test(path);
export const isZip = (path: string): boolean => /\.zip$/i.test(path);

export const baseOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** Without the ending. */
export const stemOf = (name: string): string => name.replace(/\.(ipynb(\.json|\.txt)?|zip)$/i, "");

const SYSTEMS = new Set(["__MACOSX", "Thumbs.db", "desktop.ini", "__pycache__"]);

/** What systems and editors leave behind, hidden files among it. */
export const isJunk = (name: string): boolean => SYSTEMS.has(name) || name.startsWith(".");

/** Installed packages: nothing of them is used, and the lecturer is told. */
export const isInstalled = (name: string): boolean => name === "node_modules";
export const INSTALLED = "is not used: answers have the course's packages";

export const isWork = (path: string): boolean => isNotebook(path) || isZip(path);

/** Every path that the tree knows of. */
export const pathsOf = ({ files, empty, left }: Tree): string[] => [
  ...files.map(({ path }) => path),
  ...empty,
  ...left.map(({ path }) => path),
];

/**
 * The folders around everything, with a "/" at the end: what a download has, and no student can make. `isInner` says
 * which folder is no wrapper.
 */
export function wrapperOf(
  paths: readonly string[],
  isInner: (folder: string) => boolean = () => false,
): string {
  let top = "";
  for (;;) {
    const folder = paths[0]?.slice(top.length).split("/", 1)[0] ?? "";
    const inner = `${top}${folder}/`;
    if (folder === "" || isInner(folder) || !paths.every((path) => path.startsWith(inner))) return top;
    top = inner;
  }
}
