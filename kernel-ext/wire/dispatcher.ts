// One handler for each request; what is unknown is logged and dropped.
import type { Language } from "../language/language.ts";
import type { CellLanguage } from "../session/messages.ts";
import type { Comms } from "./comms.ts";
import type { Connection } from "./connection.ts";
import type { Debugging } from "./debugging.ts";
import type { Executions } from "./executions.ts";
import { complete, inspect } from "./help.ts";
import type { History } from "./history.ts";
import { connectInfo, kernelInfo, Usage } from "./info.ts";
import type { Iopub } from "./iopub.ts";
import { logDropped } from "./log.ts";
import type { Content, Header, Message, Signer } from "./message.ts";
import type { Outbox } from "./outbox.ts";

interface Parts {
  readonly connection: Connection;
  readonly iopub: Iopub;
  readonly signer: Signer;
  readonly language: Language;
  readonly cellLanguage: CellLanguage;
  readonly executions: Executions;
  readonly history: History;
  readonly comms: Comms;
  readonly debugging: Debugging;
  readonly interrupt: () => Promise<void>;
  readonly shutdown: () => void;
}

type Handler = (content: Content, header: Header) => Promise<Content> | Content;

export class Dispatcher {
  readonly #parts: Parts;
  readonly #usage: Usage = new Usage();
  readonly #handlers: Readonly<Record<string, Handler>> = {
    kernel_info_request: () => kernelInfo(this.#parts.cellLanguage),
    connect_request: () => connectInfo(this.#parts.connection),
    usage_request: () => this.#usage.answer(),
    complete_request: (content) => complete(this.#parts.language, content),
    inspect_request: (content) => inspect(this.#parts.language, content),
    is_complete_request: async ({ code }) => {
      const { status, indent } = await this.#parts.language.isComplete({ code: String(code ?? "") });
      return status === "incomplete" ? { status, indent } : { status };
    },
    history_request: (content) => this.#parts.history.answer(content),
    comm_info_request: (content) => this.#parts.comms.info(content),
    create_subshell_request: () => ({
      status: "ok",
      subshell_id: this.#parts.executions.createSubshell(),
    }),
    delete_subshell_request: ({ subshell_id }) => {
      this.#parts.executions.deleteSubshell(String(subshell_id));
      return { status: "ok" };
    },
    debug_request: (content, header) => this.#parts.debugging.answer(content, header),
    list_subshell_request: () => ({ status: "ok", subshell_id: this.#parts.executions.subshells }),
    interrupt_request: async () => {
      await this.#parts.interrupt();
      return { status: "ok" };
    },
    shutdown_request: ({ restart }) => ({ status: "ok", restart: restart === true }),
  };

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  dispatch(message: Message, channel: string, outbox: Outbox): void {
    const { header, identities } = message;
    const type = header.msg_type;
    const { iopub, signer, executions, comms } = this.#parts;
    const reply = (content: Content | string): void => {
      const answer = type.replace(/_request$/, "_reply");
      outbox.send(signer.encode({ identities, type: answer, parent: header, content }).frames);
    };
    if (type === "execute_request" && channel === "shell") {
      executions.add(message, reply);
      return;
    }
    if (type.startsWith("comm_") && !type.endsWith("_request")) {
      comms.receive(message);
      return;
    }
    if (!Object.hasOwn(this.#handlers, type)) throw new Error(`unknown message type "${type}"`);
    void this.#answer(message, reply).catch((error: unknown) => logDropped(channel, error));
    iopub.flush();
  }

  async #answer({ header, content }: Message, reply: (content: Content) => void): Promise<void> {
    const { iopub, shutdown } = this.#parts;
    iopub.status("busy", header);
    try {
      const answer = (await this.#handlers[header.msg_type]?.(content, header)) ?? {};
      reply(answer);
      if (header.msg_type === "shutdown_request") iopub.publish("shutdown_reply", answer, header);
    } catch (error) {
      const { name, message: evalue } = error instanceof Error ? error : new Error(String(error));
      reply({ status: "error", ename: name, evalue, traceback: [] });
    } finally {
      iopub.status("idle", header);
      if (header.msg_type === "shutdown_request") shutdown();
    }
  }
}
