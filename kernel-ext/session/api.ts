// `import { comms, input } from "gradbook/kernel"`: what a cell may ask of the kernel.
import { bytes, currentFrontend, type Extras } from "./frontend.ts";

export { Comm, type CommEvent, type Comms, comms } from "./comms.ts";
export type { Extras } from "./frontend.ts";

export interface InputOptions {
  /** Hides what is typed. */
  readonly password?: boolean;
}

/** Asks whoever runs the cell for a line of text, and waits for it. */
export function input(prompt = "", { password = false }: InputOptions = {}): string {
  return currentFrontend().input(String(prompt), password);
}

/** Sends a message of any type to every front end, with binary buffers. */
export function broadcast(
  type: string,
  content: Readonly<Record<string, unknown>>,
  { metadata = {}, buffers }: Extras = {},
): void {
  currentFrontend().broadcast({ type, content, metadata, buffers: bytes(buffers) });
}
