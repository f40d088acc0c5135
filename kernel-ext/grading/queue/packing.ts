// Large texts are small in Redis.
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";

const press = promisify(gzip);
const unpress = promisify(gunzip);

/** Whoever can write to the queue could else fill our memory with a few bytes. */
const LARGEST = 512 * 1024 * 1024;

export async function pack(value: unknown): Promise<Buffer> {
  return press(JSON.stringify(value), { level: 4 });
}

export async function unpack(packed: Buffer): Promise<unknown> {
  return JSON.parse((await unpress(packed, { maxOutputLength: LARGEST })).toString("utf8"));
}
