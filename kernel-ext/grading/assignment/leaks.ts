// The last look before an assignment goes out: nothing of a solution, a hidden test or a planted answer is in it. It finds
// the secret lines by itself, so that it does not repeat a mistake of what made the student version.
import { STUB, STUB_TEXT } from "../../lab/release.mjs";
import type { Assignment, AssignmentCell } from "./assignment.ts";
import { oneLine } from "./json.ts";
import { isObject, NotNotebook, own, readNotebook } from "./notebook.ts";

/** So few characters may stand anywhere. */
const TELLING = 4;
/** And so few in what is no cell's text: names, marks, checksums. */
const TELLING_ELSEWHERE = 12;

const REGION = /\b(BEGIN|END) (SOLUTION|HIDDEN TESTS|MARK SCHEME)/;

/** `released`: the files that go out, by name, with their text. A sentence for each leak. */
export function leaksIn(released: ReadonlyMap<string, string>, assignment: Assignment): string[] {
  const cells = assignment.notebooks.flatMap((notebook) => notebook.cells);
  const taken = cells.map((cell) => ({ cell, ...takenApart(cell) }));
  const given = [...taken.map(({ open }) => open), STUB, STUB_TEXT]
    .map((lines) => squeezed(lines.join("\n")))
    .join("\n");
  const secrets = taken.flatMap(({ cell, secret }) =>
    secret
      .map((line) => ({ cell: cell.id, line, squeezed: squeezed(line) }))
      .filter((one) => one.squeezed.length >= TELLING && !given.includes(one.squeezed)),
  );
  return [...released].flatMap(([file, text]) => {
    const { sources, others, outputs } = textsOf(text);
    const found = secrets.filter(
      (one) =>
        sources.some((source) => source.includes(one.squeezed)) ||
        (one.squeezed.length >= TELLING_ELSEWHERE && others.some((other) => other.includes(one.squeezed))),
    );
    const marks = sources.filter((line) => MARK.test(line));
    return [
      ...found.map(({ cell, line }) => `a line of “${cell}”: ${oneLine(line, 80)}`),
      ...outputs.map((cell) => `the output of “${cell}”`),
      ...marks.map((line) => `a region's mark: ${oneLine(line, 80)}`),
    ].map((leak) => `${oneLine(file)} gives away ${leak}`);
  });
}

/** `REGION` without blanks, as lines are compared. */
const MARK = /(BEGIN|END)(SOLUTION|HIDDENTESTS|MARKSCHEME)/;

const squeezed = (text: string): string => text.replace(/\s+/g, "");

/** The lines that students do not get, and those that they do. */
function takenApart({ part, source, task }: AssignmentCell): { secret: string[]; open: string[] } {
  const lines = source.split("\n");
  if (part === "planted") return { secret: lines, open: [] };
  const solves = part === "answer" || (part === "manual" && !task);
  if (solves && !/BEGIN SOLUTION/.test(source)) return { secret: lines, open: [] };
  const secret: string[] = [];
  const open: string[] = [];
  let inside = 0;
  for (const line of lines) {
    const mark = REGION.exec(line)?.[1];
    if (mark === "BEGIN") inside++;
    else if (mark === "END") inside--;
    else (inside > 0 ? secret : open).push(line);
  }
  return { secret, open };
}

/** A notebook's cells line by line, every other text in it, and the cells that show an output. */
function textsOf(text: string): { sources: string[]; others: string[]; outputs: string[] } {
  try {
    const { cells, json } = readNotebook(text);
    return {
      sources: cells.flatMap(({ source }) => source.split("\n").map(squeezed)),
      others: stringsIn(json).map(squeezed),
      outputs: cells
        .filter((cell) => isShown(own(cell.json, "outputs")))
        .map((cell) => cell.id ?? `cell ${cell.number}`),
    };
  } catch (error) {
    if (!(error instanceof NotNotebook)) throw error;
    return { sources: [], others: text.split("\n").map(squeezed), outputs: [] };
  }
}

const isShown = (outputs: unknown): boolean => Array.isArray(outputs) && outputs.length > 0;

function stringsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(stringsIn);
  return isObject(value) ? Object.entries(value).flatMap(([name, one]) => [name, ...stringsIn(one)]) : [];
}
