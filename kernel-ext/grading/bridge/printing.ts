// What answers print, kept until somebody asks; and what a notebook's cells find there without an import.
import { createRequire } from "node:module";
import type { Writable } from "node:stream";

const MOST_KEPT = 200_000;

export class Printing {
  #text = "";
  #more = 0;

  /** Stands where the process's own streams are made, should anybody want them. */
  install(): void {
    for (const name of ["stdout", "stderr"]) {
      let stream: Writable | undefined;
      const get = (): Writable => {
        stream ??= this.#stream();
        return stream;
      };
      Object.defineProperty(process, name, { get, configurable: true, enumerable: true });
    }
  }

  take(limit: number): string {
    const text = this.#text;
    const more = this.#more + Math.max(0, text.length - limit);
    this.#text = "";
    this.#more = 0;
    if (more === 0) return text;
    const note = `\n… and ${more.toLocaleString("en")} more characters`;
    return text.slice(0, Math.max(0, limit - note.length)) + note;
  }

  /** Loaded when something is printed: it takes a millisecond, as much as all else here. */
  #stream(): Writable {
    const required = createRequire(process.execPath)("node:stream") as typeof import("node:stream");
    return new required.Writable({
      decodeStrings: false,
      write: (chunk: string | Buffer, _encoding, done) => {
        this.#add(String(chunk));
        done();
      },
    });
  }

  #add(text: string): void {
    const room = MOST_KEPT - this.#text.length;
    this.#text += text.slice(0, room);
    this.#more += Math.max(0, text.length - room);
  }
}

const NOTHING = Object.freeze({ update: (): void => {} });

/** Nobody looks at what is shown here. */
export function openGlobals(folder: string, required: () => NodeJS.Require): void {
  const globals: Record<string, () => unknown> = {
    display: () => () => NOTHING,
    progress: () => (items: unknown) => items,
    input: () => noInput,
    prompt: () => noInput,
    require: required,
    __dirname: () => folder,
    __filename: () => `${folder}/cell.ts`,
  };
  for (const [name, get] of Object.entries(globals)) {
    const set = (value: unknown): void => {
      Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
    };
    Object.defineProperty(globalThis, name, { get, set, configurable: true });
  }
}

function noInput(): never {
  throw new Error("Nobody can be asked for input while answers are graded");
}
