// The language thread: TypeScript loads and works here, off the user thread.
import module from "node:module";
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import type { CellLanguage } from "../session/messages.ts";
import { Engine } from "./engine.ts";
import { loadTypeScript } from "./internals.ts";
import type { Language } from "./language.ts";
import type { LanguageAnswer } from "./port.ts";

export interface LanguageData {
  readonly folder: string;
  readonly language: CellLanguage;
  readonly ports: readonly MessagePort[];
  /** Cells of this session that ran before this worker started. */
  readonly accepted: readonly string[];
}

interface Request {
  readonly id: number;
  readonly method: keyof Language;
  readonly argument: never;
}

const { folder, language, ports, accepted } = workerData as LanguageData;
module.enableCompileCache?.();
const engine = new Engine(loadTypeScript(), folder, language);
for (const code of accepted) engine.replay(code);

for (const port of ports) {
  port.on("message", ({ id, method, argument }: Request) => {
    let answer: LanguageAnswer;
    try {
      answer = { id, value: engine[method](argument) };
    } catch (error) {
      answer = { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
    port.postMessage(answer);
  });
}
// The first check builds what every later one needs: done before somebody waits for it.
engine.isComplete({ code: "1" });
engine.prepare({ code: "1 + 1", expression: true });
engine.inspect({ code: "console", position: 2 });
parentPort?.postMessage("ready");
