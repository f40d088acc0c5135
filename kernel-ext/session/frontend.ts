// The way from user code to the front ends, for what is no output: comms, input, messages of any type.
import type { Broadcast, CommMessage } from "./messages.ts";

export interface Extras {
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Binary data, which travels as it is. */
  readonly buffers?: readonly (Uint8Array | ArrayBuffer)[];
}

export interface Frontend {
  broadcast(message: Broadcast): void;
  comm(message: CommMessage): void;
  input(prompt: string, password: boolean): string;
}

let frontend: Frontend | undefined;

export function openFrontend(to: Frontend): void {
  frontend = to;
}

/** Whether a kernel runs here, with whom front ends may speak. */
export function hasFrontend(): boolean {
  return frontend !== undefined;
}

export function currentFrontend(): Frontend {
  if (!frontend) throw new Error("This works in a notebook only: no kernel is running here");
  return frontend;
}

export function bytes(buffers: Extras["buffers"] = []): Uint8Array[] {
  return buffers.map((buffer) => (buffer instanceof Uint8Array ? buffer : new Uint8Array(buffer)));
}
