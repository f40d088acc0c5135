import type * as Gradbook from "../index.ts";

/** What a task finds in its thread. */
export interface ThreadTools {
  /** Everything that `gradbook` exports. */
  readonly lib: typeof Gradbook;
  /** What was shared with all threads when they began. */
  readonly shared: Readonly<Record<string, unknown>>;
  /** Kept in this thread from task to task. */
  readonly memory: Map<string, unknown>;
}

/**
 * Work for a thread: a function that is sent there as its text. It knows only what it is handed: its argument, the
 * library, what is shared; and nothing that stands around it here.
 */
export type Task<A, R> = (argument: A, tools: ThreadTools) => R | Promise<R>;

/** A function's text, checked to be one that can be sent. */
export function textOf(op: string, fn: (...values: never[]) => unknown): string {
  const text = String(fn);
  if (/^(async\s*)?(function\b|\(|[\w$]+\s*=>)/.test(text) && !text.includes("[native code]")) return text;
  throw new TypeError(
    `${op}: a task is sent to another thread as its text, so it must be written as an arrow function or with the word ` +
      `function; this begins "${text.slice(0, 40)}".`,
  );
}

/** What the threads say to each other. */
export interface Order {
  readonly id: number;
  readonly text: string;
  readonly argument: unknown;
}

export interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}
