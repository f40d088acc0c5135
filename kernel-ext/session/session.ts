// Runs cells, one at a time, on the thread that Node started with.
import vm from "node:vm";
import { bundleOf, type MimeBundle } from "../display/bundle.ts";
import { openChannel } from "../display/channel.ts";
import { display } from "../display/display.ts";
import { DisplayHandle, pendingDisplays } from "../display/handle.ts";
import { toJson } from "../display/json.ts";
import { plainText } from "../display/plain.ts";
import { endProgress, progress } from "../display/progress.ts";
import { Updates } from "../display/updates.ts";
import type { Prepared, PreparedCell, PrepareRequest } from "../language/language.ts";
import { cellTags, defineCellModule } from "./cell-modules.ts";
import { Interruption } from "./interruption.ts";
import { jsxFactory } from "./jsx.ts";
import type { OutputType, RunRequest, ToWire } from "./messages.ts";
import { Modules } from "./modules.ts";
import { type Binding, bindImports, createNames, type Names, quicken } from "./names.ts";
import type { Outputs } from "./outputs.ts";
import { type Properties, propertiesOf } from "./properties.ts";
import { type ErrorContent, Tracebacks } from "./traceback.ts";
import { runSynchronously } from "./trampoline.ts";

/** What a rewritten cell calls; see language/rewrite.ts. */
interface CellKernel {
  result: unknown;
  readonly meta: object;
  readonly import: Modules["import"];
  readonly enter: () => Interruption;
  readonly on: <T>(interruption: Interruption, value: T) => T;
  readonly jsx: typeof jsxFactory;
  readonly bind: (module: Names, bindings: readonly Binding[]) => void;
}

type CellBody = (names: Names, kernel: CellKernel) => Promise<void>;

interface Preparer {
  prepare(request: PrepareRequest): Promise<Prepared>;
}

/** Stands for "the cell has shown nothing", as undefined is a value. */
const NOTHING = Symbol("nothing");

