// A thread that carries out tasks, one after the other.
import { parentPort, workerData } from "node:worker_threads";
import * as lib from "../index.ts";
import { pack, unpack } from "./packed.ts";
import type { Answer, Order, Task, ThreadTools } from "./task.ts";

// The threads share the cores: each computes alone.
lib.backend.threads = 1;

const tools: ThreadTools = {
  lib,
  shared: unpack(workerData) as ThreadTools["shared"],
  memory: new Map(),
};
const compiled = new Map<string, Task<unknown, unknown>>();

function compile(text: string): Task<unknown, unknown> {
  let task = compiled.get(text);
  if (task === undefined) {
    task = new Function(`"use strict"; return (${text});`)() as Task<unknown, unknown>;
    compiled.set(text, task);
  }
  return task;
}

/** Functions arrive as their text, inside the argument, too. */
function revive(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revive);
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  if ("$function" in value) return compile(String(value.$function));
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, revive(inner)]));
}

async function carryOut({ id, text, argument }: Order): Promise<Answer> {
  try {
    const value = await compile(text)(revive(unpack(argument)), tools);
    return { id, value: pack(value) };
  } catch (error) {
    const hint =
      error instanceof ReferenceError
        ? " (a task runs in another thread and knows only its arguments: take what it needs from lib or shared)"
        : "";
    return { id, error: `${error instanceof Error ? error.message : String(error)}${hint}` };
  }
}

parentPort?.on("message", (order: Order) => {
  void carryOut(order).then((answer) => {
    try {
      parentPort?.postMessage(answer);
    } catch (error) {
      const hint = "a task gives back numbers, text, tensors, and lists and plain objects of them";
      parentPort?.postMessage({ id: order.id, error: `${String(error)} (${hint})` });
    }
  });
});
