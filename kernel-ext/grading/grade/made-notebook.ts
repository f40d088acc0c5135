// A submission's notebook, made of the course's own: with its solutions, or others in their place.
import type { AssignmentCell, AssignmentNotebook } from "../assignment/assignment.ts";
import { isStudents } from "./reference.ts";

/** `answer` says what stands in an answer's cell; the course's solution where it says nothing. */
export function notebookText(
  { language, cells }: AssignmentNotebook,
  answer: (cell: AssignmentCell) => string | undefined = () => undefined,
): string {
  const made = cells
    .filter(({ part }) => part !== "planted")
    .map((cell) => {
      const { id, kind, source, part } = cell;
      const text = isStudents(cell) ? (answer(cell) ?? source) : source;
      const nbgrader = {
        grade_id: id,
        solution: isStudents(cell),
        grade: part === "test",
        locked: !isStudents(cell),
      };
      const metadata = part === "given" ? {} : { nbgrader: { ...nbgrader, schema_version: 3, task: false } };
      const code = kind === "code" ? { outputs: [], execution_count: null } : {};
      return {
        id: id.replace(/[^\w-]/g, "-").slice(0, 64),
        cell_type: kind,
        metadata,
        source: text,
        ...code,
      };
    });
  const kernelspec = { name: "gradbook", display_name: "TypeScript (gradbook)", language };
  return JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: { kernelspec }, cells: made });
}
