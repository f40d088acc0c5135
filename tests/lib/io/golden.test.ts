import { expect } from "chai";
import type { DType, Tensor } from "../../../lib/index.ts";
import { parseNpy, parseNpz, parseSafetensors } from "../../../lib/io/index.ts";
import { type GoldenNumber, readGolden } from "../golden/read.ts";

interface Case {
  readonly name: string;
  readonly format: "npy" | "npz" | "safetensors";
  readonly bytes: string;
  readonly tensors: Readonly<Record<string, { dtype: DType; shape: number[]; values: GoldenNumber[] }>>;
}

describe("files that NumPy and safetensors wrote", () => {
  for (const { name, format, bytes, tensors } of readGolden<Case[]>("files")) {
    it(`${format}, ${name}`, () => {
      const read = parse(format, Buffer.from(bytes, "base64"));
      expect(Object.keys(read)).to.have.members(Object.keys(tensors));
      for (const [key, { dtype, shape, values }] of Object.entries(tensors)) {
        const tensor = read[key]!;
        expect(tensor.dtype, key).to.equal(dtype);
        expect(tensor.shape, key).to.deep.equal(shape);
        expect(Array.from(tensor.data), key).to.deep.equal(values.map(Number));
      }
    });
  }

  it("cover every type that can be read", () => {
    const names = readGolden<Case[]>("files").map(({ name }) => name);
    expect(names).to.include.members([
      "?",
      "f2",
      "f8, big-endian",
      "Fortran order",
      "every type",
      "u4",
      "i8",
      "u8",
    ]);
  });
});

function parse(format: Case["format"], bytes: Uint8Array): Record<string, Tensor> {
  if (format === "npy") return { "": parseNpy(bytes, "golden.npy") };
  return format === "npz" ? parseNpz(bytes, "golden.npz") : parseSafetensors(bytes, "golden").tensors;
}
