// The wire thread: it owns every socket, so Jupyter is answered while a cell computes.
import { parentPort, Worker, workerData } from "node:worker_threads";
import * as zmq from "zeromq";
import { prepareAnyhow } from "../language/checked.ts";
import { LanguageKeeper } from "../language/keeper.ts";
import { KnownCells } from "../language/known.ts";
import type { Prepared } from "../language/language.ts";
import { AskedLanguage } from "../language/port.ts";
import { cellTags, whereOf } from "../session/cell-modules.ts";
import { isGraded, readable } from "../session/graded.ts";
import { Shared, type ToSession, type ToWire, type WireData } from "../session/messages.ts";
import { Comms } from "./comms.ts";
import { address, type Connection, readConnection } from "./connection.ts";
import { Debugging } from "./debugging.ts";
import { Dispatcher } from "./dispatcher.ts";
import { Executions } from "./executions.ts";
import { askedName, page } from "./help.ts";
import { History } from "./history.ts";
import { HistoryFile, historyPath } from "./history-file.ts";
import { Interrupts } from "./interrupt.ts";
import { Iopub } from "./iopub.ts";
import { logDropped } from "./log.ts";
import { type Content, Signer } from "./message.ts";
import { Outbox } from "./outbox.ts";
import { Stdin } from "./stdin.ts";

const {
  connectionFile,
  language: cellLanguage,
  folder,
  shared,
  languagePort,
  inputPort,
} = workerData as WireData;
const port = parentPort;
if (!port) throw new Error("This file runs as a worker thread of kernel.ts");

// So long may replies stay in a closed socket's queue; without a limit an absent client would keep the process.
const LINGER = 500;
const EXIT_PATIENCE = 1000;

const connection = readConnection(connectionFile);
const counters = new Int32Array(shared);
const signer = new Signer(connection.key, connection.hash);
const curve = connection.curve && {
  curveServer: true,
  curvePublicKey: connection.curve.publicKey,
  curveSecretKey: connection.curve.secretKey,
};
if (curve && !zmq.capability.curve)
  throw new Error("This zeromq cannot encrypt (CURVE), which Jupyter asks for");
const settings = { linger: LINGER, sendHighWaterMark: 0, ...curve };
const shell = new zmq.Router(settings);
const control = new zmq.Router(settings);
const stdinSocket = new zmq.Router({ linger: LINGER, mandatory: true, ...curve });
const heartbeat = new zmq.Router({ linger: 0, ...curve });
const publisher = new zmq.XPublisher({ ...settings, verbosity: "allSubs" });
const sockets = [shell, control, stdinSocket, heartbeat, publisher];

// A failure to bind ends this thread, and with it the kernel.
const bound = bind(connection);

const graded = isGraded(process.env);
const iopub = new Iopub(
  new Outbox(publisher),
  signer,
  (pieces) => Atomics.sub(counters, Shared.PendingStreams, pieces),
  graded ? "stdout" : "stderr",
);
let opened: (keeper: LanguageKeeper) => void = () => {};
const opening = new Promise<LanguageKeeper>((resolve) => {
  opened = resolve;
});
let keeper: LanguageKeeper | undefined;
const language = new AskedLanguage(async (method, argument) =>
  (keeper ?? (await opening)).ask(method, argument),
);
const toSession = (message: ToSession): void => {
  debugging.before(message);
  port.postMessage(message);
};
// What students have handed in, and the tests, are nobody's history.
const path = graded ? undefined : historyPath(process.env);
const history = new History(path === undefined ? undefined : new HistoryFile(path));
const executions = new Executions({ iopub, history, toSession, prepare, help });
const debugging = new Debugging({
  iopub,
  allowed: !graded,
  preview: (code) => language.prepare({ code, expression: true }),
  declare: async (code) => "cell" in (await prepareAnew(code)),
});
const comms = new Comms(executions, iopub);
const stdin = new Stdin(stdinSocket, signer, inputPort, counters);
const interrupts = new Interrupts({
  running: () => executions.running,
  pause: () => executions.pause(),
  resume: () => executions.start(),
  toSession,
  interruptInput: () => stdin.interrupt(),
  reportNative: (run) =>
    report(run, "Interrupted: this cell is in native code, and stops when that returns.\n"),
});
const outboxes = { shell: new Outbox(shell), control: new Outbox(control) };
const dispatcher = new Dispatcher({
  connection,
  iopub,
  signer,
  language,
  cellLanguage,
  executions,
  history,
  comms,
  debugging,
  interrupt,
  shutdown: () => setImmediate(() => void shutdown()),
});

let closing: Promise<void> | undefined;

port.on("message", (message: ToWire) => {
  switch (message.type) {
    case "stream":
      return iopub.stream(message.run, message.name, message.text);
    case "output":
      return iopub.output(message.run, message.kind, message.content);
    case "broadcast":
      return iopub.broadcast(message.run, message.message);
    case "comm":
      return comms.send(message.run, message.message);
    case "input":
      iopub.flush();
      return void stdin.ask(message, executions.requestOf(message.run));
    case "done":
      stdin.forget();
      executions.handled(message.run);
      return executions.finished(message.run, message.ok, message.reply, message.result);
    case "ready":
      hearSigint();
      return executions.start();
    case "close":
      if (message.code !== undefined) executions.ended(exited(message.code));
      void close();
  }
});

