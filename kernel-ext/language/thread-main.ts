// What thread.ts starts: TypeScript loads and works right here.
import module from "node:module";
import { parentPort, workerData } from "node:worker_threads";
import { testedChecker } from "./choose.ts";
import { loadTypeScript } from "./internals.ts";
import type { LanguageRequest } from "./port.ts";
import { type Opening, openSession } from "./serve.ts";

module.enableCompileCache?.();
const ts = loadTypeScript();
const answer = openSession(ts, workerData as Opening, testedChecker(ts));
parentPort?.on("message", (request: LanguageRequest) => parentPort?.postMessage(answer(request)));
