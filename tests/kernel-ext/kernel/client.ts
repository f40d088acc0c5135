// A real kernel process, and the front end that started it.
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { freePort } from "../../ports.ts";
import { kernelFlags } from "../../source.ts";
import { type Answer, type Connection, FrontEnd } from "./front-end.ts";

export { type Answer, FrontEnd, type Json, type Reply, sign } from "./front-end.ts";

const NODE_FLAGS = await kernelFlags();
const KERNEL = fileURLToPath(new URL("../../../kernel-ext/kernel.cjs", import.meta.url));

/** The Nodes that the kernel is tried on where Nodes differ. */
export const NODES: readonly string[] = process.env.GRADBOOK_TEST_NODES?.split(":") ?? [process.execPath];

export interface Settings {
  readonly node?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly curve?: Connection["curve"];
  /** Where it runs; goes with the kernel. */
  readonly folder?: string;
  /** What starts another kernel than ours. */
  readonly command?: Command;
}

/** The program and its arguments that start a kernel on a connection file. */
export type Command = (connectionFile: string) => readonly string[];

export class Kernel extends FrontEnd {
  readonly folder: string;
  readonly connection: Connection;
  readonly process: ChildProcess;
  readonly exit: Promise<number | null>;
  stderr = "";
  readonly #isOther: boolean;

  private constructor(connection: Connection, options: readonly string[], settings: Settings) {
    super(connection);
    this.#isOther = settings.command !== undefined;
    this.connection = connection;
    this.folder = settings.folder ?? mkdtempSync(join(tmpdir(), "gradbook-kernel-"));
    const { ports, key, curve } = connection;
    const file = join(this.folder, "connection.json");
    const content = {
      transport: "tcp",
      ip: "127.0.0.1",
      shell_port: ports.shell,
      iopub_port: ports.iopub,
      stdin_port: ports.stdin,
      control_port: ports.control,
      hb_port: ports.heartbeat,
      key,
      signature_scheme: "hmac-sha256",
      ...(curve && { curve_publickey: curve.publicKey, curve_secretkey: curve.secretKey }),
    };
    writeFileSync(file, JSON.stringify(content));
    const own: Command = () => [settings.node ?? process.execPath, ...NODE_FLAGS, KERNEL, file, ...options];
    const [program = "", ...args] = (settings.command ?? own)(file);
    this.process = spawn(program, args, {
      cwd: this.folder,
      stdio: ["ignore", "ignore", "pipe"],
      env: {
        ...process.env,
        GRADBOOK_OUTPUT_LIMIT: "1000000",
        GRADBOOK_HISTORY: join(this.folder, "history.jsonl"),
        ...settings.env,
      },
    });
    this.process.stderr?.on("data", (chunk: Buffer) => {
      this.stderr += chunk.toString();
    });
    this.exit = new Promise((resolve) => this.process.on("exit", resolve));
  }

  static start(...options: string[]): Promise<Kernel> {
    return Kernel.startWith({}, options);
  }

  static startIn(folder: string, ...options: string[]): Promise<Kernel> {
    return Kernel.startWith({ folder }, options);
  }

  /** Any kernel, which need not say when a subscription counts. Returns once it has answered. */
  static startOther(command: Command, env: Settings["env"] = {}): Promise<Kernel> {
    return Kernel.startWith({ command, env });
  }

  static async startWith(settings: Settings, options: readonly string[] = []): Promise<Kernel> {
    const ports = {
      shell: await freePort(),
      iopub: await freePort(),
      stdin: await freePort(),
      control: await freePort(),
      heartbeat: await freePort(),
    };
    const { curve } = settings;
    const kernel = new Kernel({ ports, key: randomUUID(), ...(curve && { curve }) }, options, settings);
    if (settings.command) await kernel.reply(kernel.send("kernel_info_request"));
    else await kernel.connected();
    return kernel;
  }

  /** Another front end on the same kernel. */
  async attach(): Promise<FrontEnd> {
    const other = new FrontEnd(this.connection);
    await other.connected();
    return other;
  }

  /** Ends it; fails where ours has ever broken the protocol. */
  async stop(): Promise<void> {
    this.process.kill("SIGKILL");
    await this.exit;
    this.close();
    rmSync(this.folder, { recursive: true, force: true });
    if (!this.#isOther) this.requireConformance();
  }

  protected override complaint(): string {
    const how = this.process.signalCode ?? this.process.exitCode;
    const end = how === null ? "" : `The kernel has ended: ${how}. `;
    return `${end}${super.complaint()} ${this.stderr}`;
  }
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
