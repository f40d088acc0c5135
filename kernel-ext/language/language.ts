// What the kernel asks of a language, whatever answers: the session prepares cells, the wire completes,
// inspects and asks whether a cell is complete. Positions are UTF-16 offsets into the cell.
import type { Where } from "../session/cell-modules.ts";
import type { Edit } from "./edits.ts";

export interface Problem {
  readonly kind: "syntax" | "type";
  readonly code: number;
  readonly message: string;
  readonly start: number;
  readonly length: number;
}

export interface PreparedCell {
  /** JavaScript that evaluates to `async (names, kernel) => …`. */
  readonly javascript: string;
  /** Source map mappings from `javascript` to the rewritten cell; `edits` lead from there to the cell. */
  readonly mappings: string;
  readonly edits: readonly Edit[];
  /** The rewritten cell starts with a wrapper of this many characters. */
  readonly prefix: number;
  /** The value names that the cell declares. */
  readonly names: readonly string[];
  /** The types that it declares; nothing where it may change what other cells mean by more than its names. */
  readonly types?: readonly string[];
  /** How the functions and classes that it declares are called, with types, by their names. */
  readonly signatures?: Readonly<Record<string, string>>;
  /** The same of the value that it ends with. */
  readonly shown?: string;
}

/** A cell that is a module: what kind of file it makes. */
export interface PreparedModule {
  readonly module: "ts" | "tsx";
  readonly warning?: string;
}

export type Prepared =
  | { readonly problems: readonly Problem[] }
  | { readonly cell: PreparedCell; readonly warning?: string }
  | PreparedModule;

export interface PrepareRequest {
  readonly code: string;
  /** A `user_expressions` entry: checked for syntax alone, and it declares nothing. */
  readonly expression?: boolean;
  /** A cell that is a module of its own: it sees no other cell, and none sees it but by importing it. */
  readonly module?: Where;
  /** A debugger looks on: no loop runs on copies of names. */
  readonly debugged?: boolean;
  /** Leaves the types alone: the checker has just died of this cell. */
  readonly unchecked?: boolean;
}

/** `["a", "b"]` where the properties of `a.b` are wanted that begin with `prefix`, and `a` is a name of the session. */
export interface PropertiesRequest {
  readonly path: readonly string[];
  readonly prefix: string;
}

export interface Completions {
  readonly matches: readonly { readonly text: string; readonly type: string }[];
  readonly start: number;
  readonly end: number;
  /** Nothing is known of the type of this value: whoever holds it may tell its properties. */
  readonly untyped?: PropertiesRequest;
}

export interface CompleteRequest {
  readonly code: string;
  readonly position: number;
}

export interface InspectRequest extends CompleteRequest {
  /** 1 asks for all there is, the source of what a cell declares included. */
  readonly detail?: number;
}

/** In Markdown; the signature is code. */
export interface Description {
  readonly signature: string;
  /** Where in the signature the parameter stands that the cursor is at. */
  readonly active?: readonly [start: number, end: number];
  readonly documentation: string;
  /** The call that what is described is an argument of. */
  readonly within?: Description;
}

export interface Completeness {
  readonly status: "complete" | "incomplete" | "invalid" | "unknown";
  readonly indent: string;
}

export interface Language {
  /** Checks a cell and turns it into JavaScript. A cell without problems becomes part of the session. */
  prepare(request: PrepareRequest): Promise<Prepared>;
  complete(request: CompleteRequest): Promise<Completions>;
  inspect(request: InspectRequest): Promise<Description | undefined>;
  isComplete(request: { readonly code: string }): Promise<Completeness>;
}
