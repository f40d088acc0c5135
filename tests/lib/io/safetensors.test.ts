import { expect } from "chai";
import { Random, tensor, zeros } from "../../../lib/index.ts";
import { fromBrain, fromHalf, toBrain, toHalf } from "../../../lib/io/half.ts";
import { FormatError, formatSafetensors, parseSafetensors } from "../../../lib/io/index.ts";

const whole = (parts: Uint8Array[]): Buffer => Buffer.concat(parts);

function file(header: string, elements: number): Buffer {
  const head = Buffer.alloc(8);
  head.writeBigUInt64LE(BigInt(Buffer.byteLength(header)));
  return Buffer.concat([head, Buffer.from(header), Buffer.alloc(elements)]);
}

const entry = (from: number, to: number, shape = "[2]", dtype = "F32"): string =>
  `{"dtype":"${dtype}","shape":${shape},"data_offsets":[${from},${to}]}`;

describe("safetensors", () => {
  it("come back as they went, with their text", () => {
    const tensors = {
      W: new Random(1).normal([3, 4]),
      b: new Random(2).normal([4], { dtype: "float64" }),
      labels: tensor([1, -2, 3], { dtype: "int32" }),
      mask: tensor([true, false, true]),
      empty: zeros([0, 7]),
      scalar: tensor(2.5),
    };
    const metadata = { lesson: "10", ünï: "cödé" };
    const read = parseSafetensors(whole(formatSafetensors(tensors, "m", { metadata })), "m");
    expect(read.tensors).to.deep.equal(tensors);
    expect(read.metadata).to.deep.equal(metadata);
  });

  it("lie aligned, the widest first", () => {
    const bytes = whole(
      formatSafetensors({ mask: tensor([true]), b: zeros([1], "float64"), a: zeros([2]) }, "m"),
    );
    const header = bytes.toString("utf8", 8, 8 + Number(bytes.readBigUInt64LE()));
    expect((8 + header.length) % 8).to.equal(0);
    expect(Object.keys(JSON.parse(header))).to.deep.equal(["b", "a", "mask"]);
  });

  it("can hold floats in 16 bits", () => {
    const W = tensor([1, 1 / 3, -65504, 1e-8]);
    for (const as of ["float16", "bfloat16"] as const) {
      const { tensors } = parseSafetensors(whole(formatSafetensors({ W }, "m", { as })), "m");
      const step = as === "float16" ? 2 ** -11 : 2 ** -8;
      expect(tensors.W!.dtype).to.equal("float32");
      expect(tensors.W!.data[0]).to.equal(1);
      expect(tensors.W!.data[1]).to.be.closeTo(1 / 3, step / 3);
    }
  });

  it("may hold names that are properties of every object", () => {
    const tensors = Object.fromEntries([
      ["__proto__", tensor([1])],
      ["toString", tensor([2])],
    ]);
    const read = parseSafetensors(whole(formatSafetensors(tensors, "m")), "m");
    expect(Object.keys(read.tensors)).to.have.members(["__proto__", "toString"]);
  });

  const faults: [string, Buffer, string][] = [
    ["too short", Buffer.alloc(7), "fewer than 8 bytes"],
    ["a header longer than the file", file("{}", 0).subarray(0, 9), "its header claims 2 bytes and 1 follow"],
    ["a header of 2^63 bytes", Buffer.alloc(64, 0x7f), "its header claims"],
    ["a header that is no object", file("[1]", 0), "its header is no JSON object"],
    ["a header that is no JSON", file("{'a': 1}", 0), "its header is no JSON"],
    ["nesting without end", file(`{"a":${"[".repeat(200_000)}`, 0), "its header is no JSON"],
    ["a name twice", file(`{"a":${entry(0, 8)},"a":${entry(0, 8)}}`, 8), 'its header names "a" twice'],
    ["a name twice by escapes", file(`{"a":${entry(0, 8)},"\\u0061":${entry(0, 8)}}`, 8), 'names "a" twice'],
    ["an entry that is null", file(`{"a":null}`, 8), 'the header\'s entry for tensor "a" does not give'],
    ["an entry with more in it", file(`{"a":{"x":1,${entry(0, 8).slice(1)}}`, 8), "does not give dtype"],
    ["a fractional offset", file(`{"a":${entry(0, 7.5)}}`, 8), "does not give dtype"],
    ["a negative axis", file(`{"a":${entry(0, 8, "[-2]")}}`, 8), "does not give dtype"],
    ["an unknown type", file(`{"a":${entry(0, 2, "[2]", "F8_E4M3")}}`, 2), 'has elements of type "F8_E4M3"'],
    ["a type from the prototype", file(`{"a":${entry(0, 2, "[2]", "toString")}}`, 2), 'of type "toString"'],
    [
      "a wrong length",
      file(`{"a":${entry(0, 12)}}`, 12),
      'tensor "a", F32 [2], takes 8 bytes and is given 12',
    ],
    [
      "a shape that overflows",
      file(`{"a":${entry(0, 8, "[4294967296,4294967296,4294967296]")}}`, 8),
      "takes 3",
    ],
    ["a gap", file(`{"a":${entry(0, 8)},"b":${entry(12, 20)}}`, 20), 'tensor "b" leaves a gap before it'],
    [
      "an overlap",
      file(`{"a":${entry(0, 8)},"b":${entry(4, 12)}}`, 12),
      'tensor "b" overlaps the tensor before it',
    ],
    [
      "a body cut short",
      file(`{"a":${entry(0, 8)}}`, 7),
      "the file is cut short: its tensors take 8 bytes and 7 are there",
    ],
    ["bytes at the end", file(`{"a":${entry(0, 8)}}`, 9), "the file is longer than its header says"],
    ["metadata of numbers", file(`{"__metadata__":{"a":1}}`, 0), "its __metadata__ is no object of strings"],
    [
      "metadata that is an array",
      file(`{"__metadata__":["a"]}`, 0),
      "its __metadata__ is no object of strings",
    ],
  ];
  for (const [name, bytes, message] of faults) {
    it(`are refused in one line: ${name}`, () => {
      let said = "";
      try {
        parseSafetensors(bytes, "m.safetensors");
      } catch (error) {
        said = error instanceof FormatError ? error.message : `not a FormatError: ${error}`;
      }
      expect(said).to.include("m.safetensors: ").and.to.include(message);
      expect(said).not.to.include("\n");
      expect(said.length).to.be.below(300);
    });
  }
});

