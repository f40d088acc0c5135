// The little of Python's syntax that a .npy header is written in: a dictionary of strings, whole numbers, True and
// False, tuples and lists. Nothing is evaluated.
import { FormatError, quote } from "./format-error.ts";

export type PythonValue = string | number | boolean | readonly PythonValue[];

const TOKEN = /\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|(-?\d+)L?|(True|False)|([{}()[\]:,])|(\S)|$)/y;
const DEPTH = 8;

interface Token {
  readonly kind: "text" | "number" | "truth" | "mark" | "end" | "other";
  readonly text: string;
}

/** The entries of the dictionary that is all of `source`. */
export function parseDictionary(source: string, file: string): Map<string, PythonValue> {
  const reader = new Reader(source, file);
  const entries = new Map<string, PythonValue>();
  reader.expect("{");
  while (!reader.take("}")) {
    const key = reader.value(0);
    if (typeof key !== "string" || entries.has(key)) throw reader.failure();
    reader.expect(":");
    entries.set(key, reader.value(0));
    if (!reader.take(",")) {
      reader.expect("}");
      break;
    }
  }
  if (reader.token.kind !== "end") throw reader.failure();
  return entries;
}

class Reader {
  token: Token;
  readonly #source: string;
  readonly #file: string;
  #at = 0;

  constructor(source: string, file: string) {
    this.#source = source;
    this.#file = file;
    this.token = this.#next();
  }

  failure(): FormatError {
    return new FormatError(this.#file, `its header ${quote(this.#source.trim())} cannot be parsed.`);
  }

  /** Passes a mark if it comes next. */
  take(mark: string): boolean {
    if (this.token.kind !== "mark" || this.token.text !== mark) return false;
    this.token = this.#next();
    return true;
  }

  expect(mark: string): void {
    if (!this.take(mark)) throw this.failure();
  }

  value(depth: number): PythonValue {
    const { kind, text } = this.token;
    if (kind === "mark" && (text === "(" || text === "[") && depth < DEPTH) {
      this.token = this.#next();
      return this.#sequence(text === "(" ? ")" : "]", depth + 1);
    }
    if (kind !== "text" && kind !== "number" && kind !== "truth") throw this.failure();
    this.token = this.#next();
    return kind === "text" ? text : kind === "number" ? Number(text) : text === "True";
  }

  #sequence(close: string, depth: number): PythonValue[] {
    const values: PythonValue[] = [];
    while (!this.take(close)) {
      values.push(this.value(depth));
      if (!this.take(",")) {
        this.expect(close);
        break;
      }
    }
    return values;
  }

  #next(): Token {
    TOKEN.lastIndex = this.#at;
    const [all = "", single, double, digits, truth, mark, other] = TOKEN.exec(this.#source) ?? [];
    this.#at += all.length;
    const text = single ?? double;
    if (text !== undefined) return { kind: "text", text };
    if (digits !== undefined) return { kind: "number", text: digits };
    if (truth !== undefined) return { kind: "truth", text: truth };
    if (mark !== undefined) return { kind: "mark", text: mark };
    return other === undefined ? { kind: "end", text: "" } : { kind: "other", text: other };
  }
}
