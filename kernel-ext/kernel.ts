// The kernel's entry: `node kernel.cjs <connection file> [--language javascript]`. Three threads of control, each with
// one job: this one runs user code and nothing else, the wire answers Jupyter, the language checks and completes.
// It is bundled, and starts the wire before anything else loads: Jupyter asks at once.
import v8 from "node:v8";
import { MessageChannel, Worker } from "node:worker_threads";
import { openCellModules } from "./session/cell-modules.ts";
import { type CellLanguage, Shared, type ToSession, type ToWire, type WireData } from "./session/messages.ts";

// This thread's heap keeps the size that it was started with. A thread to come, though, looks for its code in Node's
// cache by the flags as they are, and would else compile for 40 ms what lies there.
v8.setFlagsFromString("--max-semi-space-size=0");

// Ours: a graded session takes it from user code.
const exit = process.exit.bind(process);

const [connectionFile, ...options] = process.argv.slice(2);
if (!connectionFile) {
  console.error("Usage: node kernel.cjs <connection file> [--language typescript|javascript]");
  process.exit(2);
}
const language: CellLanguage =
  options[0] === "--language" && options[1] === "javascript" ? "javascript" : "typescript";
// Jupyter starts a kernel in its notebook's folder; a later chdir moves files, not imports.
const folder = process.cwd();
openCellModules(folder);
const shared = new SharedArrayBuffer(Shared.Length * Int32Array.BYTES_PER_ELEMENT);
const counters = new Int32Array(shared);
const { port1: answers, port2: inputPort } = new MessageChannel();
const { port1: languagePort, port2: wiresLanguagePort } = new MessageChannel();
const data: WireData = {
  connectionFile,
  language,
  folder,
  shared,
  languagePort: wiresLanguagePort,
  inputPort,
};
const wire = new Worker(new URL("./wire/worker.cjs", import.meta.url), {
  workerData: data,
  transferList: [wiresLanguagePort, inputPort],
});
wire.on("error", (error) => {
  process.stderr.write(`[gradbook] ${error.message}\n`);
  // The wire cannot close its sockets any more, nor has it to.
  Atomics.store(counters, Shared.Closed, 1);
  exit(1);
});
// Sockets that are open when the process ends would abort it, so the wire closes them first.
const CLOSING_PATIENCE = 10_000;
let asked = false;
process.on("exit", (code) => {
  send({ type: "close", ...(asked ? {} : { code }) });
  Atomics.wait(counters, Shared.Closed, 0, CLOSING_PATIENCE);
});
/** A front end may speak to comms at once, as it does to find its widgets again after a restart. */
const early: ToSession[] = [];
let session = (message: ToSession): void => void early.push(message);
wire.on("message", (message: ToSession) => {
  if (message.type === "exit") {
    asked = true;
    exit(0);
  }
  if (message.type === "open") void open();
  else session(message);
});
/** Not before the wire listens: what loads here would slow it down, and Jupyter asks the wire first. */
async function open(): Promise<void> {
  const { openSession } = await import("./session/main.ts");
  session = openSession({ folder, send, languagePort, answers, counters });
  for (const message of early.splice(0)) session(message);
  send({ type: "ready" });
}

function send(message: ToWire): void {
  wire.postMessage(message);
}
