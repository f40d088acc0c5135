// The checker's side: asks the answers' process, and waits. Whatever that says is an answer, or the end of it.
import { types } from "node:util";
import { type Answers, AnswersGone, type Ran, type RunCell } from "./bridge.ts";
import { takeChanges, writeChanges } from "./changes.ts";
import { Channel, type Frame, headroom } from "./channel.ts";
import { GivenAway } from "./given.ts";
import { Handles, type Remote, writeYours } from "./handles.ts";
import type { LibValues } from "./lib-values.ts";
import type { Pipes } from "./pipes.ts";
import { Promises } from "./promises.ts";
import { type ForeignReader, Malformed, malformed, Reader } from "./reader.ts";
import type { Table } from "./table.ts";
import { FRAME, MOST_NESTED, PROPERTY } from "./tags.ts";
import { type Foreign, Writer } from "./writer.ts";

export interface AnswersOptions {
  /** The library of this process: see `libValues`. */
  readonly lib: LibValues;
  /** How many characters `printed` gives at most. */
  readonly printed?: number;
}

export interface OpenAnswers extends Answers {
  /** Ends it from this side: the process sees its pipe close, and ends. What waits for a promise waits no more. */
  close(): void;
  /** Why they have ended; undefined while they are there. */
  readonly gone: string | undefined;
}

const MOST_PRINTED = 10_000;

/** The answers at the other end of the pipes. The process that has `pipes.theirs` is started already. */
export function openAnswers(pipes: Pipes, options: AnswersOptions): OpenAnswers {
  pipes.closeTheirs();
  return new Bridge(pipes, options);
}

type Outcome = { readonly value: unknown } | { readonly thrown: unknown };

class Bridge implements OpenAnswers {
  readonly #pipes: Pipes;
  readonly #channel: Channel;
  readonly #lib: LibValues;
  readonly #printed: number;
  readonly #given = new GivenAway();
  readonly #handles: Handles;
  readonly #promises: Promises;
  readonly #writes: Foreign;
  readonly #mirrors: Foreign;
  readonly #reads: ForeignReader;
  #gone: string | undefined;
  #nested = 0;

