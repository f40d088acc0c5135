// Where in a cell an error comes from, in the lines that its author wrote.
import { SourceMap } from "node:module";
import { types } from "node:util";
import { applyEdits, offsetAt, originalOffset, type Position, positionAt } from "../../language/edits.ts";
import type { RunCell } from "./bridge.ts";

const FRAME = /gradbook-cell-(\d+):(\d+):(\d+)/g;
const MOST_PLACES = 5;
const LONGEST = 2_000;

export class Places {
  readonly #cells: RunCell[] = [];

  /** The file name under which the cell's script runs. */
  add(cell: RunCell): string {
    return `gradbook-cell-${this.#cells.push(cell) - 1}`;
  }

  /** The error, the line that threw it, and how that was reached. Never throws, whatever was thrown. */
  describe(error: unknown): string {
    try {
      const places = this.#places(error);
      const [first] = places;
      const line = first?.cell.source.split("\n")[first.position.line - 1];
      return [
        headline(error),
        ...(line === undefined ? [] : [`${first!.position.line} | ${line}`]),
        ...places.map(({ cell, position }) => `    at ${cell.label}, line ${position.line}`),
      ]
        .join("\n")
        .slice(0, LONGEST);
    } catch {
      return "It threw something that cannot be read";
    }
  }

  #places(error: unknown): { readonly cell: RunCell; readonly position: Position }[] {
    const stack: unknown = types.isNativeError(error) ? error.stack : undefined;
    if (typeof stack !== "string") return [];
    return [...stack.slice(0, 20_000).matchAll(FRAME)]
      .slice(0, MOST_PLACES)
      .flatMap(([, id, row, column]) => {
        const cell = this.#cells[Number(id)];
        return cell
          ? [{ cell, position: original(cell, { line: Number(row), column: Number(column) }) }]
          : [];
      });
  }
}

function headline(error: unknown): string {
  if (!types.isNativeError(error)) return `It threw ${typeof error === "string" ? error : typeof error}`;
  return `${error.name}: ${error.message}`;
}

/** From the cell's JavaScript to the rewritten cell, and from there to the cell. */
function original({ cell, source }: RunCell, { line, column }: Position): Position {
  const map = new SourceMap({
    version: 3,
    file: "",
    sources: [""],
    sourcesContent: [],
    names: [],
    mappings: cell.mappings,
    sourceRoot: "",
  });
  const entry = map.findEntry(line - 1, column - 1);
  if (!("originalLine" in entry)) return { line: 1, column: 1 };
  const place = { line: entry.originalLine + 1, column: entry.originalColumn + 1 };
  const unwrapped = place.line === 1 ? { line: 1, column: place.column - cell.prefix } : place;
  const offset = offsetAt(applyEdits(source, cell.edits), unwrapped);
  return positionAt(source, Math.min(source.length, Math.max(0, originalOffset(cell.edits, offset))));
}
