// One handler for each request; what is unknown is logged and dropped.
import { createRequire } from "node:module";
import type { Language } from "../language/language.ts";
import type { CellLanguage } from "../session/messages.ts";
import { toCodePoints, toUtf16 } from "./cursor.ts";
import type { Executions } from "./executions.ts";
import type { Iopub } from "./iopub.ts";
import { logDropped } from "./log.ts";
import { type Content, type Message, PROTOCOL_VERSION, type Signer } from "./message.ts";
import type { Outbox } from "./outbox.ts";

interface Parts {
  readonly iopub: Iopub;
  readonly signer: Signer;
  readonly language: Language;
  readonly cellLanguage: CellLanguage;
  readonly executions: Executions;
  readonly interrupt: () => Promise<void>;
  readonly shutdown: () => void;
}

type Handler = (content: Content, message: Message) => Promise<Content | undefined> | Content | undefined;

export class Dispatcher {
  readonly #parts: Parts;
  readonly #handlers: Readonly<Record<string, Handler>> = {
    kernel_info_request: () => kernelInfo(this.#parts.cellLanguage),
    complete_request: (content) => this.#complete(content),
    inspect_request: (content) => this.#inspect(content),
    is_complete_request: async ({ code }) => {
      const { status, indent } = await this.#parts.language.isComplete({ code: String(code ?? "") });
      return status === "incomplete" ? { status, indent } : { status };
    },
    history_request: (content) => this.#parts.executions.history.answer(content),
    comm_info_request: () => ({ status: "ok", comms: {} }),
    comm_open: ({ comm_id }, { header }) => {
      // Nobody here answers to any target yet, and the front end must not wait for one.
      this.#parts.iopub.publish("comm_close", { comm_id, data: {} }, header);
      return undefined;
    },
    comm_msg: () => undefined,
    comm_close: () => undefined,
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
    const { iopub, signer, executions } = this.#parts;
    const reply = (content: Content | string): void =>
      outbox.send(
        signer.encode({ identities, type: type.replace(/_request$/, "_reply"), parent: header, content }),
      );
    if (type === "execute_request" && channel === "shell") {
      executions.add(message, reply);
      return;
    }
    if (!Object.hasOwn(this.#handlers, type)) throw new Error(`unknown message type "${type}"`);
    void this.#answer(message, reply).catch((error: unknown) => logDropped(channel, error));
    iopub.flush();
  }

  async #answer(message: Message, reply: (content: Content) => void): Promise<void> {
    const { header, content } = message;
    const { iopub, shutdown } = this.#parts;
    iopub.status("busy", header);
    try {
      const answer = await this.#handlers[header.msg_type]?.(content, message);
      if (answer) reply(answer);
      if (header.msg_type === "shutdown_request") {
        iopub.publish("shutdown_reply", answer ?? {}, header);
      }
    } catch (error) {
      const { name, message: evalue } = error instanceof Error ? error : new Error(String(error));
      reply({ status: "error", ename: name, evalue, traceback: [] });
    } finally {
      iopub.status("idle", header);
      if (header.msg_type === "shutdown_request") shutdown();
    }
  }

  async #complete(request: Content): Promise<Content> {
    const { code, position } = cursor(request);
    const { matches, start, end } = await this.#parts.language.complete({ code, position });
    const from = toCodePoints(code, start);
    const to = toCodePoints(code, end);
    return {
      status: "ok",
      matches: matches.map(({ text }) => text),
      cursor_start: from,
      cursor_end: to,
      metadata: {
        _jupyter_types_experimental: matches.map(({ text, type }) => ({ text, type, start: from, end: to })),
      },
    };
  }

  async #inspect(request: Content): Promise<Content> {
    const description = await this.#parts.language.inspect({
      ...cursor(request),
      detail: Number(request.detail_level ?? 0),
    });
    if (!description) return { status: "ok", found: false, data: {}, metadata: {} };
    const { signature, documentation } = description;
    const plain = [signature, documentation].filter(Boolean).join("\n\n");
    const markdown = [`\`\`\`typescript\n${signature}\n\`\`\``, documentation].filter(Boolean).join("\n\n");
    return {
      status: "ok",
      found: true,
      data: { "text/plain": plain, "text/markdown": markdown },
      metadata: {},
    };
  }
}

function cursor(request: Content): { code: string; position: number } {
  const code = String(request.code ?? "");
  const position = Number(request.cursor_pos ?? code.length);
  return { code, position: toUtf16(code, position) };
}

function kernelInfo(cellLanguage: CellLanguage): Content {
  const { version } = createRequire(import.meta.url)("../../package.json") as { version: string };
  const typescript = cellLanguage === "typescript";
  return {
    status: "ok",
    protocol_version: PROTOCOL_VERSION,
    implementation: "gradbook",
    implementation_version: version,
    language_info: {
      name: cellLanguage,
      version: process.version.slice(1),
      mimetype: typescript ? "text/typescript" : "text/javascript",
      file_extension: typescript ? ".ts" : ".js",
      codemirror_mode: { name: "javascript", typescript },
      pygments_lexer: cellLanguage,
      nbconvert_exporter: "script",
    },
    banner: `gradbook ${version}: ${typescript ? "TypeScript" : "JavaScript"} on Node ${process.version}`,
    help_links: [{ text: "TypeScript", url: "https://www.typescriptlang.org/docs/" }],
    debugger: false,
    supported_features: [],
  };
}
