// What the kernel asks of a language, whatever answers: the session prepares cells, the wire completes,
// inspects and asks whether a cell is complete. Positions are UTF-16 offsets into the cell.
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
}

export type Prepared =
  | { readonly problems: readonly Problem[] }
  | { readonly cell: PreparedCell; readonly warning?: string };

export interface PrepareRequest {
  readonly code: string;
  /** A `user_expressions` entry: checked for syntax alone, and it declares nothing. */
  readonly expression?: boolean;
  /** A cell that is a module of its own: it sees no other cell, and none sees it but by importing it. */
  readonly module?: boolean;
  /** Leaves the types alone: the checker has just died of this cell. */
  readonly unchecked?: boolean;
}

export interface Completions {
  readonly matches: readonly { readonly text: string; readonly type: string }[];
  readonly start: number;
  readonly end: number;
  /** Nothing is known of the type of this value of the session: whoever holds it may tell its properties. */
  readonly untyped?: readonly string[];
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
  readonly documentation: string;
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
