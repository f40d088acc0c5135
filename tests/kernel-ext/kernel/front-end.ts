// A small Jupyter front end: its sockets, and what the kernel says to each of its requests. Whatever
// comes is held against the protocol's reference.
import { createHmac, randomUUID } from "node:crypto";
import * as zmq from "zeromq";
import { problemOf } from "./reference.ts";

const DELIMITER = "<IDS|MSG>";

// biome-ignore lint/suspicious/noExplicitAny: what a kernel says is what the tests are to find out
export type Json = any;

export interface Reply {
  readonly type: string;
  readonly parent: string;
  readonly content: Json;
  readonly metadata: Json;
  readonly buffers: readonly Uint8Array[];
}

export interface Answer {
  readonly reply: Json;
  /** What was broadcast for the request, statuses left out. */
  readonly outputs: readonly Reply[];
  readonly statuses: readonly string[];
}

export type Channel = "shell" | "control" | "stdin";

export interface Connection {
  readonly ports: {
    readonly shell: number;
    readonly iopub: number;
    readonly stdin: number;
    readonly control: number;
    readonly heartbeat: number;
  };
  readonly key: string;
  readonly curve?: { readonly publicKey: string; readonly secretKey: string };
}

export interface Sent {
  readonly channel?: Channel;
  readonly header?: object;
  readonly parent?: object;
  readonly metadata?: object;
  readonly buffers?: readonly Uint8Array[];
}

