// What the user thread and the wire say to each other.
import type { MessagePort } from "node:worker_threads";

export type StreamName = "stdout" | "stderr";

export type OutputType = "display_data" | "update_display_data" | "clear_output" | "execute_result" | "error";

export interface RunRequest {
  readonly type: "run";
  /** Numbers every run of this process from 1, silent ones too: outputs name the run they belong to. */
  readonly run: number;
  readonly code: string;
  readonly executionCount: number;
  readonly silent: boolean;
  readonly userExpressions: Readonly<Record<string, string>>;
}

export type ToSession =
  | RunRequest
  | { readonly type: "interrupt"; readonly run: number }
  | { readonly type: "exit" };

export type ToWire =
  | { readonly type: "ready" }
  | { readonly type: "stream"; readonly run: number; readonly name: StreamName; readonly text: string }
  | { readonly type: "output"; readonly run: number; readonly kind: OutputType; readonly content: string }
  /** `reply` is the content of `execute_reply` as JSON, but for the count. */
  | { readonly type: "done"; readonly run: number; readonly ok: boolean; readonly reply: string }
  | { readonly type: "language"; readonly port: MessagePort }
  | { readonly type: "close" };

/** Two counters in shared memory, for what has to be known while the other thread is busy. */
export const Shared = {
  /** Stream messages that the wire has not taken yet: with too many, the user thread gathers its own. */
  PendingStreams: 0,
  /** 1 once the wire has closed its sockets and the process may exit. */
  Closed: 1,
  Length: 2,
} as const;

export interface WireData {
  readonly connectionFile: string;
  readonly language: CellLanguage;
  readonly shared: SharedArrayBuffer;
  readonly languagePort: MessagePort;
}

export type CellLanguage = "typescript" | "javascript";
