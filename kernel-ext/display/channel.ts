// The way from a display call, wherever it is made, to the notebook. The session opens it.
import type { MimeBundle } from "./bundle.ts";

export interface DisplayData {
  readonly data: MimeBundle;
  /** Names the output, so that it can be replaced. */
  readonly id?: string;
  /** Replaces the outputs of this name, wherever they are. */
  readonly update?: boolean;
}

export interface Channel {
  show(display: DisplayData): void;
  clear(wait: boolean): void;
  /** The run that the caller belongs to, and whether anyone watches it. */
  run(): { readonly id: number; readonly silent: boolean };
  /** Allows each cell so many characters of output from now on. */
  limit(characters: number): void;
}

let channel: Channel | undefined;

export function openChannel(to: Channel): void {
  channel = to;
}

export function currentChannel(): Channel {
  if (!channel) throw new Error("Display works in a notebook only: no kernel is running here");
  return channel;
}
