// Runs cells, one at a time, on the thread that Node started with.
import { types } from "node:util";
import vm from "node:vm";
import { bundleOf, type MimeBundle } from "../display/bundle.ts";
import { openChannel } from "../display/channel.ts";
import { display } from "../display/display.ts";
import { DisplayHandle, pendingDisplays } from "../display/handle.ts";
import { toJson } from "../display/json.ts";
import { noteOrigin } from "../display/origin.ts";
import { plainText } from "../display/plain.ts";
import { endProgress, progress } from "../display/progress.ts";
import { noteSignature } from "../display/signature.ts";
import { Updates } from "../display/updates.ts";
import type {
  Prepared,
  PreparedCell,
  PreparedModule,
  PrepareRequest,
  PropertiesRequest,
} from "../language/language.ts";
import { input } from "./api.ts";
import { Arrivals } from "./arrivals.ts";
import type { Captures } from "./captures.ts";
import { type CellTags, cellTags, defineCellModule } from "./cell-modules.ts";
import { deliver, isAwaited } from "./comms.ts";
import { openFrontend } from "./frontend.ts";
import { isGraded } from "./graded.ts";
import { type Inputs, InputUnavailable } from "./input.ts";
import { Interruption } from "./interruption.ts";
import { jsxFactory } from "./jsx.ts";
import type { CommMessage, OutputType, RunRequest, ToWire } from "./messages.ts";
import { Modules } from "./modules.ts";
import { type Binding, bindImports, createNames, LoopBox, type Names, quicken } from "./names.ts";
import type { Outputs } from "./outputs.ts";
import { describePageProblems, PageProblems } from "./page-problems.ts";
import { type Properties, propertiesOf } from "./properties.ts";
import { inOwnEvent } from "./slice.ts";
import { type ErrorContent, Tracebacks } from "./traceback.ts";

/** What a rewritten cell calls; see language/rewrite.ts. */
interface CellKernel {
  readonly box: (names: readonly string[]) => Float64Array;
  readonly unbox: () => void;
  result: unknown;
  readonly meta: object;
  readonly import: Modules["import"];
  readonly enter: () => Interruption;
  readonly on: <T>(interruption: Interruption, value: T) => T;
  readonly jsx: typeof jsxFactory;
  readonly bind: (module: Names, bindings: readonly Binding[]) => void;
}

type CellBody = (names: Names, kernel: CellKernel) => Promise<void>;

type Prepare = (request: PrepareRequest) => Promise<Prepared>;
/** The language's answer, or why there is none. */
type Preparation = Prepared | { readonly failed: string };

interface Active {
  readonly interruption: Interruption;
  readonly allowStdin: boolean;
  readonly preparation: Promise<Preparation>;
  readonly take: (prepared: Preparation) => void;
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
  readonly end: () => void;
}

/** Stands for "the cell has shown nothing", as undefined is a value. */
const NOTHING = Symbol("nothing");

