// The language thread. It passes requests on to the process that starts from the snapshot; where there is none, or
// it does not start, TypeScript loads and works right here, off the user thread.
import module from "node:module";
import { type MessagePort, workerData } from "node:worker_threads";
import type { Completions } from "./language.ts";
import type { LanguageAnswer, LanguageRequest } from "./port.ts";
import { type Ask, startProcess } from "./process.ts";
import type { Opening } from "./serve.ts";
import { findSnapshot } from "./snapshot.ts";

export interface LanguageData extends Opening {
  /** The first leads to the user thread, which can tell the properties of values. */
  readonly ports: readonly [MessagePort, MessagePort];
}

/** How long (ms) a completion waits for the user thread: when a cell runs it does not answer. */
const PROPERTIES_PATIENCE = 60;

const { ports, ...opening } = workerData as LanguageData;
const [userThread] = ports;
const ask = await start();

for (const port of ports) {
  port.on("message", (request: LanguageRequest | PropertiesAnswer) => {
    if ("properties" in request) return answered(request);
    ask(request, (answer) => {
      if (request.method === "complete") void completed(answer).then((whole) => port.postMessage(whole));
      else port.postMessage(answer);
    });
  });
}

async function start(): Promise<Ask> {
  const blob = findSnapshot();
  const process = blob && (await startProcess(blob, opening, () => globalThis.process.exit(1)));
  if (process) return process;
  module.enableCompileCache?.();
  const [{ loadTypeScript }, { testedChecker }, { openSession }] = await Promise.all([
    import("./internals.ts"),
    import("./choose.ts"),
    import("./serve.ts"),
  ]);
  const ts = loadTypeScript();
  const engine = openSession(ts, opening, testedChecker(ts));
  return (request, answer) => answer(engine(request));
}

interface PropertiesAnswer {
  readonly properties: Completions["matches"];
  readonly id: number;
}

let asked = 0;
const waiting = new Map<number, (properties: Completions["matches"]) => void>();

function answered({ id, properties }: PropertiesAnswer): void {
  waiting.get(id)?.(properties);
}

/** Adds the properties that a value of unknown type has now. */
async function completed(answer: LanguageAnswer): Promise<LanguageAnswer> {
  if ("error" in answer) return answer;
  const { untyped, ...rest } = answer.value as Completions;
  if (!untyped) return answer;
  const id = ++asked;
  const matches = await new Promise<Completions["matches"]>((resolve) => {
    waiting.set(id, resolve);
    setTimeout(resolve, PROPERTIES_PATIENCE, []);
    userThread.postMessage({ id, untyped });
  });
  waiting.delete(id);
  const { start, end } = rest;
  return { id: answer.id, value: { ...rest, matches, start, end } };
}
