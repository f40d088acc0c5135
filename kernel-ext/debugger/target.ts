// The user's thread as V8's inspector shows it to this one, which it answers while it is busy, and while it is paused.
// https://chromedevtools.github.io/devtools-protocol/v8/
import { type Debugger, type Runtime, Session } from "node:inspector";
import { setTimeout as sleep } from "node:timers/promises";
import { install } from "./inside.ts";
import type { Inside } from "./work.ts";

export type CallFrame = Debugger.CallFrame;
export type Paused = Debugger.PausedEventDataType;

/** What is looked at may run code of the user's; it has so long (ms). */
const LONGEST = 2000;
/** A thread that does not answer for so long (ms) is in native code. */
const DEAF = LONGEST + 1000;
/** What the session has for a debugger. */
const OFFER = 'globalThis[Symbol.for("gradbook.debugger")]';
/** What inside.ts makes of that: one word, as an author may have a variable of any other name where it is said. */
export const HOOK = "gradbookDebugger";
/** Longer (ms) than a session takes to open on any machine. */
const OPENING = 60_000;
/** The function at the bottom of whatever a debugger looks at values with. */
export const LOOKING = "gradbookLooking";
/** What is looked at belongs to one of these, and is let go with it. */
const GROUP = "gradbook";
const KERNEL = /\/kernel-ext\/((session|display|language|wire|debugger)\/|kernel\.)/;
const BLACKBOXED = ["^node:", KERNEL.source];

export const isKernel = (url: string): boolean => KERNEL.test(url);

interface Events {
  readonly paused: (event: Paused) => void;
  readonly resumed: () => void;
}

/** One of the things that inside.ts does there. */
type Work = { readonly [K in keyof Inside]: Inside[K] };

export class Target {
  readonly #session = new Session();
  /** Every script's URL, by its id. */
  readonly scripts: Map<string, string> = new Map();
  /** Those that were asked for, by their ids. */
  readonly #sources = new Map<string, Promise<string>>();
  readonly #events: Events;
  #inside: string | undefined;
  /** The frame of a pause that what is not meant for one in particular is evaluated in. */
  #ground: string | undefined;
  #quiet = false;

  constructor(events: Events) {
    this.#events = events;
  }

