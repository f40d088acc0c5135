// Reading zips of strangers: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
// The list at the end of the file says what is in it; nothing is unpacked but what is asked for, into memory, up to a
// limit. (lab/reference/zip.mjs reads Python wheels, which are known by their checksum.)
import { promisify } from "node:util";
import { inflateRaw } from "node:zlib";
import { nameIn } from "./code-page.ts";
import { crc32 } from "./crc.ts";
import { Fault } from "./fault.ts";

/** Where a zip's bytes are: a file, or memory. */
export interface Bytes {
  readonly size: number;
  /** Fewer where they end. */
  read(at: number, length: number): Promise<Buffer>;
}

export interface ZipEntry {
  /** As it stands there, with "/" between folders. */
  readonly name: string;
  readonly kind: "file" | "folder" | "link" | "other";
  readonly bytes: number;
  /** Milliseconds; by the clock of wherever it was packed. */
  readonly time: number;
  readonly packed: number;
  readonly method: number;
  readonly encrypted: boolean;
  readonly crc: number;
  /** Of its local header. */
  readonly at: number;
}

const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_LENGTH = 22;
const LONGEST_COMMENT = 0xffff;

export const MOST_ENTRIES = 200_000;
const LONGEST_LIST = 64 * 2 ** 20;

interface List {
  readonly at: number;
  readonly length: number;
  /** Bytes that stand before the zip, as in one that unpacks itself. */
  readonly shift: number;
}

export async function listZip(zip: Bytes): Promise<ZipEntry[]> {
  const list = await findList(zip);
  if (list.length > LONGEST_LIST) throw new Fault("lists too many files");
  if (list.at < 0 || list.at + list.length > zip.size) throw damaged();
  const bytes = await exactly(zip, list.at, list.length);
  const entries: ZipEntry[] = [];
  for (let at = 0; at + 46 <= bytes.length && bytes.readUInt32LE(at) === CENTRAL; ) {
    const next =
      at + 46 + bytes.readUInt16LE(at + 28) + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
    if (next > bytes.length) throw damaged();
    if (entries.length >= MOST_ENTRIES) throw new Fault(`holds more than ${MOST_ENTRIES} files`);
    entries.push(entryAt(bytes, at, list.shift));
    at = next;
  }
  if (entries.length === 0 && list.length > 0) throw damaged();
  return entries;
}

const damaged = (): Fault => new Fault("is damaged, or was cut off");

async function exactly(zip: Bytes, at: number, length: number): Promise<Buffer> {
  const bytes = await zip.read(at, length);
  if (bytes.length !== length) throw damaged();
  return bytes;
}

async function findList(zip: Bytes): Promise<List> {
  const length = Math.min(zip.size, END_LENGTH + LONGEST_COMMENT);
  const tail = await exactly(zip, zip.size - length, length);
  for (let at = tail.length - END_LENGTH; at >= 0; at--) {
    // The mark may stand in a comment as well: then the comment's length does not fit.
    if (tail.readUInt32LE(at) !== END || at + END_LENGTH + tail.readUInt16LE(at + 20) !== tail.length)
      continue;
    const place = zip.size - length + at;
    const wide = await findWideList(zip, place);
    if (wide) return wide;
    const listed = { length: tail.readUInt32LE(at + 12), at: tail.readUInt32LE(at + 16) };
    return { at: place - listed.length, length: listed.length, shift: place - listed.length - listed.at };
  }
  const start = await zip.read(0, 4);
  throw start.length === 4 && start.readUInt32LE(0) === LOCAL ? damaged() : new Fault("is not a zip");
}

/** What stands before the end of a zip64. */
async function findWideList(zip: Bytes, end: number): Promise<List | undefined> {
  if (end < 20) return undefined;
  const locator = await exactly(zip, end - 20, 20);
  if (locator.readUInt32LE(0) !== LOCATOR_64) return undefined;
  const said = number64(locator, 8);
  // It lies right before the locator, but for data that may be added to it.
  for (const at of [said, end - 20 - 56]) {
    if (at < 0 || at + 56 > end) continue;
    const record = await exactly(zip, at, 56);
    if (record.readUInt32LE(0) !== END_64) continue;
    const [length, listed] = [number64(record, 40), number64(record, 48)];
    return { at: listed + at - said, length, shift: at - said };
  }
  throw damaged();
}

/** Greater ones than a file can be long stay great. */
const number64 = (bytes: Buffer, at: number): number => Number(bytes.readBigUInt64LE(at));

const ENCRYPTED = 1;
const UNICODE_PATH = 0x7075;
const WIDE = 0x0001;

