// A Redis of the test's own, on a free port, with its files in a temporary folder.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "../../../ports.ts";

export class OwnRedis {
  readonly folder: string = mkdtempSync(join(tmpdir(), "gradbook-redis-"));
  readonly port: number;
  readonly #options: readonly string[];
  #server: ChildProcess | undefined;

  private constructor(port: number, options: (folder: string, port: number) => readonly string[]) {
    this.port = port;
    this.#options = options(this.folder, port);
  }

  /** @param options what redis-server is called with, besides where it lies and listens */
  static async start(
    options: (folder: string, port: number) => readonly string[] = () => [],
  ): Promise<OwnRedis> {
    const redis = new OwnRedis(await freePort(), options);
    await redis.begin();
    return redis;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async begin(): Promise<void> {
    const tls = this.#options.includes("--tls-port");
    const port = tls ? [] : ["--port", String(this.port), "--bind", "127.0.0.1"];
    const options = [...port, "--dir", this.folder, "--save", "", ...this.#options];
    this.#server = spawn("redis-server", options, { stdio: ["ignore", "pipe", "inherit"] });
    const server = this.#server;
    await new Promise<void>((resolve, reject) => {
      let said = "";
      server.once("error", reject);
      server.once("exit", () => reject(new Error(said)));
      server.stdout?.on("data", (text) => {
        said += text;
        if (said.includes("Ready to accept connections")) resolve();
      });
    });
  }

  async end(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    const server = this.#server;
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    server.kill(signal);
    while (server.exitCode === null && server.signalCode === null) await delay(10);
  }

  cli(...args: string[]): string {
    return execFileSync("redis-cli", ["-p", String(this.port), ...args], { encoding: "utf8" }).trim();
  }

  async remove(): Promise<void> {
    await this.end();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