describe("16-bit floats", () => {
  it("are read exactly and written back, all 65,536 of them", () => {
    for (let bits = 0; bits < 0x10000; bits++) {
      const half = fromHalf(bits);
      if (!Number.isNaN(half)) expect(toHalf(half)).to.equal(bits);
      const brain = fromBrain(bits);
      if (!Number.isNaN(brain)) expect(toBrain(brain)).to.equal(bits);
    }
    expect(fromHalf(toHalf(Number.NaN))).to.be.NaN;
    expect(fromBrain(toBrain(Number.NaN))).to.be.NaN;
  });

  it("are rounded to the nearest, ties to even", () => {
    expect(fromHalf(toHalf(1 + 2 ** -11))).to.equal(1);
    expect(fromHalf(toHalf(1 + 3 * 2 ** -11))).to.equal(1 + 2 ** -9);
    expect(fromHalf(toHalf(65519.99))).to.equal(65504);
    expect(fromHalf(toHalf(65520))).to.equal(Number.POSITIVE_INFINITY);
    expect(fromHalf(toHalf(2 ** -25))).to.equal(0);
    expect(fromHalf(toHalf(2 ** -25 * 1.01))).to.equal(2 ** -24);
    expect(fromBrain(toBrain(1 + 2 ** -8))).to.equal(1);
    expect(fromBrain(toBrain(1 + 3 * 2 ** -8))).to.equal(1 + 2 ** -6);
  });
});
