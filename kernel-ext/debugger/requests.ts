// The Debug Adapter Protocol's requests, and Jupyter's own beside them.
// https://microsoft.github.io/debug-adapter-protocol/specification
// https://jupyter-client.readthedocs.io/en/stable/messaging.html#debug-request
import { CELL_PREFIX, CELL_SUFFIX, HASH_SEED } from "./cells.ts";
import type { Debugger } from "./debugger.ts";
import { FILTERS, filtersIn, isException } from "./exceptions.ts";
import { type Arguments, isObject, textOf } from "./fields.ts";
import { stackFrame } from "./frames.ts";
import { Looking } from "./looking.ts";
import type { StepMethod } from "./stepping.ts";

type Body = object | undefined;
export type Requests = Readonly<Record<string, (given: Arguments) => Promise<Body> | Body>>;

const CAPABILITIES = {
  supportsConfigurationDoneRequest: true,
  supportsConditionalBreakpoints: true,
  supportsHitConditionalBreakpoints: true,
  supportsLogPoints: true,
  supportsEvaluateForHovers: true,
  supportsSetVariable: true,
  supportsSetExpression: true,
  supportsExceptionInfoRequest: true,
  supportsModulesRequest: true,
  supportsDelayedStackTraceLoading: true,
  exceptionBreakpointFilters: FILTERS,
};

/** What is answered, by its command. */
export function requestsOf(debug: Debugger): Requests {
  const looking = new Looking(debug);
  const step = (method: StepMethod) => async (): Promise<Body> => {
    await debug.step(method);
    return undefined;
  };
  return {
    initialize(given) {
      looking.front = textOf(given.clientID);
      // Events go out after the answer; that this one has come, the front end shows its panel at.
      setImmediate(() => debug.parts.publish("initialized"));
      return CAPABILITIES;
    },
    attach: () => debug.attach(),
    configurationDone: () => undefined,
    disconnect: () => debug.detach(),
    terminate: () => debug.detach(),
    debugInfo: () => ({
      isStarted: debug.target !== undefined,
      hashMethod: "Murmur2",
      hashSeed: HASH_SEED,
      tmpFilePrefix: CELL_PREFIX,
      tmpFileSuffix: CELL_SUFFIX,
      breakpoints: debug.breakpoints.all(),
      stoppedThreads: debug.stop ? [1] : [],
      richRendering: true,
      exceptionPaths: ["TypeScript Exceptions"],
      copyToGlobals: true,
    }),
    dumpCell: ({ code }) => ({ sourcePath: debug.cells.note(textOf(code)) }),
    async setBreakpoints({ source, breakpoints, lines }) {
      const path = isObject(source) ? textOf(source.path) : "";
      const wanted = Array.isArray(breakpoints) ? breakpoints : Array.isArray(lines) ? lines : [];
      const bound = await debug.breakpoints.set(path, wanted.map(wantedIn));
      return { breakpoints: bound.map((one, n) => ({ id: n + 1, ...one, source: { path } })) };
    },
    async setExceptionBreakpoints({ filters }) {
      await debug.pauseOn(filtersIn(Array.isArray(filters) ? filters.map(String) : []));
      return {};
    },
    threads: () => ({ threads: [{ id: 1, name: "cells" }] }),
    stackTrace({ startFrame, levels }) {
      const frames = debug.stop?.frames ?? [];
      const start = Number(startFrame) || 0;
      const shown = frames.slice(start, Number(levels) ? start + Number(levels) : undefined);
      return { stackFrames: shown.map(stackFrame), totalFrames: frames.length };
    },
    scopes: ({ frameId }) => looking.scopes(frameId),
    variables: (given) => looking.variables(given),
    evaluate: (given) => looking.evaluate(given),
    setVariable: (given) => looking.setVariable(given),
    setExpression: (given) => looking.setExpression(given),
    inspectVariables: () => looking.globals(),
    richInspectVariables: (given) => looking.rich(given),
    copyToGlobals: (given) => looking.copyToGlobals(given),
    async continue() {
      await debug.goOn();
      return { allThreadsContinued: true };
    },
    next: step("Debugger.stepOver"),
    stepIn: step("Debugger.stepInto"),
    stepOut: step("Debugger.stepOut"),
    async pause() {
      await debug.pause();
      return undefined;
    },
    source({ source }) {
      const path = isObject(source) ? textOf(source.path) : "";
      const content = debug.sourceAt(path);
      if (content === undefined) throw new Error(`There is no source at “${path}”`);
      return { content, mimeType: /\.[mc]?tsx?$/.test(path) ? "text/typescript" : "text/javascript" };
    },
    modules({ startModule, moduleCount }) {
      const all = debug.modules().map((module, id) => ({ id, ...module }));
      const start = Number(startModule) || 0;
      const modules = all.slice(start, Number(moduleCount) ? start + Number(moduleCount) : undefined);
      return { modules, totalModules: all.length };
    },
    exceptionInfo() {
      const event = debug.stop?.event;
      if (!event || !isException(event)) throw new Error("Nothing is paused at an exception");
      const text = String((event.data && Reflect.get(event.data, "description")) ?? "");
      const [description = ""] = text.split("\n");
      const exceptionId = String((event.data && Reflect.get(event.data, "className")) ?? "Error");
      return {
        exceptionId,
        description,
        breakMode: debug.filters.has("caught") ? "always" : "unhandled",
        details: { message: description, stackTrace: text },
      };
    },
  };
}

function wantedIn(given: unknown): {
  line: number;
  condition?: string;
  hitCondition?: string;
  logMessage?: string;
} {
  if (!isObject(given)) return { line: lineIn(given) };
  const { line, condition, hitCondition, logMessage } = given;
  return {
    line: lineIn(line),
    ...(condition ? { condition: textOf(condition) } : {}),
    ...(hitCondition ? { hitCondition: textOf(hitCondition) } : {}),
    ...(logMessage ? { logMessage: textOf(logMessage) } : {}),
  };
}

/** 0 where it is none. */
function lineIn(given: unknown): number {
  const line = typeof given === "number" ? Math.trunc(given) : 0;
  return Number.isSafeInteger(line) ? Math.max(0, line) : 0;
}
