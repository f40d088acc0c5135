// What the user thread and the wire say to each other.
import type { MessagePort } from "node:worker_threads";
import type { Prepared } from "../language/language.ts";

export type StreamName = "stdout" | "stderr";

export type OutputType = "display_data" | "update_display_data" | "clear_output" | "execute_result" | "error";

export interface RunRequest {
  readonly type: "run";
  /** Numbers every run of this process from 1, silent ones too: outputs name the run they belong to. */
  readonly run: number;
  readonly code: string;
  /** The front end's name for the cell, where it says one. */
  readonly cell?: string;
  readonly executionCount: number;
  readonly silent: boolean;
  /** Whether whoever sent the cell can be asked for input. */
  readonly allowStdin: boolean;
  readonly userExpressions: Readonly<Record<string, string>>;
  /** What the language made of the cell, where that is known; else it follows. */
  readonly prepared?: Prepared;
}

/** What a front end says to a comm, or the session to the front ends. */
export interface CommMessage {
  readonly kind: "comm_open" | "comm_msg" | "comm_close";
  readonly id: string;
  /** Of `comm_open` alone. */
  readonly target?: string;
  readonly data: unknown;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly buffers: readonly Uint8Array[];
}

/** What an `input()` gets: a line, or why there is none. */
export type InputAnswer =
  | { readonly id: number; readonly value: string }
  | { readonly id: number; readonly interrupted: true }
  | { readonly id: number; readonly error: string };

export type ToSession =
  /** The wire listens, so the session may load. */
  | { readonly type: "open" }
  | RunRequest
  /** What the language made of a run's cell. */
  | {
      readonly type: "prepared";
      readonly run: number;
      readonly prepared: Prepared | { readonly failed: string };
    }
  | { readonly type: "comm"; readonly run: number; readonly message: CommMessage }
  | { readonly type: "interrupt"; readonly run: number }
  /** For no other end than that the thread runs something. */
  | { readonly type: "wake" }
  | { readonly type: "exit" };

export type ToWire =
  | { readonly type: "ready" }
  | { readonly type: "stream"; readonly run: number; readonly name: StreamName; readonly text: string }
  | { readonly type: "output"; readonly run: number; readonly kind: OutputType; readonly content: string }
  | { readonly type: "broadcast"; readonly run: number; readonly message: Broadcast }
  | { readonly type: "comm"; readonly run: number; readonly message: CommMessage }
  | {
      readonly type: "input";
      readonly run: number;
      readonly id: number;
      readonly prompt: string;
      readonly password: boolean;
    }
  /** `reply` is the content of `execute_reply` as JSON, but for the count; `result` is for the history. */
  | {
      readonly type: "done";
      readonly run: number;
      readonly ok: boolean;
      readonly reply: string;
      readonly result?: string;
    }
  /** The process ends: with a code where a cell ended it. */
  | { readonly type: "close"; readonly code?: number };

/** A message of any type for every front end. */
export interface Broadcast {
  readonly type: string;
  readonly content: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly buffers: readonly Uint8Array[];
}

/** Counters in shared memory, for what has to be known while the other thread is busy. */
export const Shared = {
  /** Stream messages that the wire has not taken yet: with too many, the user thread gathers its own. */
  PendingStreams: 0,
  /** 1 once the wire has closed its sockets and the process may exit. */
  Closed: 1,
  /** Counts the answers on the input port: whoever waits for one waits for this to change. */
  Answers: 2,
  Length: 3,
} as const;

export interface WireData {
  readonly connectionFile: string;
  readonly language: CellLanguage;
  readonly folder: string;
  readonly shared: SharedArrayBuffer;
  readonly languagePort: MessagePort;
  readonly inputPort: MessagePort;
}

export type CellLanguage = "typescript" | "javascript";
