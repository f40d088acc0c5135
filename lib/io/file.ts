// Files whole: read at once, written aside and renamed, so that nobody ever meets half a file.
import { closeSync, fstatSync, openSync, readSync, renameSync, rmSync, writeSync } from "node:fs";
import { threadId } from "node:worker_threads";
import { FormatError } from "./format-error.ts";

// One call reads or writes 2 GiB at most.
const PIECE = 1 << 30;
let written = 0;

/** All bytes of a file. */
export function readWhole(path: string): Uint8Array {
  const file = opened(path, "r");
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) throw new FormatError(path, "this is no file.");
    const bytes = allocateBytes(path, stat.size);
    for (let at = 0; at < bytes.length; ) {
      const got = readSync(file, bytes, at, Math.min(PIECE, bytes.length - at), at);
      if (got === 0) throw new FormatError(path, "the file became shorter while it was read.");
      at += got;
    }
    return bytes;
  } finally {
    closeSync(file);
  }
}

function allocateBytes(path: string, size: number): Uint8Array {
  try {
    return new Uint8Array(size);
  } catch (cause) {
    throw new FormatError(path, `its ${size} bytes do not fit into memory at once.`, { cause });
  }
}

/** Writes a file from its parts, whole or not at all. */
export function writeWhole(path: string, parts: readonly Uint8Array[]): void {
  const part = `${path}.${process.pid}-${threadId}-${written++}.part`;
  const file = opened(part, "w", path);
  try {
    try {
      for (const bytes of parts) {
        for (let at = 0; at < bytes.length; )
          at += writeSync(file, bytes, at, Math.min(PIECE, bytes.length - at));
      }
    } finally {
      closeSync(file);
    }
    renameSync(part, path);
  } catch (cause) {
    rmSync(part, { force: true });
    throw new FormatError(path, `it could not be written (${reasonOf(cause)}).`, { cause });
  }
}

function opened(path: string, mode: "r" | "w", named: string = path): number {
  try {
    return openSync(path, mode);
  } catch (cause) {
    const verb = mode === "r" ? "read" : "written";
    throw new FormatError(named, `it could not be ${verb} (${reasonOf(cause)}).`, { cause });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  EACCES: "permission denied",
  EISDIR: "it is a folder",
  ENOSPC: "the disk is full",
};

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return REASONS[code] ?? (error instanceof Error ? error.message : String(error));
}
