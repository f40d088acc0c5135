// Looking at values: the variables of a frame and of the session, and what an expression comes to.
import type { Debugger as Inspector, Runtime } from "node:inspector";
import { isConstant, isPinned } from "./constants.ts";
import type { Debugger, Stop } from "./debugger.ts";
import { assignment, isCalling, toJavaScript, wordsIn } from "./expressions.ts";
import { type Arguments, isObject, textOf } from "./fields.ts";
import type { Frame } from "./frames.ts";
import { HOOK, type Target } from "./target.ts";
import type { Result, Shown } from "./work.ts";

type Scope = Inspector.Scope;

/** What V8 calls the scopes that a reader takes for one: those within the function that is paused. */
const LOCAL: readonly string[] = ["local", "block", "catch", "eval", "with"];
const NOT_PAUSED = "Variables are changed while something is paused, and nothing is";
const NAME = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/** What a reference that was given out belongs to. */
interface Held {
  readonly frame: Frame | undefined;
  /** In the order of the scope's objects. */
  readonly scopes?: readonly Scope[];
  /** Those of the frame whose names stand before its own. */
  readonly inner?: readonly number[];
  readonly isSession?: boolean;
}

export class Looking {
  readonly #debug: Debugger;
  readonly #held = new WeakMap<Stop, Map<number, Held>>();
  /** V8 copies a frame's variables when it pauses; here they may have been changed since. */
  readonly #stale = new WeakSet<Stop>();
  /** Who looks, by the name that it gave. */
  front = "";

  constructor(debug: Debugger) {
    this.#debug = debug;
  }

  async scopes(frameId: unknown): Promise<object> {
    const target = this.#target();
    const frame = this.#frame(frameId);
    const chain = scopesOf(frame);
    const outer = chain.findIndex(({ type }) => !LOCAL.includes(type));
    const ends = outer < 0 ? chain.length : outer;
    const groups = [
      { name: "Locals", presentationHint: "locals", of: chain.slice(0, ends) },
      { name: "Closure", of: chain.slice(ends).filter(({ type }) => type === "closure") },
      { name: "Module", of: chain.filter(({ type }) => type === "module") },
    ];
    const scopes: object[] = [];
    const inner: number[] = [];
    for (const { of, ...named } of groups) {
      if (of.length === 0) continue;
      const objects = of.map(({ object }) => ({ objectId: object.objectId }));
      const variablesReference = await target.inside("scope", frame.handles, ...objects);
      const shown = await target.inside("variables", variablesReference, 0, 1);
      if (shown.length > 0 || named.name === "Locals")
        scopes.push({ ...named, variablesReference, expensive: false });
      this.#hold(variablesReference, { frame, scopes: of, inner: [...inner] });
      await this.#renew(variablesReference);
      inner.push(variablesReference);
    }
    const variablesReference = await this.#session(target, frame);
    scopes.push({ name: "Globals", variablesReference, expensive: false });
    return { scopes };
  }

