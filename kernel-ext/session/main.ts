// The user thread's side of the kernel, put together.
import v8 from "node:v8";
import type { MessagePort } from "node:worker_threads";
import { PortLanguage } from "../language/port.ts";
import { Captures } from "./captures.ts";
import { isGraded, outliveExits } from "./graded.ts";
import { Inputs } from "./input.ts";
import { Interruption } from "./interruption.ts";
import type { ToSession, ToWire } from "./messages.ts";
import { Outputs } from "./outputs.ts";
import { Session } from "./session.ts";

const OUTPUT_LIMIT = 10_000_000;

export interface Parts {
  readonly folder: string;
  readonly send: (message: ToWire) => void;
  readonly languagePort: MessagePort;
  readonly answers: MessagePort;
  readonly counters: Int32Array;
}

/** Opens the session; returns what takes the wire's messages. */
export function openSession({
  folder,
  send,
  languagePort,
  answers,
  counters,
}: Parts): (message: ToSession) => void {
  // Unrolled loops on Node 24 do not look whether they are to stop.
  if (Number(process.versions.node.split(".")[0]) >= 24)
    v8.setFlagsFromString("--no-turboshaft-loop-unrolling");
  if (isGraded(process.env)) outliveExits();
  const language = new PortLanguage(languagePort);
  const limit = Number(process.env.GRADBOOK_OUTPUT_LIMIT) || OUTPUT_LIMIT;
  const captures = new Captures(counters);
  const sendUncaptured = (message: ToWire): void => {
    if (!captures.take(message)) send(message);
  };
  const session = new Session(
    sendUncaptured,
    (request) => language.prepare(request),
    new Inputs(send, answers, counters),
    folder,
    (runOf) => {
      const outputs = new Outputs(sendUncaptured, counters, runOf, limit);
      outputs.capture();
      return outputs;
    },
    captures,
  );
  loadWhatNodeLoadsLate();
  language.properties = (wanted) => session.properties(wanted);
  process.on("uncaughtException", (error) => session.showUncaught(error));
  process.on("unhandledRejection", (reason) => session.showUncaught(reason));
  return (message) => {
    switch (message.type) {
      case "run":
        return void session.run(message);
      case "prepared":
        return session.take(message.run, message.prepared);
      case "comm":
        return void session.handle(message.run, message.message);
      case "interrupt":
        return session.interrupt(message.run);
    }
  };
}

/** A global whose loading an interrupt cuts short is undefined from then on, and an interrupt's own way needs these. */
function loadWhatNodeLoadsLate(): void {
  performance.now();
  new Interruption(0).interrupt();
}
