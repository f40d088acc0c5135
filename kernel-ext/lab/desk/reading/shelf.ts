// The student's notebooks, read through JupyterLab's contents. What has not changed is not read again.
import type { Contents, ContentsModel } from "@jupyterlab/application";
import { type Lesson, lessonIn, type Unreadable } from "./lesson.ts";

/** So many are read at a time, so deep it goes, and so many are shown. */
const AT_ONCE = 4;
const DEEPEST = 6;
const MOST = 500;

type Entry = Lesson | Unreadable;
type Source = Pick<Contents, "get">;

export class Shelf {
  readonly #contents: Source;
  readonly #read = new Map<string, { readonly version: string; readonly entry: Entry }>();
  #running: Promise<void> | undefined;
  #again = false;
  /** In order: the folder's own first. */
  entries: readonly Entry[] = [];
  /** Why the folder cannot be read, in a line. */
  trouble = "";
  hasMore = false;

  constructor(contents: Source) {
    this.#contents = contents;
  }

  /** Looks what has changed; what comes while it looks makes it look once more. */
  refresh(): Promise<void> {
    this.#again = true;
    this.#running ??= this.#look().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #look(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      try {
        const files = (await this.#notebooks("", 0)).sort(inOrder);
        this.hasMore = files.length > MOST;
        this.entries = await this.#all(files.slice(0, MOST));
        this.trouble = "";
      } catch (error) {
        this.trouble = `Your notebooks cannot be read: ${error instanceof Error ? error.message : String(error)}`;
      }
    }
  }

  async #notebooks(folder: string, depth: number): Promise<ContentsModel[]> {
    const { content } = await this.#contents.get(folder, { content: true });
    const items = (Array.isArray(content) ? content : [])
      .filter(isModel)
      .filter(({ name }) => !/^\./.test(name));
    const found = items.filter(({ type, name }) => type !== "directory" && name.endsWith(".ipynb"));
    if (depth === DEEPEST) return found;
    for (const { type, path, name } of items) {
      if (type !== "directory" || name === "node_modules") continue;
      // A folder that may not be read hides its own notebooks only.
      found.push(...(await this.#notebooks(path, depth + 1).catch(() => [])));
    }
    return found;
  }

  async #all(files: readonly ContentsModel[]): Promise<Entry[]> {
    const entries: Entry[] = [];
    let next = 0;
    const work = async (): Promise<void> => {
      while (next < files.length) {
        const at = next++;
        entries[at] = await this.#entry(files[at]!);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    const there = new Set(files.map(({ path }) => path));
    for (const path of this.#read.keys()) if (!there.has(path)) this.#read.delete(path);
    return entries;
  }

  async #entry({ path, last_modified, size }: ContentsModel): Promise<Entry> {
    const version = `${last_modified} ${size ?? ""}`;
    const known = this.#read.get(path);
    if (known?.version === version) return known.entry;
    try {
      // As a text: the server then neither checks nor mends it, and a broken one still comes.
      const { content } = await this.#contents.get(path, { content: true, type: "file", format: "text" });
      const entry = lessonIn(path, typeof content === "string" ? content : "");
      this.#read.set(path, { version, entry });
      return entry;
    } catch {
      return { path, trouble: "The file cannot be read." };
    }
  }
}

function isModel(value: unknown): value is ContentsModel {
  return typeof value === "object" && value !== null && "path" in value && "type" in value && "name" in value;
}

/** Folders come after the files beside them, 2 before 10, and a lesson before its copies: "1", "1 (1)", "1-Copy1". */
function inOrder(a: ContentsModel, b: ContentsModel): number {
  const depth = (path: string): number => path.split("/").length;
  const byDepth = Math.min(depth(a.path), 2) - Math.min(depth(b.path), 2);
  const stem = (path: string): string => path.replace(/\.ipynb$/, "");
  return byDepth || stem(a.path).localeCompare(stem(b.path), "en", { numeric: true });
}