export class FrontEnd {
  readonly key: string;
  readonly #sockets: {
    shell: zmq.Dealer;
    control: zmq.Dealer;
    stdin: zmq.Dealer;
    iopub: zmq.Subscriber;
    heartbeat: zmq.Request;
  };
  readonly broadcast: Reply[] = [];
  readonly questions: (Reply & { readonly header: Json })[] = [];
  readonly #replies = new Map<string, Json>();
  /** Breaches of the protocol. */
  readonly breaches: string[] = [];
  readonly #session: string = randomUUID();
  #wake: () => void = () => {};
  #woken: Promise<void> = Promise.resolve();

  constructor({ key, ports, curve }: Connection) {
    this.key = key;
    const routingId = randomUUID();
    const encrypted = curve && {
      curveServerKey: curve.publicKey,
      ...((): object => {
        const own = zmq.curveKeyPair();
        return { curvePublicKey: own.publicKey, curveSecretKey: own.secretKey };
      })(),
    };
    // A kernel that is just starting is not there at first, and ZeroMQ would try again after 100 to 200 ms.
    const settings = { linger: 0, reconnectInterval: 2, ...encrypted };
    const sockets = {
      shell: new zmq.Dealer({ ...settings, routingId }),
      control: new zmq.Dealer({ ...settings, routingId }),
      stdin: new zmq.Dealer({ ...settings, routingId }),
      iopub: new zmq.Subscriber({ ...settings, receiveHighWaterMark: 0 }),
      heartbeat: new zmq.Request(settings),
    };
    this.#sockets = sockets;
    sockets.iopub.subscribe();
    for (const name of ["shell", "control", "stdin", "iopub", "heartbeat"] as const) {
      sockets[name].connect(`tcp://127.0.0.1:${ports[name]}`);
    }
    this.#next();
    void this.#listen("iopub", (message) => this.broadcast.push(message));
    void this.#listen("stdin", (message) => this.questions.push(message));
    for (const channel of ["shell", "control"] as const) {
      void this.#listen(channel, ({ parent, content }) => this.#replies.set(parent, content));
    }
  }

  async connected(): Promise<void> {
    await this.until(() => this.broadcast.some(({ type }) => type === "iopub_welcome"), "iopub_welcome");
    await this.request("kernel_info_request");
  }

  /** Sends a request and returns its id at once. */
  send(type: string, content: object = {}, sent: Channel | Sent = {}): string {
    const {
      channel = "shell",
      header,
      parent = {},
      metadata = {},
      buffers = [],
    } = typeof sent === "string" ? { channel: sent } : sent;
    const id = randomUUID();
    const head = {
      msg_id: id,
      session: this.#session,
      username: "test",
      date: new Date().toISOString(),
      msg_type: type,
      version: "5.5",
      ...header,
    };
    const frames = [...sign(this.key, [head, parent, metadata, content]), ...buffers];
    void this.sendFrames(frames, channel);
    return id;
  }

  sendFrames(frames: (string | Uint8Array)[], channel: Channel = "shell"): Promise<void> {
    return this.#sockets[channel].send(frames);
  }

  /** The reply alone, whatever is broadcast. */
  async reply(id: string): Promise<Json> {
    await this.until(() => this.#replies.has(id), "reply");
    return this.#replies.get(id);
  }

  async answer(id: string, limit?: number): Promise<Answer> {
    const isMine = ({ parent }: Reply): boolean => parent === id;
    const isIdle = (message: Reply): boolean => isMine(message) && message.content.execution_state === "idle";
    // The end is looked for where it will be: at the end.
    await this.until(
      () => this.#replies.has(id) && this.broadcast.findLast(isIdle) !== undefined,
      "reply and idle",
      limit,
    );
    const mine = this.broadcast.filter(isMine);
    return {
      reply: this.#replies.get(id),
      outputs: mine.filter(({ type }) => type !== "status"),
      statuses: mine.filter(({ type }) => type === "status").map(({ content }) => content.execution_state),
    };
  }

  request(type: string, content: object = {}, sent: Channel | Sent = {}): Promise<Answer> {
    return this.answer(this.send(type, content, sent));
  }

  start(code: string, options: object = {}, sent: Sent = {}): string {
    const defaults = {
      silent: false,
      store_history: true,
      user_expressions: {},
      allow_stdin: false,
      stop_on_error: true,
    };
    return this.send("execute_request", { code, ...defaults, ...options }, sent);
  }

  run(code: string, options: object = {}): Promise<Answer> {
    return this.answer(this.start(code, options));
  }

  /** The text/plain of the cell's value, or undefined. Fails where the cell does. */
  async value(code: string): Promise<string | undefined> {
    const { reply, outputs } = await this.run(code);
    if (reply.status !== "ok")
      throw new Error(`${reply.ename}: ${reply.evalue}\n${reply.traceback?.join("\n")}`);
    return outputs.find(({ type }) => type === "execute_result")?.content.data["text/plain"];
  }

  async heartbeat(): Promise<string> {
    await this.#sockets.heartbeat.send("ping");
    return String((await this.#sockets.heartbeat.receive())[0]);
  }

  close(): void {
    for (const socket of Object.values(this.#sockets)) socket.close();
  }

  /** Waits for something to be said; longer than a machine takes that loads libtensorflow and does much else. */
  async until(condition: () => boolean, what: string, limit = 45_000): Promise<void> {
    const end = Date.now() + limit;
    while (!condition()) {
      const left = end - Date.now();
      if (left <= 0) throw new Error(`No ${what} within ${limit} ms. ${this.complaint()}`);
      await Promise.race([
        this.#woken,
        new Promise((resolve) => setTimeout(resolve, Math.min(left, 200)).unref()),
      ]);
    }
  }

  said(id: string, type: string): Json[] {
    return this.broadcast.filter((m) => m.parent === id && m.type === type).map(({ content }) => content);
  }

  /** Fails where the kernel has said anything that is not in the protocol. */
  requireConformance(): void {
    if (this.breaches.length > 0)
      throw new Error(`The kernel broke the protocol: ${this.breaches.join("; ")}`);
  }

  protected complaint(): string {
    return this.breaches.join("; ");
  }

  #next(): void {
    this.#woken = new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  async #listen(
    channel: Channel | "iopub",
    take: (message: Reply & { readonly header: Json }) => void,
  ): Promise<void> {
    for await (const frames of this.#sockets[channel]) {
      const at = frames.findIndex((frame) => frame.toString() === DELIMITER);
      const texts = frames.slice(at + 2, at + 6).map(String);
      const [header, parent, metadata, content] = texts.map((text) => JSON.parse(text) as Json);
      const breach =
        frames[at + 1]?.toString() === signature(this.key, texts)
          ? problemOf({ channel, header, parent, metadata, content })
          : `${header.msg_type}: wrongly signed`;
      if (breach) this.breaches.push(breach);
      const buffers = frames.slice(at + 6);
      take({ type: header.msg_type, parent: parent.msg_id ?? "", header, metadata, content, buffers });
      this.#wake();
      this.#next();
    }
  }
}

function signature(key: string, texts: readonly string[]): string {
  const hmac = createHmac("sha256", key);
  for (const text of texts) hmac.update(text);
  return hmac.digest("hex");
}

export function sign(key: string, parts: readonly object[]): string[] {
  const texts = parts.map((part) => JSON.stringify(part));
  return [DELIMITER, signature(key, texts), ...texts];
}
