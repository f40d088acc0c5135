// The lessons as the tests look at them.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Notebook } from "../../kernel-ext/lab/release.mjs";
import { ROOT } from "../source.ts";

export interface Lesson {
  readonly name: string;
  readonly source: Notebook;
}

export const lessons: readonly Lesson[] = readdirSync(join(ROOT, "notebooks"))
  .filter((name) => name.endsWith(".ipynb"))
  .map((name) => ({
    name,
    source: JSON.parse(readFileSync(join(ROOT, "notebooks", name), "utf8")) as Notebook,
  }));

export interface Planted {
  readonly id: string;
  readonly source: string;
  readonly points: number;
  /** Words that the student must read. */
  readonly told: string;
}

export interface ExerciseCells {
  readonly name: string;
  readonly points: number;
  readonly solution: string;
  readonly check: string;
  readonly planted: readonly Planted[];
}

/** The exercises of a lesson: `NAME-answer`, `NAME-check`, and the wrong answers that are planted for `NAME`. */
export function exercisesOf({ source: { cells } }: Lesson): ExerciseCells[] {
  return cells
    .filter(({ metadata }) => metadata.nbgrader?.grade)
    .map(({ id, source, metadata }) => {
      const name = id.replace(/-check$/, "");
      const planted = cells.filter((cell) => cell.metadata.gradbook?.exercise === name);
      return {
        name,
        points: metadata.nbgrader.points,
        solution: sourceOf(cells, `${name}-answer`),
        check: source.join(""),
        planted: planted.map((cell) => ({
          id: cell.id,
          source: cell.source.join(""),
          points: cell.metadata.gradbook.points,
          told: cell.metadata.gradbook.told,
        })),
      };
    });
}

/** The text of the cell with that id. */
export function sourceOf(cells: Notebook["cells"], id: string): string {
  const cell = cells.find((one) => one.id === id);
  if (!cell) throw new Error(`there is no cell “${id}”`);
  return cell.source.join("");
}

/** The interactions of the course, by lesson: the cells that show controls and what is made of them. */
export const INTERACTIONS: Readonly<Record<string, readonly string[]>> = {
  "01-softmax-and-cross-entropy.ipynb": ["play-temperature"],
  "07-optimizers.ipynb": ["play-ravine-sliders", "play-surfaces-sliders"],
  "10-convolution.ipynb": ["play-window"],
  "18-lstm-and-gru.ipynb": ["play-gates"],
  "20-beam-search.ipynb": ["play-generation-controls"],
};
