// The text of a notebook that was handed in.
import { createHash } from "node:crypto";
import { Fault } from "./fault.ts";
import type { HandedIn } from "./submission.ts";
import type { Found } from "./tree.ts";

/** Bytes, and so at most as many characters. */
export const LARGEST: number = 20 * 10 ** 6;

export interface NotebookText {
  readonly text: string;
  readonly notes: readonly string[];
}

/** Throws a `Fault`. */
export async function textOf(file: Found): Promise<NotebookText> {
  const bytes = await file.read(LARGEST);
  if (!bytes) throw new Fault(`is larger than ${LARGEST / 10 ** 6} MB`);
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decoded(bytes, "utf-16le", "is in UTF-16");
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return decoded(bytes, "utf-16be", "is in UTF-16");
  try {
    const { text } = decoded(bytes, "utf-8", "", true);
    return { text, notes: text.startsWith("\ufeff") ? ["begins with a byte order mark"] : [] };
  } catch {
    return decoded(bytes, "utf-8", "is not in UTF-8: some characters are lost");
  }
}

const decoded = (bytes: Buffer, encoding: string, note: string, fatal = false): NotebookText => ({
  text: new TextDecoder(encoding, { fatal, ignoreBOM: true }).decode(bytes),
  notes: [note],
});

/** The same work has the same. */
export function hashOf(notebooks: readonly HandedIn[], fault = ""): string {
  const hash = createHash("sha256").update(fault);
  for (const { notebook, text } of notebooks) hash.update(`\n${notebook}\n${text.length}\n`).update(text);
  return hash.digest("hex");
}