function entryAt(bytes: Buffer, at: number, shift: number): ZipEntry {
  const nameEnd = at + 46 + bytes.readUInt16LE(at + 28);
  const raw = bytes.subarray(at + 46, nameEnd);
  const extra = extrasOf(bytes.subarray(nameEnd, nameEnd + bytes.readUInt16LE(at + 30)));
  const sizes = widened(
    [bytes.readUInt32LE(at + 24), bytes.readUInt32LE(at + 20), bytes.readUInt32LE(at + 42)],
    extra.get(WIDE),
  );
  const name = (nameBy(extra.get(UNICODE_PATH), raw) ?? nameIn(raw)).replaceAll("\\", "/");
  return {
    name,
    kind: kindOf(name, bytes.readUInt16LE(at + 4) >> 8, bytes.readUInt32LE(at + 38)),
    bytes: sizes[0]!,
    packed: sizes[1]!,
    at: sizes[2]! + shift,
    method: bytes.readUInt16LE(at + 10),
    encrypted: (bytes.readUInt16LE(at + 8) & ENCRYPTED) !== 0,
    time: timeOf(bytes.readUInt16LE(at + 14), bytes.readUInt16LE(at + 12)),
    crc: bytes.readUInt32LE(at + 16),
  };
}

function extrasOf(bytes: Buffer): Map<number, Buffer> {
  const extras = new Map<number, Buffer>();
  for (let at = 0; at + 4 <= bytes.length; ) {
    const end = at + 4 + bytes.readUInt16LE(at + 2);
    if (end <= bytes.length) extras.set(bytes.readUInt16LE(at), bytes.subarray(at + 4, end));
    at = end;
  }
  return extras;
}

/** Those that did not fit into 32 bits stand in the zip64 field, in this order. */
function widened(values: readonly number[], wide: Buffer | undefined): number[] {
  let at = 0;
  return values.map((value) => {
    if (value !== 0xffffffff || !wide || at + 8 > wide.length) return value;
    at += 8;
    return number64(wide, at - 8);
  });
}

/** A name in Unicode beside an older one, good while the older one is the same. */
function nameBy(field: Buffer | undefined, raw: Buffer): string | undefined {
  if (!field || field.length < 5 || field[0] !== 1 || field.readUInt32LE(1) !== crc32(raw)) return undefined;
  return field.toString("utf8", 5);
}

const UNIX_SYSTEMS = new Set([3, 19]);

function kindOf(name: string, system: number, attributes: number): ZipEntry["kind"] {
  const mode = UNIX_SYSTEMS.has(system) ? (attributes >>> 16) & 0o170000 : 0;
  if (mode === 0o120000) return "link";
  if (name.endsWith("/") || mode === 0o040000) return "folder";
  return mode === 0 || mode === 0o100000 ? "file" : "other";
}

function timeOf(date: number, time: number): number {
  return Date.UTC(
    1980 + (date >> 9),
    ((date >> 5) & 15) - 1,
    date & 31,
    time >> 11,
    (time >> 5) & 63,
    (time & 31) * 2,
  );
}

const STORED = 0;
const DEFLATED = 8;
/** What packing may add to a file that cannot be made smaller. */
const OVERHEAD = 65_536;

const inflate = promisify(inflateRaw);

/** The content of a file, at most `limit` bytes: undefined where there is more, whatever the list says. */
export async function unpacked(zip: Bytes, entry: ZipEntry, limit: number): Promise<Buffer | undefined> {
  if (entry.encrypted) throw new Fault("is encrypted");
  if (entry.method !== STORED && entry.method !== DEFLATED)
    throw new Fault(`is packed in a way that is not read (method ${entry.method})`);
  if (entry.bytes > limit || entry.packed > limit + OVERHEAD) return undefined;
  if (entry.at < 0 || entry.at + 30 > zip.size) throw damaged();
  const header = await exactly(zip, entry.at, 30);
  if (header.readUInt32LE(0) !== LOCAL) throw damaged();
  const start = entry.at + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  const packed = await exactly(zip, start, entry.packed);
  const content = entry.method === STORED ? packed : await inflated(packed, limit);
  if (content === undefined || content.length > limit) return undefined;
  if (content.length !== entry.bytes || crc32(content) !== entry.crc) throw damaged();
  return content;
}

async function inflated(packed: Buffer, limit: number): Promise<Buffer | undefined> {
  try {
    return await inflate(packed, { maxOutputLength: Math.max(limit, 1) });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE") return undefined;
    throw damaged();
  }
}
