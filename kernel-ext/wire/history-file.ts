// The history on disk: one JSON line a cell, appended, so that kernels may write at the same time.
import { randomUUID } from "node:crypto";
import { appendFileSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { log } from "./log.ts";

export interface Line {
  readonly line: number;
  readonly source: string;
  output?: string;
}

/** A file that has grown beyond this (bytes) is cut to its newer half when a kernel next reads it. */
const LARGEST = 4_000_000;
/** A cell longer than this (characters) is not kept, and no more of an output. */
const LONGEST_SOURCE = 100_000;
const LONGEST_OUTPUT = 1000;
/** Lines that come within this time (ms) are written at once. */
const GATHER = 200;

/** `GRADBOOK_HISTORY` names the file, or is `off`; else it lies with Jupyter's data. */
export function historyPath(env: NodeJS.ProcessEnv): string | undefined {
  const { GRADBOOK_HISTORY: asked, JUPYTER_DATA_DIR, XDG_DATA_HOME } = env;
  if (asked !== undefined) return asked === "" || asked === "off" ? undefined : asked;
  if (JUPYTER_DATA_DIR) return join(JUPYTER_DATA_DIR, "gradbook-history.jsonl");
  return join(XDG_DATA_HOME || join(homedir(), ".local", "share"), "gradbook", "history.jsonl");
}

export class HistoryFile {
  readonly #path: string;
  readonly #session: string = randomUUID();
  readonly #waiting: string[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  append({ line, source, output }: Line): void {
    if (source.length > LONGEST_SOURCE) return;
    this.#waiting.push(
      JSON.stringify({ session: this.#session, line, source, output: output?.slice(0, LONGEST_OUTPUT) }),
    );
    this.#timer ??= setTimeout(() => this.#write(), GATHER);
  }

  /** The sessions before this one and beside it, the oldest first. */
  earlier(): Line[][] {
    this.#trim();
    const sessions = new Map<string, Line[]>();
    for (const text of this.#read()) {
      const entry = parse(text);
      if (!entry || entry.session === this.#session) continue;
      const lines = sessions.get(entry.session) ?? [];
      lines.push(entry);
      sessions.set(entry.session, lines);
    }
    return [...sessions.values()];
  }

  close(): void {
    this.#write();
  }

  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = this.#waiting.splice(0).join("\n");
    if (text === "") return;
    try {
      mkdirSync(dirname(this.#path), { recursive: true });
      appendFileSync(this.#path, `${text}\n`, { mode: 0o600 });
    } catch (error) {
      log(`the history was not kept: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #trim(): void {
    try {
      if (statSync(this.#path).size <= LARGEST) return;
      const lines = this.#read();
      const aside = `${this.#path}.${process.pid}`;
      writeFileSync(aside, `${lines.slice(lines.length >> 1).join("\n")}\n`, { mode: 0o600 });
      renameSync(aside, this.#path);
    } catch {
      // No file yet, or one that is not ours to change: reading shows which.
    }
  }

  #read(): string[] {
    try {
      return readFileSync(this.#path, "utf8").split("\n").filter(Boolean);
    } catch {
      return [];
    }
  }
}

/** A line that a crash cut short, or that somebody else wrote, is passed over. */
function parse(text: string): (Line & { readonly session: string }) | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return undefined;
    const { session, line, source, output } = value as Record<string, unknown>;
    if (typeof session !== "string" || typeof line !== "number" || typeof source !== "string")
      return undefined;
    return { session, line, source, ...(typeof output === "string" ? { output } : {}) };
  } catch {
    return undefined;
  }
}