export class Session {
  readonly #send: (message: ToWire) => void;
  readonly #outputs: Outputs;
  readonly #language: Preparer;
  readonly #tracebacks: Tracebacks;
  readonly #names: Names = createNames();
  readonly #modules: Modules;
  #current: Interruption | undefined;
  /** The run whose code is on the stack: what is printed now is surely its. */
  #synchronous: number | undefined;
  #lastRun = 0;
  readonly #updates = new Updates(({ data, id, update }, run) => {
    const transient = id === undefined ? {} : { display_id: id };
    this.#output(update ? "update_display_data" : "display_data", { data, metadata: {}, transient }, run);
  });
  readonly #silent = new Set<number>();

  constructor(
    send: (message: ToWire) => void,
    language: Preparer,
    folder: string,
    createOutputs: (runOf: () => number) => Outputs,
  ) {
    this.#send = send;
    this.#language = language;
    this.#modules = new Modules(folder);
    this.#tracebacks = new Tracebacks(folder);
    this.#tracebacks.install();
    this.#outputs = createOutputs(() => this.#runOf());
    this.#openGlobals(folder);
    openChannel({
      show: (shown) => this.#updates.show(shown, this.#runOf()),
      clear: (wait) => this.#output("clear_output", { wait }),
      run: () => {
        const id = this.#runOf();
        return { id, silent: this.#silent.has(id) };
      },
      limit: (characters) => {
        this.#outputs.limit = characters;
      },
    });
  }

  async run(request: RunRequest): Promise<void> {
    const { run, code, silent } = request;
    const interruption = new Interruption(run);
    this.#current = interruption;
    this.#lastRun = run;
    if (silent) this.#silent.add(run);
    const label = silent ? "Cell [ ]" : `Cell [${request.executionCount}]`;
    let reply: Record<string, unknown> = { status: "ok", payload: [], user_expressions: {} };
    try {
      const { module, jsx = false, browser } = cellTags(code);
      if (browser) throw new SyntaxError("@browser: this kernel runs cells in Node.js only");
      const prepared = await interruption.race(
        this.#language.prepare({ code, module: module !== undefined }),
      );
      if ("problems" in prepared) {
        reply = this.#fail(this.#tracebacks.describeProblems(label, code, prepared.problems), run);
      } else if (module !== undefined) {
        defineCellModule(module, code, jsx);
      } else {
        if (prepared.warning) this.#outputs.write("stderr", `${prepared.warning}\n`, run);
        const { value } = await this.#evaluate(prepared.cell, label, code, interruption);
        if (!silent && value !== undefined && value !== NOTHING && !(value instanceof DisplayHandle)) {
          const data = await interruption.race(this.#bundle(value));
          this.#output(
            "execute_result",
            { data, metadata: {}, execution_count: request.executionCount },
            run,
          );
        }
        reply.user_expressions = await this.#expressions(request, interruption);
      }
    } catch (error) {
      endProgress(run);
      reply = this.#fail(
        interruption.describes(error) ? interruption.content : this.#tracebacks.describe(error),
        run,
      );
    }
    this.#current = undefined;
    this.#updates.flush();
    this.#outputs.flush();
    this.#outputs.forget(run);
    this.#send({ type: "done", run, ok: reply.status === "ok", reply: JSON.stringify(reply) });
  }

  /** The names of a value's properties; see properties.ts. */
  properties(path: readonly string[]): Properties {
    try {
      return propertiesOf(this.#names, path);
    } catch {
      return [];
    }
  }

  /** Ends the run that computes now, or `run` if that still does. */
  interrupt(run?: number): void {
    if (run === undefined || run === this.#current?.run) this.#current?.interrupt();
  }

  /** An error that nobody caught is shown under the cell that its code came from. */
  showUncaught(error: unknown): void {
    if (Interruption.isOne(error)) return;
    const run = this.#tracebacks.runOf(error) ?? this.#runOf();
    this.#output("error", { ...this.#tracebacks.describe(error) }, run);
  }

  /** The value is wrapped: a promise that a cell ends with is shown, not awaited. */
  async #evaluate(
    cell: PreparedCell,
    label: string,
    source: string,
    interruption: Interruption,
  ): Promise<{ value: unknown }> {
    const { run } = interruption;
    const filename = this.#tracebacks.add(run, label, source, cell);
    const body = new vm.Script(cell.javascript, { filename }).runInThisContext() as CellBody;
    const kernel: CellKernel = {
      result: NOTHING,
      meta: this.#modules.meta,
      import: this.#modules.import,
      enter: () => this.#current ?? Interruption.none,
      on: (entered, value) => {
        entered.throwIfInterrupted();
        return value;
      },
      jsx: jsxFactory,
      bind: (module, bindings) => bindImports(this.#names, module, bindings),
    };
    quicken(this.#names, cell.names);
    let finished: Promise<void>;
    this.#synchronous = run;
    try {
      finished = runSynchronously(() => body(this.#names, kernel));
    } finally {
      this.#synchronous = undefined;
    }
    await interruption.race(finished);
    // What the cell has set off and is due at once, rejections too, belongs before its end.
    await interruption.race(new Promise<void>((resolve) => setImmediate(resolve)));
    const displays = pendingDisplays();
    if (displays) await interruption.race(displays);
    return { value: kernel.result };
  }

  async #bundle(value: unknown): Promise<MimeBundle> {
    try {
      return await bundleOf(value);
    } catch (error) {
      this.#outputs.write("stderr", `${this.#tracebacks.describe(error).traceback.join("\n")}\n`);
      return { "text/plain": plainText(value) };
    }
  }

  async #expressions({ userExpressions }: RunRequest, interruption: Interruption): Promise<Names> {
    const results: Names = {};
    for (const [name, code] of Object.entries(userExpressions)) {
      try {
        const prepared = await this.#language.prepare({ code, expression: true });
        if ("problems" in prepared) throw new SyntaxError(prepared.problems[0]?.message);
        const { value } = await this.#evaluate(prepared.cell, name, code, interruption);
        results[name] = { status: "ok", data: await bundleOf(value), metadata: {} };
      } catch (error) {
        results[name] = { status: "error", ...this.#tracebacks.describe(error) };
      }
    }
    return results;
  }

  #fail(content: ErrorContent, run: number): Record<string, unknown> {
    this.#output("error", { ...content }, run);
    return { status: "error", ...content };
  }

  #output(kind: OutputType, content: Record<string, unknown>, run: number = this.#runOf()): void {
    const text = toJson(content);
    if ("data" in content && !this.#outputs.admit(run, text.length, kind !== "update_display_data")) return;
    this.#outputs.flush();
    this.#send({ type: "output", run, kind, content: text });
  }

  /** Which run does this? In a callback, the cell at the bottom of the stack tells. */
  #runOf(): number {
    if (this.#synchronous !== undefined) return this.#synchronous;
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 50;
    const here = new Error();
    Error.stackTraceLimit = stackTraceLimit;
    return this.#tracebacks.runOf(here) ?? this.#lastRun;
  }

  #openGlobals(folder: string): void {
    const globals = {
      display,
      progress,
      require: this.#modules.require,
      __dirname: folder,
      __filename: `${folder}/cell.ts`,
    };
    for (const [name, value] of Object.entries(globals)) {
      Object.defineProperty(globalThis, name, {
        value,
        writable: true,
        configurable: true,
        enumerable: false,
      });
    }
  }
}
