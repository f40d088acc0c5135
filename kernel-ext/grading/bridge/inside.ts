// The answers' side: does what the checker asks, one thing at a time. The checker believes nothing that comes from here,
// as what runs here may do whatever it likes with these pipes.
import { AnswersGone, type RunCell } from "./bridge.ts";
import { Cells, settledOrNever } from "./cells.ts";
import { type Came, takeChanges, writeChanges } from "./changes.ts";
import { Channel, type Frame, headroom } from "./channel.ts";
import { Kept } from "./kept.ts";
import { openGlobals, Printing } from "./printing.ts";
import { type ForeignReader, malformed, Reader } from "./reader.ts";
import { Table } from "./table.ts";
import { FRAME, PROMISE, PROPERTY } from "./tags.ts";
import { Writer } from "./writer.ts";

type Outcome = { readonly value: unknown } | { readonly thrown: unknown };

export class Inside {
  readonly #channel = new Channel(3, 4);
  readonly #cells: Cells;
  readonly #printing = new Printing();
  readonly #kept = new Kept((number, args) => this.#callBack(number, args));
  readonly #settled = new Map<number, readonly [state: number, value?: unknown]>();
  readonly #reads: ForeignReader;
  /** How many answers the checker waits for, one within the other. */
  #awaited = 0;

  constructor(folder: string) {
    this.#cells = new Cells(folder);
    this.#reads = {
      mine: (reader) => this.#kept.read(reader),
      yours: (reader) => this.#kept.at(reader.word()),
      prototype: () => malformed("a prototype"),
    };
    this.#printing.install();
    openGlobals(folder, () => this.#cells.imports.require);
    process.on("uncaughtException", (error) => this.#cells.uncaught(error));
    process.on("exit", (code) => this.#leave(`It ended its own process (exit code ${code})`));
  }

  async serve(): Promise<never> {
    for (;;) {
      let frame: Frame;
      try {
        frame = this.#channel.receive();
      } catch {
        return process.exit(0);
      }
      const later = this.#serve(frame);
      if (later) await later;
    }
  }

  /** Returns a promise only where the answers' own time is to pass: everything else is done when it returns. */
  #serve(frame: Frame): Promise<void> | undefined {
    this.#awaited++;
    const reader = new Reader(frame, this.#reads, this.#cells.imports);
    if (frame.kind === FRAME.call || frame.kind === FRAME.construct) this.#call(frame, reader);
    else if (frame.kind === FRAME.run) return this.#later(this.#cells.run(reader.value() as RunCell));
    else if (frame.kind === FRAME.settle) return this.#later(this.#settle(reader.word(), reader.word()));
    else this.#reply(attempt(() => this.#plain(frame.kind, reader)));
    this.#channel.give(frame);
    return undefined;
  }

  async #later(value: Promise<unknown>): Promise<void> {
    const outcome = await value.then(
      (value): Outcome => ({ value }),
      (thrown): Outcome => ({ thrown }),
    );
    this.#reply(outcome);
  }

  #plain(kind: number, reader: Reader): unknown {
    const { names } = this.#cells;
    if (kind === FRAME.has) return names[reader.text()] !== undefined;
    if (kind === FRAME.value) return names[reader.text()];
    if (kind === FRAME.printed) return this.#printing.take(reader.word());
    if (kind === FRAME.property) return this.#property(reader);
    return malformed("an unknown request");
  }

