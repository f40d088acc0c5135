// The two pipes of a process that answers. Node's own are sockets, which cannot be read while the thread waits.
import { execFileSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, rmSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { explain } from "../../lab/trouble.mjs";

export interface Pipes {
  /** Descriptors that the process is to have as its 3 (it reads) and 4 (it writes). */
  readonly theirs: readonly [read: number, write: number];
  readonly read: number;
  readonly write: number;
  /** To be called when the process is started: while they are open here, its end would go unnoticed. */
  closeTheirs(): void;
  /** Closes all of it; may be called twice. */
  close(): void;
}

interface Ends {
  readonly read: number;
  readonly write: number;
}

/** One start of `mkfifo` takes longer than all else, so there are names for the next ones, too. */
const MADE_AT_ONCE = 64;

/** Makes pipes. Nobody but this user can reach their names, and each name is gone when its pipe is opened. */
export class PipeMaker {
  readonly #folder = mkdtempSync(join(tmpdir(), "gradbook-pipes-"));
  #names: string[] = [];
  #made = 0;

  open(): Pipes {
    const down = this.#fifo();
    const up = this.#fifoBeside(down);
    const opened = new Set([down.read, down.write, up.read, up.write]);
    const close = (...descriptors: readonly number[]): void => {
      for (const descriptor of descriptors) if (opened.delete(descriptor)) closeSync(descriptor);
    };
    return {
      theirs: [down.read, up.write],
      read: up.read,
      write: down.write,
      closeTheirs: () => close(down.read, up.write),
      close: () => close(...opened),
    };
  }

  close(): void {
    this.#names = [];
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Opening one end waits for the other, but for a reader that does not wait at all: it lets the other two in. */
  #fifo(): Ends {
    const name = this.#name();
    const opener = openSync(name, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const write = openSync(name, constants.O_WRONLY);
      try {
        return { read: openSync(name, constants.O_RDONLY), write };
      } catch (error) {
        closeSync(write);
        throw error;
      }
    } finally {
      closeSync(opener);
      unlinkSync(name);
    }
  }

  /** Where there is no room for a second one, the first is given back. */
  #fifoBeside({ read, write }: Ends): Ends {
    try {
      return this.#fifo();
    } catch (error) {
      closeSync(read);
      closeSync(write);
      throw error;
    }
  }

  #name(): string {
    const left = this.#names.pop();
    if (left !== undefined) return left;
    const names = Array.from({ length: MADE_AT_ONCE }, () => join(this.#folder, String(this.#made++)));
    try {
      execFileSync("mkfifo", ["-m", "600", ...names], { stdio: ["ignore", "ignore", "pipe"] });
    } catch (cause) {
      throw explain(
        String(cause),
        `making pipes in ${this.#folder}`,
        "install mkfifo (coreutils), then again",
      );
    }
    this.#names = names;
    return this.#names.pop()!;
  }
}

let maker: PipeMaker | undefined;

/** Two pipes to a process that is about to be started. */
export function openPipes(): Pipes {
  if (!maker) {
    maker = new PipeMaker();
    process.once("exit", () => maker?.close());
  }
  return maker.open();
}
