// Cells that failed beside the checks: why a check has no verdict is often there.
import { type Cell, textOf } from "../reading/cells.ts";
import type { Lesson } from "../reading/lesson.ts";

export interface Trouble {
  readonly cell: string;
  readonly name: string;
  readonly words: string;
}

/** So many are shown; the rest mostly follows from them. */
const MOST = 5;
const LONGEST = 240;

export function troubles(cells: readonly Cell[], { exercises }: Lesson): Trouble[] {
  const shown = new Set(exercises.filter(({ problem }) => problem).map(({ cell }) => cell));
  return cells
    .flatMap((cell, at) => {
      const error = cell.outputs.find(({ output_type }) => output_type === "error");
      if (!error || /^\s*check\(/m.test(cell.source)) return [];
      const words = `${textOf(error.ename)}: ${textOf(error.evalue)}`.replace(/\s+/g, " ").slice(0, LONGEST);
      const name = /-/.test(cell.id) && !shown.has(cell.id) ? cell.id : `Cell ${at + 1}`;
      return [{ cell: cell.id, name, words }];
    })
    .slice(0, MOST);
}