  #property(reader: Reader): unknown {
    const object = this.#kept.at(reader.word()) as object;
    const what = reader.byte();
    const key = reader.value() as string | symbol;
    const value = reader.value();
    if (what === PROPERTY.get) return Reflect.get(object, key);
    if (what === PROPERTY.set) return Reflect.set(object, key, value);
    if (what === PROPERTY.has) return Reflect.has(object, key);
    if (what === PROPERTY.remove) return Reflect.deleteProperty(object, key);
    if (what === PROPERTY.names) return Object.getOwnPropertyNames(object);
    const own = Object.getOwnPropertyDescriptor(object, key);
    return own && [Reflect.get(object, key), own.enumerable === true];
  }

  #call(frame: Frame, reader: Reader): void {
    const target = this.#kept.at(reader.word()) as (...args: unknown[]) => unknown;
    const self = reader.word();
    const start = reader.at;
    const args = reader.value() as unknown[];
    const came = { frame, start, args: args.slice(), table: reader.table };
    const outcome = attempt(() =>
      frame.kind === FRAME.construct
        ? Reflect.construct(target, args)
        : Reflect.apply(target, self === 0 ? undefined : this.#kept.at(self - 1), args),
    );
    this.#reply(outcome, came);
  }

  /** A promise is asked about again and again; its own time passes meanwhile. */
  async #settle(number: number, patience: number): Promise<readonly [state: number, value?: unknown]> {
    const promise = this.#kept.at(number) as Promise<unknown>;
    if (!this.#settled.has(number)) {
      this.#settled.set(number, [PROMISE.pending]);
      Promise.prototype.then.call(
        promise,
        (value) => this.#settled.set(number, [PROMISE.fulfilled, value]),
        (reason) => this.#settled.set(number, [PROMISE.rejected, reason]),
      );
    }
    const quiet = Promise.prototype.then.call(promise, NOTHING, NOTHING);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, patience).unref();
    });
    try {
      await settledOrNever(Promise.race([quiet, late]), "never");
    } catch {
      return [PROMISE.never];
    } finally {
      clearTimeout(timer);
    }
    return this.#settled.get(number)!;
  }

  /** A function of the checker's. What it asks for meanwhile is done here, in the middle of the call. */
  #callBack(number: number, args: readonly unknown[]): unknown {
    if (this.#awaited === 0) throw new Error("A test's functions can be called only while the test waits");
    headroom();
    const frame = this.#channel.take();
    const writer = new Writer(frame, this.#kept.writes, this.#cells.imports);
    writer.word(number);
    writer.value(args);
    this.#channel.send(frame, FRAME.callback);
    this.#channel.give(frame);
    for (;;) {
      const reply = this.#channel.receive();
      if (reply.kind === FRAME.run || reply.kind === FRAME.settle) {
        this.#awaited++;
        this.#reply({ thrown: new Error("Cells run one after the other, and not within a call") });
      } else if (reply.kind !== FRAME.returned && reply.kind !== FRAME.threw) void this.#serve(reply);
      else return this.#returned(reply, writer.table);
    }
  }

  #returned(reply: Frame, table: Table): unknown {
    const reader = new Reader(reply, this.#reads, this.#cells.imports, table);
    takeChanges(reader, table, this.#cells.imports);
    const value = reader.value();
    this.#channel.give(reply);
    if (reply.kind === FRAME.threw) throw value;
    return value;
  }

  /** What cannot be written is an error of the call's. */
  #reply(outcome: Outcome, came?: Came): void {
    const frame = this.#channel.take();
    let kind: number = "thrown" in outcome ? FRAME.threw : FRAME.returned;
    try {
      const table = came?.table ?? new Table();
      this.#write(frame, "thrown" in outcome ? outcome.thrown : outcome.value, table, came);
    } catch (error) {
      kind = FRAME.threw;
      this.#write(frame, error, new Table());
    }
    this.#awaited--;
    this.#channel.send(frame, kind);
    this.#channel.give(frame);
  }

  #write(frame: Frame, value: unknown, table: Table, came?: Came): void {
    const lib = this.#cells.imports;
    const writer = new Writer(frame, this.#kept.writes, lib, table);
    const { mirrors: mirror } = this.#kept;
    if (came) writeChanges(writer, came, { channel: this.#channel, lib, mirror, foreign: this.#reads });
    else writer.word(0);
    writer.value(value);
  }

  #leave(reason: string): void {
    if (this.#awaited === 0) return;
    try {
      const frame = this.#channel.take();
      new Writer(frame, this.#kept.writes, this.#cells.imports).text(reason);
      this.#channel.send(frame, FRAME.ended);
    } catch (error) {
      // Nobody reads it any more.
      if (!(error instanceof AnswersGone)) throw error;
    }
  }
}

const NOTHING = (): void => {};

function attempt(work: () => unknown): Outcome {
  try {
    return { value: work() };
  } catch (thrown) {
    return { thrown };
  }
}