void bound.then(() => {
  void receive(shell, "shell");
  void receive(control, "control");
  void receiveInput();
  void echo();
  void welcome();
  exitWithParent();
  // The last, as it takes the most, and Jupyter's first question needs none of it.
  setImmediate(() => {
    toSession({ type: "open" });
    const place = { folder, language: cellLanguage };
    keeper = new LanguageKeeper(place, languagePort, () => executions.running.length > 0);
    opened(keeper);
  });
});

async function bind(to: Connection): Promise<void> {
  const ports = [to.shellPort, to.controlPort, to.stdinPort, to.heartbeatPort, to.iopubPort];
  try {
    await Promise.all(sockets.map((socket, n) => socket.bind(address(to, ports[n] ?? 0))));
  } catch (error) {
    for (const socket of sockets) socket.close();
    throw error;
  }
}

async function receive(socket: zmq.Router, channel: "shell" | "control"): Promise<void> {
  for await (const frames of socket) {
    try {
      dispatcher.dispatch(signer.decode(frames), channel, outboxes[channel]);
    } catch (error) {
      logDropped(channel, error);
    }
  }
}

async function receiveInput(): Promise<void> {
  for await (const frames of stdinSocket) {
    try {
      stdin.receive(signer.decode(frames));
    } catch (error) {
      logDropped("stdin", error);
    }
  }
}

const cells = new KnownCells();
let preparing = 0;

/** What subshells have in hand may declare what a cell means. */
function prepare(text: string): Prepared | Promise<Prepared> {
  const code = graded ? readable(text) : text;
  // Under a debugger, loops run on the names themselves; what was prepared before may have its copies.
  const known = preparing === 0 && !debugging.isAttached && cells.find(code);
  return known || prepareAnew(code);
}

async function prepareAnew(code: string): Promise<Prepared> {
  preparing++;
  try {
    const module = whereOf(cellTags(code));
    const prepared = await prepareAnyhow(language, {
      code,
      ...(module && { module }),
      ...(debugging.isAttached && { debugged: true }),
    });
    if (debugging.isAttached) cells.clear();
    else cells.learn(code, prepared);
    return prepared;
  } finally {
    preparing--;
  }
}

function help(code: string): Promise<Content> | undefined {
  const name = askedName(code);
  if (name === undefined) return undefined;
  const reply = { status: "ok", user_expressions: {} };
  return page(language, name).then(
    (found) => ({ ...reply, payload: [found] }),
    () => ({ ...reply, payload: [] }),
  );
}

function exited(code: number): Content {
  const evalue = `The cell ended the kernel: process.exit(${code})`;
  return { ename: "KernelExit", evalue, traceback: [`\u001b[31mKernelExit\u001b[39m: ${evalue}`] };
}

function report(run: number, text: string): void {
  Atomics.add(counters, Shared.PendingStreams, 1);
  iopub.stream(run, "stderr", text);
}

function hearSigint(): void {
  const worker = new Worker(new URL("./sigint.js", import.meta.url));
  worker.on("message", () => void interrupt());
  worker.unref();
}

function interrupt(): Promise<void> {
  return debugging.during(() => interrupts.interrupt());
}

async function echo(): Promise<void> {
  for await (const frames of heartbeat) await heartbeat.send(frames);
}

/** Tells each new subscriber that its subscription counts from now on (JEP 65). */
async function welcome(): Promise<void> {
  for await (const [frame] of publisher) {
    const topic = frame?.subarray(1).toString() ?? "";
    if (frame?.[0] === 1) iopub.welcome(topic);
    // Only when the last one has gone.
    if (frame?.[0] === 1) debugging.heard();
    else if (topic === "") debugging.unheard();
  }
}

async function shutdown(): Promise<void> {
  await debugging.stop();
  await close();
  toSession({ type: "exit" });
  await interrupts.end(EXIT_PATIENCE);
}

function close(): Promise<void> {
  closing ??= (async () => {
    history.close();
    await Promise.all([iopub, outboxes.shell, outboxes.control].map((outbox) => outbox.close()));
    for (const socket of sockets) socket.close();
    // What a closed socket still calls back must not meet a process that ends.
    await new Promise((resolve) => setImmediate(resolve));
    Atomics.store(counters, Shared.Closed, 1);
    Atomics.notify(counters, Shared.Closed);
  })();
  return closing;
}

/** A kernel whose Jupyter died would stay for ever. */
function exitWithParent(): void {
  const parent = Number(process.env.JPY_PARENT_PID);
  if (!parent) return;
  setInterval(() => {
    try {
      process.kill(parent, 0);
    } catch {
      void shutdown();
    }
  }, 2000).unref();
}
