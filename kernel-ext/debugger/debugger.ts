// The debugger: what is paused and why. It lives in the wire's thread, so it answers while the user's is paused.
import type { Prepared, PreparedCell } from "../language/language.ts";
import type { ToSession } from "../session/messages.ts";
import { Breakpoints } from "./breakpoints.ts";
import { Cells, runOfUrl } from "./cells.ts";
import { Compiler } from "./compiler.ts";
import { type Filter, isCaught, isException, isKernels } from "./exceptions.ts";
import { Files, type Place, textOfFile } from "./files.ts";
import { type Frame, Frames } from "./frames.ts";
import { Step, type StepMethod } from "./stepping.ts";
import { LOOKING, type Paused, Target } from "./target.ts";
import type { Awaiting } from "./work.ts";

export interface Parts {
  readonly publish: (event: string, body?: object) => void;
  /** Makes a cell's JavaScript without taking it for run. */
  readonly preview: (code: string) => Promise<Prepared>;
  /** Makes the language know a declaration; whether it is one that it takes. */
  readonly declare: (code: string) => Promise<boolean>;
}

export interface Stop {
  readonly event: Paused;
  readonly frames: readonly Frame[];
}

const THREAD = { threadId: 1 };

export class Debugger {
  readonly parts: Parts;
  readonly cells: Cells = new Cells(async (run) => this.target?.inside("cell", run));
  readonly files: Files = new Files((code) => this.cells.note(code));
  readonly #compiler = new Compiler();
  readonly breakpoints: Breakpoints;
  /** Sources are known by their names here, whether a debugger is attached or not. */
  target: Target | undefined;
  frames: Frames | undefined;
  stop: Stop | undefined;
  filters: ReadonlySet<Filter> = new Set();
  #step: Step | undefined;
  #pausing = false;
  /** Counts pauses and their ends: what is found out about one is worth nothing when it is over. */
  #turns = 0;
  /** How many cells have begun. */
  #begun = 0;
  readonly #coming = new Map<number, string>();

  constructor(parts: Parts) {
    this.parts = parts;
    const { preview } = parts;
    const target = (): Target | undefined => this.target;
    this.breakpoints = new Breakpoints({
      target,
      compiler: this.#compiler,
      cells: this.cells,
      files: this.files,
      preview,
    });
  }

