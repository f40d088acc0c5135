// Rooms: one sandboxed process each, with the way to the answers in it and a clock.
import { setTimeout as sleep } from "node:timers/promises";
import { Trouble } from "../../lab/trouble.mjs";
import { type OpenAnswers, openAnswers } from "../bridge/answers.ts";
import { type Inside, prepareInside } from "../bridge/inside-files.ts";
import { type LibValues, libValues } from "../bridge/lib-values.ts";
import { openPipes, type Pipes } from "../bridge/pipes.ts";
import type { End, Limits, Sandbox, Sandboxed } from "../sandbox/sandbox.ts";
import { Watchdog } from "./watchdog.ts";

const MB = 2 ** 20;

/** What answers may use. Time on the clock is the exercise's own. */
export const LIMITS: Limits = { memory: 1024 * MB, cpu: 120, processes: 32, disk: 64 * MB, openFiles: 256 };

const START_MS = 60_000;

/** Beyond an exercise's time, for a test that waits for nothing. */
const GRACE = 0.2;

export class Rooms {
  readonly sandbox: Sandbox;
  readonly #inside: Inside;
  readonly #lib: LibValues;
  readonly #watchdog = new Watchdog();
  #next: Promise<Room> | undefined;

  private constructor(sandbox: Sandbox, inside: Inside, lib: LibValues) {
    this.sandbox = sandbox;
    this.#inside = inside;
    this.#lib = lib;
  }

  static async in(sandbox: Sandbox): Promise<Rooms> {
    return new Rooms(sandbox, await prepareInside(), await libValues());
  }

  /** Lets one start while there is something else to do. */
  prepare(): void {
    this.#next ??= this.#open();
    // Whoever enters it hears what went wrong.
    this.#next.catch(() => {});
  }

  async enter(): Promise<Room> {
    const room = this.#next ?? this.#open();
    this.#next = undefined;
    return room;
  }

  async close(): Promise<void> {
    await this.#next?.then(
      (room) => room.end(),
      () => {},
    );
    await this.#watchdog.close();
    await this.sandbox.close();
  }

  async #open(): Promise<Room> {
    // A container engine is another process, and opens them itself.
    const named = this.sandbox.level === "container";
    const pipes = openPipes({ named });
    const sandboxed = this.sandbox.launch({
      command: this.#inside.command,
      descriptors: pipes.theirs,
      readable: this.#inside.readable,
      environment: {},
      limits: LIMITS,
    });
    if (named) await untilOpened(pipes, sandboxed);
    return new Room(sandboxed, openAnswers(pipes, { lib: this.#lib }), this.#watchdog);
  }
}

/** A container takes a second to start, and none of the time for the answers. */
async function untilOpened(pipes: Pipes, { ended, kill }: Sandboxed): Promise<void> {
  pipes.closeTheirs();
  let gone = false;
  void ended.then(() => {
    gone = true;
  });
  const latest = performance.now() + START_MS;
  while (!gone && !pipes.isOpened()) {
    if (performance.now() > latest) kill();
    await sleep(10);
  }
  // Nothing of an answer has run yet, and nobody's points may depend on it.
  if (gone && !pipes.isOpened())
    throw new Trouble("A container did not start", "look at it: podman info, or docker info");
}

export class Room {
  readonly answers: OpenAnswers;
  readonly #sandboxed: Sandboxed;
  readonly #watchdog: Watchdog;

  constructor(sandboxed: Sandboxed, answers: OpenAnswers, watchdog: Watchdog) {
    this.#sandboxed = sandboxed;
    this.#watchdog = watchdog;
    this.answers = answers;
  }

  get gone(): string | undefined {
    return this.answers.gone;
  }

  /** From now on it has so many seconds. */
  watch(seconds: number): Watch {
    this.#watchdog.arm(this.#sandboxed.pid, seconds);
    return new Watch(this.#watchdog, seconds);
  }

  async end(): Promise<End> {
    this.#sandboxed.kill();
    const end = await this.#sandboxed.ended;
    this.answers.close();
    return end;
  }
}

export class Watch {
  readonly #watchdog: Watchdog;
  readonly #until: number;
  #late = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(watchdog: Watchdog, seconds: number) {
    this.#watchdog = watchdog;
    this.#until = performance.now() + 1000 * (seconds + GRACE);
  }

  /** What the work gives; undefined when the time is over before. */
  async race<T>(work: Promise<T>): Promise<T | undefined> {
    const late = new Promise<undefined>((resolve) => {
      this.#timer = setTimeout(
        () => {
          this.#late = true;
          resolve(undefined);
        },
        Math.max(0, this.#until - performance.now()),
      );
    });
    return Promise.race([work, late]);
  }

  over(): boolean {
    return this.#late || this.#watchdog.fired;
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#watchdog.disarm();
  }
}