export class Session {
  readonly #send: (message: ToWire) => void;
  readonly #outputs: Outputs;
  readonly #prepare: Prepare;
  readonly #tracebacks: Tracebacks;
  readonly #names: Names = createNames();
  readonly #loop = new LoopBox();
  readonly #modules: Modules;
  readonly #folder: string;
  readonly #inputs: Inputs;
  /** What runs now, the latest last: a cell for each shell, and handlers of comm messages. */
  readonly #active = new Map<number, Active>();
  readonly #arrivals = new Arrivals();
  /** The run whose code is on the stack: what is printed now is surely its. */
  #synchronous: number | undefined;
  #lastRun = 0;
  readonly #updates = new Updates(({ data, id, update }, run) => {
    const transient = id === undefined ? {} : { display_id: id };
    this.#output(update ? "update_display_data" : "display_data", { data, metadata: {}, transient }, run);
  });
  readonly #silent = new Set<number>();
  readonly #captures: Captures;
  /** What the front end calls the cell of a run; its code, where it says nothing. */
  readonly #cells = new Map<number, string>();

  constructor(
    send: (message: ToWire) => void,
    prepare: Prepare,
    inputs: Inputs,
    folder: string,
    createOutputs: (runOf: () => number) => Outputs,
    captures: Captures,
  ) {
    this.#inputs = inputs;
    this.#send = send;
    this.#captures = captures;
    this.#prepare = prepare;
    this.#modules = new Modules(folder);
    this.#folder = folder;
    this.#tracebacks = new Tracebacks(folder);
    this.#tracebacks.install();
    this.#outputs = createOutputs(() => this.#outputRun());
    this.#openGlobals(folder);
    openChannel({
      show: (shown) => this.#updates.show(shown, this.#outputRun()),
      clear: (wait) => this.#output("clear_output", { wait }),
      run: () => {
        const id = this.#runOf();
        return { id, silent: this.#silent.has(id), cell: this.#cells.get(id) ?? "" };
      },
      capture: (take, home) => this.#captures.open(take, home, this.#outputs),
      describe: (error) => this.#tracebacks.describe(error),
      limit: (characters) => {
        this.#outputs.limit = characters;
      },
    });
    openFrontend({
      broadcast: (message) => {
        this.#outputs.flush();
        this.#send({ type: "broadcast", run: this.#runOf(), message });
      },
      comm: (message) => {
        this.#outputs.flush();
        this.#send({ type: "comm", run: this.#runOf(), message });
      },
      input: (prompt, password) => this.#input(prompt, password),
    });
  }

  async run(request: RunRequest): Promise<void> {
    const { run, code, silent, allowStdin } = request;
    this.#arrivals.came(run);
    const interruption = this.#begin(run, allowStdin);
    if (request.prepared) this.take(run, request.prepared);
    this.#lastRun = run;
    this.#cells.set(run, request.cell ?? code);
    if (silent) this.#silent.add(run);
    const label = silent ? "Cell [ ]" : `Cell [${request.executionCount}]`;
    let reply: Record<string, unknown> = { status: "ok", payload: [], user_expressions: {} };
    let result: unknown;
    try {
      const prepared = await interruption.race(this.#prepared(run));
      if ("problems" in prepared) {
        reply = this.#fail(this.#tracebacks.describeProblems(label, code, prepared.problems), run);
      } else if ("module" in prepared) {
        this.#warn(prepared.warning, run);
        await this.#takeModule(code, cellTags(code), prepared, interruption);
      } else {
        this.#warn(prepared.warning, run);
        const { value } = await this.#evaluate(prepared.cell, label, code, interruption);
        if (!silent && value !== undefined && value !== NOTHING && !(value instanceof DisplayHandle)) {
          const data = await interruption.race(this.#bundle(value));
          result = data["text/plain"];
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
      if (!this.#active.has(run)) return;
      reply = this.#fail(
        interruption.describes(error)
          ? interruption.content
          : error instanceof PageProblems
            ? describePageProblems(label, code, error.problems)
            : this.#tracebacks.describe(error),
        run,
      );
    }
    this.#end(run, reply, typeof result === "string" ? result : undefined);
  }

  /** A cell that others import, or that is for the page: nothing of it runs here. */
  async #takeModule(
    code: string,
    { module, jsx, browser }: CellTags,
    { module: found }: PreparedModule,
    interruption: Interruption,
  ): Promise<void> {
    const kind = jsx ? "tsx" : found;
    if (browser) {
      // Most sessions never need it.
      const { pageOf } = await import("./page.ts");
      const { bundle, warnings } = await interruption.race(pageOf({ code, module, kind }, this.#folder));
      for (const warning of warnings) this.#warn(warning, interruption.run);
      if (bundle)
        this.#output("display_data", { data: bundle, metadata: {}, transient: {} }, interruption.run);
    }
    if (module !== undefined) defineCellModule(module, code, { kind, where: browser ? "page" : "node" });
  }

  #warn(warning: string | undefined, run: number): void {
    if (warning) this.#outputs.write("stderr", `${warning}\n`, run);
  }

  /** What the language made of a run's cell has come. */
  take(run: number, prepared: Preparation): void {
    this.#active.get(run)?.take(prepared);
  }

  async #prepared(run: number): Promise<Prepared> {
    const preparation = await this.#active.get(run)?.preparation;
    if (!preparation || "failed" in preparation)
      throw new Error(preparation?.failed ?? "Nobody prepared the cell");
    return preparation;
  }

  /** The names of a value's properties; see properties.ts. */
  properties(wanted: PropertiesRequest): Properties {
    try {
      return propertiesOf(this.#names, wanted);
    } catch {
      return [];
    }
  }

  /** A front end's message to a comm. */
  async handle(run: number, message: CommMessage): Promise<void> {
    this.#arrivals.came(run);
    // It may be for what a cell that has come before is about to register.
    for (const { ended } of [...this.#active.values()]) {
      if (!isAwaited(message)) await ended;
    }
    const interruption = this.#begin(run, false);
    try {
      await this.#ownEvent(interruption, () => deliver(message));
    } catch (error) {
      if (!this.#active.has(run)) return;
      this.#fail(
        interruption.describes(error) ? interruption.content : this.#tracebacks.describe(error),
        run,
      );
    }
    this.#end(run, { status: "ok" });
  }

  interrupt(run: number): void {
    this.#loop.empty(this.#names);
    if (this.#arrivals.isLost(run)) this.#begin(run, false).interrupt();
    const active = this.#active.get(run);
    if (!active) return;
    const { interruption } = active;
    // The way to its end may be what was cut.
    if (interruption.isOver) this.#end(run, this.#fail(interruption.content, run));
    else interruption.interrupt();
  }

  #begin(run: number, allowStdin: boolean): Interruption {
    const interruption = new Interruption(run);
    let end: () => void = () => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    let take: (prepared: Preparation) => void = () => {};
    const preparation = new Promise<Preparation>((resolve) => {
      take = resolve;
    });
    this.#active.set(run, { interruption, allowStdin, preparation, take, ended, end });
    return interruption;
  }

  #end(run: number, reply: Record<string, unknown>, result?: string): void {
    const active = this.#active.get(run);
    if (!active) return;
    this.#synchronous = undefined;
    this.#captures.leave();
    this.#updates.flush();
    this.#outputs.flush();
    this.#outputs.forget(run);
    const short = result === undefined ? {} : { result: result.slice(0, 1000) };
    this.#send({ type: "done", run, ok: reply.status === "ok", reply: JSON.stringify(reply), ...short });
    // Only now, as an interrupt may cut this short, and then it has to be done again.
    this.#active.delete(run);
    this.#silent.delete(run);
    active.end();
  }

  #input(prompt: string, password: boolean): string {
    const run = this.#runOf();
    const active = this.#active.get(run);
    if (!active?.allowStdin) {
      throw new InputUnavailable(
        active
          ? "Whoever runs this cell cannot be asked for input (its request says allow_stdin: false)"
          : "Input can be asked for while a cell runs only",
      );
    }
    this.#outputs.flush();
    return this.#inputs.ask(run, prompt, password) ?? active.interruption.throw();
  }

  /** The run's own code. An interrupt may come before the event does, and end the run: nothing begins then. */
  #ownEvent(interruption: Interruption, work: () => unknown): Promise<unknown> {
    const begin = (): unknown => {
      interruption.throwIfInterrupted();
      this.#synchronous = interruption.run;
      try {
        return work();
      } finally {
        this.#synchronous = undefined;
      }
    };
    return interruption.race(inOwnEvent(begin));
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
      box: (names) => this.#loop.open(names),
      unbox: () => this.#loop.close(),
      result: NOTHING,
      meta: this.#modules.meta,
      import: this.#modules.import,
      enter: () => [...this.#active.values()].at(-1)?.interruption ?? Interruption.none,
      on: (entered, value) => {
        entered.throwIfInterrupted();
        return value;
      },
      jsx: jsxFactory,
      bind: (module, bindings) => bindImports(this.#names, module, bindings),
    };
    quicken(this.#names, cell.names);
    try {
      await this.#ownEvent(interruption, () => body(this.#names, kernel));
    } finally {
      noteSignatures(this.#names, cell, kernel.result);
      noteOrigins(this.#names, cell, source);
    }
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
        const prepared = await this.#prepare({ code, expression: true });
        if ("problems" in prepared) throw new SyntaxError(prepared.problems[0]?.message);
        if (!("cell" in prepared)) continue;
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

  #output(kind: OutputType, content: Record<string, unknown>, run: number = this.#outputRun()): void {
    const text = toJson(content);
    if ("data" in content && !this.#outputs.admit(run, text.length, kind !== "update_display_data")) return;
    this.#outputs.flush();
    this.#send({ type: "output", run, kind, content: text });
  }

  /** Where what is shown now belongs: to its run, or to what captures it. */
  #outputRun(): number {
    return this.#captures.inside ?? this.#runOf();
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
      input,
      prompt: input,
      require: this.#modules.require,
      __dirname: folder,
      __filename: `${folder}/cell.ts`,
      // How a library that goes on after its own awaits learns that the cell which waits for it was interrupted.
      [Symbol.for("Jupyter.interrupt")]: () => [...this.#active.values()].at(-1)?.interruption.signal,
      // What a debugger may look at. Whoever is graded must not.
      ...(!isGraded(process.env) && {
        [Symbol.for("gradbook.debugger")]: {
          names: this.#names,
          cells: this.#tracebacks.cells,
          plainText,
          bundleOf,
          isProxy: types.isProxy,
        },
      }),
    };
    for (const name of Reflect.ownKeys(globals)) {
      const value: unknown = Reflect.get(globals, name);
      Object.defineProperty(globalThis, name, {
        value,
        writable: true,
        configurable: true,
        enumerable: false,
      });
    }
  }
}

/** What a cell has declared comes from its text. */
function noteOrigins(names: Names, { names: declared }: PreparedCell, source: string): void {
  for (const name of declared) {
    const value: unknown = Object.getOwnPropertyDescriptor(names, name)?.value;
    if (typeof value === "function") noteOrigin(value, source);
  }
}

/** What the cell's author has written of its functions is shown with them. */
function noteSignatures(names: Names, { signatures = {}, shown }: PreparedCell, result: unknown): void {
  for (const [name, signature] of Object.entries(signatures)) {
    const value: unknown = Object.getOwnPropertyDescriptor(names, name)?.value;
    if (typeof value === "function") noteSignature(value, signature);
  }
  if (shown !== undefined && typeof result === "function") noteSignature(result, shown);
}
