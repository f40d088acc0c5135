// A notebook as it lies on the disk, where anything may have happened to it.

export interface Cell {
  readonly id: string;
  readonly kind: string;
  readonly source: string;
  readonly outputs: readonly Readonly<Record<string, unknown>>[];
  readonly hasRun: boolean;
  readonly nbgrader: Readonly<Record<string, unknown>>;
}

/** The cells of a notebook; throws one line where it is none. */
export function cellsOf(notebook: unknown): Cell[] {
  const { cells } = record(notebook);
  if (!Array.isArray(cells)) throw new Error("It is no notebook: it has no cells.");
  return cells.map((cell: unknown) => {
    const { id, cell_type, source, outputs, execution_count, metadata } = record(cell);
    return {
      id: String(id ?? ""),
      kind: String(cell_type),
      source: textOf(source),
      outputs: Array.isArray(outputs) ? outputs.map(record) : [],
      hasRun: typeof execution_count === "number",
      nbgrader: record(record(metadata).nbgrader),
    };
  });
}

/** Text stands in notebooks whole or in lines. */
export function textOf(value: unknown): string {
  return Array.isArray(value) ? value.join("") : typeof value === "string" ? value : "";
}

export function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}
