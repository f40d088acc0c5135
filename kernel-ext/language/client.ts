// The language thread's owner: starts it, and starts it again with the session's cells when it dies.
import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";
import type { CellLanguage } from "../session/messages.ts";
import type { Completions, Prepared, PrepareRequest, PropertiesRequest } from "./language.ts";
import { PortLanguage } from "./port.ts";
import type { LanguageData } from "./worker.ts";

export class LanguageThread {
  readonly #folder: string;
  readonly #cellLanguage: CellLanguage;
  readonly #accepted: string[] = [];
  #properties: (wanted: PropertiesRequest) => Completions["matches"] = () => [];
  #language: PortLanguage | undefined;
  #worker: Worker | undefined;

  constructor(folder: string, cellLanguage: CellLanguage) {
    this.#folder = folder;
    this.#cellLanguage = cellLanguage;
  }

  /** Starts the thread; `onRestart` gets the wire's port to each later one. Returns its port to this one. */
  start(onRestart: (port: MessagePort) => void): MessagePort {
    const [ours, wires] = [new MessageChannel(), new MessageChannel()];
    const ports: [MessagePort, MessagePort] = [ours.port2, wires.port2];
    const data: LanguageData = {
      folder: this.#folder,
      language: this.#cellLanguage,
      ports,
      accepted: this.#accepted,
    };
    const worker = new Worker(new URL("./worker.js", import.meta.url), {
      workerData: data,
      transferList: ports,
    });
    worker.on("error", () => {});
    worker.on("exit", () => {
      if (this.#worker === worker) onRestart(this.start(onRestart));
    });
    worker.unref();
    this.#worker = worker;
    ours.port1.on("message", ({ id, untyped }: { id: number; untyped?: PropertiesRequest }) => {
      if (untyped) ours.port1.postMessage({ id, properties: this.#properties(untyped) });
    });
    if (this.#language) this.#language.connect(ours.port1);
    else this.#language = new PortLanguage(ours.port1);
    return wires.port1;
  }

  /** Completion may ask for the properties of a value by its path. */
  onProperties(answer: (wanted: PropertiesRequest) => Completions["matches"]): void {
    this.#properties = answer;
  }

  async prepare(request: PrepareRequest): Promise<Prepared> {
    if (!this.#language) throw new Error("The language thread has not been started");
    let prepared: Prepared;
    try {
      prepared = await this.#language.prepare(request);
    } catch (error) {
      const unchecked = await this.#language.prepare({ ...request, unchecked: true });
      const warning = `The type checker failed, so this cell ran unchecked: ${String(error)}`;
      prepared = "problems" in unchecked ? unchecked : { ...unchecked, warning };
    }
    if ("cell" in prepared && !request.expression && !request.module) this.#accepted.push(request.code);
    return prepared;
  }
}
