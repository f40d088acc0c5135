// @ts-check
// Reading a zip file (a Python wheel is one): https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
// Just what wheels use: stored and deflated entries, no encryption, no zip64.
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createInflateRaw } from "node:zlib";

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;

/** @typedef {{ name: string, method: number, packed: number, bytes: number, offset: number }} Entry */

/**
 * The files in a zip.
 * @param {string} path
 * @returns {Promise<Entry[]>}
 */
export async function listZip(path) {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const tail = await readAt(file, Math.max(0, size - 65_557), Math.min(size, 65_557));
    let end = tail.length - 22;
    while (end >= 0 && tail.readUInt32LE(end) !== END) end--;
    if (end < 0) throw new Error(`${path} is not a zip file`);
    const directory = await readAt(file, tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
    /** @type {Entry[]} */
    const entries = [];
    for (let at = 0; at < directory.length; ) {
      if (directory.readUInt32LE(at) !== CENTRAL) throw new Error(`${path}: damaged list of files`);
      const nameLength = directory.readUInt16LE(at + 28);
      const entry = {
        name: directory.toString("utf8", at + 46, at + 46 + nameLength),
        method: directory.readUInt16LE(at + 10),
        packed: directory.readUInt32LE(at + 20),
        bytes: directory.readUInt32LE(at + 24),
        offset: directory.readUInt32LE(at + 42),
      };
      if (entry.offset === 0xffffffff || entry.bytes === 0xffffffff)
        throw new Error(`${path}: zip64 is not read`);
      if (!entry.name.endsWith("/")) entries.push(entry);
      at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
    }
    return entries;
  } finally {
    await file.close();
  }
}

/**
 * Writes one file of a zip.
 * @param {string} path @param {Entry} entry @param {string} target
 * @param {(bytes: number) => void} onBytes called with each piece's size
 */
export async function extractEntry(path, entry, target, onBytes) {
  const file = await open(path);
  /** @type {Buffer} */
  let header;
  try {
    header = await readAt(file, entry.offset, 30);
  } finally {
    await file.close();
  }
  if (header.readUInt32LE(0) !== LOCAL || (entry.method !== 0 && entry.method !== 8)) {
    throw new Error(`${path}: ${entry.name} cannot be read`);
  }
  const start = entry.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  await mkdir(dirname(target), { recursive: true });
  let written = 0;
  const count = new Transform({
    transform(chunk, _encoding, done) {
      written += chunk.length;
      onBytes(chunk.length);
      done(null, chunk);
    },
  });
  if (entry.packed === 0) {
    await (await open(target, "w")).close();
    return;
  }
  const options = { chunkSize: 1 << 20 };
  const from = createReadStream(path, { start, end: start + entry.packed - 1, highWaterMark: 1 << 20 });
  const to = createWriteStream(target);
  if (entry.method === 0) await pipeline(from, count, to);
  else await pipeline(from, createInflateRaw(options), count, to);
  if (written !== entry.bytes) throw new Error(`${path}: ${entry.name} ended early`);
}

/** @param {import("node:fs/promises").FileHandle} file @param {number} position @param {number} length */
async function readAt(file, position, length) {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  if (bytesRead !== length) throw new Error("the zip file ended early");
  return buffer;
}
