// Cells that come again. A notebook's cells are run over and over, most of them unchanged: as long as no cell has since
// declared a name that stands in it, such a cell is what it was, and neither its check nor its JavaScript is made anew.
import type { Prepared } from "./language.ts";

const MOST = 200;
const LONGEST = 20_000;

interface Known {
  readonly prepared: Prepared;
  readonly words: ReadonlySet<string>;
}

export class KnownCells {
  readonly #cells = new Map<string, Known>();

  find(code: string): Prepared | undefined {
    return this.#cells.get(code)?.prepared;
  }

  /** For what was prepared otherwise than it will be. */
  clear(): void {
    this.#cells.clear();
  }

  /** Is told of every cell that was prepared, in their order. */
  learn(code: string, prepared: Prepared): void {
    if ("problems" in prepared) return;
    const types = "cell" in prepared ? prepared.cell.types : undefined;
    // What it imports or declares for all may change what any other means.
    if (!("cell" in prepared) || !types) {
      this.#cells.clear();
      return;
    }
    const declared = [...prepared.cell.names, ...types];
    for (const [known, { words }] of this.#cells) {
      if (declared.some((name) => words.has(name))) this.#cells.delete(known);
    }
    if (code.length > LONGEST) return;
    this.#cells.set(code, { prepared, words: new Set(code.split(/[^\p{ID_Continue}$]+/u)) });
    const [first] = this.#cells.keys();
    if (this.#cells.size > MOST && first !== undefined) this.#cells.delete(first);
  }
}