  async attach(): Promise<void> {
    if (this.target) return;
    const target = new Target({
      paused: (event) => {
        const turn = ++this.#turns;
        void this.#paused(target, event, turn).catch(() => {
          if (this.#turns === turn) void this.resume();
        });
      },
      resumed: () => this.#resumed(),
    });
    this.#compiler.open();
    try {
      await target.open();
    } catch (error) {
      // So that the next one who attaches finds the doors free.
      target.close();
      this.#compiler.close();
      throw error;
    }
    this.target = target;
    this.frames = new Frames({ target, cells: this.cells, files: this.files });
    await this.breakpoints.bind();
    await this.pauseOn(this.filters);
  }

  /** Nothing stays paused, and nothing costs any more. */
  async detach(): Promise<void> {
    const { target } = this;
    if (!target) return;
    this.target = undefined;
    this.breakpoints.clear();
    this.filters = new Set();
    this.#coming.clear();
    this.#pausing = false;
    this.#step = undefined;
    await target.skipPauses(true);
    await target.post("Debugger.disable").catch(() => {});
    this.#resumed();
    target.close();
    this.#compiler.close();
  }

  /** Lets the user's thread go on without a pause until `rearm`, so that an interrupt can end what it does. */
  async release(): Promise<void> {
    this.#pausing = false;
    this.#step = undefined;
    await this.target?.skipPauses(true);
    await this.resume();
  }

  async rearm(): Promise<void> {
    await this.target?.skipPauses(false);
  }

  async pauseOn(filters: ReadonlySet<Filter>): Promise<void> {
    this.filters = filters;
    // Which are caught is found out here.
    const state = filters.size > 0 ? "all" : "none";
    await this.target?.post("Debugger.setPauseOnExceptions", { state });
  }

  /** Hears what the wire is about to tell the session: what comes while a debugger attaches is there for it. */
  before(message: ToSession): void {
    if (message.type === "run") {
      this.#begun++;
      if (this.target) this.breakpoints.refresh();
      if (message.prepared && "cell" in message.prepared)
        this.#bind(message.run, message.code, message.prepared.cell);
      else this.#coming.set(message.run, message.code);
    }
    if (message.type === "prepared") {
      const code = this.#coming.get(message.run);
      this.#coming.delete(message.run);
      if (code !== undefined && "cell" in message.prepared)
        this.#bind(message.run, code, message.prepared.cell);
    }
  }

  async step(method: StepMethod): Promise<void> {
    const { stop, target } = this;
    if (!stop) return;
    const isAwait = ({ path, line, column }: Place): boolean => {
      const text = this.sourceAt(path)?.split("\n")[line - 1] ?? "";
      return /^await\b/.test(text.slice(column - 1));
    };
    this.#step = new Step(method, stop, this.#begun, isAwait);
    if (target) await this.#leave(target, method);
  }

  /** A cell's text or a file's; undefined where there is none. */
  sourceAt(path: string): string | undefined {
    return this.cells.codeAt(path) ?? textOfFile(path);
  }

  /** What two front ends say at once ends no pause that is just beginning, and that nobody has heard of. */
  async goOn(): Promise<void> {
    if (this.stop) await this.resume();
  }

  /** To V8, going on where nothing is paused is an error. */
  async resume(): Promise<void> {
    if (this.target) await this.#leave(this.target, "Debugger.resume").catch(() => {});
  }

  async pause(): Promise<void> {
    if (!this.target) return;
    this.#pausing = true;
    await this.target.post("Debugger.pause");
  }

  frame(id: unknown): Frame | undefined {
    return this.stop?.frames.find((frame) => frame.id === id);
  }

  /** The scripts that somebody may want to read. */
  modules(): { name: string; path: string }[] {
    const paths = [...(this.target?.scripts.values() ?? [])]
      .filter((url) => this.files.isVisible(url))
      .map((url) => this.files.pathOf(url));
    return [...new Set(paths)].map((path) => ({ name: path.replace(/^.*\/node_modules\//, ""), path }));
  }

  #bind(run: number, source: string, prepared: PreparedCell): void {
    const cell = { source, prepared };
    this.cells.add(run, cell);
    if (this.target) this.breakpoints.bindRun(run, cell);
  }

  async #paused(target: Target, event: Paused, turn: number): Promise<void> {
    const hit = await this.breakpoints.isHit(event, target);
    if (this.#turns !== turn) return;
    // The shortest way on, as a loop may come by often.
    if (!hit && event.hitBreakpoints?.length && !this.#step && !this.#pausing) return this.resume();
    const awaiting = await target.inside("awaiting");
    const frames = (await this.frames?.of(event, awaiting)) ?? [];
    const reason = await this.#reason(target, { event, frames }, awaiting, hit);
    // Detached meanwhile, or interrupted.
    if (this.target !== target || target.isQuiet || this.#turns !== turn) return;
    if (typeof reason !== "string") {
      await target.post(reason.on).catch(() => {});
      return;
    }
    this.#step = undefined;
    this.#pausing = false;
    this.stop = { event, frames };
    const text = isException(event) ? headline(event) : undefined;
    this.parts.publish("stopped", {
      ...THREAD,
      reason,
      allThreadsStopped: true,
      ...(text !== undefined && { description: text, text }),
    });
  }

  /** Why to stop here, or how to go on. */
  async #reason(
    target: Target,
    { event, frames }: Stop,
    awaiting: readonly Awaiting[],
    hit: boolean,
  ): Promise<string | { readonly on: StepMethod | "Debugger.resume" }> {
    const [call] = event.callFrames;
    const [top] = frames;
    // A value is looked at whose look is user code.
    if (event.callFrames.some(({ functionName }) => functionName === LOOKING))
      return { on: this.#step ? "Debugger.stepOut" : "Debugger.resume" };
    // The cell has not quite begun, or the place is an expression's that came with it.
    if (
      call &&
      top?.call !== call &&
      runOfUrl(target.scripts.get(call.location.scriptId) ?? "") !== undefined
    )
      return { on: hit ? "Debugger.resume" : "Debugger.stepOver" };
    if (!top?.call) {
      this.#step = undefined;
      return { on: "Debugger.resume" };
    }
    if (isException(event)) {
      if (isKernels(event, target)) return { on: "Debugger.resume" };
      const visible = (url: string): boolean => runOfUrl(url) !== undefined || this.files.isVisible(url);
      const kind: Filter = (await isCaught(event, awaiting, target, visible)) ? "caught" : "uncaught";
      return this.filters.has(kind) ? "exception" : { on: "Debugger.resume" };
    }
    if (top.call !== call) return { on: "Debugger.stepOut" };
    if (hit) return "breakpoint";
    if (this.#pausing) return "pause";
    const step = this.#step;
    if (!step) return event.reason === "step" ? { on: "Debugger.resume" } : "breakpoint";
    if (step.begun !== this.#begun) return { on: "Debugger.resume" };
    return step.goesOn(event, frames) ? { on: step.method } : "step";
  }

  /** What was looked at is let go beforehand: behind, it would be done in the midst of the user's code. */
  async #leave(target: Target, method: StepMethod | "Debugger.resume"): Promise<void> {
    if (this.stop) void Promise.all([target.inside("forget"), target.forget()]).catch(() => {});
    await target.post(method);
  }

  #resumed(): void {
    this.#turns++;
    if (!this.stop) return;
    this.stop = undefined;
    this.parts.publish("continued", { ...THREAD, allThreadsContinued: true });
  }
}

function headline({ data }: Paused): string {
  const found: unknown = data && Reflect.get(data, "description");
  return String(found ?? (data && Reflect.get(data, "value"))).split("\n    at ")[0] ?? "";
}
