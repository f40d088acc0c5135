// `input("Name? ")`: the thread waits, as a script at a terminal would, until the front end has answered.
import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import { type InputAnswer, Shared, type ToWire } from "./messages.ts";

export class InputUnavailable extends Error {
  override readonly name = "InputUnavailable";
}

export class Inputs {
  readonly #send: (message: ToWire) => void;
  readonly #port: MessagePort;
  readonly #counters: Int32Array;
  #id = 0;

  constructor(send: (message: ToWire) => void, port: MessagePort, counters: Int32Array) {
    this.#send = send;
    this.#port = port;
    this.#counters = counters;
  }

  /** The line that was typed; undefined where the wait was interrupted. */
  ask(run: number, prompt: string, password: boolean): string | undefined {
    const id = ++this.#id;
    this.#send({ type: "input", run, id, prompt, password });
    for (;;) {
      const seen = Atomics.load(this.#counters, Shared.Answers);
      const received = receiveMessageOnPort(this.#port);
      if (!received) {
        Atomics.wait(this.#counters, Shared.Answers, seen);
        continue;
      }
      const answer = received.message as InputAnswer;
      // One for a question whose cell was stopped while it waited.
      if (answer.id !== id) continue;
      if ("error" in answer) throw new InputUnavailable(answer.error);
      return "value" in answer ? answer.value : undefined;
    }
  }
}
