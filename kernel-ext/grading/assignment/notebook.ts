// A notebook's text taken apart: nbformat 4, with cell ids (4.5) or without, sources as text or as lists of lines.
import { BadJson, oneLine, parseJson } from "./json.ts";

export type JsonObject = { readonly [name: string]: unknown };

export interface NotebookCell {
  /** Where it stands, from 1. */
  readonly number: number;
  readonly kind: "code" | "markdown" | "raw";
  /** nbformat's id, where there is one. */
  readonly id: string | undefined;
  /** With "\n" at the ends of lines, whatever they were. */
  readonly source: string;
  readonly metadata: JsonObject;
  /** The cell itself, as it was parsed. */
  readonly json: JsonObject;
}

export interface ReadNotebook {
  readonly cells: readonly NotebookCell[];
  /** Numbers of what stands among the cells and is none. */
  readonly damaged: readonly number[];
  readonly metadata: JsonObject;
  readonly json: JsonObject;
}

/** Text that is no notebook: what it is, as the end of a sentence that begins with the file's name. */
export class NotNotebook extends Error {
  override name = "NotNotebook";
}

const BYTE_ORDER_MARK = "\ufeff";

export const hasByteOrderMark = (text: string): boolean => text.startsWith(BYTE_ORDER_MARK);

export function readNotebook(text: string): ReadNotebook {
  const bare = hasByteOrderMark(text) ? text.slice(1) : text;
  if (bare.trim() === "") throw new NotNotebook("is empty");
  const json = parsed(bare);
  if (!isObject(json)) throw new NotNotebook("is not a notebook");
  const format = own(json, "nbformat");
  if (typeof format !== "number") throw new NotNotebook("is not a notebook");
  if (format !== 4) throw new NotNotebook(`is a notebook of format ${oneLine(String(format))}, not 4`);
  const listed = own(json, "cells");
  if (!Array.isArray(listed)) throw new NotNotebook("is not a notebook: it has no list of cells");
  const cells: NotebookCell[] = [];
  const damaged: number[] = [];
  for (const [at, cell] of listed.entries()) {
    const taken = cellOf(cell, at + 1);
    if (taken) cells.push(taken);
    else damaged.push(at + 1);
  }
  return { cells, damaged, metadata: objectOf(own(json, "metadata")), json };
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof BadJson) throw new NotNotebook(error.message);
    throw error;
  }
}

const KINDS = new Set(["code", "markdown", "raw"]);

function cellOf(json: unknown, number: number): NotebookCell | undefined {
  if (!isObject(json)) return undefined;
  const kind = own(json, "cell_type");
  const source = sourceOf(own(json, "source"));
  if (typeof kind !== "string" || !KINDS.has(kind) || source === undefined) return undefined;
  const id = own(json, "id");
  return {
    number,
    kind: kind as NotebookCell["kind"],
    id: typeof id === "string" && id !== "" ? id : undefined,
    source,
    metadata: objectOf(own(json, "metadata")),
    json,
  };
}

function sourceOf(source: unknown): string | undefined {
  if (typeof source === "string") return withPlainLineEnds(source);
  if (!Array.isArray(source) || !source.every((line) => typeof line === "string")) return undefined;
  return withPlainLineEnds(source.join(""));
}

const withPlainLineEnds = (text: string): string => text.replace(/\r\n?/g, "\n");

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const objectOf = (value: unknown): JsonObject => (isObject(value) ? value : {});

/** A field of its own: nothing that every object inherits. */
export const own = (object: JsonObject, name: string): unknown =>
  Object.hasOwn(object, name) ? object[name] : undefined;

/** What nbgrader calls the cell. */
export function gradeIdOf({ metadata }: NotebookCell): string | undefined {
  const id = own(objectOf(own(metadata, "nbgrader")), "grade_id");
  return typeof id === "string" && id !== "" ? id : undefined;
}
