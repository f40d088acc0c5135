// As much of zip as .npz needs: parts stored or deflated, with the 64-bit fields that NumPy and long files use.
// PKWARE's APPNOTE.TXT, sections 4.3 and 4.5.3.
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { FormatError, quote } from "./format-error.ts";

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END64 = 0x06064b50;
const LOCATOR64 = 0x07064b50;
const FULL = 0xffffffff;
const ENCRYPTED = 0x1;
const UTF8 = 0x800;
const STORED = 0;
const DEFLATED = 8;
// Deflate's best is 258 bytes from 2 bits: a part that claims more is lying.
const MOST = 1032;

/** The files in a zip archive by name, in the archive's order. Lengths and checksums are verified. */
export function readZip(bytes: Uint8Array, file: string): Map<string, Uint8Array> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return readParts(buffer, file);
  } catch (error) {
    // A length or an offset led outside the file.
    if (error instanceof RangeError) {
      throw new FormatError(file, "the archive is damaged: it points past its own end.", { cause: error });
    }
    throw error;
  }
}

function readParts(buffer: Buffer, file: string): Map<string, Uint8Array> {
  const directory = findDirectory(buffer, file);
  const parts = new Map<string, Uint8Array>();
  let at = directory.start;
  for (let n = 0; n < directory.count; n++) {
    if (buffer.readUInt32LE(at) !== CENTRAL) {
      throw new FormatError(file, `the archive is damaged: entry ${n + 1} of its directory is not there.`);
    }
    const nameLength = buffer.readUInt16LE(at + 28);
    const extraLength = buffer.readUInt16LE(at + 30);
    const flags = buffer.readUInt16LE(at + 8);
    const name = buffer.toString(flags & UTF8 ? "utf8" : "latin1", at + 46, at + 46 + nameLength);
    if (flags & ENCRYPTED) throw new FormatError(file, `its part ${quote(name)} is encrypted.`);
    if (parts.has(name)) throw new FormatError(file, `it holds two parts named ${quote(name)}.`);
    const extra = buffer.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength);
    const [size, packed, offset] = widened(
      [buffer.readUInt32LE(at + 24), buffer.readUInt32LE(at + 20), buffer.readUInt32LE(at + 42)],
      extra,
    );
    const method = buffer.readUInt16LE(at + 10);
    const checksum = buffer.readUInt32LE(at + 16);
    parts.set(name, readPart(buffer, file, { name, method, checksum, size, packed, offset }));
    at += 46 + nameLength + extraLength + buffer.readUInt16LE(at + 32);
  }
  return parts;
}

function findDirectory(buffer: Buffer, file: string): { start: number; count: number } {
  // The end record is 22 bytes and a comment of up to 65,535.
  const earliest = Math.max(0, buffer.length - 22 - 0xffff);
  for (let at = buffer.length - 22; at >= earliest; at--) {
    if (buffer.readUInt32LE(at) !== END || at + 22 + buffer.readUInt16LE(at + 20) !== buffer.length) continue;
    const count = buffer.readUInt16LE(at + 10);
    const start = buffer.readUInt32LE(at + 16);
    if ((count !== 0xffff && start !== FULL) || at < 20) return { start, count };
    if (buffer.readUInt32LE(at - 20) !== LOCATOR64) return { start, count };
    const end64 = Number(buffer.readBigUInt64LE(at - 12));
    if (buffer.readUInt32LE(end64) !== END64) break;
    return {
      count: Number(buffer.readBigUInt64LE(end64 + 32)),
      start: Number(buffer.readBigUInt64LE(end64 + 48)),
    };
  }
  throw new FormatError(file, "this is no zip archive, or its end is missing.");
}

/** Fields that are full stand as 64-bit numbers in the extra field with the id 1, in this order. */
function widened(fields: readonly [number, number, number], extra: Buffer): [number, number, number] {
  let at = 0;
  while (at + 4 <= extra.length && extra.readUInt16LE(at) !== 1) at += 4 + extra.readUInt16LE(at + 2);
  let wide = at + 4;
  const widen = (field: number): number => {
    if (field !== FULL) return field;
    wide += 8;
    return Number(extra.readBigUInt64LE(wide - 8));
  };
  return [widen(fields[0]), widen(fields[1]), widen(fields[2])];
}

