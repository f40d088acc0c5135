// The two pipes of a process that answers. Node's own are sockets, which cannot be read while the thread waits.
import { execFileSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from "node:fs";
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
  /** Whether the process has opened its ends, where it opens them by their names: until then they look closed. */
  isOpened(): boolean;
  /** Closes all of it; may be called twice. */
  close(): void;
}

interface Ends {
  readonly read: number;
  readonly write: number;
}

/** A pipe whose ends can still be opened. While it is held open for both, neither waits for the other. */
interface Held {
  readonly descriptor: number;
  readonly path: string;
}

/** One start of `mkfifo` takes longer than all else, so there are pipes for the next ones, too. */
const MADE_AT_ONCE = 32;

/** Makes pipes. Only this user can reach their names, and where there is /proc, the names are gone at once. */
export class PipeMaker {
  readonly #held: Held[] = [];
  readonly #folders: string[] = [];
  readonly #keepsNames: boolean;

  constructor({ named = false }: { readonly named?: boolean } = {}) {
    this.#keepsNames = named || !IS_LINUX;
  }

  open(): Pipes {
    const down = this.#ends();
    const up = this.#endsBeside(down);
    const opened = new Set([down.read, down.write, up.read, up.write]);
    const close = (...descriptors: readonly number[]): void => {
      for (const descriptor of descriptors) if (opened.delete(descriptor)) closeSync(descriptor);
    };
    return {
      theirs: [down.read, up.write],
      read: up.read,
      write: down.write,
      closeTheirs: () => close(down.read, up.write),
      isOpened: () => hasWriter(up.read),
      close: () => close(...opened),
    };
  }

  close(): void {
    for (const { descriptor } of this.#held.splice(0)) closeSync(descriptor);
    for (const folder of this.#folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  }

  #ends(): Ends {
    if (this.#held.length === 0) this.#make();
    const { descriptor, path } = this.#held.pop()!;
    try {
      const write = openSync(path, constants.O_WRONLY);
      try {
        return { read: openSync(path, constants.O_RDONLY), write };
      } catch (error) {
        closeSync(write);
        throw error;
      }
    } finally {
      closeSync(descriptor);
    }
  }

  /** Where there is no room for a second one, the first is given back. */
  #endsBeside({ read, write }: Ends): Ends {
    try {
      return this.#ends();
    } catch (error) {
      closeSync(read);
      closeSync(write);
      throw error;
    }
  }

  #make(): void {
    const folder = mkdtempSync(join(tmpdir(), "gradbook-pipes-"));
    this.#folders.push(folder);
    const names = Array.from({ length: MADE_AT_ONCE }, (_, at) => join(folder, String(at)));
    try {
      execFileSync("mkfifo", ["-m", "600", ...names], { stdio: ["ignore", "ignore", "pipe"] });
      for (const name of names) {
        const descriptor = openSync(name, constants.O_RDWR | constants.O_NONBLOCK);
        this.#held.push({ descriptor, path: IS_LINUX ? `/proc/self/fd/${descriptor}` : name });
      }
    } catch (cause) {
      this.close();
      throw explain(
        String(cause),
        `making pipes in ${folder}`,
        "install mkfifo (coreutils), and run it again",
      );
    }
    if (!this.#keepsNames) rmSync(this.#folders.pop()!, { recursive: true, force: true });
  }
}

/** An empty pipe that nobody has open to write is at its end; another one has nothing to read yet. */
function hasWriter(read: number): boolean {
  const probe = openSync(`/proc/self/fd/${read}`, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return readSync(probe, new Uint8Array(1)) > 0;
  } catch {
    return true;
  } finally {
    closeSync(probe);
  }
}

const IS_LINUX = process.platform === "linux";

const makers = new Map<boolean, PipeMaker>();

/** Two pipes to a process that is about to be started. `named`: it is somebody else who starts it, and finds them by their names. */
export function openPipes({ named = false }: { readonly named?: boolean } = {}): Pipes {
  const known = makers.get(named);
  if (known) return known.open();
  const maker = new PipeMaker({ named });
  makers.set(named, maker);
  process.once("exit", () => maker.close());
  return maker.open();
}
