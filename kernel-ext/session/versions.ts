// The version of a local file: a hash over it and the local files that it imports, so that an edited one, however
// deep, is another module, and one that is the same is kept. Each file is looked at once an import, however they
// import each other; files that do so in a circle share one version.
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";

/** The local files that a text imports, by where they lie. */
type Imported = (path: string, names: readonly string[]) => readonly string[];

interface Content {
  readonly time: number;
  readonly size: number;
  readonly hash: string;
  /** What it imports, as it is written: where that leads may change without the file's being edited. */
  readonly names: readonly string[];
}

/** A file on the way through the imports, by Tarjan's algorithm: its number, and the least that it leads back to. */
interface Visit {
  readonly path: string;
  readonly hash: string;
  readonly imports: readonly string[];
  readonly number: number;
  low: number;
  next: number;
}

/** How long (ms) versions hold while nobody says that a new import begins. */
const FRESH = 100;

export class Versions {
  readonly #imported: Imported;
  readonly #contents = new Map<string, Content>();
  readonly #versions = new Map<string, string>();
  #asked = 0;

  constructor(imported: Imported) {
    this.#imported = imported;
  }

  /** From now on every file is looked at anew. */
  renew(): void {
    this.#versions.clear();
  }

  of(path: string): string {
    const now = performance.now();
    if (now - this.#asked > FRESH) this.renew();
    if (!this.#versions.has(path)) this.#visit(path);
    this.#asked = performance.now();
    return this.#versions.get(path) ?? "";
  }

  /** The files that were looked at for the latest import, each behind those that it imports. */
  get deepestFirst(): readonly string[] {
    return [...this.#versions.keys()];
  }

  /** Gives versions to the file and all that it leads to: those first that lead to no others. */
  #visit(entry: string): void {
    const visits = new Map<string, Visit>();
    const open: Visit[] = [];
    const way: Visit[] = [];
    const enter = (path: string): void => {
      const { hash, names } = this.#contentOf(path);
      const number = visits.size;
      const visit = { path, hash, imports: this.#imported(path, names), number, low: number, next: 0 };
      visits.set(path, visit);
      open.push(visit);
      way.push(visit);
    };
    enter(entry);
    for (let visit = way.at(-1); visit; visit = way.at(-1)) {
      const path = visit.imports[visit.next++];
      if (path === undefined) {
        way.pop();
        const from = way.at(-1);
        if (from) from.low = Math.min(from.low, visit.low);
        if (visit.low === visit.number) this.#close(open.splice(open.lastIndexOf(visit)));
        continue;
      }
      if (this.#versions.has(path)) continue;
      const known = visits.get(path);
      if (known) visit.low = Math.min(visit.low, known.number);
      else enter(path);
    }
  }

  /** A circle of files, or a file that is in none. */
  #close(circle: readonly Visit[]): void {
    const members = new Set(circle.map(({ path }) => path));
    const parts = circle
      .toSorted((a, b) => (a.path < b.path ? -1 : 1))
      .flatMap(({ hash, imports }) => [
        hash,
        ...imports.filter((path) => !members.has(path)).map((path) => this.#versions.get(path) ?? ""),
      ]);
    const version = parts.length === 1 ? (parts[0] ?? "") : hashOf(parts.join());
    for (const { path } of circle) this.#versions.set(path, version);
  }

  #contentOf(path: string): Content {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat?.isFile()) return { time: 0, size: 0, hash: "", names: [] };
    const known = this.#contents.get(path);
    if (known && known.time === stat.mtimeMs && known.size === stat.size) return known;
    const text = readFileSync(path, "utf8");
    const found = text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*["']([^"'\n]+)["']/g);
    const names = [...new Set([...found].map(([, name = ""]) => name))];
    const content = { time: stat.mtimeMs, size: stat.size, hash: hashOf(text), names };
    this.#contents.set(path, content);
    return content;
  }
}

function hashOf(text: string): string {
  return createHash("sha1").update(text).digest("hex").slice(0, 12);
}
