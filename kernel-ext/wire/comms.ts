// Which comms are open, known here so that `comm_info` is answered while a cell computes.
import type { CommMessage } from "../session/messages.ts";
import type { Executions } from "./executions.ts";
import type { Iopub } from "./iopub.ts";
import type { Content, Message } from "./message.ts";

export class Comms {
  readonly #targets = new Map<string, string>();
  readonly #executions: Executions;
  readonly #iopub: Iopub;

  constructor(executions: Executions, iopub: Iopub) {
    this.#executions = executions;
    this.#iopub = iopub;
  }

  info({ target_name }: Content): Content {
    const wanted = [...this.#targets].filter(([, target]) => !target_name || target === target_name);
    return {
      status: "ok",
      comms: Object.fromEntries(wanted.map(([id, target]) => [id, { target_name: target }])),
    };
  }

  /** A front end speaks. */
  receive(request: Message): void {
    const { content, metadata, buffers } = request;
    const { comm_id: id, target_name: target, data = {} } = content;
    const kind = request.header.msg_type;
    if (typeof id !== "string") throw new Error(`${kind} without comm_id`);
    if (kind === "comm_open") {
      if (typeof target !== "string") throw new Error("comm_open without target_name");
      this.#targets.set(id, target);
      this.#executions.handle(request, { kind, id, target, data, metadata, buffers });
      return;
    }
    if (kind !== "comm_msg" && kind !== "comm_close") throw new Error(`unknown message type "${kind}"`);
    if (!this.#targets.has(id)) throw new Error(`${kind} for a comm that is not open`);
    if (kind === "comm_close") this.#targets.delete(id);
    this.#executions.handle(request, { kind, id, data, metadata, buffers });
  }

  /** User code speaks. */
  send(run: number, { kind, id, target, data, metadata, buffers }: CommMessage): void {
    if (kind === "comm_open") this.#targets.set(id, target ?? "");
    if (kind === "comm_close") this.#targets.delete(id);
    const content = { comm_id: id, data, ...(kind === "comm_open" ? { target_name: target ?? "" } : {}) };
    this.#iopub.broadcast(run, { type: kind, content, metadata, buffers });
  }
}
