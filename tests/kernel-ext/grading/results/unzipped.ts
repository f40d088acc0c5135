// Reads a zip as others do, by its directory.
import { inflateRawSync } from "node:zlib";

export interface Unzipped {
  readonly mode: number;
  readonly text: string;
  readonly bytes: Buffer;
}

export function unzipped(bytes: Uint8Array): Map<string, Unzipped> {
  const zipped = Buffer.from(bytes);
  const end = zipped.lastIndexOf(Buffer.from("PK\x05\x06"));
  const files = new Map<string, Unzipped>();
  for (let at = zipped.readUInt32LE(end + 16), left = zipped.readUInt16LE(end + 10); left > 0; left--) {
    const [packed, length, offset] = [
      zipped.readUInt32LE(at + 20),
      zipped.readUInt16LE(at + 28),
      zipped.readUInt32LE(at + 42),
    ];
    const name = zipped.subarray(at + 46, at + 46 + length).toString();
    const start = offset + 30 + zipped.readUInt16LE(offset + 26);
    const bytes = inflateRawSync(zipped.subarray(start, start + packed));
    files.set(name, { mode: zipped.readUInt32LE(at + 38) >>> 16, bytes, text: bytes.toString() });
    at += 46 + length;
  }
  return files;
}
