import { crc32, inflateSync } from "node:zlib";
import { expect } from "chai";
import { lookOf } from "../../../lib/display.ts";
import { heatmap, image } from "../../../lib/plots/index.ts";
import { tensor } from "../../../lib/tensor/index.ts";
import { Tensor } from "../../../lib/tensor/tensor.ts";

/** Reads back what was written, checksums included (where this Node can make them). */
function decode(png: Uint8Array): { width: number; height: number; channels: number; rows: number[][] } {
  const file = Buffer.from(png);
  expect(file.subarray(0, 8).toString("latin1")).to.equal("\x89PNG\r\n\x1a\n");
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < file.length; ) {
    const length = file.readUInt32BE(at);
    const named = file.subarray(at + 4, at + 8 + length);
    if (typeof crc32 === "function") expect(file.readUInt32BE(at + 8 + length)).to.equal(crc32(named));
    chunks.set(named.toString("latin1", 0, 4), named.subarray(4));
    at += length + 12;
  }
  expect([...chunks.keys()]).to.deep.equal(["IHDR", "IDAT", "IEND"]);
  const header = chunks.get("IHDR") ?? Buffer.alloc(13);
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const channels = header[9] === 2 ? 3 : 1;
  const data = inflateSync(chunks.get("IDAT") ?? Buffer.alloc(0));
  const row = 1 + width * channels;
  expect(data.length).to.equal(row * height);
  const rows = Array.from({ length: height }, (_, y) => [...data.subarray(y * row + 1, (y + 1) * row)]);
  return { width, height, channels, rows };
}

const ramp = (...shape: number[]): Tensor => {
  const size = shape.reduce((product, side) => product * side, 1);
  return new Tensor(
    Float32Array.from({ length: size }, (_, i) => i / (size - 1)),
    shape,
  );
};

describe("A picture", () => {
  it("has each number as a square of its brightness", () => {
    const { png } = image(
      tensor([
        [0, 1],
        [0.5, 0.25],
      ]),
      { scale: 2 },
    );
    expect(decode(png)).to.deep.equal({
      width: 4,
      height: 4,
      channels: 1,
      rows: [
        [0, 0, 255, 255],
        [0, 0, 255, 255],
        [128, 128, 64, 64],
        [128, 128, 64, 64],
      ],
    });
  });

  it("has colours", () => {
    const colours = tensor([
      [
        [255, 0, 0],
        [0, 127, 255],
      ],
    ]);
    expect(decode(image(colours, { scale: 1 }).png)).to.deep.equal({
      width: 2,
      height: 1,
      channels: 3,
      rows: [[255, 0, 0, 0, 127, 255]],
    });
  });

  it("stretches other numbers from the lowest to the highest, or over a given range", () => {
    const numbers = tensor([[-2, 0, 2]]);
    expect(decode(image(numbers, { scale: 1 }).png).rows).to.deep.equal([[0, 128, 255]]);
    expect(decode(image(numbers, { scale: 1, range: [0, 1] }).png).rows).to.deep.equal([[0, 0, 255]]);
    expect(decode(image(tensor([[7, 7]]), { scale: 1, range: [7, 7] }).png).rows).to.deep.equal([[0, 0]]);
  });

  it("is what a tensor of its shape shows, beside its numbers", () => {
    for (const shape of [
      [28, 28],
      [8, 8, 1],
      [20, 10, 3],
    ]) {
      const {
        "image/png": png,
        "text/html": html,
        "text/plain": text,
      } = lookOf(ramp(...shape)) ?? { "text/plain": "" };
      expect(decode(png as Uint8Array).channels).to.equal(shape[2] === 3 ? 3 : 1);
      expect(html).to.include(`<figcaption>float32 [${shape.join(", ")}], black 0, white 1</figcaption>`);
      expect(text).to.match(/^tensor\(/);
    }
    expect(decode(lookOf(ramp(28, 28))?.["image/png"] as Uint8Array).width).to.equal(5 * 28);
  });

  it("is not what others show", () => {
    const holed = ramp(28, 28);
    holed.data[3] = Number.NaN;
    for (const other of [ramp(4, 28), ramp(100, 10), ramp(600, 30), ramp(28), ramp(9, 9, 4), holed]) {
      expect(lookOf(other)).not.to.have.property("image/png");
    }
    expect(() => image(ramp(2, 3, 4, 5))).to.throw(/height, width.*not \[2, 3, 4, 5\]/);
    expect(() => image(ramp(9, 9), { scale: 0.5 })).to.throw(/whole pixels/);
  });

  it("may be a heat map, its first row on top", () => {
    const { data, layout } = heatmap(tensor([[1, -1]]), { title: "Weights" });
    expect(data[0]).to.deep.include({ type: "heatmap", z: [[1, -1]], zmid: 0 });
    expect(layout.title.text).to.equal("Weights");
    expect(layout.yaxis.autorange).to.equal("reversed");
    expect(() => heatmap(ramp(3))).to.throw(/two axes, not \[3\]/);
  });
});
