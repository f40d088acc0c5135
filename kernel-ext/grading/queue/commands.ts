// `gradbook worker` and `gradbook status`.
import { Trouble } from "../../lab/trouble.mjs";
import type { Level } from "../sandbox/sandbox.ts";
import type { QueueAddress } from "./address.ts";
import { queueStatus, statusLines } from "./status.ts";
import { openWorker } from "./worker.ts";

type Say = (line: string) => void;
/** Options as they were typed, by name. */
export type Typed = Readonly<Record<string, string | boolean | undefined>>;

/** The queue that is meant, by option or environment; undefined where neither names one. */
export function queueAddress(typed: Typed, env: NodeJS.ProcessEnv = process.env): QueueAddress | undefined {
  const given = text(typed.queue);
  // A list of processes is for everybody to read; Linux shows the title in it.
  if (given?.includes("@")) process.title = "gradbook";
  const url = given ?? env.GRADBOOK_QUEUE;
  if (!url) return undefined;
  const [ca, cert, key] = [text(typed["queue-ca"]), text(typed["queue-cert"]), text(typed["queue-key"])];
  return { url, ca, cert, key };
}

export async function workerCommand(
  typed: Typed,
  { workers, level = "bwrap" }: { readonly workers: number; readonly level: Level | undefined },
  say: Say,
): Promise<number> {
  const address = needed(queueAddress(typed), "worker");
  const worker = await openWorker({ ...address, workers, level, say: stamped(say) });
  const leave = () => worker.leave();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, leave);
  try {
    await worker.ended;
  } finally {
    // BullMQ may still wait for a Redis that is gone.
    setTimeout(() => process.exit(), 1_000).unref();
  }
  say("Left the queue");
  return 0;
}

export async function statusCommand(typed: Typed, say: Say): Promise<number> {
  const warn: Say = (line) => process.stderr.write(`${line}\n`);
  const status = await queueStatus(needed(queueAddress(typed), "status"), warn);
  if (typed.json === true) say(JSON.stringify(status, null, 2));
  else for (const line of statusLines(status)) say(line);
  return 0;
}

function needed(address: QueueAddress | undefined, command: string): QueueAddress {
  if (address) return address;
  throw new Trouble(
    "No queue is named: --queue, or GRADBOOK_QUEUE in the environment",
    `gradbook ${command} --queue redis://HOST:6379`,
  );
}

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

const stamped =
  (say: Say): Say =>
  (line) =>
    say(`${new Date().toISOString().slice(11, 19)}  ${line.replace(/\p{Cc}/gu, "?")}`);