  async variables({ variablesReference, start, count }: Arguments): Promise<object> {
    const target = this.#target();
    const range = [Number(start) || 0, Number(count) || 0] as const;
    const reference = Number(variablesReference);
    await this.#renew(reference);
    const found = await target.inside("variables", reference, ...range);
    const frame = this.#heldBy(reference)?.frame;
    for (const one of found) this.#hold(one.variablesReference, { frame });
    return { variables: this.#forFront(found) };
  }

  /** The session's names, whether anything is paused or not. */
  async globals(): Promise<object> {
    const { target, stop } = this.#debug;
    if (!target) return { variables: [] };
    // What a paused front end holds stays.
    const found = stop
      ? await target.inside("variables", await this.#session(target, stop.frames[0]), 0, 0)
      : await target.inside("globals");
    return { variables: this.#forFront(found) };
  }

  async evaluate({ expression, frameId }: Arguments): Promise<object> {
    const target = this.#target();
    const text = textOf(expression);
    const frame = this.#debug.frame(frameId) ?? this.#debug.stop?.frames[0];
    const found = frame?.call
      ? await this.#describe(target, await this.#inFrame(frame, text))
      : await target.inside("evaluate", wordsIn(text), toJavaScript(text));
    if (frame && this.#debug.stop) this.#stale.add(this.#debug.stop);
    this.#hold(found.variablesReference, { frame });
    const { value, ...rest } = found;
    return { result: value, ...this.#typed(rest) };
  }

  /** A name in a scope, a property, an element or a map's entry; the value is an expression in its frame. */
  async setVariable({ variablesReference, name, value }: Arguments): Promise<object> {
    const target = this.#target();
    const { stop } = this.#debug;
    if (!stop) throw new Error(NOT_PAUSED);
    const [reference, given] = [Number(variablesReference), textOf(name)];
    const owner = await target.inside("ownerOf", reference, given);
    const { frame = stop.frames[0], scopes, isSession } = this.#heldBy(reference) ?? {};
    const scope = scopes?.[owner ?? -1];
    if (scope ? await isConstant(target, scope, given) : isSession && (await isPinned(target, given)))
      throw new Error(`“${given}” is a constant`);
    const found = await this.#inFrame(frame, textOf(value));
    this.#stale.add(stop);
    if (scope && frame?.call) {
      const { callFrameId, scopeChain } = frame.call;
      const place = { scopeNumber: scopeChain.indexOf(scope), callFrameId };
      const { objectId, value: plain, unserializableValue } = found;
      const newValue = { objectId, value: plain, unserializableValue };
      await target.post("Debugger.setVariableValue", { ...place, variableName: given, newValue });
    }
    const result = await target.inside("assign", reference, given, argument(found));
    this.#hold(result.variablesReference, { frame });
    return this.#typed(result);
  }

  /** The same for whatever can be assigned to in a frame. */
  async setExpression({ expression, value, frameId }: Arguments): Promise<object> {
    const target = this.#target();
    const { stop } = this.#debug;
    if (!stop) throw new Error(NOT_PAUSED);
    const frame = frameId === undefined ? stop.frames[0] : this.#frame(frameId);
    const text = textOf(expression).trim();
    const assigned = assignment(text, `${HOOK}.kept`);
    const shown = `“${text.replace(/\s+/g, " ")}”`;
    if (NAME.test(text) && (await this.#isConstant(frame, text))) throw new Error(`${shown} is a constant`);
    const found = await this.#inFrame(frame, textOf(value));
    this.#stale.add(stop);
    await target.inside("keep", argument(found));
    const set = await this.#inFrame(frame, text, assigned).catch((error: Error) => {
      throw new Error(refusal(error.message, shown));
    });
    const result = await this.#describe(target, isCalling(text) ? set : await this.#inFrame(frame, text));
    this.#hold(result.variablesReference, { frame });
    return this.#typed(result);
  }

  /** What a variable looks like below a cell. */
  async rich({ variableName, frameId }: Arguments): Promise<object> {
    const name = textOf(variableName);
    if (!NAME.test(name)) return { data: {}, metadata: {} };
    const frame = this.#debug.frame(frameId);
    const target = this.#target();
    const data = frame?.call
      ? await target.inside("look", argument(await this.#inFrame(frame, name)))
      : await target.inside("lookOf", name);
    return { data, metadata: {} };
  }

  async copyToGlobals({ srcVariableName, dstVariableName, srcFrameId }: Arguments): Promise<object> {
    const [from, to] = [textOf(srcVariableName), textOf(dstVariableName)];
    if (!NAME.test(to)) throw new Error(`“${to}” is no name`);
    const target = this.#target();
    const frame = this.#frame(srcFrameId);
    if (!frame.call) throw new Error("This frame awaits the ones above it; its variables cannot be seen");
    const value = argument(await this.#inFrame(frame, from));
    const types = await target.inside("copy", to, value);
    for (const type of [...types, "any"]) {
      if (await this.#debug.parts.declare(`var ${to}: ${type};`)) break;
    }
    return this.#describe(target, value);
  }

  /** A frame that awaits the ones above it has no variables to be seen; the session's names it has. */
  async #inFrame(
    frame: Frame | undefined,
    text: string,
    javascript: string = toJavaScript(text),
  ): Promise<Runtime.RemoteObject> {
    const target = this.#target();
    await target.inside("expose", wordsIn(text));
    try {
      return await target.inFrame(frame?.call?.callFrameId, javascript);
    } finally {
      await target.inside("restore");
    }
  }

  /** Whether what a frame knows by a name is one: a variable of it and what is around it, or of the session. */
  async #isConstant(frame: Frame | undefined, name: string): Promise<boolean> {
    const target = this.#target();
    const scopes = frame ? scopesOf(frame) : [];
    const objects = scopes.map(({ object: { objectId } }) => ({ objectId }));
    const reference = await target.inside("scope", frame?.handles ?? [], ...objects);
    const isNear = (await target.inside("namesIn", reference)).includes(name);
    const scope = isNear ? scopes[(await target.inside("ownerOf", reference, name)) ?? -1] : undefined;
    return scope ? isConstant(target, scope, name) : isPinned(target, name);
  }

  #hold(reference: number, held: Held): void {
    const { stop } = this.#debug;
    if (!stop || reference === 0) return;
    const all = this.#held.get(stop) ?? new Map<number, Held>();
    this.#held.set(stop, all.set(reference, held));
  }

  #heldBy(reference: number): Held | undefined {
    return this.#debug.stop && this.#held.get(this.#debug.stop)?.get(reference);
  }

  async #session(target: Target, frame: Frame | undefined): Promise<number> {
    const reference = await target.inside("globalScope");
    this.#hold(reference, { frame, isSession: true });
    return reference;
  }

  /** Reads a scope's variables again. */
  async #renew(reference: number): Promise<void> {
    const { stop } = this.#debug;
    const { frame, scopes, inner = [] } = this.#heldBy(reference) ?? {};
    if (!stop || !this.#stale.has(stop) || !scopes || !frame?.call) return;
    const target = this.#target();
    const [own = [], ...others] = await Promise.all(
      [reference, ...inner].map((one) => target.inside("namesIn", one)),
    );
    const seen = own.filter((name) => NAME.test(name) && !others.flat().includes(name));
    const fresh = seen.map((name) => `[${JSON.stringify(name)}, () => ${name}]`);
    await target.inFrame(frame.call.callFrameId, `${HOOK}.renew(${reference}, [${fresh}])`);
  }

  async #describe(target: Target, value: unknown): Promise<Result> {
    return await target.inside("describe", isObject(value) ? argument(value) : value);
  }

  /** JupyterLab shows a variable's type where its value should be, unless the type is one of Python's. */
  #forFront(variables: readonly Shown[]): object[] {
    return variables.map((variable) => this.#typed(variable));
  }

  #typed(variable: object): object {
    return this.front === "jupyterlab" ? { ...variable, type: undefined } : variable;
  }

  #target(): Target {
    const { target } = this.#debug;
    if (!target) throw new Error("The debugger is not attached");
    return target;
  }

  #frame(id: unknown): Frame {
    const frame = this.#debug.frame(id);
    if (!frame) throw new Error("There is no such frame (any more)");
    return frame;
  }
}

/** The outermost function of a cell is the kernel's, and what is declared in it a name of the session. */
function scopesOf({ call, handles }: Frame): readonly Scope[] {
  const chain = (call?.scopeChain ?? []).filter(({ type }) => type !== "global" && type !== "script");
  if (handles.length === 0) return chain;
  // It begins on the script's first line, on which nothing of the author's is.
  const isWrapper = ({ type, startLocation }: Scope): boolean =>
    (type === "local" || type === "closure") && startLocation?.lineNumber === 0;
  return chain.filter((scope) => !isWrapper(scope));
}

/** What V8 says of an assignment, in the words that `setVariable` has for it. */
function refusal(message: string, shown: string): string {
  if (/^TypeError: Cannot (?:assign|set|add|define)\b/.test(message)) return `${shown} cannot be changed`;
  if (/^(?:Syntax|Reference)Error: Invalid /.test(message))
    return `${shown} is nothing that can be assigned to`;
  return message;
}

/** What the inspector gave, as it takes it back. */
function argument({ objectId, value, unserializableValue }: Runtime.CallArgument): unknown {
  if (objectId !== undefined) return { objectId };
  return unserializableValue === undefined ? value : { unserializableValue };
}
