// What a debugger can have done in the user's thread; inside.ts does it there.
import type { CellText } from "../session/cell-lines.ts";

/** What the session lets a debugger have; see Session. */
export interface Hook {
  readonly names: Record<string, unknown>;
  readonly cells: ReadonlyMap<number, CellText>;
  readonly plainText: (value: unknown, depth?: number) => string;
  readonly bundleOf: (value: unknown) => object | Promise<object>;
  readonly isProxy: (value: unknown) => boolean;
}

export interface Shown {
  readonly name: string;
  readonly value: string;
  readonly type: string;
  readonly evaluateName: string;
  /** More than 0 where there is something within. */
  readonly variablesReference: number;
  readonly namedVariables?: number;
  readonly indexedVariables?: number;
}

export type Result = Omit<Shown, "name" | "evaluateName">;

/** Who awaits what runs. */
export interface Awaiting {
  readonly name: string;
  readonly url: string;
  readonly line: number;
  readonly column: number;
}

export interface Inside {
  /** Told by the error that would be thrown here: V8's own way to follow awaits makes Node enable its async hooks, and
   * those end the process when an interrupt has cut a stack short. */
  awaiting(): Awaiting[];
  cell(run: number): Pick<CellText, "source" | "prepared"> | undefined;
  /** The texts of all cells that ran. */
  sources(): string[];
  /** The runs of cells with this text, the latest first. */
  runsOf(source: string): number[];
  /** The text of the latest cell that declared a name. */
  declaring(name: string): string | undefined;
  globals(): Shown[];
  /** A reference for variables that stand in several scope objects, the innermost first. */
  scope(hidden: readonly string[], ...objects: readonly object[]): number;
  globalScope(): number;
  variables(reference: number, start: number, count: number): Shown[];
  namesIn(reference: number): string[];
  /** Which of a scope's objects has the name; undefined in what is no scope. */
  ownerOf(reference: number, name: string): number | undefined;
  /** Changes what is listed: of a scope, the copy that V8 has made of it. */
  assign(reference: number, name: string, value: unknown): Result;
  /** The same for all of a scope, each as it is by now. */
  renew(reference: number, fresh: readonly (readonly [name: string, read: () => unknown])[]): void;
  forget(): void;
  /** Makes names of the session names of everybody, until `restore`. */
  expose(words: readonly string[]): void;
  restore(): void;
  within<T>(words: readonly string[], work: () => T): T;
  /** Whether a breakpoint is to pause: at a condition that fails too, which is told below the cell. */
  holds(words: readonly string[], condition: () => unknown): boolean;
  /** Prints what a breakpoint is to say, and pauses at none. */
  log(words: readonly string[], message: () => string): false;
  /** Says below the cell that a breakpoint's condition or message failed. */
  failed(what: string, why: string): void;
  /** Whether a breakpoint that counts its hits is to pause at this one. */
  counted(id: string, condition: (hits: number) => boolean): boolean;
  evaluate(words: readonly string[], code: string): Result;
  describe(value: unknown): Result;
  /** Has a value for the next expression in a frame, as `kept`. */
  keep(value: unknown): void;
  look(value: unknown): object | Promise<object>;
  lookOf(name: string): object | Promise<object>;
  /** Makes the value a name of the session; returns TypeScript types that it may have, the closest first. */
  copy(name: string, value: unknown): string[];
}
