// The instructor's notebook as students get it. The rules are lab/release.mjs's, and where those ask for more than
// nbgrader does, nbgrader's: a solution without regions is the whole cell, and a task keeps its mark scheme to itself.
import { released } from "../../lab/release.mjs";
import { Trouble } from "../../lab/trouble.mjs";
import { isPlanted, type Marks } from "./marks.ts";
import { type JsonObject, type NotebookCell, objectOf, own, type ReadNotebook } from "./notebook.ts";

type ReleaseNotebook = Parameters<typeof released>[0];
type ReleaseCell = ReleaseNotebook["cells"][number];

export interface StudentVersion {
  readonly json: JsonObject;
  /** What is handed out of each cell, by its number; planted answers have none. */
  readonly sources: ReadonlyMap<number, string>;
}

/** A cell as its errors name it. */
export type Label = (cell: NotebookCell) => string;

export function studentVersion(
  notebook: ReadNotebook,
  marks: ReadonlyMap<number, Marks>,
  name: string,
  label: Label,
): StudentVersion {
  const cells: JsonObject[] = [];
  const sources = new Map<number, string>();
  for (const cell of notebook.cells) {
    if (isPlanted(cell)) continue;
    const handed = handedOut(cell, marks.get(cell.number)!, name, label(cell));
    sources.set(cell.number, handed.source.join(""));
    const { id: _label, ...rest } = handed;
    cells.push({ ...(cell.id === undefined ? {} : { id: cell.id }), ...withoutUnseen(rest) });
  }
  // Widgets keep what they have shown there.
  const { celltoolbar: _toolbar, widgets: _widgets, ...metadata } = notebook.metadata;
  return { json: { ...notebook.json, cells, metadata }, sources };
}

function handedOut(cell: NotebookCell, marks: Marks, name: string, label: string): ReleaseCell {
  const source = withRegion(withoutMarkScheme(cell, marks, `${name}, cell “${label}”`), marks);
  const { nbgrader: _marks, ...others } = cell.metadata;
  const nbgrader = marksForStudents(cell, marks);
  const metadata = { ...others, ...(nbgrader ? { nbgrader } : {}) };
  const prepared = { ...cell.json, id: label, cell_type: cell.kind, source: [source], metadata };
  const { cells } = released({ cells: [prepared], metadata: {}, nbformat: 4, nbformat_minor: 5 }, name);
  return cells[0]!;
}

/** nbgrader's metadata in its newest shape, whichever it was. */
function marksForStudents({ kind, metadata }: NotebookCell, marks: Marks): JsonObject | undefined {
  const nbgrader = objectOf(own(metadata, "nbgrader"));
  if (marks.gradeId === undefined) return undefined;
  const { part, task } = marks;
  const graded = part === "test" || part === "manual";
  return {
    grade: graded && !task,
    grade_id: marks.gradeId,
    locked: own(nbgrader, "locked") === true,
    solution: part === "answer" || (part === "manual" && !task),
    task,
    schema_version: 3,
    cell_type: kind,
    ...(graded ? { points: marks.points } : {}),
  };
}

/** Without a region of its own, all of a solution's cell is the solution. */
function withRegion(source: string, { part, task }: Marks): string {
  const solves = part === "answer" || (part === "manual" && !task);
  if (!solves || /(BEGIN|END) SOLUTION/.test(source)) return source;
  return `BEGIN SOLUTION\n${source}\nEND SOLUTION`;
}

function withoutMarkScheme({ source }: NotebookCell, { task }: Marks, where: string): string {
  if (!/(BEGIN|END) MARK SCHEME/.test(source)) return source;
  if (!task) throw new Trouble(`${where}: a mark scheme outside a task`, "nbgrader would keep it");
  const kept = source.replace(
    /^.*BEGIN MARK SCHEME.*\n(?:(?!.*BEGIN MARK SCHEME).*\n)*?.*END MARK SCHEME.*\n?/gm,
    "",
  );
  if (!/(BEGIN|END) MARK SCHEME/.test(kept)) return kept;
  throw new Trouble(`${where}: BEGIN MARK SCHEME and END MARK SCHEME do not pair`, "every region needs both");
}

/** Without pictures that only the solution's text showed. */
function withoutUnseen({ attachments, ...cell }: Omit<ReleaseCell, "id">): JsonObject {
  const text = cell.source.join("");
  const seen = Object.entries(objectOf(attachments)).filter(([name]) => text.includes(`attachment:${name}`));
  return seen.length > 0 ? { ...cell, attachments: Object.fromEntries(seen) } : cell;
}
