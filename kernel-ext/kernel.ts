// The kernel's entry: `node kernel.js <connection file> [--language javascript]`. Three threads, each with one job:
// this one runs user code and nothing else, the wire answers Jupyter, the language checks and completes.
import v8 from "node:v8";
import { MessageChannel, Worker } from "node:worker_threads";
import { LanguageThread } from "./language/client.ts";
import { openCellModules } from "./session/cell-modules.ts";
import { type CellLanguage, Shared, type ToSession, type ToWire, type WireData } from "./session/messages.ts";
import { log } from "./wire/log.ts";

const OUTPUT_LIMIT = 10_000_000;

const [connectionFile, ...options] = process.argv.slice(2);
if (!connectionFile) {
  console.error("Usage: node kernel.js <connection file> [--language typescript|javascript]");
  process.exit(2);
}
const cellLanguage: CellLanguage =
  options[0] === "--language" && options[1] === "javascript" ? "javascript" : "typescript";
// Jupyter starts a kernel in its notebook's folder; a later chdir moves files, not imports.
const folder = process.cwd();
openCellModules(folder);
const shared = new SharedArrayBuffer(Shared.Length * Int32Array.BYTES_PER_ELEMENT);
const counters = new Int32Array(shared);

const language = new LanguageThread(folder, cellLanguage);
const languagePort = language.start((port) => send({ type: "language", port }));
const { port1: answers, port2: inputPort } = new MessageChannel();
const data: WireData = { connectionFile, language: cellLanguage, shared, languagePort, inputPort };
const wire = new Worker(new URL("./wire/worker.js", import.meta.url), {
  workerData: data,
  transferList: [languagePort, inputPort],
});
wire.on("error", (error) => {
  log(error.message);
  // The wire cannot close its sockets any more, nor has it to.
  Atomics.store(counters, Shared.Closed, 1);
  process.exit(1);
});
// Sockets that are open when the process ends would abort it, so the wire closes them first.
let asked = false;
process.on("exit", (code) => {
  send({ type: "close", ...(asked ? {} : { code }) });
  Atomics.wait(counters, Shared.Closed, 0, 2000);
});
// Unrolled loops on Node 24 do not look whether they are to stop.
if (Number(process.versions.node.split(".")[0]) >= 24)
  v8.setFlagsFromString("--no-turboshaft-loop-unrolling");

const [{ Inputs }, { Outputs }, { Session }] = await Promise.all([
  import("./session/input.ts"),
  import("./session/outputs.ts"),
  import("./session/session.ts"),
]);
const limit = Number(process.env.GRADBOOK_OUTPUT_LIMIT) || OUTPUT_LIMIT;
const session = new Session(send, language, new Inputs(send, answers, counters), folder, (runOf) => {
  const outputs = new Outputs(send, counters, runOf, limit);
  outputs.capture();
  return outputs;
});
language.onProperties((path) => session.properties(path));
process.on("uncaughtException", (error) => session.showUncaught(error));
process.on("unhandledRejection", (reason) => session.showUncaught(reason));
wire.on("message", (message: ToSession) => {
  switch (message.type) {
    case "run":
      return void session.run(message);
    case "comm":
      return void session.handle(message.run, message.message);
    case "interrupt":
      return session.interrupt(message.run);
    case "wake":
      return;
    case "exit":
      asked = true;
      process.exit(0);
  }
});
send({ type: "ready" });

function send(message: ToWire): void {
  wire.postMessage(message, message.type === "language" ? [message.port] : []);
}
