// Cells run one after the other; this is the queue, the count and what happens to those behind a failure.
import type { ToSession } from "../session/messages.ts";
import { History } from "./history.ts";
import type { Iopub } from "./iopub.ts";
import type { Content, Message } from "./message.ts";

interface Execution {
  readonly request: Message;
  readonly code: string;
  readonly silent: boolean;
  readonly storeHistory: boolean;
  readonly stopOnError: boolean;
  readonly userExpressions: Readonly<Record<string, string>>;
  readonly reply: (content: Content | string) => void;
}

export class Executions {
  readonly history: History = new History();
  readonly #iopub: Iopub;
  readonly #toSession: (message: ToSession) => void;
  readonly #queue: Execution[] = [];
  #current: { execution: Execution; run: number; count: number } | undefined;
  #started = false;
  #runs = 0;
  #count = 0;

  constructor(iopub: Iopub, toSession: (message: ToSession) => void) {
    this.#iopub = iopub;
    this.#toSession = toSession;
  }

  /** The run that computes now. */
  get running(): number | undefined {
    return this.#current?.run;
  }

  /** The user thread is ready: what has come in meanwhile may run. */
  start(): void {
    this.#started = true;
    this.#next();
  }

  add(request: Message, reply: Execution["reply"]): void {
    const { content } = request;
    if (typeof content.code !== "string") throw new Error("execute_request without code");
    const silent = content.silent === true;
    this.#queue.push({
      request,
      code: content.code,
      silent,
      storeHistory: !silent && content.store_history !== false,
      stopOnError: content.stop_on_error !== false,
      userExpressions: stringsIn(content.user_expressions),
      reply,
    });
    this.#next();
  }

  finished(run: number, ok: boolean, result: string): void {
    const current = this.#current;
    if (current?.run !== run) return;
    const { execution, count } = current;
    this.#iopub.flush();
    execution.reply(`${result.slice(0, -1)},"execution_count":${count}}`);
    this.#iopub.status("idle", execution.request.header);
    this.#current = undefined;
    if (!ok && execution.stopOnError) this.#abort();
    this.#next();
  }

  #abort(): void {
    for (const { request, reply } of this.#queue.splice(0)) {
      this.#iopub.status("busy", request.header);
      reply({ status: "aborted" });
      this.#iopub.status("idle", request.header);
    }
  }

  #next(): void {
    if (!this.#started || this.#current) return;
    const execution = this.#queue.shift();
    if (!execution) return;
    const { request, code, silent, storeHistory, userExpressions } = execution;
    if (storeHistory) this.#count++;
    const run = ++this.#runs;
    const count = this.#count;
    this.#current = { execution, run, count };
    this.#iopub.addRun(run, request.header);
    this.#iopub.status("busy", request.header);
    if (storeHistory && code.trim() !== "") this.history.add(count, code);
    if (!silent) this.#iopub.publish("execute_input", { code, execution_count: count }, request.header);
    this.#toSession({ type: "run", run, code, executionCount: count, silent, userExpressions });
  }
}

function stringsIn(value: unknown): Record<string, string> {
  if (typeof value !== "object" || value === null) return {};
  const entries = Object.entries(value).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  return Object.fromEntries(entries);
}
