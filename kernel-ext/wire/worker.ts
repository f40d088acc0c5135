// The wire thread: it owns every socket, so Jupyter is answered while a cell computes.
import { parentPort, workerData } from "node:worker_threads";
import * as zmq from "zeromq";
import { PortLanguage } from "../language/port.ts";
import { Shared, type ToSession, type ToWire, type WireData } from "../session/messages.ts";
import { address, type Connection, readConnection } from "./connection.ts";
import { Dispatcher } from "./dispatcher.ts";
import { Executions } from "./executions.ts";
import { interruptRun, stopUserThread } from "./interrupt.ts";
import { Iopub } from "./iopub.ts";
import { logDropped } from "./log.ts";
import { Signer } from "./message.ts";
import { Outbox } from "./outbox.ts";

const { connectionFile, language: cellLanguage, shared, languagePort } = workerData as WireData;
const port = parentPort;
if (!port) throw new Error("This file runs as a worker thread of kernel.ts");

// So long may replies stay in a closed socket's queue; without a limit an absent client would keep the process.
const LINGER = 500;
const EXIT_PATIENCE = 1000;

const connection = readConnection(connectionFile);
const counters = new Int32Array(shared);
const signer = new Signer(connection.key, connection.hash);
const shell = new zmq.Router({ linger: LINGER, sendHighWaterMark: 0 });
const control = new zmq.Router({ linger: LINGER, sendHighWaterMark: 0 });
const stdin = new zmq.Router({ linger: LINGER });
const heartbeat = new zmq.Router({ linger: 0 });
const publisher = new zmq.XPublisher({ linger: LINGER, sendHighWaterMark: 0, verbosity: "allSubs" });
const sockets = [shell, control, stdin, heartbeat, publisher];

await bind(connection);

const iopub = new Iopub(new Outbox(publisher), signer);
const language = new PortLanguage(languagePort);
const toSession = (message: ToSession): void => port.postMessage(message);
const executions = new Executions(iopub, toSession);
const outboxes = { shell: new Outbox(shell), control: new Outbox(control) };
const dispatcher = new Dispatcher({
  iopub,
  signer,
  language,
  cellLanguage,
  executions,
  interrupt: () => interruptRun(executions, toSession),
  shutdown: () => setImmediate(() => void shutdown()),
});

let closing: Promise<void> | undefined;

port.on("message", (message: ToWire) => {
  switch (message.type) {
    case "stream":
      Atomics.sub(counters, Shared.PendingStreams, 1);
      return iopub.stream(message.run, message.name, message.text);
    case "output":
      return iopub.output(message.run, message.kind, message.content);
    case "done":
      return executions.finished(message.run, message.ok, message.reply);
    case "language":
      return language.connect(message.port);
    case "ready":
      return executions.start();
    case "close":
      void close();
  }
});

void receive(shell, "shell");
void receive(control, "control");
void echo();
void welcome();
exitWithParent();

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

async function echo(): Promise<void> {
  for await (const frames of heartbeat) await heartbeat.send(frames);
}

/** Tells each new subscriber that its subscription counts from now on (JEP 65). */
async function welcome(): Promise<void> {
  for await (const [frame] of publisher) {
    if (frame?.[0] === 1) iopub.welcome(frame.subarray(1).toString());
  }
}

async function shutdown(): Promise<void> {
  await close();
  toSession({ type: "exit" });
  await stopUserThread(EXIT_PATIENCE);
}

function close(): Promise<void> {
  closing ??= (async () => {
    iopub.flush();
    await Promise.all([outboxes.shell.drained(), outboxes.control.drained(), iopub.drained()]);
    for (const socket of sockets) socket.close();
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
