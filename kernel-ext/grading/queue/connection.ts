// A connection to Redis that comes back by itself, and says at the start, within five seconds, why it cannot be.
import type { Redis } from "ioredis";
import { Trouble } from "../../lab/trouble.mjs";
import { type QueueAddress, type QueuePlace, queuePlace } from "./address.ts";
import { explainQueue } from "./explain.ts";
import { BEAT, type Keys, keysOf, VERSION } from "./names.ts";
import { BEAT_ONCE, ENTER } from "./scripts.ts";

export interface Connection {
  readonly redis: Redis;
  readonly place: QueuePlace;
  readonly keys: Keys;
  /** Milliseconds since Redis was last there; 0 while it is. */
  goneFor(): number;
  close(): void;
}

const PATIENCE = 4_500;

/** @param take whether we are to take part, or only look */
export async function connectQueue(
  address: QueueAddress,
  say: (line: string) => void,
  take = true,
): Promise<Connection> {
  const place = queuePlace(address);
  const keys = keysOf(place.name);
  const { redis, opened } = await open(place);
  try {
    await requireFit(redis, place, say);
    const parts = [keys.version, keys.workers, keys.graders, ...["wait", "active", "delayed"].map(keys.bull)];
    const gone = [BEAT.gone * 2, 60_000];
    const held = String(await redis.eval(ENTER, parts.length, ...parts, VERSION, take ? 1 : 0, ...gone));
    if (held !== VERSION) throw otherVersion(held, place);
  } catch (error) {
    redis.disconnect();
    throw explainQueue(error, place);
  }
  opened();
  const watched = watch(redis, place, say);
  const close = () => {
    watched.end();
    redis.disconnect();
  };
  return { redis, place, keys, goneFor: watched.goneFor, close };
}

async function open(place: QueuePlace): Promise<{ redis: Redis; opened(): void }> {
  const { Redis } = await import("ioredis");
  let stays = false;
  const { host, port, db, username, password, tls } = place;
  const redis = new Redis({
    host,
    port,
    db,
    lazyConnect: true,
    connectTimeout: PATIENCE,
    keepAlive: 10_000,
    // What was asked while Redis is away is asked again when it is back.
    maxRetriesPerRequest: null,
    retryStrategy: (times: number) => (stays ? Math.min(times * 100, 1_000) : null),
    ...(username ? { username } : {}),
    ...(password ? { password } : {}),
    ...(tls ? { tls } : {}),
  });
  // The promise says only that the connection is closed; why, an event says.
  let why: unknown;
  redis.on("error", (error) => {
    why ??= error;
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error("no answer")), PATIENCE);
    });
    // ioredis itself would go on in database 0 where there is no other.
    await Promise.race([redis.connect().then(() => redis.select(db)), late]);
  } catch (error) {
    redis.disconnect();
    throw explainQueue(why ?? error, place);
  } finally {
    clearTimeout(timer);
  }
  return {
    redis,
    opened: () => {
      stays = true;
    },
  };
}

/** A Redis that may throw jobs away to make room is none to rely on; one that we may not ask is taken as it is. */
async function requireFit(redis: Redis, place: QueuePlace, say: (line: string) => void): Promise<void> {
  const info = await redis.info().catch(() => "");
  const major = Number(/redis_version:(\d+)/.exec(info)?.[1] ?? 6);
  if (major < 5) throw new Trouble(`Redis at ${place.shown} is older than 5`, "install Redis 6.2 or newer");
  const policy = /maxmemory_policy:(\S+)/.exec(info)?.[1];
  if (policy && policy !== "noeviction")
    say(
      `Redis at ${place.shown} may throw jobs away when it is full (maxmemory-policy ${policy}) → redis-cli config set maxmemory-policy noeviction`,
    );
}

/** Says when Redis goes and when it is back. */
function watch(redis: Redis, place: QueuePlace, say: (line: string) => void) {
  let ended = false;
  let gone = 0;
  let why = "";
  redis.on("error", (error) => {
    const said = explainQueue(error, place).toString();
    if (gone !== 0 && said !== why) say(said);
    if (gone !== 0) why = said;
  });
  redis.on("close", () => {
    if (ended) return;
    if (gone === 0) say(`Redis at ${place.shown} is gone; waiting for it`);
    if (gone === 0) gone = Date.now();
  });
  redis.on("ready", () => {
    if (gone !== 0) say(`Redis at ${place.shown} is back`);
    gone = 0;
    why = "";
  });
  return {
    goneFor: () => (gone === 0 ? 0 : Date.now() - gone),
    end: () => {
      ended = true;
    },
  };
}

export function otherVersion(held: string, place: QueuePlace): Trouble {
  const [theirs, format] = held.split("/");
  const [ours] = VERSION.split("/");
  const whose = theirs === ours ? `${theirs}, format ${format}` : theirs;
  return new Trouble(
    `The queue at ${place.shown} is in use by gradbook ${whose?.slice(0, 40)}, and this is ${ours}: they might grade differently`,
    "install the same version everywhere, or name another queue: redis://host:6379?name=other",
  );
}

/** Says that we are still there. Throws where the queue has passed to another version. */
export async function beat(
  { redis, keys, place }: Connection,
  role: "workers" | "graders",
  id: string,
  about: string,
): Promise<void> {
  const held = await redis.eval(BEAT_ONCE, 3, keys.version, keys[role], keys.about, VERSION, id, about);
  if (held !== VERSION) throw otherVersion(String(held), place);
}

export async function leave(
  { redis, keys }: Connection,
  role: "workers" | "graders",
  id: string,
): Promise<void> {
  await redis.multi().zrem(keys[role], id).hdel(keys.about, id).exec();
}
