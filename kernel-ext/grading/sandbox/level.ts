// What a level has to say about a launch; run.ts does the rest, the same for all.
import type { Limit } from "../results/result.ts";
import type { Launch, Level } from "./sandbox.ts";
import type { Watched } from "./watch.ts";

/** One way to start a program, made for one launch. */
export interface Start {
  readonly command: readonly [string, ...string[]];
  /** What the command itself has in its environment; the program's is in the command. */
  readonly environment: Readonly<Record<string, string>>;
  /** Descriptors from 3 on. */
  readonly descriptors: readonly number[];
  /** Those of them that are ours only for this start. */
  readonly opened?: readonly number[];
  /** Where it leads a group of processes, which is what is killed. */
  readonly group: boolean;
  /** It writes the pid of the namespace's first process, as JSON, to the descriptor after these. */
  readonly tellsPid?: boolean;
  /** Its input stays open as long as we live; where it ends, all ends. */
  readonly lifeline?: boolean;
  /** What it means that its program was killed, and not by us. */
  readonly whenKilled?: Limit;
  readonly scratch?: Watched["scratch"];
  /** Takes away what is left, when all its processes are gone. */
  clear?(): Promise<void>;
}

export interface Method {
  readonly level: Level;
  readonly warning?: string;
  start(launch: Launch, slot: number): Start;
  close?(): void | Promise<void>;
}
