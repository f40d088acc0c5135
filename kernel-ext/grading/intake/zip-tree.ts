// A zip as it was handed in. Its names are only names: nothing is unpacked to the disk, and one that leads out of the zip
// is nobody's.
import { Fault } from "./fault.ts";
import { type Found, INSTALLED, isInstalled, isJunk, type LeftOut, stemOf, type Tree } from "./tree.ts";
import { type Bytes, listZip, unpacked, type ZipEntry } from "./zip.ts";

/** A zip in a zip is held in memory. */
export const LARGEST_INNER: number = 100 * 10 ** 6;
const DEEPEST = 64;
const LONGEST_PATH = 4_096;

/** Throws a `Fault` where it is none, is damaged or encrypted. */
export async function zipTree(zip: Found, names: readonly string[]): Promise<Tree> {
  const entries = await zip.lend(listZip);
  if (entries.length > 0 && entries.every(({ encrypted, kind }) => encrypted || kind === "folder"))
    throw new Fault("is encrypted");
  const files = new Map<string, Found>();
  const folders = new Set<string>();
  const left = new Map<string, LeftOut>();
  const leave = (path: string, why: string): void => void left.set(path, { path, why });
  for (const entry of entries) {
    const path = plainPath(entry.name);
    if (path === undefined) {
      leave(entry.name, "leads out of the zip");
      continue;
    }
    if (path.length > LONGEST_PATH) {
      leave(path.slice(0, LONGEST_PATH), "has too long a name");
      continue;
    }
    const parts = path.split("/");
    const installed = parts.findIndex(isInstalled);
    if (path === "" || parts.some(isJunk)) continue;
    if (installed >= 0) leave(parts.slice(0, installed + 1).join("/"), INSTALLED);
    else if (parts.length > DEEPEST) leave(path, "lies too deep");
    else if (entry.kind === "folder") folders.add(path);
    else if (entry.kind !== "file")
      leave(path, entry.kind === "link" ? "is a link, and not followed" : "is no file");
    else {
      if (files.has(path)) leave(path, "is in the zip twice: the last one counts");
      files.set(path, entryIn(zip, entry, path));
    }
  }
  const used = new Set([...files.keys(), ...left.keys(), ...folders].flatMap((path) => parentsOf(path)));
  const empty = [...folders].filter((path) => !used.has(path));
  return {
    names,
    packed: true,
    source: zip.source,
    files: [...files.values()],
    empty,
    left: [...left.values()],
  };
}

export const zipName = (path: string): string =>
  stemOf(path.slice(path.lastIndexOf("/") + 1)).normalize("NFC");

/** Without "." and a "/" at the end; undefined where it does not stay inside. */
function plainPath(name: string): string | undefined {
  if (name.startsWith("/") || /^[a-z]:/i.test(name) || name.includes("\0")) return undefined;
  const parts = name.split("/").filter((part) => part !== "" && part !== ".");
  return parts.includes("..") ? undefined : parts.join("/").normalize("NFC");
}

const parentsOf = (path: string): string[] => {
  const parts = path.split("/");
  return parts.slice(1).map((_, at) => parts.slice(0, at + 1).join("/"));
};

function entryIn(zip: Found, entry: ZipEntry, path: string): Found {
  const read = (limit: number): Promise<Buffer | undefined> =>
    zip.lend((bytes) => unpacked(bytes, entry, limit));
  return {
    path,
    bytes: entry.bytes,
    time: entry.time,
    source: `${zip.source}: ${path}`,
    read,
    async lend(use) {
      const content = await read(LARGEST_INNER);
      if (!content) throw new Fault(`is a zip in a zip, and larger than ${LARGEST_INNER / 10 ** 6} MB`);
      return use(inMemory(content));
    },
  };
}

/** The same file, its bytes read once. */
export async function held(zip: Found): Promise<Found> {
  return zip.lend(async (bytes) =>
    bytes instanceof Memory ? { ...zip, lend: async (use) => use(bytes) } : zip,
  );
}

class Memory implements Bytes {
  readonly #content: Buffer;
  constructor(content: Buffer) {
    this.#content = content;
  }
  get size(): number {
    return this.#content.length;
  }
  async read(at: number, length: number): Promise<Buffer> {
    return this.#content.subarray(at, at + length);
  }
}

export const inMemory = (content: Buffer): Bytes => new Memory(content);
