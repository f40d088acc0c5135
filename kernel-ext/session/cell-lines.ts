// From a cell's JavaScript back to what its author wrote.
import { SourceMap } from "node:module";
import { applyEdits, offsetAt, originalOffset, type Position, positionAt } from "../language/edits.ts";
import type { PreparedCell } from "../language/language.ts";

export interface CellText {
  readonly source: string;
  readonly prepared: PreparedCell;
  map?: SourceMap;
}

/** Leads a position in the cell's JavaScript back to the cell. */
export function original(cell: CellText, position: Position): Position {
  const { prepared, source } = cell;
  const offset = rewrittenOffset(cell, position);
  if (offset === undefined) return { line: 1, column: 1 };
  return positionAt(source, Math.min(source.length, Math.max(0, originalOffset(prepared.edits, offset))));
}

/** Where it is in the rewritten cell; less than 0 within the wrapper before it, undefined where nobody knows. */
export function rewrittenOffset(cell: CellText, { line, column }: Position): number | undefined {
  const { prepared, source } = cell;
  cell.map ??= new SourceMap({
    version: 3,
    file: "",
    sources: [""],
    sourcesContent: [],
    names: [],
    mappings: prepared.mappings,
    sourceRoot: "",
  });
  const entry = cell.map.findEntry(line - 1, column - 1);
  if (!("originalLine" in entry)) return undefined;
  const place = { line: entry.originalLine + 1, column: entry.originalColumn + 1 };
  // Only the first line has the wrapper before it.
  const wrapper = place.line === 1 ? prepared.prefix : 0;
  return offsetAt(applyEdits(source, prepared.edits), { ...place, column: place.column - wrapper });
}
