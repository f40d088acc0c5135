// Cells run one after the other in each shell; this is the queues, the count and what happens behind a failure.
import type { Prepared } from "../language/language.ts";
import type { CommMessage, ToSession } from "../session/messages.ts";
import type { History } from "./history.ts";
import type { Iopub } from "./iopub.ts";
import type { Content, Message } from "./message.ts";

export interface Execution {
  readonly request: Message;
  readonly code: string;
  readonly silent: boolean;
  readonly storeHistory: boolean;
  readonly stopOnError: boolean;
  readonly userExpressions: Readonly<Record<string, string>>;
  readonly reply: (content: Content | string) => void;
}

interface Running {
  readonly execution: Execution;
  readonly lane: Lane;
  readonly count: number;
}

/** A shell or a subshell: its cells wait for each other, and not for those of another. */
interface Lane {
  readonly queue: Execution[];
  run: number | undefined;
}

interface Parts {
  readonly iopub: Iopub;
  readonly history: History;
  readonly toSession: (message: ToSession) => void;
  /** Checks a cell and makes it JavaScript; at once where it is known. */
  readonly prepare: (code: string) => Prepared | Promise<Prepared>;
  /** Answers a cell that is no code, such as `name?`. */
  readonly help: (code: string) => Promise<Content> | undefined;
}

export class Executions {
  readonly #parts: Parts;
  readonly #main: Lane = { queue: [], run: undefined };
  readonly #lanes = new Map<string, Lane>();
  readonly #running = new Map<number, Running>();
  /** Comm messages that user code handles now. */
  readonly #handling = new Map<number, Message>();
  #started = false;
  #runs = 0;
  #count = 0;
  #subshells = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** What computes now: cells, and handlers of comm messages. */
  get running(): readonly number[] {
    return [...this.#running.keys(), ...this.#handling.keys()];
  }

  get subshells(): readonly string[] {
    return [...this.#lanes.keys()];
  }

  requestOf(run: number): Message | undefined {
    return this.#running.get(run)?.execution.request;
  }

  /** The user thread is ready: what has come in meanwhile may run. */
  start(): void {
    this.#started = true;
    this.#next(this.#main);
    for (const lane of this.#lanes.values()) this.#next(lane);
  }

  /** Until the next start, no cell begins. */
  pause(): void {
    this.#started = false;
  }

  createSubshell(): string {
    const id = `subshell-${++this.#subshells}`;
    this.#lanes.set(id, { queue: [], run: undefined });
    return id;
  }

  deleteSubshell(id: string): void {
    const lane = this.#lanes.get(id);
    if (!lane) throw new Error(`There is no subshell "${id}"`);
    this.#lanes.delete(id);
    this.#abort(lane);
  }

  add(request: Message, reply: Execution["reply"]): void {
    const { content, header } = request;
    if (typeof content.code !== "string") throw new Error("execute_request without code");
    const subshell = header.subshell_id;
    const lane = typeof subshell === "string" ? this.#lanes.get(subshell) : this.#main;
    if (!lane) throw new Error(`there is no subshell "${String(subshell)}"`);
    const silent = content.silent === true;
    lane.queue.push({
      request,
      code: content.code,
      silent,
      storeHistory: !silent && content.store_history !== false,
      stopOnError: content.stop_on_error !== false,
      userExpressions: stringsIn(content.user_expressions),
      reply,
    });
    this.#next(lane);
  }

  finished(run: number, ok: boolean, result: string, output?: string): void {
    const running = this.#running.get(run);
    if (!running) return;
    const { execution, lane, count } = running;
    const { iopub, history } = this.#parts;
    iopub.flush();
    execution.reply(`${result.slice(0, -1)},"execution_count":${count}}`);
    iopub.status("idle", execution.request.header);
    if (execution.storeHistory) history.finish(count, output);
    this.#running.delete(run);
    lane.run = undefined;
    if (!ok && execution.stopOnError) this.#abort(lane);
    this.#next(lane);
  }

  /** Hands a comm's message to user code; its outputs name the message as their parent. */
  handle(request: Message, message: CommMessage): void {
    const run = ++this.#runs;
    this.#parts.iopub.addRun(run, request.header);
    this.#parts.iopub.status("busy", request.header);
    this.#handling.set(run, request);
    this.#parts.toSession({ type: "comm", run, message });
  }

  handled(run: number): void {
    const request = this.#handling.get(run);
    if (!request) return;
    this.#handling.delete(run);
    this.#parts.iopub.status("idle", request.header);
    // A slider that is dragged sends hundreds a second.
    this.#parts.iopub.forgetRun(run);
  }

  /** A cell has ended the process: it and those behind it are told. */
  ended(reply: Content): void {
    const content = JSON.stringify(reply);
    for (const run of [...this.#running.keys()]) {
      this.#parts.iopub.output(run, "error", content);
      this.finished(run, false, JSON.stringify({ status: "error", ...reply }));
    }
    for (const lane of [this.#main, ...this.#lanes.values()]) this.#abort(lane);
  }

  #abort(lane: Lane): void {
    for (const { request, reply } of lane.queue.splice(0)) {
      this.#parts.iopub.status("busy", request.header);
      reply({ status: "aborted" });
      this.#parts.iopub.status("idle", request.header);
    }
  }

  #next(lane: Lane): void {
    if (!this.#started || lane.run !== undefined) return;
    const execution = lane.queue.shift();
    if (!execution) return;
    const { request, code, silent, storeHistory, userExpressions } = execution;
    const { iopub, history, toSession, prepare, help } = this.#parts;
    if (storeHistory) this.#count++;
    const run = ++this.#runs;
    const count = this.#count;
    lane.run = run;
    this.#running.set(run, { execution, lane, count });
    const answer = help(code);
    // Before anything is said: the checker, on another core, needs the longest.
    const preparing = answer ? undefined : prepare(code);
    iopub.addRun(run, request.header);
    iopub.status("busy", request.header);
    if (storeHistory && code.trim() !== "") history.add(count, code);
    if (!silent) iopub.publish("execute_input", { code, execution_count: count }, request.header);
    if (answer) {
      void answer.then((reply) => this.finished(run, reply.status === "ok", JSON.stringify(reply)));
      return;
    }
    const allowStdin = request.content.allow_stdin === true;
    const { cellId } = request.metadata;
    const known = preparing instanceof Promise ? undefined : preparing;
    toSession({
      type: "run",
      run,
      code,
      ...(typeof cellId === "string" && { cell: cellId }),
      executionCount: count,
      silent,
      allowStdin,
      userExpressions,
      ...(known && { prepared: known }),
    });
    if (!(preparing instanceof Promise)) return;
    // From here, as the way over the user thread would take half as long again.
    void preparing.then(
      (prepared) => toSession({ type: "prepared", run, prepared }),
      (error) => toSession({ type: "prepared", run, prepared: { failed: String(error) } }),
    );
  }
}

function stringsIn(value: unknown): Record<string, string> {
  if (typeof value !== "object" || value === null) return {};
  const entries = Object.entries(value).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  return Object.fromEntries(entries);
}