  constructor(pipes: Pipes, { lib, printed = MOST_PRINTED }: AnswersOptions) {
    this.#pipes = pipes;
    this.#channel = new Channel(pipes.read, pipes.write);
    this.#lib = lib;
    this.#printed = printed;
    this.#promises = new Promises((id, patience) =>
      this.#ask(FRAME.settle, (writer) => {
        writer.word(id);
        writer.word(patience);
      }),
    );
    this.#handles = new Handles(this.#remote());
    this.#writes = {
      stacks: false,
      stays: (value) => value instanceof Error || this.#handles.idOf(value) !== undefined,
      write: (value, writer, holder) => this.#write(value, writer, holder),
    };
    // What came as theirs is written in the words in which it is written when it is not new.
    this.#mirrors = this.#writes;
    this.#reads = {
      mine: (reader) => this.#handles.read(reader),
      yours: (reader) => this.#given.read(reader),
      prototype: (value) => this.#handles.prototype(value),
    };
  }

  get gone(): string | undefined {
    return this.#gone;
  }

  run({ id, label, source, cell }: RunCell): Ran {
    const thrown = this.#ask(FRAME.run, (writer) => writer.value({ id, label, source, cell }));
    return typeof thrown === "string" ? { thrown } : {};
  }

  has(name: string): boolean {
    return this.#ask(FRAME.has, (writer) => writer.text(name)) === true;
  }

  value(name: string): unknown {
    return this.#ask(FRAME.value, (writer) => writer.text(name));
  }

  printed(): string {
    const printed = this.#ask(FRAME.printed, (writer) => writer.word(this.#printed));
    return typeof printed === "string" ? printed.slice(0, this.#printed) : "";
  }

  close(): void {
    this.#gone ??= "The answers were closed";
    this.#promises.close();
    this.#pipes.close();
  }

  #write(value: object | symbol, writer: Writer, holder: object | undefined): void {
    const id = this.#handles.idOf(value);
    if (id !== undefined) writeYours(writer, id);
    else if (typeof value === "function" || value instanceof Error)
      this.#given.write(value as (...args: unknown[]) => unknown, writer, holder);
    else
      throw new TypeError(
        `${described(value)} cannot be given to an answer: numbers, texts, lists, records,
 functions, tensors and \`Random\` can.`.replace("\n", ""),
      );
  }

  #ask(kind: number, write: (writer: Writer) => void): unknown {
    const outcome = this.#exchange(kind, write);
    if ("thrown" in outcome) throw outcome.thrown;
    return outcome.value;
  }

  #exchange(kind: number, write: (writer: Writer) => void): Outcome {
    this.#check();
    if (this.#nested >= MOST_NESTED) throw new RangeError("Maximum call stack size exceeded");
    headroom();
    const frame = this.#channel.take();
    const writer = new Writer(frame, this.#writes, this.#lib);
    write(writer);
    this.#nested++;
    try {
      this.#channel.send(frame, kind);
      this.#channel.give(frame);
      return this.#outcome(writer.table);
    } catch (error) {
      throw this.#end(error);
    } finally {
      this.#nested--;
    }
  }

  /** Serves the calls that come before it. */
  #outcome(table: Table): Outcome {
    for (;;) {
      const frame = this.#channel.receive();
      const { kind } = frame;
      if (kind === FRAME.callback) {
        this.#callback(frame);
        continue;
      }
      const reader = new Reader(frame, this.#reads, this.#lib, table);
      if (kind === FRAME.ended) throw new AnswersGone(reader.text().slice(0, 300));
      if (kind !== FRAME.returned && kind !== FRAME.threw) malformed("an unknown kind of answer");
      takeChanges(reader, table, this.#lib);
      const value = reader.value();
      reader.end();
      this.#channel.give(frame);
      return kind === FRAME.returned ? { value } : { thrown: value };
    }
  }

  #callback(frame: Frame): void {
    const reader = new Reader(frame, this.#reads, this.#lib);
    const number = reader.word();
    const start = reader.at;
    const args = reader.value();
    reader.end();
    if (!Array.isArray(args)) throw new Malformed("a call without arguments");
    let outcome: Outcome;
    try {
      outcome = { value: this.#given.call(number, args) };
    } catch (error) {
      if (this.#gone !== undefined || error instanceof Malformed) throw error;
      outcome = { thrown: error };
    }
    this.#reply(outcome, { frame, start, args: args.slice(), table: reader.table });
    this.#channel.give(frame);
  }

  #reply(outcome: Outcome, came: Parameters<typeof writeChanges>[1]): void {
    const reply = this.#channel.take();
    const side = { channel: this.#channel, lib: this.#lib, mirror: this.#mirrors, foreign: this.#reads };
    const write = (value: unknown, kind: number): void => {
      const writer = new Writer(reply, this.#writes, this.#lib, came.table);
      writeChanges(writer, came, side);
      writer.value(value);
      this.#channel.send(reply, kind);
    };
    try {
      if ("thrown" in outcome) write(outcome.thrown, FRAME.threw);
      else write(outcome.value, FRAME.returned);
    } catch (error) {
      if (error instanceof AnswersGone) throw error;
      const writer = new Writer(reply, this.#writes, this.#lib);
      writer.word(0);
      writer.value(error);
      this.#channel.send(reply, FRAME.threw);
    }
    this.#channel.give(reply);
  }

  #check(): void {
    if (this.#gone !== undefined) throw new AnswersGone(this.#gone);
  }

  /** Whatever goes wrong between the two is the end: nobody knows any more who is to speak. */
  #end(error: unknown): AnswersGone {
    const gone =
      error instanceof AnswersGone
        ? error
        : new AnswersGone(
            error instanceof Malformed
              ? `The answers wrote into the pipe to the grader (${error.message})`
              : `The answers' reply cannot be read (${String(error)})`,
            { cause: error },
          );
    this.#gone ??= gone.message;
    this.#pipes.close();
    return gone;
  }

  #remote(): Remote {
    const property = (id: number, what: number, key: string | symbol, value?: unknown): unknown =>
      this.#ask(FRAME.property, (writer) => {
        writer.word(id);
        writer.byte(what);
        writer.value(key);
        writer.value(value);
      });
    return {
      call: (id, self, args) => this.#ask(FRAME.call, (writer) => this.#call(writer, id, self, args)),
      construct: (id, args) => {
        const made = this.#ask(FRAME.construct, (writer) => this.#call(writer, id, undefined, args));
        return typeof made === "object" || typeof made === "function" ? (made as object) : {};
      },
      get: (id, key) => property(id, PROPERTY.get, key),
      set: (id, key, value) => property(id, PROPERTY.set, key, value) === true,
      has: (id, key) => property(id, PROPERTY.has, key) === true,
      remove: (id, key) => property(id, PROPERTY.remove, key) === true,
      names: (id) => textsIn(property(id, PROPERTY.names, "")),
      own: (id, key) => {
        const found = property(id, PROPERTY.own, key);
        return Array.isArray(found) ? { value: found[0], enumerable: found[1] === true } : undefined;
      },
      promise: (id) => this.#promises.open(id),
    };
  }

  #call(writer: Writer, id: number, self: unknown, args: readonly unknown[]): void {
    const own =
      typeof self === "object" || typeof self === "function" ? this.#handles.idOf(self!) : undefined;
    writer.word(id);
    writer.word(own === undefined ? 0 : own + 1);
    writer.value(args);
  }
}

const textsIn = (value: unknown): string[] => [
  ...new Set(Array.isArray(value) ? value.filter((item) => typeof item === "string") : []),
];

function described(value: object | symbol): string {
  if (typeof value === "symbol") return String(value);
  if (types.isPromise(value)) return "A promise";
  const name: unknown = value.constructor?.name;
  return typeof name === "string" && name ? `An instance of ${name}` : "This object";
}
