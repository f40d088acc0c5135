// A front end that debugs, as JupyterLab does, over the wire.
import { type FrontEnd, type Json, Kernel } from "../kernel/client.ts";

const PATIENCE = 60_000;

export class Adapter {
  readonly front: FrontEnd;
  /** Stops that were waited for. */
  #seen = 0;
  #seq = 0;

  constructor(front: FrontEnd) {
    this.front = front;
  }

  /** A debugger that is attached. */
  static async attach(front: FrontEnd): Promise<Adapter> {
    const adapter = new Adapter(front);
    await adapter.ask("initialize", { clientID: "test", linesStartAt1: true, columnsStartAt1: true });
    await adapter.ask("attach");
    return adapter;
  }

  async request(command: string, given: object = {}): Promise<Json> {
    const content = { type: "request", seq: ++this.#seq, command, arguments: given };
    const { reply } = await this.front.answer(this.front.send("debug_request", content, "control"), PATIENCE);
    return reply;
  }

  /** The answer's body. Fails where the kernel says no. */
  async ask(command: string, given: object = {}): Promise<Json> {
    const { success, message, body } = await this.request(command, given);
    if (!success) throw new Error(`${command}: ${message}`);
    return body;
  }

  /** Breakpoints in a cell, where the kernel puts them. */
  async breakIn(code: string, ...lines: readonly (number | Json)[]): Promise<number[]> {
    const { sourcePath } = await this.ask("dumpCell", { code });
    return this.breakAt(sourcePath, ...lines);
  }

  async breakAt(path: string, ...lines: readonly (number | Json)[]): Promise<number[]> {
    const breakpoints = lines.map((line) => (typeof line === "number" ? { line } : line));
    const body = await this.ask("setBreakpoints", { source: { path }, breakpoints });
    return body.breakpoints.map(({ line, verified }: Json) => (verified ? line : -1));
  }

  events(name: string): Json[] {
    return this.front.broadcast
      .filter(({ type, content }) => type === "debug_event" && content.event === name)
      .map(({ content }) => content.body);
  }

  /** The next pause: why, and the stack as `name:line`, innermost first. */
  async stopped(): Promise<{ reason: string; text?: string; stack: string[]; frames: Json[] }> {
    await this.front.until(() => this.events("stopped").length > this.#seen, "pause", PATIENCE);
    const { reason, text } = this.events("stopped")[this.#seen++];
    const { stackFrames } = await this.ask("stackTrace", { threadId: 1 });
    const stack = stackFrames.map(({ name, line }: Json) => `${name}:${line}`);
    return { reason, stack, frames: stackFrames, ...(text !== undefined && { text }) };
  }

  async go(command: "next" | "stepIn" | "stepOut" | "continue" = "continue"): Promise<void> {
    await this.ask(command, { threadId: 1 });
  }

  /** A step, and where it led. */
  async step(command: "next" | "stepIn" | "stepOut" = "next"): Promise<string[]> {
    await this.go(command);
    return (await this.stopped()).stack;
  }

  /** A scope's variables with their values. */
  async variables(scope: string, frame = 0): Promise<Record<string, string>> {
    const { stackFrames } = await this.ask("stackTrace", { threadId: 1 });
    const { scopes } = await this.ask("scopes", { frameId: stackFrames[frame].id });
    const found = scopes.find(({ name }: Json) => name === scope);
    return found ? named(await this.ask("variables", { variablesReference: found.variablesReference })) : {};
  }

  async evaluate(expression: string, frame = 0): Promise<string> {
    const { stackFrames } = await this.ask("stackTrace", { threadId: 1 });
    return (await this.ask("evaluate", { expression, frameId: stackFrames[frame]?.id })).result;
  }
}

/** A suite's kernel, with a debugger attached. */
export function debugged(use: (kernel: Kernel, adapter: Adapter) => void): void {
  let kernel: Kernel | undefined;
  before(async () => {
    kernel = await Kernel.start();
    use(kernel, await Adapter.attach(kernel));
  });
  after(() => kernel?.stop());
}

export function named({ variables }: Json): Record<string, string> {
  return Object.fromEntries(variables.map(({ name, value }: Json) => [name, value]));
}