interface Part {
  readonly name: string;
  readonly method: number;
  readonly checksum: number;
  readonly size: number;
  readonly packed: number;
  readonly offset: number;
}

function readPart(buffer: Buffer, file: string, part: Part): Uint8Array {
  const what = `its part ${quote(part.name)}`;
  if (buffer.readUInt32LE(part.offset) !== LOCAL)
    throw new FormatError(file, `${what} is not where it should be.`);
  const start =
    part.offset + 30 + buffer.readUInt16LE(part.offset + 26) + buffer.readUInt16LE(part.offset + 28);
  const packed = buffer.subarray(start, start + part.packed);
  if (packed.length !== part.packed) throw new FormatError(file, `${what} is cut short.`);
  const bytes = unpack(packed, file, what, part);
  if (bytes.length !== part.size) {
    throw new FormatError(file, `${what} should have ${part.size} bytes and has ${bytes.length}.`);
  }
  if (crc32(bytes) !== part.checksum)
    throw new FormatError(file, `${what} is damaged: its checksum is wrong.`);
  return bytes;
}

function unpack(packed: Buffer, file: string, what: string, { method, size }: Part): Uint8Array {
  if (method === STORED) return packed;
  if (method !== DEFLATED) {
    throw new FormatError(
      file,
      `${what} is packed by method ${method}; stored (0) and deflated (8) can be read.`,
    );
  }
  if (size > packed.length * MOST) {
    throw new FormatError(file, `${what} claims ${size} bytes, more than ${packed.length} can inflate to.`);
  }
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, size) });
  } catch (cause) {
    throw new FormatError(file, `${what} is damaged: it does not inflate to ${size} bytes.`, { cause });
  }
}

/** An archive as parts to write one after the other. Its dates are all 1980-01-01, so that equal tensors give equal files. */
export function formatZip(
  entries: ReadonlyMap<string, readonly Uint8Array[]>,
  file: string,
  { compress = false }: { readonly compress?: boolean } = {},
): Uint8Array[] {
  const output: Uint8Array[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, parts] of entries) {
    const size = parts.reduce((sum, part) => sum + part.length, 0);
    const body = compress ? [deflateRawSync(Buffer.concat(parts))] : parts;
    const packed = body.reduce((sum, part) => sum + part.length, 0);
    if (Math.max(offset, size, packed) >= FULL || entries.size >= 0xffff) {
      throw new FormatError(
        file,
        `zip holds 4 GiB; write ${quote(name)} and what follows into another file.`,
      );
    }
    const nameBytes = Buffer.from(name, "utf8");
    if (nameBytes.length > 0xffff)
      throw new FormatError(file, `the name ${quote(name)} is too long for a zip archive.`);
    // From "version needed" to "length of the extra field": the same in the local header and in the directory.
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(UTF8, 2);
    common.writeUInt16LE(compress ? DEFLATED : STORED, 4);
    common.writeUInt16LE(0x21, 8);
    common.writeUInt32LE(crc32(...parts), 10);
    common.writeUInt32LE(packed, 14);
    common.writeUInt32LE(size, 18);
    common.writeUInt16LE(nameBytes.length, 22);
    output.push(Buffer.concat([signature(LOCAL), common, nameBytes]), ...body);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([signature(CENTRAL), Buffer.of(20, 0), common, tail, nameBytes]));
    offset += 30 + nameBytes.length + packed;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.size, 4);
  end.writeUInt16LE(entries.size, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  return [...output, central, signature(END), end];
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

// The CRC of each byte, by the reversed polynomial of IEEE 802.3.
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

function crc32(...parts: readonly Uint8Array[]): number {
  let crc = -1;
  for (const bytes of parts) {
    for (let i = 0; i < bytes.length; i++) crc = (crc >>> 8) ^ TABLE[(crc ^ bytes[i]!) & 0xff]!;
  }
  return ~crc >>> 0;
}
