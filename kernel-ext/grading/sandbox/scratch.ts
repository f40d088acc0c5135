// Scratch folders on the real disk, for levels without a mount of their own.
import { execFile } from "node:child_process";
import {
  chmodSync,
  chownSync,
  type Dirent,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmdirSync,
  statSync,
} from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { foldersAbove } from "./system.ts";

const run = promisify(execFile);

const NAME = "gradbook-answers-";

/** A folder for the scratch folders of this process; what a process that is gone has left is taken away first. */
export async function scratchBase(): Promise<string> {
  const folder = passable(tmpdir()) ? tmpdir() : "/tmp";
  for (const name of readdirSync(folder)) {
    const pid = Number(new RegExp(`^${NAME}(\\d+)-`).exec(name)?.[1] ?? Number.NaN);
    if (pid && !isAlive(pid) && lstatSync(join(folder, name)).uid === process.getuid?.()) {
      await removeScratch(join(folder, name));
    }
  }
  const base = mkdtempSync(join(folder, `${NAME}${process.pid}-`));
  // Passed through by the users of the slots, and listed by nobody.
  chmodSync(base, 0o711);
  return base;
}

/** Whether the users of root's slots come through to it: some systems give everybody a closed folder. */
function passable(folder: string): boolean {
  if (process.getuid?.() !== 0) return true;
  const closed = [...foldersAbove([folder]), folder].find((above) => (statSync(above).mode & 0o001) === 0);
  return closed === undefined;
}

export function makeScratch(base: string, slot: number, user: number | undefined): string {
  const folder = join(base, String(slot));
  mkdirSync(folder, { mode: 0o700 });
  if (user !== undefined) chownSync(folder, user, user);
  return folder;
}

/** Whatever stands in it: folders that are closed, or deeper than a path can be long, which stops Node's own `rm`. */
export async function removeScratch(folder: string): Promise<void> {
  try {
    rmdirSync(folder);
  } catch {
    // Most are empty.
    if (process.platform === "win32") return rm(folder, { recursive: true, force: true });
    const remove = () => run("rm", ["-rf", "--", folder]);
    await remove().catch(() => run("chmod", ["-R", "u+rwx", "--", folder]).then(remove));
  }
}

/** Bytes on the disk and files in a folder; counting stops after `most` files. What hides its files has too many. */
export function measureFolder(folder: string, most: number): { bytes: number; files: number } {
  let blocks = 0;
  let files = 0;
  const left = [folder];
  for (let at = left.pop(); at && files <= most; at = left.pop()) {
    const entries = entriesOf(at);
    if (!entries) return { bytes: 512 * blocks, files: Number.POSITIVE_INFINITY };
    files += entries.length;
    for (const entry of entries.slice(0, most)) {
      const path = join(at, entry.name);
      if (entry.isDirectory()) left.push(path);
      else blocks += lstatSync(path, { throwIfNoEntry: false })?.blocks ?? 0;
    }
  }
  return { bytes: 512 * blocks, files };
}

/** Nothing where it may not be listed, or its path is too long. */
function entriesOf(folder: string): Dirent[] | undefined {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? [] : undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
