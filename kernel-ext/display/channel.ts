// The way from a display call, wherever it is made, to the notebook. The session opens it.
import type { MimeBundle } from "./bundle.ts";

export interface DisplayData {
  readonly data: MimeBundle;
  /** Names the output, so that it can be replaced. */
  readonly id?: string;
  /** Replaces the outputs of this name, wherever they are. */
  readonly update?: boolean;
}

/** What would have stood below a cell. */
export interface CapturedOutput {
  readonly kind:
    | "stream"
    | "display_data"
    | "update_display_data"
    | "clear_output"
    | "execute_result"
    | "error";
  readonly content: Readonly<Record<string, unknown>>;
}

export interface Capture {
  /** Calls `work`; what it shows before its first `await` is captured for certain. */
  inside<T>(work: () => T): T;
  end(): void;
}

export interface ErrorContent {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

export interface Channel {
  show(display: DisplayData): void;
  clear(wait: boolean): void;
  /** The run that the caller belongs to, whether anyone watches it, and its cell: by the front end's id, or by its code. */
  run(): { readonly id: number; readonly silent: boolean; readonly cell: string };
  /** From now on `take` gets what is shown and printed inside, and by the run `home`. */
  capture(take: (output: CapturedOutput) => void, home?: number): Capture;
  /** An error as its cell's author reads it. */
  describe(error: unknown): ErrorContent;
  /** Allows each cell so many characters of output from now on. */
  limit(characters: number): void;
}

let channel: Channel | undefined;

/** Whether there is a notebook to show anything in. */
export function hasChannel(): boolean {
  return channel !== undefined;
}

export function openChannel(to: Channel): void {
  channel = to;
}

export function currentChannel(): Channel {
  if (!channel) throw new Error("Display works in a notebook only: no kernel is running here");
  return channel;
}
