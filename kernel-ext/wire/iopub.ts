// Everything that is broadcast: statuses, outputs and streams, in the order in which they happened.
import type { Broadcast, OutputType, StreamName } from "../session/messages.ts";
import type { Content, Header, Signer } from "./message.ts";
import type { Outbox } from "./outbox.ts";

/** Pieces of a stream that come within this time (ms) go out as one message. */
const GATHER = 15;
/** A message of a stream grows no longer than this (characters). */
const LONGEST = 256 * 1024;

type Parent = Header | Record<string, never>;
interface Extras {
  readonly metadata?: Content;
  readonly buffers?: readonly Uint8Array[];
}

export class Iopub {
  readonly #outbox: Outbox;
  readonly #signer: Signer;
  readonly #parents = new Map<number, Header>();
  #stream: { run: number; name: StreamName; parts: string[]; length: number } | undefined;
  readonly #taken: (pieces: number) => void;
  readonly #stderr: StreamName;
  #timer: NodeJS.Timeout | undefined;

  /**
   * `taken` hears how many pieces of a stream have gone out: only then may the user thread send as many more. `stderr`
   * is the stream on which that one is shown.
   */
  constructor(
    outbox: Outbox,
    signer: Signer,
    taken: (pieces: number) => void,
    stderr: StreamName = "stderr",
  ) {
    this.#outbox = outbox;
    this.#signer = signer;
    this.#taken = taken;
    this.#stderr = stderr;
  }

  /** Outputs of the run will name this request as their parent. */
  addRun(run: number, parent: Header): void {
    this.#parents.set(run, parent);
  }

  /** Nothing of the run comes any more. */
  forgetRun(run: number): void {
    this.#parents.delete(run);
  }

  status(state: "busy" | "idle" | "starting", parent: Parent): void {
    this.publish("status", { execution_state: state }, parent);
  }

  stream(run: number, from: StreamName, text: string): void {
    const name = from === "stderr" ? this.#stderr : from;
    if (this.#stream && (this.#stream.run !== run || this.#stream.name !== name)) this.flush();
    this.#stream ??= { run, name, parts: [], length: 0 };
    this.#stream.parts.push(text);
    this.#stream.length += text.length;
    if (this.#stream.length >= LONGEST) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), GATHER);
  }

  output(run: number, kind: OutputType, content: string): void {
    this.publish(kind, content, this.#parents.get(run) ?? {});
  }

  /** A message of any type, for the run that it comes from. */
  broadcast(run: number, { type, content, metadata, buffers }: Broadcast): void {
    this.publish(type, content, this.#parents.get(run) ?? {}, { metadata, buffers });
  }

  publish(type: string, content: Content | string, parent: Parent, extras: Extras = {}): void {
    this.flush();
    this.#send(type, content, parent, extras);
  }

  welcome(subscription: string): void {
    const content = { subscription };
    const message = { identities: [subscription], type: "iopub_welcome", parent: {}, content };
    this.#outbox.send(this.#signer.encode(message).frames);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const stream = this.#stream;
    if (!stream) return;
    this.#stream = undefined;
    const { run, name, parts } = stream;
    this.#taken(parts.length);
    this.#send("stream", { name, text: parts.join("") }, this.#parents.get(run) ?? {});
  }

  close(): Promise<void> {
    this.flush();
    return this.#outbox.close();
  }

  #send(type: string, content: Content | string, parent: Parent, extras: Extras = {}): void {
    const message = { identities: [`kernel.${type}`], type, parent, content, ...extras };
    this.#outbox.send(this.#signer.encode(message).frames);
  }
}
