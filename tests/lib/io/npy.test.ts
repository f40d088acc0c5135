import { expect } from "chai";
import { type DType, Tensor, tensor, zeros } from "../../../lib/index.ts";
import { FormatError, formatNpy, parseNpy, parseNpz } from "../../../lib/io/index.ts";
import { formatZip } from "../../../lib/io/zip.ts";

/** A .npy file with this header, and zeros for elements. */
function npy(dictionary: string, elements: number, version = 1): Uint8Array {
  const length = Buffer.alloc(version === 1 ? 2 : 4);
  length.writeUIntLE(dictionary.length, 0, length.length);
  const head = Buffer.from(`\x93NUMPY${String.fromCharCode(version)}\0`, "latin1");
  return Buffer.concat([head, length, Buffer.from(dictionary), Buffer.alloc(elements)]);
}

const header = (descr: string, shape = "(2,)"): string =>
  `{'descr': ${descr}, 'fortran_order': False, 'shape': ${shape}, }`;

describe(".npy", () => {
  it("comes back as it went, whatever the type and shape", () => {
    const dtypes: DType[] = ["float32", "float64", "int32", "bool"];
    for (const dtype of dtypes) {
      for (const shape of [[], [0], [3], [2, 3], [2, 0, 4], [1, 1, 5]]) {
        const size = shape.reduce((a, b) => a * b, 1);
        const values = Float64Array.from({ length: size }, (_, i) => i * 1.5 - 2);
        const before = tensor(values, { dtype, shape });
        const after = parseNpy(Buffer.concat(formatNpy(before)), "x.npy");
        expect(after).to.deep.equal(before);
      }
    }
  });

  it("is laid out as NumPy lays it out", () => {
    const bytes = Buffer.concat(formatNpy(tensor([1, 2, 3])));
    expect(bytes.length).to.equal(128 + 12);
    expect(bytes.toString("latin1", 10, 127).trimEnd()).to.equal(
      "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }",
    );
  });

  it("holds integers beyond int32 only where asked for float64, and says so", () => {
    const large = Buffer.from(npy(header("'<i8'"), 16));
    large.writeBigInt64LE(5_000_000_000n, large.length - 8);
    expect(() => parseNpy(large, "ids.npy")).to.throw(
      FormatError,
      'ids.npy: the array holds 5000000000 at element 1, which is no int32; read it with { dtype: "float64" }.',
    );
    expect(parseNpy(large, "ids.npy", { dtype: "float64" }).toArray()).to.deep.equal([0, 5e9]);
    large.writeBigInt64LE(2n ** 53n + 1n, large.length - 8);
    expect(() => parseNpy(large, "ids.npy", { dtype: "float64" })).to.throw(
      "9007199254740993 at element 1, which no float64 holds exactly",
    );
  });

  const faults: [string, Uint8Array, string][] = [
    ["an empty file", Buffer.alloc(0), "this is no .npy file: it does not begin with \\x93NUMPY."],
    ["another kind of file", Buffer.from("PK\x03\x04 and more"), "this is no .npy file"],
    ["a later version", npy(header("'<f4'"), 8, 9), "version 9.0 of .npy is not known"],
    ["a file that ends in its magic", npy("", 0).subarray(0, 9), "the file ends within its header."],
    [
      "a header that is cut",
      npy(header("'<f4'"), 0).subarray(0, 40),
      "the file ends within its header, which claims",
    ],
    [
      "elements that are cut",
      npy(header("'<f4'"), 7),
      "the file is cut short: shape [2] of <f4 takes 8 bytes and 7 are there.",
    ],
    ["bytes after the elements", npy(header("'<f4'"), 9), "the file is longer than its header says"],
    [
      "Python objects",
      npy(header("'|O'"), 8),
      'its elements are "|O": pickled Python objects, which could run code.',
    ],
    ["text", npy(header("'<U5'"), 40), 'its elements are "<U5": text.'],
    ["complex numbers", npy(header("'<c16'"), 32), "complex numbers"],
    ["wide floats", npy(header("'<f16'"), 32), "floats of a width that only some machines have"],
    [
      "a structure",
      npy(header("[('a', '<f4'), ('b', '<i4', (2,))]"), 8),
      "this is a structured array (named fields)",
    ],
    ["no dictionary", npy("import os", 8), 'its header "import os" cannot be parsed.'],
    ["an expression", npy(header("'<f4'", "(1+1,)"), 8), "cannot be parsed"],
    ["a dictionary that goes on", npy(`${header("'<f4'")} 1`, 8), "cannot be parsed"],
    ["a key twice", npy("{'descr': '<f4', 'descr': '<f8'}", 8), "cannot be parsed"],
    [
      "a missing key",
      npy("{'descr': '<f4', 'shape': (2,)}", 8),
      "does not give descr, fortran_order and shape",
    ],
    ["a negative axis", npy(header("'<f4'", "(-2,)"), 8), "does not give descr, fortran_order and shape"],
    [
      "a gigantic axis",
      npy(header("'<f4'", "(99999999999, 99999999999)"), 8),
      "no memory holds an array of shape",
    ],
    ["deep nesting", npy(`${"(".repeat(60_000)}`, 8), "cannot be parsed"],
  ];
  for (const [name, bytes, message] of faults) {
    it(`is refused in one line: ${name}`, () => {
      let said = "";
      try {
        parseNpy(bytes, "data.npy");
      } catch (error) {
        said = error instanceof FormatError ? error.message : `not a FormatError: ${error}`;
      }
      expect(said).to.include(`data.npy: `).and.to.include(message);
      expect(said).not.to.include("\n");
      expect(said.length).to.be.below(300);
    });
  }

  it("survives any byte turned over", () => {
    const whole = Buffer.concat(formatNpy(zeros([2, 2])));
    for (let at = 0; at < whole.length; at++) {
      for (const flip of [0xff, 0x01, 0x20]) {
        const damaged = Buffer.from(whole);
        damaged[at]! ^= flip;
        try {
          expect(parseNpy(damaged, "x")).to.be.instanceOf(Tensor);
        } catch (error) {
          expect(error).to.be.instanceOf(FormatError);
        }
      }
    }
  });
});

