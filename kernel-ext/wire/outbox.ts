// ZeroMQ sockets throw at a second `send` while one waits, so each socket has one queue.

interface Sender {
  send(frames: (Uint8Array | string)[]): Promise<void>;
}

export class Outbox {
  readonly #socket: Sender;
  readonly #queue: (Uint8Array | string)[][] = [];
  #isClosed = false;
  #isPumping = false;
  #pumped: Promise<void> = Promise.resolve();

  constructor(socket: Sender) {
    this.#socket = socket;
  }

  send(frames: (Uint8Array | string)[]): void {
    if (this.#isClosed) return;
    this.#queue.push(frames);
    if (!this.#isPumping) this.#pumped = this.#pump();
  }

  /**
   * Resolves when all that was queued is with ZeroMQ. What comes later, as from a cell that ends just then, is dropped:
   * a closed socket that is asked to send while the process ends would abort it.
   */
  async close(): Promise<void> {
    while (this.#isPumping) await this.#pumped;
    this.#isClosed = true;
  }

  async #pump(): Promise<void> {
    this.#isPumping = true;
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
      try {
        await this.#socket.send(next);
      } catch (error) {
        // A peer that went away is not the kernel's trouble; the next message may have a peer.
        process.emitWarning(`gradbook: a message was not sent: ${String(error)}`);
      }
    }
    this.#isPumping = false;
  }
}
