// What stands in a queue, for a person or as JSON.
import { counted, duration } from "../../lab/screen.mjs";
import type { QueueAddress } from "./address.ts";
import { type Connection, connectQueue } from "./connection.ts";
import { PREFIX, type Ticket, VERSION } from "./names.ts";
import type { About } from "./worker.ts";

export interface QueueStatus {
  readonly queue: string;
  readonly version: string;
  readonly waiting: number;
  readonly active: readonly {
    readonly student: string;
    readonly assignment: string;
    readonly worker: string;
    /** ISO 8601. */
    readonly since: string;
  }[];
  /** In the last seven days; each submission once. */
  readonly done: number;
  readonly setAside: readonly {
    readonly student: string;
    readonly assignment: string;
    readonly at: string;
  }[];
  readonly workers: readonly About[];
  /** Over the last five minutes, or since the first of them. */
  readonly perMinute: number;
  /** Null where nothing is being done. */
  readonly secondsLeft: number | null;
}

/** Milliseconds. */
const WINDOW = 300_000;
/** A worker says every half a second that it is there. */
const SILENT = 5_000;

export async function queueStatus(address: QueueAddress, say: (line: string) => void): Promise<QueueStatus> {
  const connection = await connectQueue(address, say, false);
  try {
    return await read(connection);
  } finally {
    connection.close();
  }
}

async function read(connection: Connection): Promise<QueueStatus> {
  const { redis, keys, place } = connection;
  const { Queue } = await import("bullmq");
  const queue = new Queue<Ticket>(place.name, { connection: redis, prefix: PREFIX, skipVersionCheck: true });
  queue.on("error", () => {});
  const counts = await queue.getJobCounts("wait", "prioritized", "delayed");
  const waiting = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const jobs = (await queue.getActive()).filter(Boolean);
  const [seconds, micros] = await redis.time();
  const now = Number(seconds) * 1000 + Math.floor(Number(micros) / 1000);
  const aside = await redis.zrangebyscore(keys.aside, "-inf", "+inf", "WITHSCORES");
  const perMinute = await rate(connection, now);
  const left = waiting + jobs.length;
  return {
    queue: place.shown,
    version: VERSION.split("/")[0] ?? "",
    waiting,
    active: jobs.map(({ data, processedBy, processedOn }) => ({
      student: data.student,
      assignment: data.assignment,
      worker: processedBy ?? "?",
      since: iso(processedOn ?? now),
    })),
    done: await redis.zcard(keys.done),
    setAside: pairs(aside).map(([text, at]) => {
      const [, student = "?", assignment = "?"] = JSON.parse(text) as string[];
      return { student, assignment, at: iso(at) };
    }),
    workers: await workers(connection, now),
    perMinute,
    secondsLeft: left === 0 ? 0 : perMinute > 0 ? Math.ceil((left / perMinute) * 60) : null,
  };
}

async function rate({ redis, keys }: Connection, now: number): Promise<number> {
  const recent = pairs(await redis.zrangebyscore(keys.done, now - WINDOW, "+inf", "WITHSCORES"));
  const first = recent[0]?.[1] ?? now;
  return Math.round((recent.length / Math.max(now - first, 1_000)) * 60_000);
}

async function workers({ redis, keys }: Connection, now: number): Promise<About[]> {
  const ids = await redis.zrangebyscore(keys.workers, now - SILENT, "+inf");
  if (ids.length === 0) return [];
  const abouts = await redis.hmget(keys.about, ...ids);
  return abouts.flatMap((text) => (text ? [JSON.parse(text) as About] : []));
}

function pairs(list: readonly string[]): [string, number][] {
  return Array.from({ length: list.length / 2 }, (_, n) => [list[2 * n] ?? "", Number(list[2 * n + 1])]);
}

const iso = (ms: number): string => new Date(ms).toISOString();

export function statusLines(status: QueueStatus): string[] {
  const { queue, waiting, active, done, setAside, perMinute, secondsLeft } = status;
  const left = secondsLeft ? `, ${duration(secondsLeft * 1000)} left` : "";
  const rated = perMinute > 0 ? ` · ${perMinute} a minute${left}` : "";
  return [
    `${queue}: ${waiting} waiting · ${active.length} active · ${done} done · ${setAside.length} set aside${rated}`,
    ...table(
      "Active",
      active.map(({ student, assignment, worker, since }) => [student, assignment, worker, ago(since)]),
    ),
    ...table(
      "Set aside, each after killing its grader",
      setAside.map(({ student, assignment, at }) => [student, assignment, `${ago(at)} ago`]),
    ),
    ...table(
      status.workers.length ? "Workers" : "No worker is there",
      status.workers.map(({ name, host, since, places, sandbox }) => [
        name,
        `on ${host}`,
        `${counted(places, "submission")} at a time`,
        `sandbox ${sandbox}`,
        `for ${ago(since)}`,
      ]),
    ),
  ];
}

const ago = (since: string): string => duration(Math.max(0, Date.now() - Date.parse(since)));

function table(title: string, rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return title.startsWith("No ") ? [title] : [];
  const shown = rows.slice(0, 20).map((row) => row.map(printable));
  const widths = (shown[0] ?? []).map((_, column) =>
    Math.max(...shown.map((row) => row[column]?.length ?? 0)),
  );
  const lines = shown.map(
    (row) =>
      `  ${row
        .map((cell, n) => cell.padEnd(widths[n] ?? 0))
        .join("  ")
        .trimEnd()}`,
  );
  return [title, ...lines, ...(rows.length > 20 ? [`  and ${rows.length - 20} more`] : [])];
}

/** A student's name comes from outside, and could else move the terminal's cursor. */
function printable(text: string): string {
  return text.replace(/\p{C}/gu, "?").slice(0, 60);
}