describe(".npz", () => {
  const archive = (compress: boolean): Buffer => {
    const parts = new Map([["W.npy", formatNpy(tensor([[1, 2, 3]]))]]);
    return Buffer.concat(formatZip(parts, "x.npz", { compress }));
  };

  it("comes back as it went, stored and compressed", () => {
    for (const compress of [false, true]) {
      expect(parseNpz(archive(compress), "x.npz")).to.deep.equal({ W: tensor([[1, 2, 3]]) });
    }
  });

  it("is refused, or read rightly, after any byte is turned over or cut off", () => {
    for (const compress of [false, true]) {
      const whole = archive(compress);
      const damaged: Buffer[] = [];
      for (let at = 0; at < whole.length; at++) {
        damaged.push(whole.subarray(0, at));
        for (const flip of [0xff, 0x01]) {
          const copy = Buffer.from(whole);
          copy[at]! ^= flip;
          damaged.push(copy);
        }
      }
      for (const bytes of damaged) {
        try {
          const [read] = Object.values(parseNpz(bytes, "x.npz"));
          if (read) expect(read).to.deep.equal(tensor([[1, 2, 3]]));
        } catch (error) {
          expect(error).to.be.instanceOf(FormatError);
        }
      }
    }
  });

  it("names the part at fault", () => {
    const parts = new Map([["W.npy", [Buffer.from("nonsense")]]]);
    expect(() => parseNpz(Buffer.concat(formatZip(parts, "x")), "m.npz")).to.throw(
      'm.npz, "W.npy": this is no .npy file',
    );
    const other = new Map([["readme.txt", [Buffer.from("hello")]]]);
    expect(() => parseNpz(Buffer.concat(formatZip(other, "x")), "m.npz")).to.throw(
      'm.npz: its part "readme.txt" is no array',
    );
    expect(() => parseNpz(Buffer.from("hello"), "m.npz")).to.throw("m.npz: this is no zip archive");
  });

  it("does not inflate what claims too much, nor more than was claimed", () => {
    const bomb = Buffer.concat(
      formatZip(new Map([["a.npy", [Buffer.alloc(1 << 20)]]]), "x", { compress: true }),
    );
    const directory = bomb.lastIndexOf("PK\x01\x02", undefined, "latin1");
    bomb.writeUInt32LE(0xfffffff0, directory + 24);
    expect(() => parseNpz(bomb, "b.npz")).to.throw('its part "a.npy" claims 4294967280 bytes');
    bomb.writeUInt32LE(1000, directory + 24);
    expect(() => parseNpz(bomb, "b.npz")).to.throw(
      'its part "a.npy" is damaged: it does not inflate to 1000 bytes',
    );
  });
});
