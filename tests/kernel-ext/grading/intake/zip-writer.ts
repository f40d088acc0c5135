// Writes zips as others do, and as nobody should.
import { deflateRawSync } from "node:zlib";
import { crc32 } from "../../../../kernel-ext/grading/intake/crc.ts";

export interface Packed {
  readonly name: string | Buffer;
  readonly content?: string | Buffer;
  /** Not made smaller. */
  readonly stored?: boolean;
  /** Says that its name is in UTF-8. */
  readonly utf8?: boolean;
  /** Sizes after the content only, as of what is written in one go. */
  readonly descriptor?: boolean;
  readonly wide?: boolean;
  readonly encrypted?: boolean;
  readonly method?: number;
  /** Unix file type and rights. */
  readonly mode?: number;
  readonly extra?: Buffer;
  /** What the list says of its size. */
  readonly saidBytes?: number;
  readonly crc?: number;
  readonly time?: Date;
}

export interface ZipOptions {
  readonly before?: Buffer;
  readonly comment?: string;
  readonly wide?: boolean;
}

const WIDE = 0xffffffff;

export function zipOf(
  files: readonly Packed[],
  { before, comment = "", wide = false }: ZipOptions = {},
): Buffer {
  const parts: Buffer[] = before ? [before] : [];
  const list: Buffer[] = [];
  let at = 0;
  for (const file of files) {
    const { local, central } = packed(file, at);
    parts.push(local);
    list.push(central);
    at += local.length;
  }
  const listed = Buffer.concat(list);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Math.min(files.length, 0xffff), 8);
  end.writeUInt16LE(Math.min(files.length, 0xffff), 10);
  end.writeUInt32LE(wide ? WIDE : listed.length, 12);
  end.writeUInt32LE(wide ? WIDE : at, 16);
  end.writeUInt16LE(Buffer.byteLength(comment), 20);
  const wideEnd = wide ? [endOfWide(listed.length, at, files.length)] : [];
  return Buffer.concat([...parts, listed, ...wideEnd, end, Buffer.from(comment)]);
}

function packed(file: Packed, at: number): { local: Buffer; central: Buffer } {
  const { content = "", stored, utf8, descriptor, wide, encrypted, mode, extra = Buffer.alloc(0) } = file;
  const bytes = Buffer.from(content);
  const data = stored ? bytes : deflateRawSync(bytes);
  const name = Buffer.from(file.name);
  const crc = file.crc ?? crc32(bytes);
  const flags = (encrypted ? 1 : 0) | (descriptor ? 8 : 0) | (utf8 ? 0x800 : 0);
  const said = file.saidBytes ?? bytes.length;
  const head = Buffer.alloc(26);
  head.writeUInt16LE(20, 0);
  head.writeUInt16LE(flags, 2);
  head.writeUInt16LE(file.method ?? (stored ? 0 : 8), 4);
  const time = file.time ?? new Date(Date.UTC(2025, 0, 2));
  head.writeUInt16LE(
    (time.getUTCHours() << 11) | (time.getUTCMinutes() << 5) | (time.getUTCSeconds() >> 1),
    6,
  );
  head.writeUInt16LE(
    ((time.getUTCFullYear() - 1980) << 9) | ((time.getUTCMonth() + 1) << 5) | time.getUTCDate(),
    8,
  );
  head.writeUInt32LE(crc, 10);
  head.writeUInt32LE(wide ? WIDE : data.length, 14);
  head.writeUInt32LE(wide ? WIDE : said, 18);
  head.writeUInt16LE(name.length, 22);
  const sizes = wide ? wideField(said, data.length, at) : Buffer.alloc(0);
  const extras = Buffer.concat([sizes, extra]);
  head.writeUInt16LE(extras.length, 24);
  const start = Buffer.from(head);
  if (descriptor) start.fill(0, 10, 22);
  const after = descriptor ? descriptorOf(crc, data.length, said) : Buffer.alloc(0);
  const local = Buffer.concat([mark(0x04034b50), start, name, extras, data, after]);
  const rest = Buffer.alloc(14);
  rest.writeUInt32LE(((mode ?? 0) << 16) >>> 0, 6);
  rest.writeUInt32LE(wide ? WIDE : at, 10);
  const madeBy = Buffer.from([20, mode === undefined ? 0 : 3]);
  return { local, central: Buffer.concat([mark(0x02014b50), madeBy, head, rest, name, extras]) };
}

function mark(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value, 0);
  return bytes;
}

function wideField(bytes: number, packedBytes: number, at: number): Buffer {
  const field = Buffer.alloc(28);
  field.writeUInt16LE(1, 0);
  field.writeUInt16LE(24, 2);
  [bytes, packedBytes, at].forEach(
    (value, index) => void field.writeBigUInt64LE(BigInt(value), 4 + 8 * index),
  );
  return field;
}

function descriptorOf(crc: number, packedBytes: number, bytes: number): Buffer {
  const field = Buffer.alloc(16);
  [0x08074b50, crc, packedBytes, bytes].forEach((value, index) => void field.writeUInt32LE(value, 4 * index));
  return field;
}

function endOfWide(length: number, at: number, count: number): Buffer {
  const record = Buffer.alloc(56 + 20);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeBigUInt64LE(BigInt(count), 24);
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(length), 40);
  record.writeBigUInt64LE(BigInt(at), 48);
  record.writeUInt32LE(0x07064b50, 56);
  record.writeBigUInt64LE(BigInt(at + length), 64);
  record.writeUInt32LE(1, 72);
  return record;
}
