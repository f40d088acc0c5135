// A small Jupyter client: a real kernel process over real sockets, and what it says to one request.
import { type ChildProcess, spawn } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import * as zmq from "zeromq";

const KERNEL = fileURLToPath(new URL("../../../kernel-ext/kernel.js", import.meta.url));
const DELIMITER = "<IDS|MSG>";

// biome-ignore lint/suspicious/noExplicitAny: what a kernel says is what the tests are to find out
export type Json = any;

export interface Reply {
  readonly type: string;
  readonly parent: string;
  readonly content: Json;
}

export interface Answer {
  readonly reply: Json;
  /** What was broadcast for the request, statuses left out. */
  readonly outputs: readonly Reply[];
  readonly statuses: readonly string[];
}

type Channel = "shell" | "control";

export class Kernel {
  readonly folder: string;
  readonly process: ChildProcess;
  readonly exit: Promise<number | null>;
  readonly key: string = randomUUID();
  readonly #sockets: {
    shell: zmq.Dealer;
    control: zmq.Dealer;
    iopub: zmq.Subscriber;
    heartbeat: zmq.Request;
  };
  readonly #broadcast: Reply[] = [];
  readonly #replies = new Map<string, Json>();
  readonly #session: string = randomUUID();
  #wake: () => void = () => {};
  #woken: Promise<void> = Promise.resolve();
  stderr = "";

  private constructor(folder: string, ports: readonly number[], options: readonly string[]) {
    this.folder = folder;
    const [shell, iopub, stdin, control, hb] = ports as [number, number, number, number, number];
    const file = join(folder, "connection.json");
    const connection = {
      transport: "tcp",
      ip: "127.0.0.1",
      shell_port: shell,
      iopub_port: iopub,
      stdin_port: stdin,
      control_port: control,
      hb_port: hb,
      key: this.key,
      signature_scheme: "hmac-sha256",
    };
    writeFileSync(file, JSON.stringify(connection));
    this.process = spawn(process.execPath, ["--no-force-async-hooks-checks", KERNEL, file, ...options], {
      cwd: folder,
      stdio: ["ignore", "ignore", "pipe"],
      env: {
        ...process.env,
        GRADBOOK_OUTPUT_LIMIT: "1000000",
        GRADBOOK_HISTORY: join(folder, "history.jsonl"),
      },
    });
    this.process.stderr?.on("data", (chunk: Buffer) => {
      this.stderr += chunk.toString();
    });
    this.exit = new Promise((resolve) => this.process.on("exit", resolve));
    const at = (port: number): string => `tcp://127.0.0.1:${port}`;
    const sockets = {
      shell: new zmq.Dealer({ linger: 0 }),
      control: new zmq.Dealer({ linger: 0 }),
      iopub: new zmq.Subscriber({ linger: 0 }),
      heartbeat: new zmq.Request({ linger: 0 }),
    };
    this.#sockets = sockets;
    sockets.iopub.subscribe();
    sockets.iopub.connect(at(iopub));
    sockets.shell.connect(at(shell));
    sockets.control.connect(at(control));
    sockets.heartbeat.connect(at(hb));
    this.#next();
    void this.#listen(sockets.iopub, (message) => this.#broadcast.push(message));
    for (const socket of [sockets.shell, sockets.control]) {
      void this.#listen(socket, ({ parent, content }) => this.#replies.set(parent, content));
    }
  }

  static async start(...options: string[]): Promise<Kernel> {
    const kernel = new Kernel(mkdtempSync(join(tmpdir(), "gradbook-kernel-")), await freePorts(5), options);
    await kernel.until(() => kernel.#broadcast.some(({ type }) => type === "iopub_welcome"), "iopub_welcome");
    await kernel.request("kernel_info_request");
    return kernel;
  }

  /** Sends a request and returns its id at once. */
  send(type: string, content: object = {}, channel: Channel = "shell"): string {
    const id = randomUUID();
    const header = {
      msg_id: id,
      session: this.#session,
      username: "test",
      date: new Date().toISOString(),
      msg_type: type,
      version: "5.5",
    };
    void this.sendFrames(sign(this.key, [header, {}, {}, content]), channel);
    return id;
  }

  sendFrames(frames: string[], channel: Channel = "shell"): Promise<void> {
    return this.#sockets[channel].send(frames);
  }

  async answer(id: string): Promise<Answer> {
    const mine = (): Reply[] => this.#broadcast.filter(({ parent }) => parent === id);
    await this.until(
      () => this.#replies.has(id) && mine().some(({ content }) => content.execution_state === "idle"),
      "reply and idle",
    );
    return {
      reply: this.#replies.get(id),
      outputs: mine().filter(({ type }) => type !== "status"),
      statuses: mine()
        .filter(({ type }) => type === "status")
        .map(({ content }) => content.execution_state),
    };
  }

  request(type: string, content: object = {}, channel: Channel = "shell"): Promise<Answer> {
    return this.answer(this.send(type, content, channel));
  }

  start(code: string, options: object = {}): string {
    return this.send("execute_request", {
      code,
      silent: false,
      store_history: true,
      user_expressions: {},
      allow_stdin: false,
      stop_on_error: true,
      ...options,
    });
  }

  run(code: string, options: object = {}): Promise<Answer> {
    return this.answer(this.start(code, options));
  }

  /** The text/plain of the cell's value, or undefined. Fails where the cell does. */
  async value(code: string): Promise<string | undefined> {
    const { reply, outputs } = await this.run(code);
    if (reply.status !== "ok") throw new Error(`${reply.ename}: ${reply.evalue}\n${plain(reply.traceback)}`);
    return outputs.find(({ type }) => type === "execute_result")?.content.data["text/plain"];
  }

  async heartbeat(): Promise<string> {
    await this.#sockets.heartbeat.send("ping");
    return String((await this.#sockets.heartbeat.receive())[0]);
  }

  async stop(): Promise<void> {
    this.process.kill("SIGKILL");
    await this.exit;
    for (const socket of Object.values(this.#sockets)) socket.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Waits for something to be said. */
  async until(condition: () => boolean, what: string, limit = 20_000): Promise<void> {
    const end = Date.now() + limit;
    while (!condition()) {
      const left = end - Date.now();
      if (left <= 0) throw new Error(`No ${what} within ${limit} ms. ${this.stderr}`);
      await Promise.race([
        this.#woken,
        new Promise((resolve) => setTimeout(resolve, Math.min(left, 200)).unref()),
      ]);
    }
  }

  said(id: string, type: string): Json[] {
    return this.#broadcast.filter((m) => m.parent === id && m.type === type).map(({ content }) => content);
  }

  #next(): void {
    this.#woken = new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  async #listen(socket: zmq.Dealer | zmq.Subscriber, take: (message: Reply) => void): Promise<void> {
    for await (const frames of socket) {
      const at = frames.findIndex((frame) => frame.toString() === DELIMITER);
      const [header, parent, , content] = frames.slice(at + 2).map((frame) => JSON.parse(frame.toString()));
      take({ type: header.msg_type, parent: parent.msg_id ?? "", content });
      this.#wake();
      this.#next();
    }
  }
}

export function sign(key: string, parts: readonly object[]): string[] {
  const texts = parts.map((part) => JSON.stringify(part));
  const hmac = createHmac("sha256", key);
  for (const text of texts) hmac.update(text);
  return [DELIMITER, hmac.digest("hex"), ...texts];
}

export function plain(traceback: readonly string[]): string {
  return stripVTControlCharacters(traceback.join("\n"));
}

/** The text that a cell printed. */
export function printed({ outputs }: Answer, name: "stdout" | "stderr" = "stdout"): string {
  return outputs
    .filter(({ type, content }) => type === "stream" && content.name === name)
    .map(({ content }) => content.text)
    .join("");
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve) => {
          server.listen(0, "127.0.0.1", () => {
            const bound = server.address();
            resolve(typeof bound === "object" && bound ? bound.port : 0);
          });
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
