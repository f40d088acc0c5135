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
}

let channel: Channel | undefined;

export function openChannel(to: Channel): void {
  channel = to;
}

export function currentChannel(): Channel {
  if (!channel) throw new Error("Display works in a notebook only: no kernel is running here");
  return channel;
}
