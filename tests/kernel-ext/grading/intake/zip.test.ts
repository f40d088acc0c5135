// The reader of zips, on what tools write and on what nobody should.
import { expect } from "chai";
import { crc32 } from "../../../../kernel-ext/grading/intake/crc.ts";
import { Fault } from "../../../../kernel-ext/grading/intake/fault.ts";
import { listZip, unpacked } from "../../../../kernel-ext/grading/intake/zip.ts";
import { inMemory } from "../../../../kernel-ext/grading/intake/zip-tree.ts";
import { Random } from "../../../../lib/random/index.ts";
import { type Packed, type ZipOptions, zipOf } from "./zip-writer.ts";

const LIMIT = 1_000_000;

/** Names and contents, in order. */
async function read(zip: Buffer, limit: number = LIMIT): Promise<[string, string | undefined][]> {
  const bytes = inMemory(zip);
  const all: [string, string | undefined][] = [];
  for (const entry of await listZip(bytes))
    all.push([entry.name, (await unpacked(bytes, entry, limit))?.toString()]);
  return all;
}

const written = (file: Packed, options?: ZipOptions) => read(zipOf([file], options));

async function faultOf(zip: Buffer): Promise<string> {
  const error: unknown = await read(zip).catch((thrown: unknown) => thrown);
  expect(error).to.be.instanceOf(Fault);
  return error instanceof Fault ? error.message : "";
}

describe("A zip", () => {
  const content = "text ∂ ".repeat(500);

  it("is read deflated, stored, with sizes after the content, as zip64, behind other bytes and with a comment", async () => {
    const expected = [["a.ipynb", content]];
    for (const stored of [false, true]) {
      expect(await written({ name: "a.ipynb", content, stored })).to.deep.equal(expected);
      expect(await written({ name: "a.ipynb", content, stored, descriptor: true })).to.deep.equal(expected);
      const wide = { name: "a.ipynb", content, stored, wide: true };
      expect(await written(wide, { wide: true, comment: "PK\u0005\u0006 no end" })).to.deep.equal(expected);
      expect(await written(wide, { before: Buffer.from("#!/bin/sh\n") })).to.deep.equal(expected);
      expect(await written(wide, { before: Buffer.from("MZ"), wide: true })).to.deep.equal(expected);
    }
    expect(await read(zipOf([]))).to.deep.equal([]);
  });

  it("has names in UTF-8 with and without its mark, in code page 437, and in Info-ZIP's field", async () => {
    const old = Buffer.from([0x4d, 0x81, 0x6c, 0x6c, 0x65, 0x72]);
    const field = (crc: number): Buffer => {
      const name = Buffer.from("Мария.ipynb");
      const head = Buffer.alloc(9);
      head.writeUInt16LE(0x7075, 0);
      head.writeUInt16LE(5 + name.length, 2);
      head[4] = 1;
      head.writeUInt32LE(crc, 5);
      return Buffer.concat([head, name]);
    };
    const names = async (file: Packed) => (await written(file)).map(([name]) => name);
    expect(await names({ name: "Åse.ipynb", utf8: true })).to.deep.equal(["Åse.ipynb"]);
    expect(await names({ name: "Åse.ipynb" })).to.deep.equal(["Åse.ipynb"]);
    expect(await names({ name: old })).to.deep.equal(["Müller"]);
    expect(await names({ name: old, extra: field(crc32(old)) })).to.deep.equal(["Мария.ipynb"]);
    expect(await names({ name: old, extra: field(1) }), "of another name").to.deep.equal(["Müller"]);
    expect(await names({ name: "a\\b.ipynb" }), "as Windows may write it").to.deep.equal(["a/b.ipynb"]);
  });

  it("says what is wrong in words: no zip, cut off, encrypted, an unknown way of packing, a wrong checksum", async () => {
    const good = zipOf([{ name: "a", content }]);
    expect(await faultOf(Buffer.from("no zip at all"))).to.equal("is not a zip");
    expect(await faultOf(Buffer.alloc(0))).to.equal("is not a zip");
    expect(await faultOf(good.subarray(0, good.length - 30))).to.equal("is damaged, or was cut off");
    expect(await faultOf(zipOf([{ name: "a", content, encrypted: true }]))).to.equal("is encrypted");
    expect(await faultOf(zipOf([{ name: "a", content, method: 9 }]))).to.include("method 9");
    expect(await faultOf(zipOf([{ name: "a", content, crc: 7 }]))).to.equal("is damaged, or was cut off");
    expect(await faultOf(zipOf([{ name: "a", content, saidBytes: 3 }]))).to.equal(
      "is damaged, or was cut off",
    );
  });

  it("never gives more than was asked for, whatever it says of its sizes", async () => {
    const bomb = "\0".repeat(50_000_000);
    const honest = { name: "a", content: bomb };
    expect(await written(honest)).to.deep.equal([["a", undefined]]);
    const lies = zipOf([{ ...honest, saidBytes: 10 }]);
    const before = process.memoryUsage().arrayBuffers;
    expect(await read(lies), "one that lies").to.deep.equal([["a", undefined]]);
    expect(process.memoryUsage().arrayBuffers - before).to.be.lessThan(20_000_000);
    expect(await written({ name: "a", content: bomb, stored: true, saidBytes: 10 })).to.deep.equal([
      ["a", undefined],
    ]);
  });

  it("is a fault or right, and never anything else, however it is damaged", async function () {
    this.timeout(60_000);
    const seed = 7;
    const random = new Random(seed);
    const next = (bound: number): number => random.integer(bound);
    const files = Array.from({ length: 4 }, (_, at) => ({
      name: `f${at}.ipynb`,
      content: `content ${at} `.repeat(20),
      wide: at === 2,
      stored: at === 1,
    }));
    const good = zipOf(files, { wide: true });
    const whole = await read(good);
    let right = 0;
    for (let round = 0; round < 3_000; round++) {
      let zip = Buffer.from(good);
      for (let at = 0; at <= next(3); at++) zip[next(zip.length)] = next(256);
      if (next(4) === 0) zip = zip.subarray(0, next(zip.length));
      if (next(8) === 0) zip = Buffer.concat([zip.subarray(next(zip.length)), zip]);
      const outcome = await read(zip).catch((error: unknown) => error);
      if (!(outcome instanceof Fault)) {
        expect(outcome, `seed ${seed}, round ${round}`).to.be.an("array");
        // A name is under no checksum; a content is.
        const contents = new Set(whole.map(([, text]) => text));
        for (const [, text] of outcome as [string, string | undefined][])
          expect(
            contents.has(text) || text === undefined || text === "",
            `seed ${seed}, round ${round}: ${text}`,
          ).to.equal(true);
        right++;
      }
    }
    expect(right, "some damage does no harm").to.be.greaterThan(50);
  });
});