  async open(): Promise<void> {
    this.#session.connectToMainThread();
    this.#session.on("Debugger.scriptParsed", ({ params: { scriptId, url } }) => {
      // Whatever is looked at is a script of its own, without a name.
      if (url) this.scripts.set(scriptId, url);
    });
    this.#session.on("Debugger.paused", ({ params }) => {
      this.#ground = this.#groundOf(params.callFrames);
      this.#events.paused(params);
    });
    this.#session.on("Debugger.resumed", () => {
      this.#ground = undefined;
      this.#events.resumed();
    });
    await this.post("Debugger.enable");
    await this.post("Debugger.setBlackboxPatterns", { patterns: BLACKBOXED });
    // A front end attaches again as soon as a kernel that was restarted answers, and the session opens after that.
    await this.#until(`${OFFER} !== undefined`);
    const { result, exceptionDetails } = await this.post<Runtime.EvaluateReturnType>("Runtime.evaluate", {
      expression: `(${install})(${OFFER}, "${HOOK}")`,
    });
    this.#inside = result.objectId;
    if (!this.#inside || exceptionDetails)
      throw new Error(`The session cannot be looked into: ${result.description}`);
  }

  /** The kernel's own, where none of the author's names hides another; Node's know no globals. */
  #groundOf(frames: readonly CallFrame[]): string | undefined {
    const known = frames.filter((frame) => !this.urlOf(frame).startsWith("node:"));
    return (known.find((frame) => isKernel(this.urlOf(frame))) ?? known[0])?.callFrameId;
  }

  /** What Node has compiled before anybody listened has no name here. */
  urlOf({ location }: CallFrame): string {
    return this.scripts.get(location.scriptId) ?? "node:";
  }

  async #until(expression: string): Promise<void> {
    const latest = performance.now() + OPENING;
    while (performance.now() < latest) {
      const { result } = await this.post<Runtime.EvaluateReturnType>("Runtime.evaluate", { expression });
      if (result.value === true) return;
      await sleep(10);
    }
  }

  /** Whether it pauses at nothing. */
  get isQuiet(): boolean {
    return this.#quiet;
  }

  async skipPauses(skip: boolean): Promise<void> {
    this.#quiet = skip;
    await this.post("Debugger.setSkipAllPauses", { skip });
  }

  sourceOf(scriptId: string): Promise<string> {
    const asked = { scriptId };
    const source =
      this.#sources.get(scriptId) ??
      this.post<Debugger.GetScriptSourceReturnType>("Debugger.getScriptSource", asked).then(
        ({ scriptSource }) => scriptSource,
      );
    this.#sources.set(scriptId, source);
    return source;
  }

  close(): void {
    this.#session.disconnect();
  }

  /** Asks at once; what is asked later is answered later. */
  post<T = unknown>(method: string, params: object = {}): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#session.post(method, params, (error: Error | null, result?: object) => {
        if (error) reject(new Error(readable(error)));
        else resolve(result as T);
      });
    });
  }

  /** Has something done by inside.ts. Objects of the inspector go as `{ objectId }`. */
  async inside<K extends keyof Work>(
    work: K,
    ...given: readonly unknown[]
  ): Promise<Awaited<ReturnType<Work[K]>>> {
    const called = this.#limited(this.#call(work, given));
    const answer = await Promise.race([called, sleep(DEAF, undefined, { ref: false })]);
    if (!answer) throw new Error("The kernel is in native code, and answers when that returns");
    return answered(answer) as Awaited<ReturnType<Work[K]>>;
  }

  /** V8 limits the time of a text alone, which holds no objects: they are handed in just before it. */
  #call(work: string, given: readonly unknown[]): Promise<Runtime.EvaluateReturnType> {
    const objects = given.filter(isRemote);
    if (objects.length > 0) {
      const functionDeclaration = "function (...objects) { this.handed = objects; }";
      const handed = { objectId: this.#inside, functionDeclaration, arguments: objects, silent: true };
      this.post("Runtime.callFunctionOn", handed).catch(() => {});
    }
    const values = given.map((one) =>
      isRemote(one) ? `${HOOK}.handed[${objects.indexOf(one)}]` : (JSON.stringify(one) ?? "void 0"),
    );
    const wanted = {
      expression: `(function ${LOOKING}() { return ${HOOK}.${work}(${values}); })()`,
      returnByValue: true,
      silent: true,
      timeout: LONGEST,
    };
    return this.#evaluate(wanted).catch((error: unknown) => {
      if (!/while paused/.test(String(error))) throw error;
      // It went on in the meantime.
      return this.post("Runtime.evaluate", wanted);
    });
  }

  /** While the thread is paused, V8 ends nothing for its time but what is evaluated in a frame. */
  #evaluate(wanted: object, callFrameId = this.#ground): Promise<Runtime.EvaluateReturnType> {
    return callFrameId === undefined
      ? this.post("Runtime.evaluate", wanted)
      : this.post("Debugger.evaluateOnCallFrame", { ...wanted, callFrameId });
  }

  /** What was ended for its time has not put back what it had changed. */
  async #limited<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      if (!/terminated/.test(String(error))) throw error;
      await this.post("Runtime.evaluate", { expression: `${HOOK}.restore()`, silent: true });
      throw new Error(`This took longer than ${LONGEST / 1000} s, and was ended`);
    }
  }

  /** The value of an expression in a frame, or in none, as an object of the inspector or a plain value. */
  async inFrame(callFrameId: string | undefined, text: string): Promise<Runtime.RemoteObject> {
    const expression = callFrameId === undefined ? `(0, eval)(${JSON.stringify(text)})` : text;
    const wanted = { expression, objectGroup: GROUP, silent: true, timeout: LONGEST };
    const answer = await this.#limited(this.#evaluate(wanted, callFrameId));
    if (answer.exceptionDetails) throw new Error(headOf(answer.result) ?? answer.exceptionDetails.text);
    return answer.result;
  }

  /** Lets go of what was looked at. */
  async forget(): Promise<void> {
    await this.post("Runtime.releaseObjectGroup", { objectGroup: GROUP });
  }
}

function isRemote(value: unknown): value is Runtime.CallArgument {
  return (
    typeof value === "object" && value !== null && ("objectId" in value || "unserializableValue" in value)
  );
}

function answered({ result, exceptionDetails }: Runtime.EvaluateReturnType): unknown {
  if (exceptionDetails) throw new Error(headOf(exceptionDetails.exception) ?? exceptionDetails.text);
  return result.value;
}

/** An error's name and message, without its stack. */
function headOf(error: Runtime.RemoteObject | undefined): string | undefined {
  return (
    error?.description?.split("\n    at ")[0] ?? (error && "value" in error ? String(error.value) : undefined)
  );
}

function readable(error: Error): string {
  return error.message.replace(/^Inspector error -?\d+: /, "");
}
