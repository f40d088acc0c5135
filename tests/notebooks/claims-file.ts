// notebooks/CLAIMS.md as the tests look at it.

const MEASURED = 3;

/** What it says of a lesson, without what was measured: its last digits may differ from machine to machine. */
export function sectionOf(page: string, lesson: string): string {
  const sections = page.split(/^(?=## )/m);
  const found = sections.find((section) =>
    section.split("\n", 1)[0]!.endsWith(`](${encodeURIComponent(lesson)})`),
  );
  const lines = (found ?? "").trim().split("\n");
  return lines
    .map((line) => (line.startsWith("|") ? cellsOf(line).toSpliced(MEASURED, 1).join("|") : line))
    .join("\n");
}

/** The cells of a table's row. */
export function cellsOf(row: string): string[] {
  return row
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());
}
