// Questions of user code to the front end. The user thread waits without turning its event loop, so the
// answer lies on a port, and a counter in shared memory wakes it.
import { setTimeout as sleep } from "node:timers/promises";
import type { MessagePort } from "node:worker_threads";
import { type InputAnswer, Shared } from "../session/messages.ts";
import type { Encoded, Message, Signer } from "./message.ts";

interface Sender {
  send(frames: (Uint8Array | string)[]): Promise<void>;
}

interface Question {
  readonly id: number;
  readonly prompt: string;
  readonly password: boolean;
}

/** A front end's stdin socket may connect a moment after its shell: so often and so long (ms) it is tried. */
const TRIES = 20;
const PAUSE = 100;

export class Stdin {
  readonly #socket: Sender;
  readonly #signer: Signer;
  readonly #port: MessagePort;
  readonly #counters: Int32Array;
  #pending: { readonly id: number; message: string | undefined } | undefined;

  constructor(socket: Sender, signer: Signer, port: MessagePort, counters: Int32Array) {
    this.#socket = socket;
    this.#signer = signer;
    this.#port = port;
    this.#counters = counters;
  }

  async ask({ id, prompt, password }: Question, request: Message | undefined): Promise<void> {
    if (!request) return this.#answer({ id, error: "No cell is running that could ask" });
    const pending: { id: number; message: string | undefined } = { id, message: undefined };
    this.#pending = pending;
    const message = this.#signer.encode({
      identities: request.identities,
      type: "input_request",
      parent: request.header,
      content: { prompt, password },
    });
    pending.message = message.id;
    if ((await this.#send(message, pending)) || this.#pending !== pending) return;
    this.#pending = undefined;
    this.#answer({ id, error: "The front end that ran this cell is gone, so it cannot be asked" });
  }

  /** Takes an `input_reply`. One that is late, double or unasked for is dropped. */
  receive({ header, parent, content }: Message): void {
    if (header.msg_type !== "input_reply") throw new Error(`unknown message type "${header.msg_type}"`);
    const pending = this.#pending;
    if (!pending) throw new Error("an input_reply that nothing waits for");
    // Jupyter's own client sends none; where there is one, it has to be ours.
    const asked = parent.msg_id;
    if (asked !== undefined && asked !== pending.message)
      throw new Error("an input_reply that came too late");
    this.#pending = undefined;
    this.#answer({ id: pending.id, value: String(content.value ?? "") });
  }

  /** Whoever waits for an answer stops waiting. Returns whether somebody did. */
  interrupt(): boolean {
    const pending = this.#pending;
    if (!pending) return false;
    this.#pending = undefined;
    this.#answer({ id: pending.id, interrupted: true });
    return true;
  }

  /** The run that asked is over. */
  forget(): void {
    this.#pending = undefined;
  }

  async #send({ frames }: Encoded, pending: object): Promise<boolean> {
    for (let tries = 0; tries < TRIES && this.#pending === pending; tries++) {
      try {
        await this.#socket.send(frames);
        return true;
      } catch {
        await sleep(PAUSE);
      }
    }
    return false;
  }

  #answer(answer: InputAnswer): void {
    this.#port.postMessage(answer);
    Atomics.add(this.#counters, Shared.Answers, 1);
    Atomics.notify(this.#counters, Shared.Answers);
  }
}
