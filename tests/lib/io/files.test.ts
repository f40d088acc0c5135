import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { tensor } from "../../../lib/index.ts";
import {
  FormatError,
  readNpy,
  readNpz,
  readSafetensors,
  writeNpy,
  writeNpz,
  writeSafetensors,
} from "../../../lib/io/index.ts";

describe("tensors in files", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "gradbook-io-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("are written whole and read back, and leave nothing else behind", () => {
    const W = tensor([[1, 2, 3]]);
    const b = tensor([1, 2], { dtype: "int32" });
    writeNpy(join(folder, "W.npy"), W);
    writeNpz(join(folder, "m.npz"), { W, b });
    writeNpz(join(folder, "small.npz"), { W, b }, { compress: true });
    writeSafetensors(join(folder, "m.safetensors"), { W, b }, { metadata: { a: "b" } });
    expect(readNpy(join(folder, "W.npy"))).to.deep.equal(W);
    expect(readNpz(join(folder, "m.npz"))).to.deep.equal({ W, b });
    expect(readNpz(join(folder, "small.npz"))).to.deep.equal({ W, b });
    expect(readSafetensors(join(folder, "m.safetensors")).tensors).to.deep.equal({ W, b });
    expect(readdirSync(folder)).to.have.members(["W.npy", "m.npz", "small.npz", "m.safetensors"]);
  });

  it("replace what was there, or leave it as it was", () => {
    const path = join(folder, "again.npy");
    writeNpy(path, tensor([1]));
    writeNpy(path, tensor([2]));
    expect(readNpy(path).toArray()).to.deep.equal([2]);
    const taken = join(folder, "taken");
    mkdirSync(join(taken, "inside"), { recursive: true });
    expect(() => writeNpy(taken, tensor([1]))).to.throw(FormatError, "taken: it could not be written");
    expect(readdirSync(folder).filter((name) => name.endsWith(".part"))).to.deep.equal([]);
  });

  it("say in one line what is wrong with a path", () => {
    expect(() => readNpy(join(folder, "none.npy"))).to.throw(
      FormatError,
      "none.npy: it could not be read (there is no such file or folder).",
    );
    expect(() => readNpy(folder)).to.throw(FormatError, "this is no file");
    expect(() => writeNpy(join(folder, "no", "where.npy"), tensor([1]))).to.throw(
      "where.npy: it could not be written (there is no such file or folder).",
    );
    writeFileSync(join(folder, "text.npz"), "hello");
    expect(() => readNpz(join(folder, "text.npz"))).to.throw("text.npz: this is no zip archive");
  });
});
