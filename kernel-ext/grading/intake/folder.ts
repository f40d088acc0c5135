// A folder as it was handed in. Links are not followed, and nothing is opened that is no plain file.
import { constants } from "node:fs";
import { type FileHandle, lstat, open, readdir } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { Fault, unreadable } from "./fault.ts";
import {
  type Found,
  INSTALLED,
  isInstalled,
  isJunk,
  isNotebook,
  isZip,
  type LeftOut,
  type Tree,
} from "./tree.ts";
import type { Bytes } from "./zip.ts";

/** Files that are neither notebooks nor zips are only named in messages. */
const NAMED_OTHERS = 20;
const DEEPEST = 64;

interface Folder {
  /** As the disk has it: a name need not be UTF-8. */
  readonly place: Buffer;
  readonly path: string;
  readonly depth: number;
}

export async function folderTree(path: string): Promise<Tree> {
  const files: Found[] = [];
  const empty: string[] = [];
  const left: LeftOut[] = [];
  const waiting: Folder[] = [{ place: Buffer.from(path), path: "", depth: 0 }];
  for (let at = 0; at < waiting.length; at++) {
    const folder = waiting[at]!;
    const content = await contentOf(folder, path);
    files.push(...content.files);
    left.push(...content.left);
    empty.push(...content.empty);
    for (const one of content.folders) waiting.push(one);
  }
  return { names: namesOf(path), packed: false, source: path, files, empty, left };
}

/** Its own name, and those of the folders around it. */
export function namesOf(path: string): string[] {
  const names: string[] = [];
  for (let at = resolve(path); at !== dirname(at) && names.length < 4; at = dirname(at))
    names.push(basename(at).normalize("NFC"));
  return names;
}

async function contentOf({ place, path, depth }: Folder, root: string) {
  const content = {
    files: [] as Found[],
    folders: [] as Folder[],
    left: [] as LeftOut[],
    empty: [] as string[],
  };
  const entries = await readdir(place, { withFileTypes: true, encoding: "buffer" }).catch(
    (error: unknown) => {
      content.left.push({ path, why: unreadable(error).message });
      content.empty.push(path);
      return undefined;
    },
  );
  let others = 0;
  for (const entry of entries ?? []) {
    const name = entry.name.toString("utf8").normalize("NFC");
    const inner = path === "" ? name : `${path}/${name}`;
    const there = Buffer.concat([place, Buffer.from("/"), entry.name]);
    if (isJunk(name)) continue;
    if (isInstalled(name)) content.left.push({ path: inner, why: INSTALLED });
    else if (entry.isDirectory()) {
      if (depth >= DEEPEST) content.left.push({ path: inner, why: "lies too deep" });
      else content.folders.push({ place: there, path: inner, depth: depth + 1 });
    } else if (entry.isSymbolicLink()) {
      content.left.push({ path: inner, why: "is a link, and not followed" });
      // It may stand where a student's folder should.
      if (!inner.includes(".")) content.empty.push(inner);
    } else if (!entry.isFile()) content.left.push({ path: inner, why: "is no plain file" });
    else if (isNotebook(name) || isZip(name) || isListed(name) || ++others <= NAMED_OTHERS)
      content.files.push(await fileAt(there, inner, `${root}/${inner}`));
  }
  const { files, folders, left } = content;
  if (entries && files.length + folders.length + left.length === 0) content.empty.push(path);
  return content;
}

/** Lists that learning platforms put beside what was handed in. */
const isListed = (name: string): boolean => name === "submission_metadata.yml";

/** A plain file; what it is will be known when it is opened. */
export async function fileAt(place: Buffer | string, path: string, source: string): Promise<Found> {
  const about = await lstat(place).then(
    ({ size, mtimeMs }) => ({ bytes: size, time: mtimeMs }),
    () => ({ bytes: 0, time: 0 }),
  );
  return {
    path,
    source,
    ...about,
    read: (limit) =>
      withFile(place, async (file) => {
        const { size } = await file.stat();
        return size > limit ? undefined : await part(file, 0, size);
      }),
    lend: (use) =>
      withFile(place, async (file) => {
        const { size } = await file.stat();
        const bytes: Bytes = {
          size,
          read: (at, length) => part(file, at, Math.max(0, Math.min(length, size - at))),
        };
        return use(bytes);
      }),
  };
}

/** Neither a link nor, as opening might wait for ever, a pipe or a device. */
async function withFile<T>(place: Buffer | string, use: (file: FileHandle) => Promise<T>): Promise<T> {
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const file = await open(place, flags).catch((error: unknown) => {
    throw unreadable(error);
  });
  try {
    if (!(await file.stat()).isFile()) throw new Fault("is no plain file");
    return await use(file);
  } catch (error) {
    throw error instanceof Error && "syscall" in error ? unreadable(error) : error;
  } finally {
    await file.close();
  }
}

async function part(file: FileHandle, from: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, length - done, from + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}
