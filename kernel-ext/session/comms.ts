// Comms: two-way channels between user code and a front end's widgets.
// https://jupyter-client.readthedocs.io/en/stable/messaging.html#custom-messages
import { randomUUID } from "node:crypto";
import { bytes, currentFrontend, type Extras } from "./frontend.ts";
import type { CommMessage } from "./messages.ts";

/** What the other side says. */
export interface CommEvent {
  readonly data: unknown;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly buffers: readonly Uint8Array[];
}

type Listener = (event: CommEvent) => unknown;
type Target = (comm: Comm, opened: CommEvent) => unknown;

const NO_EXTRAS: Extras = {};

export class Comm {
  readonly id: string;
  readonly target: string;
  /** Called with each message; its outputs are shown, its errors too. */
  onMessage: Listener | undefined;
  /** Called when the other side closes. */
  onClose: Listener | undefined;
  #open = true;

  /** Use `comms.open`. */
  constructor(target: string, id: string = randomUUID()) {
    this.target = target;
    this.id = id;
  }

  get isOpen(): boolean {
    return this.#open;
  }

  send(data: unknown, extras: Extras = NO_EXTRAS): void {
    if (!this.#open) throw new Error(`The comm to "${this.target}" is closed`);
    say("comm_msg", this, data, extras);
  }

  close(data: unknown = {}, extras: Extras = NO_EXTRAS): void {
    if (!this.#open) return;
    this.#open = false;
    opened.delete(this.id);
    say("comm_close", this, data, extras);
  }

  /** For the kernel: the other side speaks. */
  take(message: CommMessage): unknown {
    if (message.kind !== "comm_close") return this.onMessage?.(message);
    this.#open = false;
    opened.delete(this.id);
    return this.onClose?.(message);
  }
}

const opened = new Map<string, Comm>();
const targets = new Map<string, Target>();

export interface Comms {
  /** Opens a comm to what the front ends have registered as `target`. */
  open(target: string, data?: unknown, extras?: Extras): Comm;
  /** From now on front ends may open comms to `target`; `listener` gets each. */
  register(target: string, listener: Target): void;
  unregister(target: string): void;
}

export const comms: Comms = {
  open(target, data = {}, extras = NO_EXTRAS) {
    const comm = new Comm(target);
    opened.set(comm.id, comm);
    say("comm_open", comm, data, extras);
    return comm;
  },
  register(target, listener) {
    targets.set(target, listener);
  },
  unregister(target) {
    targets.delete(target);
  },
};

/** Whether somebody here answers to the message, now. */
export function isAwaited({ kind, id, target = "" }: CommMessage): boolean {
  return kind === "comm_open" ? targets.has(target) : opened.has(id);
}

/** Hands a front end's message to its listener, and returns what that does. */
export function deliver(message: CommMessage): unknown {
  const { kind, id, target = "" } = message;
  if (kind !== "comm_open") return opened.get(id)?.take(message);
  const listener = targets.get(target);
  const comm = new Comm(target, id);
  if (!listener) {
    // The front end must not wait for one.
    comm.close();
    return undefined;
  }
  opened.set(id, comm);
  return listener(comm, message);
}

function say(kind: CommMessage["kind"], { id, target }: Comm, data: unknown, extras: Extras): void {
  const { metadata = {}, buffers } = extras;
  // Copied by way of JSON here, so that an error is the sender's and the wire gets what it can send.
  const plain: unknown = JSON.parse(JSON.stringify(data));
  const opening = kind === "comm_open" ? { target } : {};
  currentFrontend().comm({ kind, id, ...opening, data: plain, metadata, buffers: bytes(buffers) });
}
